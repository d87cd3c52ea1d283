package io.countersign.signer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AwsCredentialsTest {

  private static final String SECRET = "canary-secret";
  private static final String TOKEN = "canary-token";

  @Test
  void noTextOfThisLibraryShowsASecret() throws Exception {
    AwsCredentials credentials = AwsCredentials.of("AKID", SECRET, TOKEN);
    SigningParameters parameters =
        SigningParameters.of(credentials, "eu-west-1", "s3", Instant.parse("2026-01-01T00:00:00Z"));
    Signer signer = new Signer(new SigningKeys());
    TestRequest request = TestRequest.get("/");
    SignedRequest signed = signer.sign(parameters, request, PayloadHash.EMPTY);
    PresignedRequest presigned =
        signer.presign(parameters, request, PayloadHash.UNSIGNED, Duration.ofMinutes(1));
    TestRequest changed = request.with(signed).withTarget("/other", "");
    Authorization authorization = Authorization.parse(changed);
    Verification mismatch =
        new Verifier(new SigningKeys())
            .verify(authorization, changed, PayloadHash.EMPTY, credentials, parameters.time());
    TestRequest changedQuery = request.with(presigned).withTarget("/other", presigned.query());
    Verification queryMismatch =
        new Verifier(new SigningKeys())
            .verify(
                Authorization.parse(changedQuery),
                changedQuery,
                PayloadHash.UNSIGNED,
                credentials,
                parameters.time());
    assertThat(mismatch).isInstanceOf(Verification.Mismatch.class);
    assertThat(queryMismatch).isInstanceOf(Verification.Mismatch.class);
    for (Object shown :
        new Object[] {
          credentials,
          parameters,
          signed,
          presigned,
          signed.chunkSeed(),
          authorization,
          mismatch,
          queryMismatch,
          new SigningKeys().key(credentials, "20260101", "eu-west-1", "s3"),
          signer.explain(parameters, request, PayloadHash.EMPTY)
        }) {
      assertThat(shown.toString())
          .doesNotContain("canary")
          .doesNotContain(signed.signature() + ",");
    }
    assertThat(credentials.toString()).contains("AKID", "redacted");
  }

  @Test
  void allThreePartsMakeThemEqual() {
    AwsCredentials one = AwsCredentials.of("a", "b", "c");
    assertThat(one).isEqualTo(AwsCredentials.of("a", "b", "c"));
    assertThat(one).hasSameHashCodeAs(AwsCredentials.of("a", "b", "c"));
    assertThat(one)
        .isNotEqualTo(AwsCredentials.of("x", "b", "c"))
        .isNotEqualTo(AwsCredentials.of("a", "x", "c"))
        .isNotEqualTo(AwsCredentials.of("a", "b", "x"))
        .isNotEqualTo(AwsCredentials.of("a", "b", null));
    assertThat(AwsCredentials.of("a", "b", "").sessionToken()).isNull();
  }

  @Test
  void refusesPartsThatCannotBeRight() {
    assertThatIllegalArgumentException().isThrownBy(() -> AwsCredentials.of("", "b", null));
    assertThatIllegalArgumentException().isThrownBy(() -> AwsCredentials.of("a", " ", null));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AwsCredentials.of("a", SECRET + "\n", null))
        .withMessageContaining("line break")
        .withMessageNotContaining(SECRET);
    assertThatIllegalArgumentException().isThrownBy(() -> AwsCredentials.of("a", "b", "c\r"));
    assertThatIllegalArgumentException().isThrownBy(() -> AwsCredentials.of("a", "b", "\u00e9"));
    for (String id : new String[] {"a/b", "a,b", "a b"}) {
      assertThatIllegalArgumentException().isThrownBy(() -> AwsCredentials.of(id, "b", null));
    }
  }
}
