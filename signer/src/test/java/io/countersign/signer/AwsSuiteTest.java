package io.countersign.signer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The 38 cases of AWS's own suite, signed by header and by query: 76 vectors, each compared in its
 * canonical request, its string to sign, its signature and the whole signed request; and each
 * signed request verified.
 */
class AwsSuiteTest {

  private final Signer signer = new Signer(new SigningKeys());
  private final Verifier verifier = new Verifier(new SigningKeys());

  @Test
  void suiteIsWhole() throws Exception {
    assertThat(caseFolders()).hasSize(38);
  }

  @TestFactory
  Stream<DynamicContainer> signsByHeader() throws Exception {
    return caseFolders().stream().map(folder -> dynamicContainer(name(folder), byHeader(folder)));
  }

  @TestFactory
  Stream<DynamicContainer> signsByQuery() throws Exception {
    return caseFolders().stream().map(folder -> dynamicContainer(name(folder), byQuery(folder)));
  }

  private Stream<DynamicNode> byHeader(Path folder) {
    return Stream.of(
        dynamicTest(
            "canonical request",
            () -> {
              Case c = Case.read(folder);
              assertThat(signer.explain(c.parameters, c.request, c.payload).canonicalRequest())
                  .isEqualTo(text(folder, "header-canonical-request.txt"));
            }),
        dynamicTest(
            "string to sign",
            () -> {
              Case c = Case.read(folder);
              assertThat(signer.explain(c.parameters, c.request, c.payload).stringToSign())
                  .isEqualTo(text(folder, "header-string-to-sign.txt"));
            }),
        dynamicTest(
            "signature",
            () -> {
              Case c = Case.read(folder);
              assertThat(signer.sign(c.parameters, c.request, c.payload).signature())
                  .isEqualTo(text(folder, "header-signature.txt"));
            }),
        dynamicTest(
            "signed request",
            () -> {
              Case c = Case.read(folder);
              byte[] signed = c.request.with(signer.sign(c.parameters, c.request, c.payload));
              assertThat(latin1(signed)).isEqualTo(text(folder, "header-signed-request.txt"));
            }),
        dynamicTest(
            "verification",
            () -> {
              Case c = Case.read(folder);
              verify(c, folder, "header-signed-request.txt");
            }));
  }

  private Stream<DynamicNode> byQuery(Path folder) {
    return Stream.of(
        dynamicTest(
            "canonical request",
            () -> {
              Case c = Case.read(folder);
              assertThat(
                      signer
                          .explainPresigned(c.parameters, c.request, c.payload, c.expires)
                          .canonicalRequest())
                  .isEqualTo(text(folder, "query-canonical-request.txt"));
            }),
        dynamicTest(
            "string to sign",
            () -> {
              Case c = Case.read(folder);
              assertThat(
                      signer
                          .explainPresigned(c.parameters, c.request, c.payload, c.expires)
                          .stringToSign())
                  .isEqualTo(text(folder, "query-string-to-sign.txt"));
            }),
        dynamicTest(
            "signature",
            () -> {
              Case c = Case.read(folder);
              assertThat(signer.presign(c.parameters, c.request, c.payload, c.expires).signature())
                  .isEqualTo(text(folder, "query-signature.txt"));
            }),
        dynamicTest(
            "signed request",
            () -> {
              Case c = Case.read(folder);
              byte[] signed =
                  c.request.with(signer.presign(c.parameters, c.request, c.payload, c.expires));
              assertThat(latin1(signed)).isEqualTo(text(folder, "query-signed-request.txt"));
            }),
        dynamicTest(
            "verification",
            () -> {
              Case c = Case.read(folder);
              verify(c, folder, "query-signed-request.txt");
            }));
  }

  private void verify(Case c, Path folder, String file) throws Exception {
    RawRequest signed = RawRequest.parseAll(Files.readAllBytes(folder.resolve(file))).get(0);
    Verification outcome =
        verifier.verify(
            Authorization.parse(signed),
            signed,
            c.payload,
            c.parameters.credentials(),
            c.parameters.time(),
            c.parameters.pathRule());
    if (c.parameters.signSessionToken()) {
      assertThat(outcome).isInstanceOf(Verification.Valid.class);
    } else if (file.startsWith("header")) {
      // The token was added after signing: an x-amz- header that the signature does not cover.
      assertThat(outcome).isEqualTo(new Verification.UnsignedHeader("x-amz-security-token"));
    } else {
      assertThat(outcome).isInstanceOf(Verification.Mismatch.class);
    }
  }

  private record Case(
      RawRequest request, SigningParameters parameters, PayloadHash payload, Duration expires) {

    static Case read(Path folder) throws IOException, MalformedRequestException {
      JsonNode context = new JsonMapper().readTree(folder.resolve("context.json").toFile());
      JsonNode keys = context.get("credentials");
      RawRequest request =
          RawRequest.parseAll(Files.readAllBytes(folder.resolve("request.txt"))).get(0);
      SigningParameters parameters =
          SigningParameters.of(
                  AwsCredentials.of(
                      keys.get("access_key_id").asText(),
                      keys.get("secret_access_key").asText(),
                      keys.has("token") ? keys.get("token").asText() : null),
                  context.get("region").asText(),
                  context.get("service").asText(),
                  Instant.parse(context.get("timestamp").asText()))
              .withHeaders(HeaderSelection.ALL)
              .withPathRule(new PathRule(context.get("normalize").asBoolean(), true))
              .withContentHashHeader(context.get("sign_body").asBoolean())
              .withSignSessionToken(!context.path("omit_session_token").asBoolean());
      return new Case(
          request,
          parameters,
          PayloadHash.ofBody(request.body()),
          Duration.ofSeconds(context.get("expiration_in_seconds").asLong()));
    }
  }

  private static List<Path> caseFolders() throws IOException, URISyntaxException {
    URL suite = AwsSuiteTest.class.getResource("/aws-sigv4-suite/v4");
    assertThat(suite).isNotNull();
    try (Stream<Path> folders = Files.list(Path.of(suite.toURI()))) {
      return folders.filter(Files::isDirectory).sorted().toList();
    }
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
