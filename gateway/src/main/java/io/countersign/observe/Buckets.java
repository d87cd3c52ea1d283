package io.countersign.observe;

import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;

/**
 * The boundaries of the histograms. They are fixed, so that replicas and releases can be added up;
 * changing one breaks recorded queries.
 */
final class Buckets {
  /** A request as a whole, or the wait for an upstream: a millisecond to five minutes. */
  static final Buckets REQUEST =
      new Buckets(
          1_000,
          2_500,
          5_000,
          10_000,
          25_000,
          50_000,
          100_000,
          250_000,
          500_000,
          1_000_000,
          2_500_000,
          5_000_000,
          10_000_000,
          30_000_000,
          60_000_000,
          300_000_000);

  /** A look-up that is a memory read when warm and an STS call when cold. */
  static final Buckets CREDENTIALS =
      new Buckets(
          1,
          10,
          100,
          1_000,
          10_000,
          50_000,
          100_000,
          250_000,
          500_000,
          1_000_000,
          2_500_000,
          5_000_000,
          10_000_000,
          30_000_000);

  /** Processor work of one signature. */
  static final Buckets SIGN =
      new Buckets(5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 50_000);

  /** One network exchange with STS, or one handshake. */
  static final Buckets NETWORK =
      new Buckets(
          1_000,
          2_500,
          5_000,
          10_000,
          25_000,
          50_000,
          100_000,
          250_000,
          500_000,
          1_000_000,
          2_500_000,
          5_000_000,
          10_000_000);

  private final Duration[] boundaries;

  private Buckets(long... micros) {
    boundaries =
        Arrays.stream(micros).mapToObj(m -> Duration.ofNanos(m * 1_000)).toArray(Duration[]::new);
  }

  /** A timer of that name with these boundaries, yet to be tagged and registered. */
  Timer.Builder timer(String name, String description) {
    return Timer.builder(name).description(description).serviceLevelObjectives(boundaries);
  }
}
