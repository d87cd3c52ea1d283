package io.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.signer.AwsCredentials;
import io.countersign.signer.MalformedRequestException;
import io.countersign.signer.PayloadHash;
import io.countersign.signer.RawRequest;
import io.countersign.signer.SigV4aAuthorization;
import io.countersign.signer.SigV4aKeys;
import io.countersign.signer.SigV4aVerifier;
import io.countersign.signer.Verification;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The vectors are those of AWS's own suite, get-vanilla and its relatives. */
class SignCommandTest {
  private static final Map<String, String> KEYS =
      Map.of(
          "AWS_ACCESS_KEY_ID", "AKIDEXAMPLE",
          "AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");

  private static final String VANILLA =
      "GET / HTTP/1.1\nHost:example.amazonaws.com\nX-Amz-Date:20150830T123600Z\n\n";

  private static final String SIGNATURE =
      "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";

  private static Ran sign(String input, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "sign",
                "--region",
                "us-east-1",
                "--service",
                "service",
                "--date",
                "20150830T123600Z"));
    arguments.addAll(List.of(more));
    return Ran.with(input, KEYS, arguments.toArray(new String[0]));
  }

  @Test
  void signsARequestByteForByte() {
    Ran ran = sign(VANILLA);
    assertThat(ran.exitCode()).isZero();
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out())
        .isEqualTo(
            "GET / HTTP/1.1\nHost:example.amazonaws.com\nX-Amz-Date:20150830T123600Z\n"
                + "Authorization:AWS4-HMAC-SHA256"
                + " Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request,"
                + " SignedHeaders=host;x-amz-date, Signature="
                + SIGNATURE
                + "\n\n");
  }

  @Test
  void explainsTheSignature() {
    assertThat(sign(VANILLA, "--print", "signature").out()).isEqualTo(SIGNATURE + "\n");
    assertThat(sign(VANILLA, "--print", "canonical-request").out())
        .startsWith("GET\n/\n\nhost:example.amazonaws.com\nx-amz-date:20150830T123600Z\n\n");
    assertThat(sign(VANILLA, "--print", "string-to-sign").out())
        .startsWith(
            "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/service/aws4_request\n");
  }

  @Test
  void answersSeveralRequestsInTheirOrder() {
    String other = VANILLA.replace("GET", "POST");
    Ran both = sign(VANILLA + "\n---\n" + other, "--print", "signature");
    assertThat(both.out())
        .isEqualTo(SIGNATURE + "\n---\n" + sign(other, "--print", "signature").out());
  }

  @Test
  void presigns() {
    Ran ran = sign(VANILLA, "--presign", "--expires", "60");
    assertThat(ran.out())
        .startsWith("GET /?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F")
        .contains("&X-Amz-Expires=60&", "&X-Amz-Signature=")
        .doesNotContain("Authorization");
    assertThat(sign(VANILLA, "--presign", "--expires", "604800").exitCode()).isZero();
    assertThat(sign(VANILLA, "--presign", "--expires", "604801").exitCode()).isEqualTo(2);
    assertThat(sign(VANILLA, "--presign", "--expires", "0").exitCode()).isEqualTo(2);
  }

  @Test
  void followsTheRulesOfThePathThatItIsTold() {
    String dots = VANILLA.replace("GET /", "GET /a/../b%20c/");
    assertThat(path(sign(dots, "--print", "canonical-request"))).isEqualTo("/b%2520c/");
    assertThat(path(sign(dots, "--print", "canonical-request", "--no-normalize")))
        .isEqualTo("/a/../b%2520c/");
    assertThat(path(sign(dots, "--print", "canonical-request", "--single-encode")))
        .isEqualTo("/b%20c/");
    Ran s3 =
        Ran.with(
            dots, KEYS, "sign", "--region", "r", "--service", "s3", "--print", "canonical-request");
    assertThat(path(s3)).isEqualTo("/a/../b%20c/");
  }

  private static String path(Ran ran) {
    return ran.out().split("\n", -1)[1];
  }

  @Test
  void saysHowTheBodyIsHashed() {
    String post = VANILLA.replace("GET", "POST") + "body";
    assertThat(sign(post).out()).doesNotContain("x-amz-content-sha256");
    assertThat(sign(post, "--sign-body").out())
        .contains(
            "x-amz-content-sha256:"
                + "230d8358dc8e8890b4c58deeb62912ee2f20357ae92a5cc861b98e68fe31acb5");
    assertThat(sign(post, "--unsigned-payload").out())
        .contains("x-amz-content-sha256:UNSIGNED-PAYLOAD");
    assertThat(sign(post, "--unsigned-payload", "--sign-body").exitCode()).isEqualTo(2);
  }

  @Test
  void selectsTheHeadersThatAreSigned() {
    String request = VANILLA.replace("\n\n", "\nMy-Header:x\n\n");
    assertThat(sign(request).out()).contains("SignedHeaders=host;my-header;x-amz-date");
    assertThat(sign(request, "--sign-headers", "minimal").out())
        .contains("SignedHeaders=host;x-amz-date");
    assertThat(sign(request, "--sign-headers", "some").exitCode()).isEqualTo(2);
  }

  @Test
  void takesKeysFromTheCommandLineAndThenNoTokenFromTheEnvironment() {
    Map<String, String> environment =
        Map.of(
            "AWS_ACCESS_KEY_ID",
            "ID",
            "AWS_SECRET_ACCESS_KEY",
            "s",
            "AWS_SESSION_TOKEN",
            "token",
            "AWS_REGION",
            "eu-west-1");
    assertThat(Ran.with(VANILLA, environment, "sign", "--service", "s3").out())
        .contains("Credential=ID/20260102/eu-west-1/s3/", "X-Amz-Security-Token:token");
    assertThat(
            Ran.with(
                    VANILLA,
                    environment,
                    "sign",
                    "--service",
                    "s3",
                    "--access-key",
                    "OTHER",
                    "--secret-key",
                    "o")
                .out())
        .contains("Credential=OTHER/")
        .doesNotContain("oken");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GET /                             | standard input: line 1: a request line is METHOD
          GET / HTTP/1.1\\nHost example     | standard input: line 2
          GET / HTTP/1.1\\nX: y             | request 1: the request has no Host header
          ''                                | standard input has no request
          """)
  void refusesAMalformedRequestWithLineAndReason(String request, String reason) {
    Ran ran = sign(request.replace("\\n", "\n"));
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).startsWith("countersign sign: " + reason).doesNotContain("\tat ");
  }

  @Test
  void printsNothingWhenOneOfSeveralRequestsIsMalformed() {
    Ran ran = sign(VANILLA + "\n---\nGET / HTTP/1.1\nX: y\n\n");
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains("request 2: ");
  }

  @ParameterizedTest
  @CsvSource({
    "--date,2015-08-30T12:36:00Z",
    "--date,20150230T123600Z",
    "--date,20150830T123600",
    "--print,nothing",
    "--sign-headers,ALL",
    "--expires,x",
  })
  void refusesAnOptionThatIsWrong(String option, String value) {
    Ran ran = sign(VANILLA, option, value);
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).doesNotContain("\tat ");
  }

  @Test
  void saysWhatIsMissing() {
    assertThat(Ran.with(VANILLA, Map.of(), "sign", "--service", "s3").err())
        .contains("no access key; give --access-key, or set AWS_ACCESS_KEY_ID");
    assertThat(Ran.with(VANILLA, KEYS, "sign", "--service", "s3").err())
        .contains("no Region; give --region, or set AWS_REGION");
    assertThat(Ran.with(VANILLA, Map.of("AWS_ACCESS_KEY_ID", "x"), "sign", "--service", "s3").err())
        .contains("no secret key");
  }

  // ---- SigV4a ----

  private static final AwsCredentials CREDENTIALS =
      AwsCredentials.of("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", null);

  private static Ran sigV4a(String input, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("sign", "--algorithm", "sigv4a", "--service", "service"));
    arguments.addAll(List.of("--date", "20150830T123600Z"));
    arguments.addAll(List.of(more));
    return Ran.with(input, KEYS, arguments.toArray(new String[0]));
  }

  private static Verification verified(Ran ran) throws MalformedRequestException {
    assertThat(ran.err()).isEmpty();
    RawRequest request =
        RawRequest.parseAll(ran.out().getBytes(StandardCharsets.ISO_8859_1)).get(0);
    return new SigV4aVerifier(new SigV4aKeys())
        .verify(
            SigV4aAuthorization.parse(request),
            request,
            PayloadHash.ofBody(request.body()),
            CREDENTIALS,
            Instant.parse("2015-08-30T12:36:00Z"));
  }

  @Test
  void signsWithSigV4aForARegionOrASetOfThem() throws Exception {
    Ran one = sigV4a(VANILLA, "--region", "us-east-1");
    assertThat(one.out())
        .contains(
            "X-Amz-Region-Set:us-east-1\nAuthorization:AWS4-ECDSA-P256-SHA256"
                + " Credential=AKIDEXAMPLE/20150830/service/aws4_request,"
                + " SignedHeaders=host;x-amz-date;x-amz-region-set, Signature=30");
    assertThat(verified(one)).isInstanceOf(Verification.Valid.class);
    Ran set = sigV4a(VANILLA, "--region-set", "us-*,eu-west-1");
    assertThat(set.out()).contains("X-Amz-Region-Set:us-*,eu-west-1\n");
    assertThat(verified(set)).isInstanceOf(Verification.Valid.class);
  }

  @Test
  void presignsWithSigV4a() throws Exception {
    Ran ran =
        sigV4a(
            VANILLA.replace("\n\n", "\nX-Amz-Region-Set: old\n\n"),
            "--region-set",
            "*",
            "--presign");
    assertThat(ran.out())
        .startsWith("GET /?X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F")
        .contains("&X-Amz-Region-Set=%2A&X-Amz-Signature=30")
        .doesNotContain("old");
    assertThat(verified(ran)).isInstanceOf(Verification.Valid.class);
  }

  @Test
  void explainsASignatureOfSigV4a() {
    assertThat(sigV4a(VANILLA, "--region", "us-east-1", "--print", "string-to-sign").out())
        .isEqualTo(
            """
            AWS4-ECDSA-P256-SHA256
            20150830T123600Z
            20150830/service/aws4_request
            cf59db423e841c8b7e3444158185aa261b724a5c27cbe762676f3eed19f4dc02
            """);
    assertThat(sigV4a(VANILLA, "--region", "us-east-1", "--print", "canonical-request").out())
        .contains("\nx-amz-region-set:us-east-1\n");
    assertThat(sigV4a(VANILLA, "--region", "us-east-1", "--print", "signature").out())
        .matches("30[0-9a-f]{14,142}\n");
  }

  @Test
  void saysWhichOptionsDoNotGoTogether() {
    assertThat(sign(VANILLA, "--region-set", "*").err()).contains("needs --algorithm sigv4a");
    assertThat(sign(VANILLA, "--algorithm", "v4a").err())
        .contains("'v4a' is neither sigv4 nor sigv4a");
    assertThat(sigV4a(VANILLA, "--region", "a", "--region-set", "b").err())
        .contains("--region and --region-set exclude each other");
    assertThat(sigV4a(VANILLA, "--region-set", "a,,b").err())
        .contains("--region-set: entry 2 of the region set is empty");
    assertThat(sigV4a(VANILLA, "--region-set", "US").exitCode()).isEqualTo(2);
    assertThat(sigV4a(VANILLA).err()).contains("no Region; give --region");
    assertThat(sigV4a(VANILLA, "--region", "a", "--service", "s3express").exitCode()).isEqualTo(2);
  }

  // ---- S3 Express ----

  @Test
  void s3ExpressHasASessionTokenOfItsOwn() {
    String[] options = {
      "sign", "--region", "us-east-1", "--service", "s3express", "--session-token", "t/k"
    };
    assertThat(Ran.with(VANILLA, KEYS, options).out())
        .contains("x-amz-s3session-token:t/k\n", "x-amz-s3session-token, Signature=")
        .doesNotContainIgnoringCase("x-amz-security-token");
    List<String> presigned = new ArrayList<>(List.of(options));
    presigned.add("--presign");
    assertThat(Ran.with(VANILLA, KEYS, presigned.toArray(new String[0])).out())
        .contains("&X-Amz-S3session-Token=t%2Fk&");
    presigned.addAll(List.of("--print", "canonical-request"));
    assertThat(Ran.with(VANILLA, KEYS, presigned.toArray(new String[0])).out())
        .endsWith("\nUNSIGNED-PAYLOAD\n");
    assertThat(Ran.with(VANILLA.replace("GET /", "GET /?session"), KEYS, options).out())
        .contains("X-Amz-Security-Token:t/k\n")
        .doesNotContain("s3session");
  }
}
