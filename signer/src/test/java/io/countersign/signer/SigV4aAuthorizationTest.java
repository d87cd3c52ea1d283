package io.countersign.signer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SigV4aAuthorizationTest {

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

  private static void refuses(TestRequest request, String reason) {
    assertThatExceptionOfType(MalformedRequestException.class)
        .isThrownBy(() -> SigV4aAuthorization.parse(request))
        .withMessageContaining(reason);
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
  void eachAlgorithmIsReadByItsOwnClass() throws Exception {
    TestRequest v4a = signed();
    TestRequest v4 =
        GET.with(
            new Signer(new SigningKeys())
                .sign(SigningParameters.of(KEYS, "eu-west-1", "sqs", NOW), GET, PayloadHash.EMPTY));
    assertThat(SigV4aAuthorization.isPresent(v4a)).isTrue();
    assertThat(SigV4aAuthorization.isPresent(presigned())).isTrue();
    assertThat(SigV4aAuthorization.isPresent(v4)).isFalse();
    assertThat(SigV4aAuthorization.isPresent(GET.withTarget("/", "%zz"))).isFalse();
    assertThat(Authorization.isPresent(v4a)).isTrue();
    refuses(v4, "the signing algorithm is not AWS4-ECDSA-P256-SHA256");
    assertThatExceptionOfType(MalformedRequestException.class)
        .isThrownBy(() -> Authorization.parse(v4a))
        .withMessageContaining("SigV4a");
  }

  @Test
  void refusesAClaimThatIsNotAsAwsWritesIt() throws Exception {
    TestRequest good = signed();
    SigV4aAuthorization.parse(good);
    refuses(good.without("x-amz-region-set"), "lacks x-amz-region-set");
    refuses(good.with("x-amz-region-set", "*"), "more than one header x-amz-region-set");
    refuses(good.withSet("x-amz-region-set", "a b"), "entry 1 of the region set");
    refuses(
        changed(good, "authorization", ";x-amz-region-set", ""),
        "SignedHeaders does not name x-amz-region-set");
    refuses(changed(good, "authorization", "/sqs/", "/eu-west-1/sqs/"), "has 5 parts, not the 4");
    refuses(changed(good, "authorization", "/20261124/", "/20261125/"), "not the day");
    refuses(changed(good, "authorization", "Signature=30", "Signature=31"), "DER");
    refuses(good.with("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"), "does not go");
    TestRequest query = presigned();
    refuses(
        query.withTarget("/a", query.query().replace("X-Amz-Region-Set=%2A&", "")),
        "lacks x-amz-region-set");
    refuses(query.with("x-amz-region-set", "us-east-1"), "differs from the query");
  }

  @Test
  void aSigV4RequestCannotDeclareAnEcdsaStream() throws Exception {
    TestRequest put = TestRequest.of("PUT", "/k").with("x-amz-content-sha256", "");
    TestRequest signed =
        put.with(
            new Signer(new SigningKeys())
                .sign(
                    SigningParameters.of(KEYS, "eu-west-1", "s3", NOW),
                    put,
                    PayloadHash.STREAMING_ECDSA));
    assertThatExceptionOfType(MalformedRequestException.class)
        .isThrownBy(() -> Authorization.parse(signed))
        .withMessageContaining("does not go with a request signed by AWS4-HMAC-SHA256");
  }

  @Test
  void fuzzOfClaimsAllowsOnlyMalformedRequests() throws Exception {
    Random random = new Random(4714);
    TestRequest header = signed();
    TestRequest query = presigned();
    String authorization = "";
    for (String[] one : header.headers()) {
      authorization = one[0].equals("Authorization") ? one[1] : authorization;
    }
    int accepted = 0;
    for (int i = 0; i < 10_000; i++) {
      TestRequest request =
          switch (random.nextInt(3)) {
            case 0 -> header.withSet("Authorization", Fuzz.mutate(random, authorization));
            case 1 -> header.withSet("X-Amz-Region-Set", Fuzz.mutate(random, "*"));
            default -> query.withTarget("/a", Fuzz.mutate(random, query.query()));
          };
      try {
        SigV4aAuthorization claim = SigV4aAuthorization.parse(request);
        if (claim.accessKeyId().equals("AKID")
            && verifier.verify(claim, request, PayloadHash.EMPTY, SESSION, NOW)
                instanceof Verification.Valid) {
          accepted++;
          assertThat(claim.regionSet()).containsExactly("*");
        }
      } catch (MalformedRequestException expected) {
        assertThat(expected.getMessage()).doesNotContain("canary");
      }
    }
    assertThat(accepted).isPositive();
  }
}
