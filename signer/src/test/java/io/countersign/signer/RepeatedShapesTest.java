package io.countersign.signer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Signer and verifier keep the hash of a call that repeats within a second. Whatever differs from
 * that call must not be mistaken for it.
 */
class RepeatedShapesTest {

  private static final Instant NOW = Instant.parse("2026-12-31T23:59:59.999Z");
  private static final AwsCredentials KEYS = AwsCredentials.of("AKID", "secret", "a token");
  private static final PayloadHash BODY = body("{}");

  private final Signer signer = new Signer(new SigningKeys());
  private final Verifier verifier = new Verifier(new SigningKeys());

  private static PayloadHash body(String text) {
    return PayloadHash.ofBody(text.getBytes(StandardCharsets.UTF_8));
  }

  private static TestRequest request() {
    return TestRequest.of("POST", "/a/b?x=1&y=2")
        .with("Content-Type", "application/json")
        .with("X-Amz-Target", "S.Op")
        .with("User-Agent", "one")
        .with("Connection", "close");
  }

  private static SigningParameters parameters() {
    return SigningParameters.of(KEYS, "eu-west-1", "sqs", NOW);
  }

  /** What differs from {@link #request} in one thing each. */
  private static List<TestRequest> others() {
    TestRequest r = request();
    return List.of(
        r.withMethod("PUT"),
        r.withTarget("/a/c", "x=1&y=2"),
        r.withTarget("/a/b", "x=1&y=3"),
        r.withTarget("/a/b", ""),
        r.withReplaced("Content-Type", "application/xml"),
        r.withReplaced("X-Amz-Target", "S.Oq"),
        r.withReplaced("Host", "other.amazonaws.com"),
        r.withReplaced("Connection", "x-amz-target"),
        r.withReplaced("User-Agent", "two"),
        r.with("X-Amz-More", "1"),
        r.with("X-Amz-Target", "S.Op2"),
        r.with("Accept", "a"),
        TestRequest.of("POST", "/a/b?x=1&y=2")
            .with("X-Amz-Target", "S.Op")
            .with("Content-Type", "application/json")
            .with("User-Agent", "one")
            .with("Connection", "close"));
  }

  private static List<UnaryOperator<SigningParameters>> otherParameters() {
    List<UnaryOperator<SigningParameters>> all = new ArrayList<>();
    all.add(p -> p);
    all.add(p -> p.withHeaders(HeaderSelection.ALL));
    all.add(p -> p.withContentHashHeader(true));
    all.add(p -> p.withSignSessionToken(false));
    all.add(p -> p.withPathRule(PathRule.S3));
    all.add(p -> SigningParameters.of(KEYS, "eu-west-2", "sqs", NOW));
    all.add(p -> SigningParameters.of(KEYS, "eu-west-1", "sns", NOW));
    all.add(p -> SigningParameters.of(KEYS, "eu-west-1", "sqs", NOW.plusMillis(1)));
    all.add(p -> SigningParameters.of(KEYS, "eu-west-1", "sqs", NOW.minusSeconds(86_400)));
    for (AwsCredentials keys :
        List.of(
            AwsCredentials.of("AKID", "other", "a token"),
            AwsCredentials.of("AKID", "secret", "b token"),
            AwsCredentials.of("AKID", "secret", null),
            AwsCredentials.of("AKID2", "secret", "a token"))) {
      all.add(p -> SigningParameters.of(keys, "eu-west-1", "sqs", NOW));
    }
    return all;
  }

  private static void assertSameAsFresh(
      Signer warm, SigningParameters parameters, TestRequest request, PayloadHash payload)
      throws MalformedRequestException {
    SignedRequest fresh = new Signer(new SigningKeys()).sign(parameters, request, payload);
    SignedRequest signed = warm.sign(parameters, request, payload);
    assertThat(headers(signed)).as("%s", request).isEqualTo(headers(fresh));
    assertThat(signed.signature()).isEqualTo(fresh.signature());
    assertThat(signed.chunkSeed().signature).isEqualTo(fresh.chunkSeed().signature);
    assertThat(signed.contentSha256()).isEqualTo(fresh.contentSha256());
  }

