package io.countersign.signer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SigV4aTest {

  private static final AwsCredentials KEYS = AwsCredentials.of("AKID", "secret", null);
  private static final AwsCredentials SESSION = AwsCredentials.of("AKID", "secret", "canary+/=");
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final TestRequest GET = TestRequest.get("/a?b=c");

  private final SigV4aKeys keys = new SigV4aKeys();
  private final SigV4aSigner signer = new SigV4aSigner(keys);
  private final SigV4aVerifier verifier = new SigV4aVerifier(keys);

  private static SigV4aParameters parameters(AwsCredentials credentials, String service) {
    return SigV4aParameters.of(credentials, List.of("*"), service, NOW);
  }

  private TestRequest signed() throws MalformedRequestException {
    return GET.with(signer.sign(parameters(SESSION, "sqs"), GET, PayloadHash.EMPTY));
  }

  private TestRequest presigned() throws MalformedRequestException {
    return GET.with(
        signer.presign(parameters(SESSION, "sqs"), GET, PayloadHash.EMPTY, Duration.ofMinutes(10)));
  }

  private Verification verify(TestRequest request) throws MalformedRequestException {
    return verify(request, NOW);
  }

  private Verification verify(TestRequest request, Instant now) throws MalformedRequestException {
    SigV4aAuthorization claim = SigV4aAuthorization.parse(request);
    return verifier.verify(claim, request, PayloadHash.EMPTY, SESSION, now);
  }

  private static TestRequest changed(TestRequest request, String header, String from, String to) {
    for (String[] one : request.headers()) {
      if (one[0].equalsIgnoreCase(header)) {
        assertThat(one[1]).contains(from);
        return request.withSet(header, one[1].replace(from, to));
      }
    }
    throw new AssertionError("no header " + header);
  }

  @Test
  void verifiesWhatItSigned() throws Exception {
    assertThat(verify(signed())).isInstanceOf(Verification.Valid.class);
    assertThat(verify(presigned()))
        .isInstanceOfSatisfying(
            Verification.Valid.class,
            valid -> {
              assertThat(valid.path()).isEqualTo("/a");
              assertThat(valid.query()).isEqualTo("b=c");
            });
  }

  @Test
  void theScopeHasNoRegionAndTheRegionSetIsSigned() throws Exception {
    SigV4aParameters p = SigV4aParameters.of(KEYS, List.of("us-east-1", "eu-*"), "sqs", NOW);
    TestRequest request = GET.with(signer.sign(p, GET, PayloadHash.EMPTY));
    SigV4aAuthorization claim = SigV4aAuthorization.parse(request);
    assertThat(request.toString())
        .contains("Credential=AKID/20261124/sqs/aws4_request", "X-Amz-Region-Set, us-east-1,eu-*");
    assertThat(claim.regionSet()).containsExactly("us-east-1", "eu-*");
    assertThat(claim.signedHeaders()).containsExactly("host", "x-amz-date", "x-amz-region-set");
    assertThat(
            verifier.verify(
                claim,
                changed(request, "x-amz-region-set", "eu-*", "*"),
                PayloadHash.EMPTY,
                KEYS,
                NOW))
        .isInstanceOf(Verification.Mismatch.class);
  }

  @ParameterizedTest
  @CsvSource({
    "us-east-1, us-east-1, true",
    "us-east-1, us-east-11, false",
    "us-east-1, us-east-, false",
    "*, eu-west-1, true",
    "us-*, us-gov-west-1, true",
    "us-*, eu-west-1, false",
    "*-west-*, eu-west-1, true",
    "*-west-*, eu-east-1, false",
    "*-1, eu-west-1, true",
    "*a*b, aab, true",
    "*a*b, aba, false",
    "**, x, true",
  })
  void aRegionSetCoversWhatItsAsterisksStandFor(String entry, String region, boolean covers) {
    assertThat(RegionSet.covers(List.of("xx-none-1", entry), region)).isEqualTo(covers);
  }

  @Test
  void aRegionSetHasOneTo64EntriesOfOneTo64Characters() throws Exception {
    String longest = "a".repeat(64);
    assertThat(RegionSet.parse(longest)).containsExactly(longest);
    assertThat(RegionSet.parse(" a , b ")).containsExactly("a", "b");
    assertThat(RegionSet.parse(String.join(",", Collections.nCopies(64, "*")))).hasSize(64);
    for (String bad :
        List.of(
            "",
            ",",
            "a,",
            "A",
            "a b",
            "a".repeat(65),
            String.join(",", Collections.nCopies(65, "*")),
            String.join(",", Collections.nCopies(9000, "*")))) {
      assertThatExceptionOfType(MalformedRequestException.class)
          .isThrownBy(() -> RegionSet.parse(bad));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SigV4aParameters.of(KEYS, List.of(), "sqs", NOW));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SigV4aParameters.of(KEYS, List.of("us east"), "sqs", NOW));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SigV4aParameters.of(KEYS, List.of("*"), "a/b", NOW));
  }

  @Test
  void rejectsChangesOfWhatIsSigned() throws Exception {
    for (TestRequest request : List.of(signed(), presigned())) {
      for (TestRequest other :
          List.of(
              request.withMethod("PUT"),
              request.withTarget("/b", request.query()),
              request.withTarget("/a", request.query().replace("b=c", "b=d")),
              request.withSet("Host", "other.amazonaws.com"))) {
        assertThat(verify(other)).isInstanceOf(Verification.Mismatch.class);
      }
    }
    assertThat(verify(signed().with("x-amz-meta-a", "b")))
        .isEqualTo(new Verification.UnsignedHeader("x-amz-meta-a"));
  }

  @Test
  void rejectsAnotherSecretAndOtherCredentials() throws Exception {
    TestRequest request = signed();
    SigV4aAuthorization claim = SigV4aAuthorization.parse(request);
    assertThat(
            verifier.verify(
                claim, request, PayloadHash.EMPTY, AwsCredentials.of("AKID", "other", null), NOW))
        .isInstanceOf(Verification.Mismatch.class);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                verifier.verify(
                    claim,
                    request,
                    PayloadHash.EMPTY,
                    AwsCredentials.of("AKIE", "secret", null),
                    NOW));
  }

  @Test
  void rejectsWhatComesTooEarlyOrTooLate() throws Exception {
    assertThat(verify(signed(), NOW.plusSeconds(300))).isInstanceOf(Verification.Valid.class);
    assertThat(verify(signed(), NOW.plusSeconds(301))).isInstanceOf(Verification.Skewed.class);
    assertThat(verify(signed(), NOW.minusSeconds(301))).isInstanceOf(Verification.Skewed.class);
    assertThat(verify(presigned(), NOW.plusSeconds(600))).isInstanceOf(Verification.Valid.class);
    assertThat(verify(presigned(), NOW.plusSeconds(601))).isInstanceOf(Verification.Expired.class);
  }

  @Test
  void aMismatchDoesNotShowTheToken() throws Exception {
    for (TestRequest request : List.of(signed(), presigned())) {
      assertThat(verify(request.withMethod("PUT")))
          .isInstanceOfSatisfying(
              Verification.Mismatch.class,
              mismatch -> {
                assertThat(mismatch.canonicalRequest())
                    .contains("<session-token>")
                    .doesNotContain("canary");
                assertThat(mismatch.stringToSign()).contains("\n20261124/sqs/aws4_request\n");
              });
    }
  }

  @Test
  void acceptsAllThreeReadingsOfAPlus() throws Exception {
    TestRequest plus = TestRequest.get("/?a=b+c");
    for (String reading : List.of("a=b%20c", "a=b%2Bc")) {
      TestRequest signed =
          plus.with(
              signer.sign(
                  parameters(SESSION, "sqs"), plus.withTarget("/", reading), PayloadHash.EMPTY));
      assertThat(verify(signed.withTarget("/", "a=b+c")))
          .isInstanceOfSatisfying(
              Verification.Valid.class, valid -> assertThat(valid.query()).isEqualTo(reading));
    }
  }

  @Test
  void aPublicKeyOfAnotherCurveIsRefused() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp384r1"));
    ECPublicKey other = (ECPublicKey) generator.generateKeyPair().getPublic();
    TestRequest request = signed();
    SigV4aAuthorization claim = SigV4aAuthorization.parse(request);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                SigV4aVerifier.verify(
                    claim, request, PayloadHash.EMPTY, other, NOW, PathRule.STANDARD));
  }

  @Test
  void s3GetsItsPathRuleAndItsPayloadHeader() throws Exception {
    TestRequest odd = TestRequest.get("/a//../b%20c");
    Explanation explained = signer.explain(parameters(KEYS, "s3"), odd, PayloadHash.UNSIGNED);
    assertThat(explained.canonicalRequest())
        .startsWith("GET\n/a//../b%20c\n")
        .contains("\nx-amz-content-sha256:UNSIGNED-PAYLOAD\n");
  }

  @Test
  void refusesToSignARequestThatIsPresignedAlready() {
    for (String query : List.of("X-Amz-Region-Set=*", "x-amz-signature=0")) {
      assertThatExceptionOfType(MalformedRequestException.class)
          .isThrownBy(
              () ->
                  signer.sign(
                      parameters(KEYS, "sqs"), GET.withTarget("/", query), PayloadHash.EMPTY))
          .withMessageContaining("signed already");
    }
  }

  @Test
  void presigningHasALeastAndAMostLife() throws Exception {
    SigV4aParameters p = parameters(KEYS, "sqs");
    assertThat(signer.presign(p, GET, PayloadHash.EMPTY, Signer.MAX_EXPIRES).query())
        .contains("X-Amz-Expires=604800");
    for (Duration bad : List.of(Duration.ZERO, Signer.MAX_EXPIRES.plusSeconds(1))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> signer.presign(p, GET, PayloadHash.EMPTY, bad));
    }
  }
}
