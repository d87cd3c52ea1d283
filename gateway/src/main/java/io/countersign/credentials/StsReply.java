package io.countersign.credentials;

import io.countersign.signer.AwsCredentials;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a call to STS gave: an answer of type {@code T} or a failure. A failure is a value here, not
 * an exception, because every caller must decide on it.
 */
public sealed interface StsReply<T> {
  /** The date of an answer has whole seconds, and is written when the answer is. */
  Duration DATE_TOLERANCE = Duration.ofMinutes(1);

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
      AwsCredentials credentials, Instant expiration, @Nullable Instant issuerDate, String arn) {

    /**
     * The session without the date of its answer, if that cannot be the clock which the expiration
     * was made by.
     *
     * @param asked how long the session was to be
     */
    Assumed withoutForeignDate(Duration asked) {
      if (issuerDate == null) {
        return this;
      }
      Duration off = Duration.between(issuerDate, expiration).minus(asked).abs();
      return off.compareTo(DATE_TOLERANCE) <= 0
          ? this
          : new Assumed(credentials, expiration, null, arn);
    }
  }

  /**
   * A role's session, and {@link TimeSource#nanos} just before it was asked for: what it ends by.
   */
  record Asked(Assumed session, long askedNanos) {
    /** See {@link Assumed#withoutForeignDate}. */
    Asked withoutForeignDate(Duration asked) {
      return new Asked(session.withoutForeignDate(asked), askedNanos);
    }

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