  private static String headers(SignedRequest signed) {
    StringBuilder out = new StringBuilder();
    signed.forEachHeader((name, value) -> out.append(name).append(':').append(value).append('\n'));
    return out.toString();
  }

  @Test
  void signsEachDifferenceFromARepeatedCallAsAFreshSignerDoes() throws Exception {
    for (UnaryOperator<SigningParameters> change : otherParameters()) {
      SigningParameters changed = change.apply(parameters());
      for (TestRequest other : others()) {
        for (int i = 0; i < 3; i++) {
          assertSameAsFresh(signer, parameters(), request(), body("body " + i));
          assertSameAsFresh(signer, changed, other, body("body " + i));
          assertSameAsFresh(signer, changed, request(), BODY);
          assertSameAsFresh(signer, changed, request(), PayloadHash.UNSIGNED);
        }
      }
    }
  }

  @Test
  void findsEachDifferenceFromARepeatedCallInvalid() throws Exception {
    SigningParameters parameters = parameters().withHeaders(HeaderSelection.ALL);
    TestRequest request = request();
    TestRequest signed = signed(parameters, request, BODY);
    for (int i = 0; i < 5; i++) {
      assertThat(verify(signed, BODY)).isInstanceOf(Verification.Valid.class);
      TestRequest next = signed(parameters, request, body("body " + i));
      assertThat(verify(next, body("body " + i))).isInstanceOf(Verification.Valid.class);
      assertThat(verify(signed, body("body " + i))).isInstanceOf(Verification.Mismatch.class);
      assertThat(verify(next, BODY)).isInstanceOf(Verification.Mismatch.class);
      for (TestRequest changed :
          List.of(
              signed.withMethod("PUT"),
              signed.withTarget("/a/c", "x=1&y=2"),
              signed.withTarget("/a/b", "x=1&y=3"),
              signed.withReplaced("Content-Type", "application/xml"),
              signed.withReplaced("X-Amz-Target", "S.Oq"),
              signed.withReplaced("Host", "other.amazonaws.com"),
              signed.withReplaced("X-Amz-Security-Token", "b token"),
              signed.with("Content-Type", "x"))) {
        assertThat(verify(changed, BODY)).isInstanceOf(Verification.Mismatch.class);
      }
      assertThat(verify(signed.with("X-Amz-More", "1"), BODY))
          .isEqualTo(new Verification.UnsignedHeader("x-amz-more"));
      assertThat(verify(signed.withReplaced("User-Agent", "two"), BODY))
          .isInstanceOf(Verification.Valid.class);
    }
  }

  @Test
  void judgesTheTimeOfARepeatedCallEachTime() throws Exception {
    TestRequest signed = signed(parameters(), request(), BODY);
    for (int i = 0; i < 4; i++) {
      assertThat(verify(signed, BODY)).isInstanceOf(Verification.Valid.class);
      Authorization claim = verifier.claim(signed);
      assertThat(verifier.verify(claim, signed, BODY, KEYS, NOW.plusSeconds(301)))
          .isInstanceOf(Verification.Skewed.class);
    }
  }

  @Test
  void takesNoClaimOfAnotherRequestForThisOne() throws Exception {
    TestRequest signed = signed(parameters(), request(), BODY);
    TestRequest other = signed(parameters(), request().withReplaced("X-Amz-Target", "S.Oq"), BODY);
    for (int i = 0; i < 4; i++) {
      assertThat(verify(signed, BODY)).isInstanceOf(Verification.Valid.class);
      assertThat(verify(other, BODY)).isInstanceOf(Verification.Valid.class);
    }
    assertThat(verifier.verify(verifier.claim(other), signed, BODY, KEYS, NOW))
        .isInstanceOf(Verification.Mismatch.class);
    AwsCredentials others = AwsCredentials.of("AKID", "not the secret", "a token");
    assertThat(verifier.verify(verifier.claim(signed), signed, BODY, others, NOW))
        .isInstanceOf(Verification.Mismatch.class);
  }

