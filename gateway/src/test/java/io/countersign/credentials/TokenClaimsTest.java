package io.countersign.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a token says of itself, for messages. */
class TokenClaimsTest {
  private static String token(String claims) {
    return "e30."
        + Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(claims.getBytes(StandardCharsets.UTF_8))
        + ".canary-signature";
  }

  @Test
  void tellsAudienceIssuerSubjectAndEnd() {
    TokenClaims claims =
        Given.there(
            TokenClaims.read(
                token("{\"aud\":[\"a\",\"b\",7],\"iss\":\"https://i\",\"sub\":\"s\",\"exp\":60}")));
    assertThat(claims.toString())
        .isEqualTo(
            "the token is for audience a and b, of issuer https://i, for subject s, until"
                + " 1970-01-01T00:01:00Z");
    assertThat(Given.there(TokenClaims.read(token("{\"aud\":\"a\"}"))).toString())
        .isEqualTo("the token is for audience a, of issuer none, for subject none, without an end");
  }

  @Test
  void noneOfItIsMoreThanALine() {
    TokenClaims claims =
        Given.there(
            TokenClaims.read(
                token("{\"iss\":\"a\\r\\nb\",\"sub\":\"" + "x".repeat(5_000) + "\"}")));
    assertThat(claims.toString()).hasSizeLessThan(700).doesNotContain("\n", "\r");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "opaque",
        "a.b",
        "a.b.c.d",
        "e30.*.x",
        "e30.W10.x",
        "e30.bnVsbA.x",
        "e30.eyJhIjo.x"
      })
  void whatIsNoTokenHasNone(String text) {
    assertThat(TokenClaims.read(text)).isNull();
  }

  @Test
  void anyBytesAreReadOrNot() {
    Random random = new Random(1);
    String whole = token("{\"aud\":[\"a\"],\"iss\":\"i\",\"sub\":\"s\",\"exp\":1e300}");
    assertThat(TokenClaims.read(whole)).isNotNull();
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder(whole);
      for (int j = random.nextInt(4); j >= 0; j--) {
        text.setCharAt(
            random.nextInt(text.length()),
            (char) random.nextInt(random.nextBoolean() ? 128 : 65536));
      }
      TokenClaims claims = TokenClaims.read(text.substring(0, random.nextInt(text.length() + 1)));
      assertThat(String.valueOf(claims)).doesNotContain("canary");
    }
  }
}
