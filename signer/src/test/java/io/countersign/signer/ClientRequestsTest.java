package io.countersign.signer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The heads of requests as the AWS CLI 2, boto3 and the Go SDK v2 sent them (keys, tokens and ids
 * replaced, User-Agent left out, so their own signatures no longer hold). None may be refused for
 * anything but its signature, and under a right signature each passes.
 */
class ClientRequestsTest {

  private static final AwsCredentials KEYS =
      AwsCredentials.of("ASIAEXAMPLEEXAMPLE00", "secret", null);

  /**
   * The example secret of AWS's documentation, with which the requests in the folder "signed" were
   * signed.
   */
  private static final AwsCredentials KNOWN =
      AwsCredentials.of("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", null);

  /**
   * Requests that botocore signed with a secret that we know: its signatures must hold as they are.
   */
  @TestFactory
  Stream<DynamicTest> verifiesWhatBotocoreSigned() throws Exception {
    List<Path> files = list("/client-requests/signed");
    assertThat(files).hasSize(28);
    return files.stream()
        .map(file -> dynamicTest(file.getFileName().toString(), () -> verify(file)));
  }

  private static void verify(Path file) throws Exception {
    TestRequest request = read(file);
    Authorization claim = Authorization.parse(request);
    PayloadHash declared = claim.declaredPayload();
    PayloadHash payload = declared == null ? PayloadHash.ofHex(bodyHash(file)) : declared;
    Verifier verifier = new Verifier(new SigningKeys());
    assertThat(verifier.verify(claim, request, payload, KNOWN, claim.time()))
        .isInstanceOfSatisfying(
            Verification.Valid.class,
            valid ->
                assertThat(valid.path()).as("boto encodes as we do").isEqualTo(request.path()));
    TestRequest changed = request.withTarget(request.path() + "x", request.query());
    assertThat(verifier.verify(claim, changed, payload, KNOWN, claim.time()))
        .isInstanceOf(Verification.Mismatch.class);
  }

  private static String bodyHash(Path file) throws Exception {
    List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    return lines.get(lines.size() - 1).substring("# body-sha256 ".length());
  }

  private static List<Path> list(String name) throws Exception {
    var folder = ClientRequestsTest.class.getResource(name);
    assertThat(folder).isNotNull();
    try (Stream<Path> listed = Files.list(Path.of(folder.toURI()))) {
      return listed.filter(Files::isRegularFile).sorted().toList();
    }
  }

  @TestFactory
  Stream<DynamicTest> acceptsTheRequestsOfRealClients() throws Exception {
    List<Path> files = list("/client-requests");
    assertThat(files).hasSize(21);
    return files.stream()
        .map(file -> dynamicTest(file.getFileName().toString(), () -> check(file)));
  }

  private static void check(Path file) throws Exception {
    TestRequest request = read(file);
    Authorization claim = Authorization.parse(request);
    assertThat(claim.region()).isEqualTo("us-east-1");
    assertThat(claim.service()).isIn("sts", "s3", "monitoring", "dynamodb", "sqs");
    assertThat(claim.presigned()).isEqualTo(file.toString().contains("Presigned"));
    PayloadHash declared = claim.declaredPayload();
    assertThat(declared != null).isEqualTo(claim.service().equals("s3"));
    PayloadHash payload = declared == null ? PayloadHash.EMPTY : declared;

    SigningKeys keys = new SigningKeys();
    Verifier verifier = new Verifier(keys);
    Verification first = verifier.verify(claim, request, payload, KEYS, claim.time());
    assertThat(first).isInstanceOf(Verification.Mismatch.class);
    Bytes text = new Bytes(256).text(((Verification.Mismatch) first).stringToSign());
    String right =
        Hex.encode(keys.key(KEYS, claim.date(), claim.region(), claim.service()).sign(text));
    TestRequest signed = resigned(request, claim, right);
    assertThat(verifier.verify(Authorization.parse(signed), signed, payload, KEYS, claim.time()))
        .isInstanceOfSatisfying(
            Verification.Valid.class,
            valid -> {
              assertThat(valid.path()).isEqualTo(request.path());
              assertThat(valid.query()).doesNotContain("X-Amz-Signature", "X-Amz-Credential");
            });
  }

  private static TestRequest resigned(TestRequest request, Authorization claim, String signature) {
    TestRequest out =
        request.withTarget(request.path(), request.query().replace(claim.signature(), signature));
    for (String[] header : request.headers()) {
      if (header[0].equalsIgnoreCase("authorization")) {
        out = out.withSet(header[0], header[1].replace(claim.signature(), signature));
      }
    }
    return out;
  }

  private static TestRequest read(Path file) throws Exception {
    List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    String[] start = lines.get(0).split(" ", -1);
    TestRequest request = TestRequest.of(start[0], start[1]).without("host");
    for (String line : lines.subList(1, lines.size())) {
      if (line.startsWith("#")) {
        continue;
      }
      int colon = line.indexOf(':');
      request = request.with(line.substring(0, colon), line.substring(colon + 1));
    }
    return request;
  }
}
