package io.countersign.credentials;

import java.time.Duration;
import java.time.Instant;

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
}
