package io.countersign.signer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECPoint;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The SigV4a half of AWS's own suite, by header and by query. ECDSA signatures differ each time, so
 * canonical request and string to sign are compared, and signatures verified: the suite's and ours,
 * by the suite's public key, and as whole requests by our verifier.
 */
class AwsV4aSuiteTest {

  /** The suite has only request and context for these, and no expectation. */
  private static final List<String> STUBS =
      List.of("get-vanilla-query-order-key", "get-vanilla-query-order-value");

  private final SigV4aKeys keys = new SigV4aKeys();
  private final SigV4aSigner signer = new SigV4aSigner(keys);
  private final SigV4aVerifier verifier = new SigV4aVerifier(keys);

  private enum Way {
    HEADER,
    QUERY;

    String file(String what) {
      return name().toLowerCase(Locale.ROOT) + "-" + what + ".txt";
    }
  }

  @Test
  void suiteIsWhole() throws Exception {
    assertThat(folders()).hasSize(40);
    assertThat(folders().stream().filter(folder -> !isComplete(folder)).map(AwsV4aSuiteTest::name))
        .containsExactlyElementsOf(STUBS);
    assertThat(cases()).hasSize(38);
  }

  @Test
  void stubsCanBeSignedAndVerifiedAllTheSame() throws Exception {
    for (Path folder : folders()) {
      if (!isComplete(folder)) {
        Case c = Case.read(folder);
        for (Way way : Way.values()) {
          byte[] signed = signed(c, way);
          assertThat(verified(c, RawRequest.parseAll(signed).get(0)))
              .isInstanceOf(Verification.Valid.class);
        }
      }
    }
  }

  @Test
  void derivesThePublicKeyOfTheSuite() throws Exception {
    for (Path folder : cases()) {
      assertThat(keys.publicKey(Case.read(folder).parameters.credentials()).getW())
          .isEqualTo(publicKey(folder).getW());
    }
  }

  @TestFactory
  Stream<DynamicContainer> signsByHeader() throws Exception {
    return cases().stream()
        .map(folder -> dynamicContainer(name(folder), tests(folder, Way.HEADER)));
  }

  @TestFactory
  Stream<DynamicContainer> signsByQuery() throws Exception {
    return cases().stream().map(folder -> dynamicContainer(name(folder), tests(folder, Way.QUERY)));
  }

  private Stream<DynamicNode> tests(Path folder, Way way) {
    return Stream.of(
        dynamicTest(
            "canonical request",
            () ->
                assertThat(explain(Case.read(folder), way).canonicalRequest())
                    .isEqualTo(text(folder, way.file("canonical-request")))),
        dynamicTest(
            "string to sign",
            () ->
                assertThat(explain(Case.read(folder), way).stringToSign())
                    .isEqualTo(text(folder, way.file("string-to-sign")))),
        dynamicTest(
            "the suite's signatures are good",
            () -> {
              assertThat(isGood(folder, way, text(folder, way.file("signature")))).isTrue();
              RawRequest signed = request(folder, way.file("signed-request"));
              SigV4aAuthorization claim = SigV4aAuthorization.parse(signed);
              assertThat(isGood(folder, way, claim.signature())).isTrue();
            }),
        dynamicTest(
            "our signature is good",
            () ->
                assertThat(isGood(folder, way, explain(Case.read(folder), way).signature()))
                    .isTrue()),
        dynamicTest(
            "signed request",
            () -> {
              String expected = text(folder, way.file("signed-request"));
              String ours = latin1(signed(Case.read(folder), way));
              assertThat(withoutSignature(ours)).isEqualTo(withoutSignature(expected));
            }),
        dynamicTest(
            "verification",
            () -> {
              Case c = Case.read(folder);
              Verification outcome = verified(c, request(folder, way.file("signed-request")));
              if (c.parameters.signSessionToken()) {
                assertThat(outcome).isInstanceOf(Verification.Valid.class);
              } else if (way == Way.HEADER) {
                // The token was added after signing: nobody can know who put it there.
                assertThat(outcome)
                    .isEqualTo(new Verification.UnsignedHeader("x-amz-security-token"));
              } else {
                assertThat(outcome).isInstanceOf(Verification.Mismatch.class);
              }
            }),
        dynamicTest(
            "verification by the public key alone",
            () -> {
              Case c = Case.read(folder);
              RawRequest signed = RawRequest.parseAll(signed(c, way)).get(0);
              if (c.parameters.signSessionToken()) {
                assertThat(
                        SigV4aVerifier.verify(
                            SigV4aAuthorization.parse(signed),
                            signed,
                            c.payload,
                            publicKey(folder),
                            c.parameters.time(),
                            c.parameters.pathRule()))
                    .isInstanceOf(Verification.Valid.class);
              }
            }));
  }

