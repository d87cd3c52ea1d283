package io.countersign.signer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class VerifierTest {

  private static final AwsCredentials KEYS = AwsCredentials.of("AKID", "secret", "a-token");
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final PayloadHash BODY = PayloadHash.ofBody(new byte[] {'{', '}'});
  private static final TestRequest POST =
      TestRequest.of("POST", "/a%20b/c?x=1&y=a%20b")
          .with("Content-Type", "application/json")
          .with("X-Amz-Target", "A.B")
          .with("User-Agent", "test");

  private final Signer signer = new Signer(new SigningKeys());
  private final Verifier verifier = new Verifier(new SigningKeys());

  private TestRequest signed(TestRequest request, String service) throws MalformedRequestException {
    return request.with(
        signer.sign(SigningParameters.of(KEYS, "eu-west-1", service, NOW), request, BODY));
  }

  private TestRequest presigned(TestRequest request, int seconds) throws MalformedRequestException {
    return request.with(
        signer.presign(
            SigningParameters.of(KEYS, "eu-west-1", "s3", NOW),
            request,
            PayloadHash.UNSIGNED,
            Duration.ofSeconds(seconds)));
  }

  private Verification verify(TestRequest request) throws MalformedRequestException {
    return verify(request, NOW);
  }

  private Verification verify(TestRequest request, Instant now) throws MalformedRequestException {
    Authorization authorization = Authorization.parse(request);
    PayloadHash declared = authorization.declaredPayload();
    return verifier.verify(authorization, request, declared == null ? BODY : declared, KEYS, now);
  }

  private void mismatches(TestRequest request) throws MalformedRequestException {
    assertThat(verify(request)).isInstanceOf(Verification.Mismatch.class);
  }

  @Test
  void acceptsWhatTheSignerSigned() throws Exception {
    for (String service : List.of("sqs", "s3")) {
      assertThat(verify(signed(POST, service)))
          .isInstanceOfSatisfying(
              Verification.Valid.class,
              valid -> {
                assertThat(valid.path()).isEqualTo("/a%20b/c");
                assertThat(valid.query()).isEqualTo("x=1&y=a%20b");
              });
    }
  }

  @Test
  void acceptsHeadersInAnyOrderAndCase() throws Exception {
    TestRequest request = signed(POST.with("x-amz-meta-a", "1").with("X-Amz-Meta-A", "2"), "s3");
    Random random = new Random(1);
    for (int i = 0; i < 20; i++) {
      assertThat(verify(request.shuffled(random))).isInstanceOf(Verification.Valid.class);
    }
    mismatches(request.without("x-amz-meta-a").with("x-amz-meta-a", "2").with("x-amz-meta-a", "1"));
  }

  @Test
  void acceptsAPresignedRequestAndGivesItsQueryWithoutTheSignature() throws Exception {
    TestRequest request = presigned(TestRequest.get("/b/k?versionId=1&a"), 60);
    assertThat(verify(request))
        .isInstanceOfSatisfying(
            Verification.Valid.class,
            valid -> assertThat(valid.query()).isEqualTo("a=&versionId=1"));
  }

  @Test
  void acceptsAllThreeReadingsOfAPlusAndSaysWhichOneWasSigned() throws Exception {
    // A client that writes + for a space, and one that writes + for a plus, both leave a=b+c on the
    // wire.
    TestRequest space = signed(TestRequest.of("POST", "/?a=b%20c"), "sqs").withTarget("/", "a=b+c");
    TestRequest plus = signed(TestRequest.of("POST", "/?a=b%2Bc"), "sqs").withTarget("/", "a=b+c");
    assertThat(((Verification.Valid) verify(space)).query()).isEqualTo("a=b%20c");
    assertThat(((Verification.Valid) verify(plus)).query()).isEqualTo("a=b%2Bc");
  }

  @Test
  void verifiesExactlyTheHeadersThatAreNamed() throws Exception {
    // Go signs content-length, accept-encoding and amz-sdk-*, which this signer never does.
    TestRequest request =
        TestRequest.of("POST", "/")
            .with("Accept-Encoding", "identity")
            .with("Content-Length", "2")
            .with("Amz-Sdk-Request", "attempt=1; max=3")
            .with("X-Amz-Date", "20261124T120000Z");
    String names = "accept-encoding;amz-sdk-request;content-length;host;x-amz-date";
    Bytes canonical =
        new Bytes(256)
            .text("POST\n/\n\naccept-encoding:identity\namz-sdk-request:attempt=1; max=3\n")
            .text("content-length:2\nhost:example.amazonaws.com\nx-amz-date:20261124T120000Z\n\n")
            .text(names + "\n" + BODY);
    SigningKey key = new SigningKeys().key(KEYS, "20261124", "eu-west-1", "sqs");
    byte[] hash = Sha256.create().digest(canonical.copy());
    Bytes text = new Bytes(256).text(key.at("20261124T120000Z").stringToSign(hash));
    TestRequest signed =
        request.with(
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=AKID/20261124/eu-west-1/sqs/aws4_request,SignedHeaders="
                + names
                + ",Signature="
                + Hex.encode(key.sign(text)));
    assertThat(verify(signed)).isInstanceOf(Verification.Valid.class);
    mismatches(signed.withSet("Accept-Encoding", "gzip"));
  }

  @Test
  void rejectsUnsignedHostChange() throws Exception {
    mismatches(signed(POST, "sqs").withSet("Host", "evil.example.com"));
  }

  @Test
  void rejectsChangesOfMethodPathQueryHeaderAndBody() throws Exception {
    for (String service : List.of("sqs", "s3")) {
      TestRequest request = signed(POST, service);
      mismatches(request.withMethod("PUT"));
      mismatches(request.withTarget("/a%20b/d", POST.query()));
      mismatches(request.withTarget(POST.path(), "x=1"));
      mismatches(request.withTarget(POST.path(), POST.query() + "&z=1"));
      mismatches(request.withSet("Content-Type", "text/plain"));
      mismatches(request.withSet("X-Amz-Target", "A.C"));
      mismatches(request.withSet("X-Amz-Security-Token", "b"));
      mismatches(request.withSet("X-Amz-Date", "20261124T120001Z"));
    }
    TestRequest request = signed(POST, "sqs");
    assertThat(verifier.verify(Authorization.parse(request), request, PayloadHash.EMPTY, KEYS, NOW))
        .isInstanceOf(Verification.Mismatch.class);
  }

  @Test
  void rejectsABodyOtherThanTheDeclaredOne() throws Exception {
    TestRequest request = signed(POST, "s3");
    assertThat(verifier.verify(Authorization.parse(request), request, PayloadHash.EMPTY, KEYS, NOW))
        .isEqualTo(new Verification.PayloadMismatch(BODY, PayloadHash.EMPTY));
  }

  @Test
  void rejectsAnotherSecretRegionServiceAndDay() throws Exception {
    TestRequest request = signed(POST, "sqs");
    Authorization authorization = Authorization.parse(request);
    assertThat(
            verifier.verify(
                authorization, request, BODY, AwsCredentials.of("AKID", "other", null), NOW))
        .isInstanceOf(Verification.Mismatch.class);
    String header = request.headerValue(request.headerCount() - 1);
    mismatches(request.withSet("Authorization", header.replace("eu-west-1", "eu-west-2")));
    mismatches(request.withSet("Authorization", header.replace("/sqs/", "/sns/")));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                verifier.verify(
                    authorization, request, BODY, AwsCredentials.of("AKID2", "secret", null), NOW));
  }

  @Test
  void rejectsXAmzHeadersThatSignedHeadersDoesNotName() throws Exception {
    for (String service : List.of("sqs", "s3")) {
      assertThat(verify(signed(POST, service).with("X-AMZ-Acl", "public-read")))
          .isEqualTo(new Verification.UnsignedHeader("x-amz-acl"));
    }
    assertThat(verify(presigned(TestRequest.get("/b/k"), 60).with("x-amz-meta-a", "1")))
        .isEqualTo(new Verification.UnsignedHeader("x-amz-meta-a"));
  }

  @Test
  void acceptsOtherUnsignedHeaders() throws Exception {
    assertThat(verify(signed(POST, "sqs").with("X-Forwarded-For", "10.0.0.1")))
        .isInstanceOf(Verification.Valid.class);
  }

  @Test
  void rejectsASignedHeaderThatIsMissing() throws Exception {
    assertThat(verify(signed(POST, "sqs").without("x-amz-target")))
        .isEqualTo(new Verification.MissingHeader("x-amz-target"));
    assertThat(verify(signed(POST, "sqs").without("host")))
        .isEqualTo(new Verification.MissingHeader("host"));
  }

  @Test
  void rejectsASecondHost() throws Exception {
    TestRequest request = signed(POST, "sqs").with("host", "example.amazonaws.com");
    assertThatExceptionOfType(MalformedRequestException.class)
        .isThrownBy(() -> verify(request))
        .withMessageContaining("more than one Host");
  }

  @Test
  void rejectsAReplayOlderThanFiveMinutesAndATimeInTheFuture() throws Exception {
    TestRequest request = signed(POST, "sqs");
    Duration limit = Verifier.MAX_SKEW;
    assertThat(limit).isEqualTo(Duration.ofMinutes(5));
    assertThat(verify(request, NOW.plus(limit))).isInstanceOf(Verification.Valid.class);
    assertThat(verify(request, NOW.minus(limit))).isInstanceOf(Verification.Valid.class);
    Instant late = NOW.plus(limit).plusMillis(1);
    Instant early = NOW.minus(limit).minusMillis(1);
    assertThat(verify(request, late)).isEqualTo(new Verification.Skewed(NOW, late, limit));
    assertThat(verify(request, early)).isEqualTo(new Verification.Skewed(NOW, early, limit));
  }

  @Test
  void rejectsAPresignedRequestOutsideItsLife() throws Exception {
    TestRequest request = presigned(TestRequest.get("/b/k"), 600);
    Instant end = NOW.plusSeconds(600);
    assertThat(verify(request, end)).isInstanceOf(Verification.Valid.class);
    assertThat(verify(request, end.plusMillis(1)))
        .isEqualTo(new Verification.Expired(end, end.plusMillis(1)));
    assertThat(verify(request, NOW.minus(Verifier.MAX_SKEW)))
        .isInstanceOf(Verification.Valid.class);
    assertThat(verify(request, NOW.minus(Verifier.MAX_SKEW).minusMillis(1)))
        .isInstanceOf(Verification.Skewed.class);
  }

  @Test
  void rejectsAChangedPresignedQuery() throws Exception {
    TestRequest request = presigned(TestRequest.get("/b/k?a=1"), 60);
    mismatches(request.withTarget("/b/other", request.query()));
    mismatches(request.withTarget(request.path(), request.query().replace("a=1", "a=2")));
    mismatches(
        request.withTarget(
            request.path(), request.query().replace("X-Amz-Expires=60", "X-Amz-Expires=604800")));
    mismatches(request.withTarget(request.path(), request.query() + "&response-expires=0"));
  }

  @Test
  void aMismatchTellsWhatWasMadeOfTheRequestWithoutItsToken() throws Exception {
    Verification outcome = verify(signed(POST, "sqs").withMethod("PUT"));
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Verification.Mismatch.class,
            mismatch -> {
              assertThat(mismatch.canonicalRequest())
                  .startsWith("PUT\n/a%2520b/c\nx=1&y=a%20b\n")
                  .contains("x-amz-security-token:<session-token>\n")
                  .doesNotContain("a-token");
              assertThat(mismatch.stringToSign())
                  .startsWith(
                      "AWS4-HMAC-SHA256\n20261124T120000Z\n20261124/eu-west-1/sqs/aws4_request\n");
            });
  }

  @Test
  void presigningHasALeastAndAMostLife() throws Exception {
    assertThat(presigned(POST, 1).query()).contains("X-Amz-Expires=1&");
    assertThat(presigned(POST, 604_800).query()).contains("X-Amz-Expires=604800&");
    assertThatIllegalArgumentException().isThrownBy(() -> presigned(POST, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> presigned(POST, 604_801));
  }

  @Test
  void signingAnewWhatWasSignedChangesNothing() throws Exception {
    TestRequest once = signed(POST, "s3");
    assertThat(signed(once, "s3").headers()).hasSameSizeAs(once.headers());
    assertThat(signer.sign(parameters(), once, BODY).signature())
        .isEqualTo(signer.sign(parameters(), POST, BODY).signature());
  }

  @Test
  void signingTheWireFormGivesTheSignatureOfTheRawForm() throws Exception {
    TestRequest raw = TestRequest.get("/a b/%7e/x?b=%20&a=%7E&c");
    TestRequest wire =
        raw.withTarget(
            CanonicalPath.wire(raw.path(), PathRule.S3), CanonicalQuery.wire(raw.query()));
    assertThat(signer.sign(parameters(), wire, BODY).signature())
        .isEqualTo(signer.sign(parameters(), raw, BODY).signature());
  }

  private static SigningParameters parameters() {
    return SigningParameters.of(KEYS, "eu-west-1", "s3", NOW);
  }
}
