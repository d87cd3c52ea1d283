package io.countersign.identity;

import java.time.Instant;
import java.util.Objects;

/**
 * Virtual credentials as an agent gets them.
 *
 * @param accessKeyId {@code [A-Z0-9]}, 61 characters; no secret
 * @param secretAccessKey the secret; {@link #toString} leaves it out
 * @param sessionToken a constant that no one checks; SDKs want some token in a container's answer
 * @param expiration whole seconds; the credentials are refused from this instant on
 */
public record IssuedKey(
    String accessKeyId, String secretAccessKey, String sessionToken, Instant expiration) {
  public IssuedKey {
    Objects.requireNonNull(accessKeyId, "accessKeyId");
    Objects.requireNonNull(secretAccessKey, "secretAccessKey");
    Objects.requireNonNull(sessionToken, "sessionToken");
    Objects.requireNonNull(expiration, "expiration");
  }

  /**
   * The answer of a container-credentials endpoint.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html">Container
   *     credential provider</a>
   */
  public String toContainerJson() {
    // None of the four values has a character that JSON would have escaped.
    return "{\"AccessKeyId\":\""
        + accessKeyId
        + "\",\"SecretAccessKey\":\""
        + secretAccessKey
        + "\",\"Token\":\""
        + sessionToken
        + "\",\"Expiration\":\""
        + expiration
        + "\"}";
  }

  @Override
  public String toString() {
    return "IssuedKey[accessKeyId="
        + accessKeyId
        + ", secretAccessKey=<redacted>, expiration="
        + expiration
        + "]";
  }
}
