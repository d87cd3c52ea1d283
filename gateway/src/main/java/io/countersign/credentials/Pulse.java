package io.countersign.credentials;

import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that the machine slept. While it does, the monotonic clock may stand still, so that
 * credentials look younger than they are; the wall clock goes on. A wall clock that was set forward
 * looks the same, and then the look at the slots costs little.
 */
final class Pulse {
  private static final Logger log = LoggerFactory.getLogger(Pulse.class);

  static final Duration PERIOD = Duration.ofSeconds(10);

  /** Steps of NTP are smaller. */
  private static final Duration LEAST_GAP = Duration.ofSeconds(30);

  private final Workings workings;
  private final Runnable afterPause;
  private Instant lastWall;
  private long lastNanos;

  /**
   * @param afterPause run on a worker
   */
  Pulse(Workings workings, Runnable afterPause) {
    this.workings = workings;
    this.afterPause = afterPause;
    this.lastWall = workings.time().now();
    this.lastNanos = workings.time().nanos();
  }

  void start() {
    var _ = workings.scheduler().after(PERIOD, this::beat);
  }

  private void beat() {
    if (workings.isClosed()) {
      return;
    }
    Instant wall = workings.time().now();
    long nanos = workings.time().nanos();
    Duration gap = Duration.between(lastWall, wall).minusNanos(nanos - lastNanos);
    lastWall = wall;
    lastNanos = nanos;
    if (gap.compareTo(LEAST_GAP) >= 0) {
      log.info(
          "The wall clock went {} s further than the monotonic one: the machine slept, or its clock"
              + " was set. Credentials past their half are renewed now",
          gap.toSeconds());
      afterPause.run();
    }
    start();
  }
}
