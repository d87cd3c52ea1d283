package io.countersign.signer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorizationTest {

  private static final String SIGNATURE = "0123456789abcdef".repeat(4);
  private static final String CREDENTIAL = "AKID/20261124/eu-west-1/s3/aws4_request";
  private static final String HEADER =
      "AWS4-HMAC-SHA256 Credential="
          + CREDENTIAL
          + ", SignedHeaders=host;x-amz-date, Signature="
          + SIGNATURE;
  private static final String QUERY =
      "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="
          + CREDENTIAL.replace("/", "%2F")
          + "&X-Amz-Date=20261124T120000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host"
          + "&X-Amz-Signature="
          + SIGNATURE;
  private static final TestRequest PLAIN = TestRequest.get("/k");
  private static final TestRequest SIGNED =
      PLAIN.with("X-Amz-Date", "20261124T120000Z").with("Authorization", HEADER);

  private static void refuses(TestRequest request, String reason) {
    assertThatExceptionOfType(MalformedRequestException.class)
        .isThrownBy(() -> Authorization.parse(request))
        .withMessageContaining(reason);
  }

  private static TestRequest header(String from, String to) {
    assertThat(HEADER).contains(from);
    return SIGNED.withSet("Authorization", HEADER.replace(from, to));
  }

  private static TestRequest query(String from, String to) {
    assertThat(QUERY).contains(from);
    return PLAIN.withTarget("/k", QUERY.replace(from, to));
  }

  @Test
  void readsAHeader() throws Exception {
    Authorization read = Authorization.parse(SIGNED.with("x-amz-security-token", "t"));
    assertThat(read.accessKeyId()).isEqualTo("AKID");
    assertThat(read.date()).isEqualTo("20261124");
    assertThat(read.region()).isEqualTo("eu-west-1");
    assertThat(read.service()).isEqualTo("s3");
    assertThat(read.signedHeaders()).containsExactly("host", "x-amz-date");
    assertThat(read.signature()).isEqualTo(SIGNATURE);
    assertThat(read.time()).isEqualTo(Instant.parse("2026-11-24T12:00:00Z"));
    assertThat(read.presigned()).isFalse();
    assertThat(read.expires()).isNull();
    assertThat(read.sessionToken()).isEqualTo("t");
    assertThat(read.declaredPayload()).isNull();
    assertThat(read.toString()).doesNotContain(SIGNATURE);
  }

  @Test
  void readsAQuery() throws Exception {
    Authorization read = Authorization.parse(PLAIN.withTarget("/k", QUERY));
    assertThat(read.accessKeyId()).isEqualTo("AKID");
    assertThat(read.presigned()).isTrue();
    assertThat(read.expires()).isEqualTo(Duration.ofSeconds(60));
    assertThat(read.declaredPayload()).isEqualTo(PayloadHash.UNSIGNED);
    assertThat(Authorization.parse(query("%2Fs3%2F", "%2Fsts%2F")).declaredPayload()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "AWS4-HMAC-SHA256 Credential=C,SignedHeaders=H,Signature=S",
        "AWS4-HMAC-SHA256 Signature=S , \tCredential=C, SignedHeaders=H",
        "  AWS4-HMAC-SHA256   Credential=C, SignedHeaders=H, Signature=S  ",
      })
  void readsWhatClientsWrite(String form) throws Exception {
    String header =
        form.replace("=C", "=" + CREDENTIAL)
            .replace("=H", "=host;x-amz-date")
            .replace("=S", "=" + SIGNATURE);
    assertThat(Authorization.parse(SIGNED.withSet("authorization", header)).signature())
        .isEqualTo(SIGNATURE);
  }

  @Test
  void tellsWhetherThereIsAClaim() {
    assertThat(Authorization.isPresent(SIGNED)).isTrue();
    assertThat(Authorization.isPresent(PLAIN.withTarget("/k", QUERY))).isTrue();
    assertThat(Authorization.isPresent(PLAIN.withTarget("/k", "x-amz-signature="))).isTrue();
    assertThat(Authorization.isPresent(PLAIN.withTarget("/k", "%zz"))).isTrue();
    assertThat(Authorization.isPresent(PLAIN)).isFalse();
    assertThat(Authorization.isPresent(PLAIN.with("Authorization", "Bearer x"))).isFalse();
  }

  @Test
  void refusesHeaderAndQuerySignatureTogether() {
    refuses(SIGNED.withTarget("/k", QUERY), "both an Authorization header and X-Amz-");
    refuses(SIGNED.withTarget("/k", "X-Amz-Signature=" + SIGNATURE), "both");
    refuses(SIGNED.withTarget("/k", "x%2Damz-credential=x"), "both");
    refuses(PLAIN.with("Authorization", "Bearer x").withTarget("/k", QUERY), "both");
  }

  @Test
  void refusesAnUnknownAlgorithm() {
    refuses(header("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA512"), "algorithm");
    refuses(header("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"), "SigV4a");
    refuses(header("AWS4-HMAC-SHA256", "aws4-hmac-sha256"), "algorithm");
    refuses(header("AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA256,"), "algorithm");
    refuses(SIGNED.withSet("Authorization", "AWS AKID:signature"), "algorithm");
    refuses(SIGNED.withSet("Authorization", ""), "algorithm");
    refuses(query("AWS4-HMAC-SHA256", "AWS4-HMAC-MD5"), "algorithm");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "",
        "EU-WEST-1",
        "eu_west_1",
        "eu-west-1.evil",
        "x@attacker.com:443",
        "eu west",
        "eu-west-1%2f",
        "\u00e9"
      })
  void refusesARegionOrServiceThatCouldReachAHostName(String part) {
    refuses(header("/eu-west-1/", "/" + part + "/"), "Region of the credential");
    refuses(header("/s3/", "/" + part + "/"), "service of the credential");
  }

  @Test
  void boundsRegionServiceAndAccessKeyId() throws Exception {
    String longest = "a".repeat(64);
    assertThat(Authorization.parse(header("/eu-west-1/", "/" + longest + "/")).region())
        .isEqualTo(longest);
    refuses(header("/eu-west-1/", "/a" + longest + "/"), "Region");
    String longestId = "A".repeat(512);
    assertThat(Authorization.parse(header("=AKID/", "=" + longestId + "/")).accessKeyId())
        .isEqualTo(longestId);
    refuses(header("=AKID/", "=A" + longestId + "/"), "access key ID");
    refuses(header("=AKID/", "=/"), "access key ID");
    refuses(header("=AKID/", "=AK ID/"), "access key ID");
  }

  @Test
  void refusesADoublyEncodedCredential() {
    refuses(query("%2F", "%252F"), "percent-encoded twice");
    refuses(header("/", "%2F"), "percent-encoded twice");
  }

  @ParameterizedTest
  @CsvSource({
    "/20261124/, /20261125/, not the day",
    "/20261124/, /20261324/, no day",
    "/20261124/, /2026112/, no day",
    "/20261124/, /2026-11-24/, no day",
    "aws4_request, aws4_reques, aws4_request",
    "aws4_request, aws4_request/x, 6 parts",
    "Credential=AKID/, Credential=, 4 parts",
  })
  void refusesAMalformedScope(String from, String to, String reason) {
    refuses(header(from, to), reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "20261124T1200Z", "2026-11-24T12:00:00Z", "20261124T240000Z", "20261124t120000z",
        "20261131T120000Z", "20261124T126000Z", "20261124T120060Z", "\u0662\u0660261124T120000Z"
      })
  void refusesATimeThatIsNone(String time) {
    refuses(SIGNED.withSet("x-amz-date", time), "x-amz-date is no time");
  }

  @Test
  void refusesDuplicateAuthenticationHeaders() {
    refuses(SIGNED.with("authorization", HEADER), "more than one header authorization");
    refuses(SIGNED.with("authorization", "Bearer x"), "more than one header authorization");
    refuses(SIGNED.with("X-AMZ-DATE", "20261124T120000Z"), "more than one header x-amz-date");
    refuses(
        SIGNED.with("x-amz-content-sha256", SIGNATURE).with("X-Amz-Content-Sha256", SIGNATURE),
        "more than one header x-amz-content-sha256");
    refuses(
        SIGNED.with("x-amz-security-token", "a").with("x-amz-security-token", "a"),
        "more than one header x-amz-security-token");
    refuses(query("&X-Amz-Expires=60", "&X-Amz-Expires=60&X-Amz-Expires=9"), "more than once");
    refuses(query("&X-Amz-Date=", "&X%2DAmz-Date=1&X-Amz-Date="), "more than once");
  }

  @Test
  void refusesPartsOfTheHeaderThatAreTwiceOrUnknownOrMissing() {
    refuses(header("Signature=", "Credential=a, Signature="), "Credential twice");
    refuses(header(", Signature", ", Region=x, Signature"), "something other than");
    refuses(header(", Signature", ",, Signature"), "something other than");
    refuses(SIGNED.withSet("Authorization", HEADER + ","), "ends with a comma");
    refuses(header(", Signature=" + SIGNATURE, ""), "lacks Signature");
    refuses(header("SignedHeaders=host;x-amz-date, ", ""), "lacks SignedHeaders");
    refuses(header("Credential=" + CREDENTIAL + ", ", ""), "lacks Credential");
    refuses(SIGNED.without("x-amz-date"), "lacks an x-amz-date header");
    refuses(query("&X-Amz-Signature=" + SIGNATURE, ""), "lacks X-Amz-Signature");
    refuses(query("&X-Amz-Expires=60", ""), "lacks X-Amz-Expires");
    refuses(PLAIN, "is not signed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "604801", "-1", "+60", "6e1", "1.0", " 60", "99999999999999999999"})
  void refusesAnExpiryOutOfRange(String seconds) {
    refuses(
        query("X-Amz-Expires=60", "X-Amz-Expires=" + seconds.replace("+", "%2B")),
        "X-Amz-Expires is not 1 to 604800 seconds");
  }

  @Test
  void acceptsTheBoundsOfTheExpiry() throws Exception {
    for (int seconds : new int[] {1, 604_800}) {
      assertThat(
              Authorization.parse(query("X-Amz-Expires=60", "X-Amz-Expires=" + seconds)).expires())
          .isEqualTo(Duration.ofSeconds(seconds));
    }
  }

  @Test
  void refusesSignedHeadersWithoutHostOrOutOfOrderOrNotLowerCase() {
    refuses(header("host;x-amz-date", "x-amz-date"), "does not name host");
    refuses(header("host;x-amz-date", "x-amz-date;host"), "not sorted");
    refuses(header("host;x-amz-date", "host;host"), "twice");
    refuses(header("host;x-amz-date", "Host;x-amz-date"), "lower-case");
    refuses(header("host;x-amz-date", "host;"), "lower-case");
    refuses(header("host;x-amz-date", "host; x-amz-date"), "lower-case");
    refuses(header("host;x-amz-date", "host;\u0000;x-amz-date"), "lower-case");
    refuses(header("host;x-amz-date", "host;x-amz-date;z\u00e9"), "lower-case");
  }

  @Test
  void refusesASignatureThatIsNotLowerCaseHex() {
    refuses(header(SIGNATURE, SIGNATURE.substring(1)), "64 digits");
    refuses(header("abcdef", "ABCDEF"), "64 digits");
    refuses(header("abcdef", "abcd\u0100f"), "64 digits");
  }

  @Test
  void refusesAConnectionHeaderThatTakesASignedHeaderAway() {
    refuses(SIGNED.with("Connection", "close, X-Amz-Date"), "names x-amz-date");
    refuses(SIGNED.with("connection", "Authorization"), "names authorization");
    refuses(SIGNED.with("Connection", "keep-alive").with("Connection", "host"), "names host");
    refuses(SIGNED.with("Connection", "a b"), "header name");
  }

  @Test
  void readsThePayloadThatIsDeclared() throws Exception {
    for (String value :
        new String[] {
          SIGNATURE,
          "UNSIGNED-PAYLOAD",
          "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
          "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
          "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
        }) {
      assertThat(Authorization.parse(SIGNED.with("x-amz-content-sha256", value)).declaredPayload())
          .hasToString(value);
    }
    refuses(SIGNED.with("x-amz-content-sha256", "unsigned-payload"), "x-amz-content-sha256");
    refuses(SIGNED.with("x-amz-content-sha256", ""), "x-amz-content-sha256");
    refuses(
        PLAIN
            .withTarget("/k", QUERY + "&X-Amz-Content-Sha256=UNSIGNED-PAYLOAD")
            .with("x-amz-content-sha256", SIGNATURE),
        "differs from the query parameter");
  }
}
