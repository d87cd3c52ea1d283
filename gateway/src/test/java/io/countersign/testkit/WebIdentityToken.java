package io.countersign.testkit;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tokens of an identity provider that {@code strict_moto.py} knows: a JWT with HS256. */
public final class WebIdentityToken {
  private static final byte[] KEY =
      "the identity provider of the tests".getBytes(StandardCharsets.US_ASCII);

  private WebIdentityToken() {}

  /**
   * A token.
   *
   * @param life from now; a negative one makes a token that is over
   */
  public static String of(String subject, String audience, Duration life) {
    String signed =
        base64("{\"alg\":\"HS256\",\"typ\":\"JWT\"}")
            + "."
            + base64(
                "{\"iss\":\"https://oidc.example\",\"sub\":\""
                    + subject
                    + "\",\"aud\":\""
                    + audience
                    + "\",\"exp\":"
                    + Instant.now().plus(life).getEpochSecond()
                    + "}");
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
      return signed + "." + base64(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has HmacSHA256", e);
    }
  }

  private static String base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
