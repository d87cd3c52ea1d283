package io.countersign.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A session of a role as metadata services give it out.
 *
 * @param expiration as it is told; the session itself may last longer
 */
public record RoleSession(
    String accessKeyId, String secretAccessKey, String token, Instant expiration) {
  /** The same session, said to end so long from now. */
  public RoleSession endingIn(Duration life) {
    return new RoleSession(
        accessKeyId,
        secretAccessKey,
        token,
        Instant.now().plus(life).truncatedTo(ChronoUnit.SECONDS));
  }

  /** As the metadata service of an instance has it. */
  String metadata() {
    return """
    {"Code":"Success","LastUpdated":"2026-01-01T00:00:00Z","Type":"AWS-HMAC",
    "AccessKeyId":"%s","SecretAccessKey":"%s","Token":"%s","Expiration":"%s"}\
    """
        .formatted(accessKeyId, secretAccessKey, token, expiration);
  }

  /** As the Pod Identity agent has it. */
  String container() {
    return """
    {"AccessKeyId":"%s","SecretAccessKey":"%s","Token":"%s","AccountId":"123456789012",
    "Expiration":"%s"}\
    """
        .formatted(accessKeyId, secretAccessKey, token, expiration);
  }

  @Override
  public String toString() {
    return "RoleSession[" + accessKeyId + "]";
  }
}
