package io.countersign.credentials;

import io.countersign.signer.AwsCredentials;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a call to STS gave: an answer of type {@code T} or a failure. A failure is a value here, not
 * an exception, because every caller must decide on it.
 */
public sealed interface StsReply<T> {
  /** STS did it. */
  record Answered<T>(T value) implements StsReply<T> {}

  /** STS refused, or was not reached. */
  record Failed<T>(StsFailure failure) implements StsReply<T> {}

  /**
   * A role's session.
   *
   * @param issuerDate STS's own clock, from the {@code Date} header; null when there was none
   * @param arn of the session
   */
  record Assumed(
      AwsCredentials credentials, Instant expiration, @Nullable Instant issuerDate, String arn) {}

  /** Whose credentials they are. */
  record Identity(String account, String arn) {}
}
