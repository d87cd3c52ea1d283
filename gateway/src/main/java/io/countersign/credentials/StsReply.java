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

  /**
   * A role's session, and {@link TimeSource#nanos} just before it was asked for: what it ends by.
   */
  record Asked(Assumed session, long askedNanos) {
    Fetched fetched() {
      return new Fetched(
          session.credentials(),
          session.expiration(),
          session.issuerDate(),
          askedNanos,
          null,
          false);
    }
  }

  /** The reply with the moment of asking. */
  static StsReply<Asked> at(long askedNanos, StsReply<Assumed> reply) {
    return switch (reply) {
      case Answered<Assumed>(Assumed session) -> new Answered<>(new Asked(session, askedNanos));
      case Failed<Assumed>(StsFailure failure) -> new Failed<>(failure);
    };
  }

  /** Whose credentials they are. */
  record Identity(String account, String arn) {}
}
