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

  /**
   * AWS refuses what is signed at a time that is five minutes away from its own; the answer's way
   * comes on top.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html">
   *     When a signature is over</a>
   */
  private static final Duration MOST_WHERE_ACCEPTED = Duration.ofMinutes(5).plusSeconds(30);

  private final TimeSource time;
  private volatile Duration skew = Duration.ZERO;

  /** The part of it that a refusal has taught, and by which the client of STS signs. */
  private volatile Duration signedBy = Duration.ZERO;

  /** Whether AWS has accepted what is signed by it. */
  private volatile boolean proven;

  /** Whether the last date was not AWS's, so that it is told once. */
  private volatile boolean disbelieved;

  ClockSkew(TimeSource time) {
    this.time = time;
  }

  /**
   * Takes note of a refusal that may be for the time of the signature. The client of STS signs by
   * the date of such an answer from then on.
   *
   * @param issuerDate null where the answer had none
   * @return whether the clocks differ by so much that AWS may refuse what is signed here
   */
  boolean sawRefused(@Nullable Instant issuerDate) {
    if (issuerDate == null) {
      return false;
    }
    boolean counts = saw(issuerDate);
    signedBy = skew;
    proven = false;
    return counts;
  }

  /**
   * Takes note of an answer to a request that was signed here and that AWS accepted: its clock is
   * near the one that was signed by, so a date which says otherwise is not AWS's, and counts for
   * nothing.
   *
   * @return whether the date is to be believed
   */
  boolean sawAccepted(Instant issuerDate) {
    proven = true;
    return sawIfPossible(issuerDate);
  }

  /**
   * Takes note of an answer to a request that nobody signed. Its date is all that is known, unless
   * AWS has accepted a signature.
   *
   * @return whether the date is to be believed
   */
  boolean sawUnsigned(Instant issuerDate) {
    if (proven) {
      return sawIfPossible(issuerDate);
    }
    saw(issuerDate);
    return true;
  }

  private boolean sawIfPossible(Instant issuerDate) {
    Duration measured = Duration.between(time.now(), issuerDate);
    if (measured.abs().compareTo(LEAST) >= 0
        && measured.minus(signedBy).abs().compareTo(MOST_WHERE_ACCEPTED) > 0) {
      skew = signedBy;
      if (!disbelieved) {
        disbelieved = true;
        log.warn(
            "STS took a signature of now and dates its answer {} s off: such dates are not"
                + " believed. To mend: see what stands between here and STS, a proxy perhaps",
            measured.toSeconds());
      }
      return false;
    }
    disbelieved = false;
    saw(issuerDate);
    return true;
  }

  private boolean saw(Instant issuerDate) {
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
