package io.countersign.credentials;

import java.time.Duration;

/**
 * Notices that many slots are filled at about the same time: at a start, or at the end of an
 * outage. Their next renewals would come together again, and for hours, because a renewal moves by
 * a few minutes only. Thread-safe; called on workers.
 */
final class Crowd {
  private static final double SHORT_NANOS = Duration.ofMinutes(1).toNanos();
  private static final double LONG_NANOS = Duration.ofHours(1).toNanos();

  /** Fewer in a minute are no crowd, whatever is usual. */
  private static final double LEAST = 50;

  /** Times what is usual. */
  private static final double MANY = 2.5;

  private final TimeSource time;
  private long lastNanos;

  /** Of about the last minute, and of the last hour; both decay. */
  private double lastMinute;

  private double lastHour;

  Crowd(TimeSource time) {
    this.time = time;
    this.lastNanos = time.nanos();
  }

  /** Counts a slot that is filled now, and says whether it is one of a crowd. */
  synchronized boolean joins() {
    long now = time.nanos();
    double passed = now - lastNanos;
    lastNanos = now;
    lastMinute = lastMinute * Math.exp(-passed / SHORT_NANOS) + 1;
    lastHour = lastHour * Math.exp(-passed / LONG_NANOS) + 1;
    double usual = Math.max(0, lastHour - lastMinute) * SHORT_NANOS / LONG_NANOS;
    return lastMinute > LEAST && lastMinute > MANY * usual;
  }
}
