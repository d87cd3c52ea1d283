package io.countersign.credentials;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait after a failure: doubling from {@code first} to {@code most}, and of that a
 * random part, so that keys which failed together do not come back together.
 *
 * @param leastShare of the whole that is waited at least, 0 to 1
 */
record Backoff(Duration first, Duration most, double leastShare) {
  /**
   * A warm slot keeps serving, so that there is no hurry; the budget holds back who comes early.
   */
  static final Backoff WARM = new Backoff(Duration.ofSeconds(5), Duration.ofSeconds(60), 0.02);

  /** A warm slot that is refused waits for somebody to mend a policy. */
  static final Backoff WARM_REFUSED =
      new Backoff(Duration.ofSeconds(15), Duration.ofMinutes(5), 0.5);

  /** Somebody waits. */
  static final Backoff COLD = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(20), 0.5);

  /** The negative entry of a cold slot. */
  static final Backoff COLD_REFUSED =
      new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(60), 0.5);

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
    long least = (long) (whole * leastShare);
    return Duration.ofNanos(least + random.nextLong(whole - least + 1));
  }
}
