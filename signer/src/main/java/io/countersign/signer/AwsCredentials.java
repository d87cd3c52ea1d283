package io.countersign.signer;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An access key ID, its secret and, for temporary credentials, the session token.
 *
 * <p>Immutable and safe to share between threads. {@link #toString} shows the access key ID only,
 * which AWS prints in CloudTrail as well and which is no secret. Two credentials are equal when all
 * three parts are, so that a new secret under a known access key ID is never mistaken for the old
 * one.
 */
public final class AwsCredentials {

  private final String accessKeyId;
  private final String secretAccessKey;
  private final @Nullable String sessionToken;

  /** The token as it goes into a header, made when first needed. */
  private byte @Nullable [] tokenOctets;

  private AwsCredentials(
      String accessKeyId, String secretAccessKey, @Nullable String sessionToken) {
    this.accessKeyId = accessKeyId;
    this.secretAccessKey = secretAccessKey;
    this.sessionToken = sessionToken;
  }

  /**
   * Makes credentials of the given parts.
   *
   * @param sessionToken null for long-lived credentials; an empty token counts as none
   * @throws IllegalArgumentException if the access key ID or the secret is blank, if a part has a
   *     character other than printable ASCII (mostly a line break left over from reading a file),
   *     or if the access key ID has a space, a comma or a slash, which would break the header that
   *     it goes into
   */
  public static AwsCredentials of(
      String accessKeyId, String secretAccessKey, @Nullable String sessionToken) {
    check("access key ID", accessKeyId);
    if (accessKeyId.indexOf(' ') >= 0
        || accessKeyId.indexOf(',') >= 0
        || accessKeyId.indexOf('/') >= 0) {
      throw new IllegalArgumentException("the access key ID has a space, a comma or a slash");
    }
    check("secret access key", secretAccessKey);
    if (sessionToken == null || sessionToken.isEmpty()) {
      return new AwsCredentials(accessKeyId, secretAccessKey, null);
    }
    check("session token", sessionToken);
    return new AwsCredentials(accessKeyId, secretAccessKey, sessionToken);
  }

  private static void check(String what, String value) {
    if (value.isBlank()) {
      throw new IllegalArgumentException("the " + what + " is empty");
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < 0x20 || c >= 0x7f) {
        throw new IllegalArgumentException(
            "the "
                + what
                + " has a character other than printable ASCII at offset "
                + i
                + "; is it a line break?");
      }
    }
  }

  /** The access key ID, which is no secret. */
  public String accessKeyId() {
    return accessKeyId;
  }

  /**
   * The secret: only for deriving a signing key, or for handing virtual credentials to an agent.
   */
  public String secretAccessKey() {
    return secretAccessKey;
  }

  /** The session token, or null for long-lived credentials. */
  public @Nullable String sessionToken() {
    return sessionToken;
  }

  /** The octets of the session token, which must be there; nobody may change them. */
  byte[] tokenOctets() {
    byte[] known = tokenOctets;
    if (known == null) {
      known = octets(sessionToken == null ? "" : sessionToken);
      tokenOctets = known;
    }
    return known;
  }

  private static byte[] octets(String token) {
    try {
      return Fields.trimmed("x-amz-security-token", token);
    } catch (MalformedRequestException e) {
      throw new IllegalStateException("the session token was checked before", e);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (this == other) {
      return true;
    }
    return other instanceof AwsCredentials that
        && accessKeyId.equals(that.accessKeyId)
        && secretAccessKey.equals(that.secretAccessKey)
        && Objects.equals(sessionToken, that.sessionToken);
  }

  @Override
  public int hashCode() {
    return Objects.hash(accessKeyId, secretAccessKey, sessionToken);
  }

  @Override
  public String toString() {
    return "AwsCredentials["
        + accessKeyId
        + ", secret redacted"
        + (sessionToken == null ? "]" : ", session token redacted]");
  }
}
