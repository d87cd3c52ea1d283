package io.countersign.credentials;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The last failures in a row of a slot.
 *
 * @param failures how many, at least 1
 * @param notBeforeNanos {@link TimeSource#nanos} of the next attempt
 * @param at wall clock of the last
 */
record Trouble(CredentialFailure failure, int failures, long notBeforeNanos, Instant at) {
  /** Until the next attempt; zero when it is due. */
  Duration left(long nanos) {
    return Duration.ofNanos(Math.max(0, notBeforeNanos - nanos));
  }

  /** The negative entry, while it holds: the refusal that is answered without asking again. */
  @Nullable CredentialFailure refusal(long nanos) {
    Duration left = left(nanos);
    return failure.retryable() || left.isZero() ? null : failure.withRetryAfter(left);
  }

  /** How long somebody who waits lets pass before the next attempt. */
  Duration pause(long nanos) {
    Duration left = left(nanos);
    return left.compareTo(Backoff.COLD.most()) > 0 ? Backoff.COLD.most() : left;
  }
}
