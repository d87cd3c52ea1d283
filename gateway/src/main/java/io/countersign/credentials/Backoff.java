package io.countersign.credentials;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait after a failure: doubling from {@code first} to {@code most}, and of that a
 * random half to whole, so that keys which failed together do not come back together.
 */
record Backoff(Duration first, Duration most) {
  /** A warm slot keeps serving, so that there is no hurry. */
  static final Backoff WARM = new Backoff(Duration.ofSeconds(5), Duration.ofSeconds(60));

  /** A warm slot that is refused waits for somebody to mend a policy. */
  static final Backoff WARM_REFUSED = new Backoff(Duration.ofSeconds(15), Duration.ofMinutes(5));

  /** Somebody waits. */
  static final Backoff COLD = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(20));

  /** The negative entry of a cold slot. */
  static final Backoff COLD_REFUSED = new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(60));

  static Backoff of(boolean cold, boolean retryable) {
    if (cold) {
      return retryable ? COLD : COLD_REFUSED;
    }
    return retryable ? WARM : WARM_REFUSED;
  }

  /**
   * The wait before the next attempt.
   *
   * @param failures in a row, at least 1
   */
  Duration after(int failures, RandomGenerator random) {
    int doublings = Math.min(failures - 1, 20);
    long whole = Math.min(most.toNanos(), first.toNanos() << doublings);
    return Duration.ofNanos(whole / 2 + random.nextLong(whole / 2 + 1));
  }
}
