package io.countersign.credentials;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far this machine's wall clock is behind AWS's, from the {@code Date} of STS's answers, which
 * has whole seconds. Thread-safe.
 */
final class ClockSkew {
  private static final Logger log = LoggerFactory.getLogger(ClockSkew.class);

  /**
   * A smaller difference is left alone: AWS allows five minutes, and the answer's way and the whole
   * seconds of its date are in it.
   */
  static final Duration LEAST = Duration.ofMinutes(2);

  private final TimeSource time;
  private volatile Duration skew = Duration.ZERO;

  ClockSkew(TimeSource time) {
    this.time = time;
  }

  /**
   * Takes note of an answer that has just come.
   *
   * @param issuerDate null where the answer had none
   * @return whether the clocks differ by so much that AWS may refuse what is signed here
   */
  boolean saw(@Nullable Instant issuerDate) {
    if (issuerDate == null) {
      return false;
    }
    Duration measured = Duration.between(time.now(), issuerDate);
    boolean counts = measured.abs().compareTo(LEAST) >= 0;
    Duration before = skew;
    skew = counts ? measured : Duration.ZERO;
    if (counts && before.isZero()) {
      log.warn(
          "This machine's clock is {} s {} AWS's; requests are signed by AWS's. To mend: set the"
              + " clock (NTP)",
          measured.abs().toSeconds(),
          measured.isNegative() ? "ahead of" : "behind");
    } else if (!counts && !before.isZero()) {
      log.info("This machine's clock agrees with AWS's again");
    }
    return counts;
  }

  /** What to add to this machine's wall clock; zero while the difference does not matter. */
  Duration skew() {
    return skew;
  }
}