  private Explanation explain(Case c, Way way) throws MalformedRequestException {
    return way == Way.HEADER
        ? signer.explain(c.parameters, c.request, c.payload)
        : signer.explainPresigned(c.parameters, c.request, c.payload, c.expires);
  }

  private byte[] signed(Case c, Way way) throws MalformedRequestException {
    return way == Way.HEADER
        ? c.request.with(signer.sign(c.parameters, c.request, c.payload))
        : c.request.with(signer.presign(c.parameters, c.request, c.payload, c.expires));
  }

  private Verification verified(Case c, RawRequest signed) throws MalformedRequestException {
    return verifier.verify(
        SigV4aAuthorization.parse(signed),
        signed,
        c.payload,
        c.parameters.credentials(),
        c.parameters.time(),
        c.parameters.pathRule());
  }

  private static boolean isGood(Path folder, Way way, String signature) throws Exception {
    byte[] der = Objects.requireNonNull(EcdsaSignature.decode(signature), signature);
    byte[] text = Files.readAllBytes(folder.resolve(way.file("string-to-sign")));
    return SigV4aKey.verify(publicKey(folder), text, 0, text.length, der);
  }

  private static ECPublicKey publicKey(Path folder) throws Exception {
    JsonNode point = new JsonMapper().readTree(folder.resolve("public-key.json").toFile());
    return SigV4aKey.publicKeyAt(
        new ECPoint(
            new BigInteger(point.get("X").asText(), 16),
            new BigInteger(point.get("Y").asText(), 16)));
  }

  private static String withoutSignature(String request) {
    return request.replaceFirst("Signature=[0-9a-f]{16,144}", "Signature=");
  }

  private record Case(
      RawRequest request, SigV4aParameters parameters, PayloadHash payload, Duration expires) {

    static Case read(Path folder) throws IOException, MalformedRequestException {
      JsonNode context = new JsonMapper().readTree(folder.resolve("context.json").toFile());
      JsonNode keys = context.get("credentials");
      RawRequest request = AwsV4aSuiteTest.request(folder, "request.txt");
      SigningParameters rules =
          SigningParameters.of(
                  AwsCredentials.of(
                      keys.get("access_key_id").asText(),
                      keys.get("secret_access_key").asText(),
                      keys.has("token") ? keys.get("token").asText() : null),
                  "not-in-the-scope",
                  context.get("service").asText(),
                  Instant.parse(context.get("timestamp").asText()))
              .withHeaders(HeaderSelection.ALL)
              .withPathRule(new PathRule(context.get("normalize").asBoolean(), true))
              .withContentHashHeader(context.get("sign_body").asBoolean())
              .withSignSessionToken(!context.path("omit_session_token").asBoolean());
      return new Case(
          request,
          SigV4aParameters.of(List.of(context.get("region").asText()), rules),
          PayloadHash.ofBody(request.body()),
          Duration.ofSeconds(context.get("expiration_in_seconds").asLong()));
    }
  }

  private static List<Path> folders() throws IOException, URISyntaxException {
    URL suite = AwsV4aSuiteTest.class.getResource("/aws-sigv4-suite/v4a");
    assertThat(suite).isNotNull();
    try (Stream<Path> folders = Files.list(Path.of(suite.toURI()))) {
      return folders.filter(Files::isDirectory).sorted().toList();
    }
  }

  private static List<Path> cases() throws IOException, URISyntaxException {
    return folders().stream().filter(AwsV4aSuiteTest::isComplete).toList();
  }

  private static boolean isComplete(Path folder) {
    return Files.exists(folder.resolve("public-key.json"));
  }

  private static RawRequest request(Path folder, String file)
      throws IOException, MalformedRequestException {
    return RawRequest.parseAll(Files.readAllBytes(folder.resolve(file))).get(0);
  }

  private static String name(Path folder) {
    return folder.getFileName().toString();
  }

  private static String text(Path folder, String file) throws IOException {
    return latin1(Files.readAllBytes(folder.resolve(file)));
  }

  private static String latin1(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
