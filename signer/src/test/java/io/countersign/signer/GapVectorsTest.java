package io.countersign.signer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Vectors of our own for what AWS's suite leaves out, each with the reason for the value that
 * stands here.
 */
class GapVectorsTest {

  private static final AwsCredentials KEYS = AwsCredentials.of("AKID", "secret", null);
  private static final Instant TIME = Instant.parse("2026-11-24T12:00:00Z");

  private final Signer signer = new Signer(new SigningKeys());

  private String[] canonical(String service, TestRequest request) throws MalformedRequestException {
    SigningParameters parameters =
        SigningParameters.of(KEYS, "eu-west-1", service, TIME).withHeaders(HeaderSelection.ALL);
    return signer
        .explain(parameters, request, PayloadHash.EMPTY)
        .canonicalRequest()
        .split("\n", -1);
  }

  @ParameterizedTest(name = "{0}: {3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "/a%20b        | /a%20b     | /a%20b     | S3 encodes a key once",
        "/a b          | /a%20b     | /a%20b     | a raw space is what its escape says",
        "/a+b          | /a%2Bb     | /a%2Bb     | a plus in a path is a plus, and S3 wants it"
            + " encoded",
        "/a@b=c:d      | /a%40b%3Dc%3Ad | /a%40b%3Dc%3Ad | S3 encodes what RFC 3986 would let"
            + " stand",
        "/a%2fb        | /a/b       | /a/b       | S3 has one key for both spellings of a slash",
        "/a%252Fb      | /a%252Fb   | /a%252Fb   | an encoded percent sign is a percent sign of the"
            + " key",
        "//a///b       | //a///b    | //a///b    | empty segments are part of the key",
        "/a/../b       | /a/../b    | /a/../b    | dot segments are part of the key",
        "/a/%2e%2e/b   | /a/../b    | /a/../b    | a dot has one spelling",
        "/..           | /..        | /..        | above the root is still a key",
        "/%7euser%41   | /~userA    | /~userA    | unreserved octets are not encoded",
        "/%c3%bc       | /%C3%BC    | /%C3%BC    | hex is upper case",
        "/%ff          | /%FF       | /%FF       | a key need not be UTF-8",
        "/             | /          | /          | the root",
        "/a/           | /a/        | /a/        | a slash at the end is part of the key",
      })
  void pathsOfS3(String raw, String onWire, String inSignature, String reason)
      throws MalformedRequestException {
    assertThat(CanonicalPath.wire(raw, PathRule.S3)).as(reason).isEqualTo(onWire);
    assertThat(canonical("s3", TestRequest.get(raw))[1]).as(reason).isEqualTo(inSignature);
    assertThat(canonical("s3", TestRequest.get(onWire))[1]).as("fixed").isEqualTo(inSignature);
  }

  @ParameterizedTest(name = "{0}: {3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "/a%20b        | /a%20b     | /a%2520b   | the escape of the wire is encoded again",
        "/a%2Fb        | /a%2Fb     | /a%252Fb   | an encoded slash is no separator",
        "/a:b          | /a%3Ab     | /a%253Ab   | one spelling on the wire: Bedrock model ids have"
            + " colons",
        "/../a         | /a         | /a         | nothing is above the root",
        "/a/../../..   | /          | /          | nothing is above the root",
        "/foo/.        | /foo       | /foo       | as the C library, the Java SDK and botocore have"
            + " it",
        "/foo/./       | /foo/      | /foo/      | a slash at the end stays",
        "/foo/bar/..   | /foo       | /foo       | the segment before goes",
        "//            | /          | /          | empty segments go",
        "/a//b///      | /a/b/      | /a/b/      | empty segments go",
        "/a/...        | /a/...     | /a/...     | three dots are a name",
        "/.a/..b       | /.a/..b    | /.a/..b    | a name may begin with dots",
        "/a/%2e%2E/b   | /b         | /b         | escaped dots cannot hide what they are",
        "/%7Ea         | /~a        | /~a        | unreserved octets are not encoded",
      })
  void pathsOfOtherServices(String raw, String onWire, String inSignature, String reason)
      throws MalformedRequestException {
    assertThat(CanonicalPath.wire(raw, PathRule.STANDARD)).as(reason).isEqualTo(onWire);
    assertThat(canonical("sqs", TestRequest.get(onWire))[1]).as(reason).isEqualTo(inSignature);
  }

  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "a=b+c         | a=b%20c    | a plus is read as a space: as the SDKs for Java, Go and Rust"
            + " do",
        "a=b%2Bc       | a=b%2Bc    | an encoded plus is a plus",
        "a=b=c         | a=b%3Dc    | only the first = separates",
        "a==           | a=%3D      | only the first = separates",
        "=v            | =v         | an empty key stays",
        "=             | =          | an empty key stays, without value too",
        "a             | a=         | a bare key has an empty value",
        "acl           | acl=       | as in S3's ?acl",
        "a=1&&b=2      | a=1&b=2    | an empty parameter goes",
        "&a=1&         | a=1        | an empty parameter goes",
        "&&            | \"\"       | only empty parameters",
        "b=1&a=2&a=1   | a=1&a=2&b=1 | by key, then by value",
        "a0=1&a=1&a-b=1&A=1 | A=1&a=1&a-b=1&a0=1 | by the whole key, not by key=value",
        "a=%2f%3a      | a=%2F%3A   | hex is upper case",
        "a=%7e         | a=~        | unreserved octets are not encoded",
        "a=%C3%28      | a=%C3%28   | octets that are no UTF-8 stay",
        "a=/?:@        | a=%2F%3F%3A%40 | everything but the unreserved is encoded",
        "a=%00         | a=%00      | a NUL is an octet",
        "a=1;b=2       | a=1%3Bb%3D2 | a semicolon separates nothing",
        "%61=1         | a=1        | keys are decoded too",
      })
  void queries(String raw, String canonical, String reason) throws MalformedRequestException {
    assertThat(CanonicalQuery.wire(raw)).as(reason).isEqualTo(canonical);
    assertThat(CanonicalQuery.wire(canonical)).as("fixed").isEqualTo(canonical);
    assertThat(canonical("sqs", TestRequest.get("/?" + raw))[2]).as(reason).isEqualTo(canonical);
  }

  @ParameterizedTest
  @CsvSource({"a=%zz,2", "a=%,2", "a=%2,2", "a=1&b=%4&c=1,6", "%g0,0", "a=%&41,2"})
  void refusesQueriesWithBadEscapes(String raw, int offset) {
    assertThatExceptionOfType(MalformedRequestException.class)
        .isThrownBy(() -> CanonicalQuery.wire(raw))
        .satisfies(e -> assertThat(e.offset()).isEqualTo(offset));
  }

  @ParameterizedTest
  @CsvSource({"/%zz,1", "/a%,2", "/a%2,2", "/a/%4/b,3"})
  void refusesPathsWithBadEscapes(String raw, int offset) {
    for (PathRule rule : new PathRule[] {PathRule.S3, PathRule.STANDARD}) {
      assertThatExceptionOfType(MalformedRequestException.class)
          .isThrownBy(() -> CanonicalPath.wire(raw, rule))
          .satisfies(e -> assertThat(e.offset()).isEqualTo(offset));
    }
  }

  @Test
  void refusesPathsThatDoNotBeginWithASlash() {
    for (String raw : new String[] {"*", "a", "http://example.com/", "example.com:443"}) {
      assertThatExceptionOfType(MalformedRequestException.class)
          .isThrownBy(() -> CanonicalPath.wire(raw, PathRule.S3));
      assertThatExceptionOfType(MalformedRequestException.class)
          .isThrownBy(() -> canonical("sqs", TestRequest.get("/").withTarget(raw, "")));
    }
  }

  @Test
  void anEmptyPathIsTheRoot() throws MalformedRequestException {
    for (String service : new String[] {"s3", "sqs"}) {
      assertThat(CanonicalPath.wire("", PathRule.forService(service))).isEqualTo("/");
      assertThat(canonical(service, TestRequest.get("/").withTarget("", ""))[1]).isEqualTo("/");
    }
  }

  @Test
  void everyServiceOfTheS3FamilyHasThePathRuleOfS3() {
    for (String service :
        new String[] {"s3", "s3-object-lambda", "s3-outposts", "s3express", "s3control"}) {
      assertThat(PathRule.forService(service)).isEqualTo(PathRule.S3);
    }
    assertThat(PathRule.forService("s3tables")).isEqualTo(PathRule.STANDARD);
  }

  @Test
  void tabsInAHeaderValueAreWhiteSpace() throws MalformedRequestException {
    assertThat(canonical("sqs", TestRequest.get("/").with("a", "\t x \t  y\t\"z  z\"\t")))
        .as("trimmed, runs collapsed, inside quotes too")
        .contains("a:x y \"z z\"");
  }

  @Test
  void aNoBreakSpaceIsAnOctetLikeOthers() throws MalformedRequestException {
    assertThat(canonical("sqs", TestRequest.get("/").with("a", "x\u00c2\u00a0\u00c2\u00a0y")))
        .contains("a:x\u00c2\u00a0\u00c2\u00a0y");
  }

  @Test
  void emptyHeaderValuesAreSigned() throws MalformedRequestException {
    assertThat(canonical("sqs", TestRequest.get("/").with("a", "").with("b", " \t ")))
        .contains("a:", "b:");
    assertThat(canonical("sqs", TestRequest.get("/").with("a", "").with("A", "x").with("a", " ")))
        .as("joined in arrival order, whatever their case")
        .contains("a:,x,");
  }

  @Test
  void connectionAndWhatItNamesIsNotSigned() throws MalformedRequestException {
    String[] lines =
        canonical(
            "sqs",
            TestRequest.get("/")
                .with("Connection", "close, X-Hop")
                .with("X-Hop", "1")
                .with("X-Stay", "1"));
    assertThat(lines).contains("x-stay:1");
    assertThat(String.join("\n", lines)).doesNotContain("connection", "x-hop");
  }

  @Test
  void headersThatProxiesChangeAreNotSigned() throws MalformedRequestException {
    TestRequest request = TestRequest.get("/");
    String[] names = {
      "Authorization",
      "Connection",
      "Keep-Alive",
      "TE",
      "Trailer",
      "Transfer-Encoding",
      "Upgrade",
      "Proxy-Authorization",
      "Proxy-Connection",
      "Expect",
      "User-Agent",
      "X-Amzn-Trace-Id",
      "Sec-Fetch-Mode",
      "Forwarded",
      "X-Forwarded-For",
      "Via",
      "Accept-Encoding",
      "amz-sdk-invocation-id"
    };
    for (String name : names) {
      request = request.with(name, "close");
    }
    assertThat(canonical("sqs", request)).contains("host;x-amz-date");
  }

  @Test
  void theMinimalSelectionIsWhatAwsAsksFor() throws MalformedRequestException {
    TestRequest request =
        TestRequest.get("/")
            .with("Content-Type", "a/b")
            .with("Content-MD5", "x")
            .with("Content-Length", "0")
            .with("Range", "bytes=0-")
            .with("X-Amz-Target", "A.B")
            .with("x-amzn-query-mode", "true");
    SigningParameters parameters = SigningParameters.of(KEYS, "eu-west-1", "sqs", TIME);
    assertThat(signer.explain(parameters, request, PayloadHash.EMPTY).canonicalRequest())
        .contains("\ncontent-md5;content-type;host;x-amz-date;x-amz-target\n");
  }

  @Test
  void thePortOfTheHostIsSignedAsItIsSent() throws MalformedRequestException {
    for (String host : new String[] {"localhost:4566", "[::1]:8080", "example.com"}) {
      assertThat(canonical("sqs", TestRequest.get("/").withSet("Host", host)))
          .contains("host:" + host);
    }
  }

  @Test
  void refusesARequestWithoutExactlyOneHost() {
    assertThatExceptionOfType(MalformedRequestException.class)
        .isThrownBy(() -> canonical("sqs", TestRequest.get("/").without("host")))
        .withMessageContaining("no Host");
    assertThatExceptionOfType(MalformedRequestException.class)
        .isThrownBy(() -> canonical("sqs", TestRequest.get("/").with("host", "b")))
        .withMessageContaining("2 Host");
  }

  @Test
  void s3ExpressHasASessionTokenOfItsOwn() throws MalformedRequestException {
    AwsCredentials session = AwsCredentials.of("AKID", "secret", "the-token");
    SigningParameters parameters = SigningParameters.of(session, "eu-west-1", "s3express", TIME);
    SignedRequest signed = signer.sign(parameters, TestRequest.get("/"), PayloadHash.EMPTY);
    StringBuilder names = new StringBuilder();
    signed.forEachHeader((name, value) -> names.append(name).append(' '));
    assertThat(names.toString())
        .isEqualTo("x-amz-s3session-token X-Amz-Date x-amz-content-sha256 Authorization ");
    assertThat(signed.authorization())
        .contains("SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-s3session-token,");
  }

  @Test
  void createSessionOfS3ExpressHasTheTokenOfARole() throws MalformedRequestException {
    // It is signed with the credentials that ask for a session, before there is one.
    AwsCredentials role = AwsCredentials.of("AKID", "secret", "the-token");
    SigningParameters parameters = SigningParameters.of(role, "eu-west-1", "s3express", TIME);
    for (String target : List.of("/?session", "/?session=", "/?session&x-id=CreateSession")) {
      SignedRequest signed = signer.sign(parameters, TestRequest.get(target), PayloadHash.EMPTY);
      assertThat(signed.authorization())
          .contains("SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,");
    }
    for (String target : List.of("/?sessions", "/k?a=session", "/session")) {
      SignedRequest signed = signer.sign(parameters, TestRequest.get(target), PayloadHash.EMPTY);
      assertThat(signed.authorization()).contains(";x-amz-s3session-token,");
    }
  }

  @Test
  void aPresignedCreateSessionHasTheTokenOfARoleToo() throws MalformedRequestException {
    AwsCredentials role = AwsCredentials.of("AKID", "secret", "the-token");
    SigningParameters parameters = SigningParameters.of(role, "eu-west-1", "s3express", TIME);
    assertThat(presigned(parameters, "/?session"))
        .contains("&X-Amz-Security-Token=the-token&")
        .doesNotContain("S3session");
    assertThat(presigned(parameters, "/key"))
        .contains("&X-Amz-S3session-Token=the-token&")
        .doesNotContain("Security-Token");
  }

  private String presigned(SigningParameters parameters, String target)
      throws MalformedRequestException {
    return signer
        .presign(parameters, TestRequest.get(target), PayloadHash.UNSIGNED, Duration.ofMinutes(5))
        .query();
  }

  @ParameterizedTest
  @ValueSource(ints = {0x00, 0x01, 0x08, 0x0a, 0x0b, 0x0c, 0x0d, 0x1f, 0x7f, 0x100})
  void aHeaderValueWithACharacterThatNoHeaderHasIsRefused(int c) {
    TestRequest request = TestRequest.get("/").with("x-amz-meta-note", "ab" + (char) c + "d");
    assertThatExceptionOfType(MalformedRequestException.class)
        .isThrownBy(() -> canonical("sqs", request))
        .withMessageContaining("x-amz-meta-note")
        .withMessageContaining("offset 2");
  }

  @Test
  void aHeaderValueMayHaveTabsQuestionMarksAndOctetsAboveAscii() throws MalformedRequestException {
    TestRequest request = TestRequest.get("/").with("x-amz-meta-note", "\ta?  b\u00e9\u00ff ");
    assertThat(canonical("sqs", request)).contains("x-amz-meta-note:a? b\u00e9\u00ff");
  }

  @Test
  void aConnectionHeaderThatNamesHostIsRefusedForWhatItDoes() {
    assertThatExceptionOfType(MalformedRequestException.class)
        .isThrownBy(() -> canonical("sqs", TestRequest.get("/").with("Connection", "Host")))
        .withMessageContaining("the Connection header names host");
  }

  @Test
  void theDateRollsOverAtMidnightUtc() throws MalformedRequestException {
    String before = dayOf(Instant.parse("2026-12-31T23:59:59.999Z"));
    String after = dayOf(Instant.parse("2027-01-01T00:00:00Z"));
    assertThat(before).isEqualTo("20261231T235959Z AKID/20261231/eu-west-1/sqs/aws4_request");
    assertThat(after).isEqualTo("20270101T000000Z AKID/20270101/eu-west-1/sqs/aws4_request");
  }

  private String dayOf(Instant time) throws MalformedRequestException {
    SignedRequest signed =
        signer.sign(
            SigningParameters.of(KEYS, "eu-west-1", "sqs", time),
            TestRequest.get("/"),
            PayloadHash.EMPTY);
    String authorization = signed.authorization();
    int from = authorization.indexOf('=') + 1;
    return signed.amzDate() + " " + authorization.substring(from, authorization.indexOf(','));
  }

  @Test
  void headersThatTheSignerSetsReplaceThoseOfTheRequest() throws MalformedRequestException {
    TestRequest clean = TestRequest.of("PUT", "/k");
    TestRequest stale =
        clean
            .with("X-Amz-Date", "19990101T000000Z")
            .with("x-amz-security-token", "of somebody else")
            .with("X-AMZ-CONTENT-SHA256", "UNSIGNED-PAYLOAD")
            .with("authorization", "Bearer x");
    SigningParameters parameters = SigningParameters.of(KEYS, "eu-west-1", "s3", TIME);
    assertThat(signer.sign(parameters, stale, PayloadHash.EMPTY).authorization())
        .isEqualTo(signer.sign(parameters, clean, PayloadHash.EMPTY).authorization());
  }

  @Test
  void refusesToSignARequestThatIsPresignedAlready() throws MalformedRequestException {
    for (String query :
        new String[] {"X-Amz-Signature=0", "a=1&x-amz-credential=0", "X%2DAmz-Date=1"}) {
      assertThatExceptionOfType(MalformedRequestException.class)
          .isThrownBy(() -> canonical("s3", TestRequest.get("/?" + query)))
          .withMessageContaining("signed already");
    }
    assertThat(
            CanonicalQuery.withoutAuthentication(
                "x-id=GetObject&X-Amz-Algorithm=a&X-Amz-Credential=b&X-Amz-Date=c&X-Amz-Expires=1"
                    + "&X-Amz-Security-Token=d&X-Amz-SignedHeaders=host&X-Amz-Signature=e"
                    + "&X-Amz-Content-Sha256=UNSIGNED-PAYLOAD&X-Amz-Checksum-Mode=ENABLED"))
        .isEqualTo("X-Amz-Checksum-Mode=ENABLED&x-id=GetObject");
  }

  @Test
  void refusesLineBreaksInWhatIsSigned() {
    for (String value : new String[] {"a\nb", "a\rb", "a\0b", "a\u1234"}) {
      assertThatExceptionOfType(MalformedRequestException.class)
          .isThrownBy(() -> canonical("sqs", TestRequest.get("/").with("a", value)));
    }
    assertThatExceptionOfType(MalformedRequestException.class)
        .isThrownBy(() -> canonical("sqs", TestRequest.get("/").with("a\nb", "c")));
    assertThatExceptionOfType(MalformedRequestException.class)
        .isThrownBy(() -> canonical("sqs", TestRequest.get("/").withMethod("GET\n/")));
    assertThatExceptionOfType(MalformedRequestException.class)
        .isThrownBy(() -> canonical("s3", TestRequest.get("/\u1234")));
  }
}