  @Test
  void readsTheSameClaimOfARepeatedCallAsTheParser() throws Exception {
    for (int i = 0; i < 4; i++) {
      TestRequest signed = signed(parameters(), request(), body("body " + i));
      assertThat(verify(signed, body("body " + i))).isInstanceOf(Verification.Valid.class);
      Authorization quick = verifier.claim(signed);
      Authorization parsed = Authorization.parse(signed);
      assertThat(quick).usingRecursiveComparison().isEqualTo(parsed);
    }
    TestRequest signed = signed(parameters(), request(), BODY);
    String header = signed.headerValue(signed.headerCount() - 1);
    for (String bad : List.of("g", "A", " ", "\u00e9", "0,")) {
      TestRequest malformed =
          signed.withReplaced("Authorization", header.substring(0, header.length() - 1) + bad);
      assertThatExceptionOfType(MalformedRequestException.class)
          .isThrownBy(() -> verifier.claim(malformed));
    }
  }

  @Test
  void presignsAsAFreshSignerWhateverTheKeysOfTheQueryLieBetween() throws Exception {
    List<String> queries =
        List.of(
            "", "a=1", "A=1&z=2", "X=1", "X-Amz-Algorithms=1", "X-Amz-B=2&X-Amz-T=3&a=4", "%58");
    for (UnaryOperator<SigningParameters> change : otherParameters()) {
      SigningParameters p = change.apply(parameters());
      for (String query : queries) {
        for (Duration life : List.of(Duration.ofSeconds(1), Duration.ofSeconds(60))) {
          for (TestRequest target : List.of(request(), request().with("X-Amz-Acl", "private"))) {
            TestRequest request = target.withTarget("/a/b", query);
            PresignedRequest warm = signer.presign(p, request, BODY, life);
            assertThat(warm.query())
                .isEqualTo(new Signer(new SigningKeys()).presign(p, request, BODY, life).query());
            if (p.signSessionToken() && !p.contentHashHeader()) {
              TestRequest signed = request.with(warm);
              Authorization claim = Authorization.parse(signed);
              assertThat(
                      verifier.verify(claim, signed, BODY, p.credentials(), p.time(), p.pathRule()))
                  .as("%s", warm.query())
                  .isInstanceOf(Verification.Valid.class);
            }
          }
        }
      }
    }
  }

  @Test
  void dropsTheCallsOfCredentialsThatAreOver() throws Exception {
    SigningKeys keys = new SigningKeys();
    Signer warm = new Signer(keys);
    int hash = SignedShape.hash(parameters(), request());
    for (int i = 0; i < 3; i++) {
      warm.sign(parameters(), request(), BODY);
    }
    assertThat(keys.signed.get(hash)).isNotNull();
    keys.forget(AwsCredentials.of("AKID", "other", "a token"));
    assertThat(keys.signed.get(hash)).isNotNull();
    keys.forget(KEYS);
    assertThat(keys.signed.get(hash)).isNull();
    assertThat(keys.size()).isZero();
    assertSameAsFresh(warm, parameters(), request(), BODY);
  }

  @Test
  void keepsNoCustomerKeyOfS3() throws Exception {
    TestRequest request =
        request().with("X-Amz-Server-Side-Encryption-Customer-Key", "a key of the client");
    assertThat(RequestShape.of(request, name -> true)).isNull();
    assertThat(RequestShape.of(request().with("X-Amz-Meta", "x".repeat(5000)), name -> true))
        .isNull();
    assertThat(RequestShape.of(request(), name -> true)).isNotNull();
  }

  private TestRequest signed(SigningParameters parameters, TestRequest request, PayloadHash payload)
      throws MalformedRequestException {
    return request.with(signer.sign(parameters, request, payload));
  }

  private Verification verify(TestRequest signed, PayloadHash payload)
      throws MalformedRequestException {
    return verifier.verify(verifier.claim(signed), signed, payload, KEYS, NOW);
  }
}
