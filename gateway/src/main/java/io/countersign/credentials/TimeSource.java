package io.countersign.credentials;

import java.time.Instant;

/** The two clocks that the cache reads. Implementations are thread-safe and never block. */
public interface TimeSource {
  /**
   * A reading in nanoseconds that only ever grows and has no fixed origin, as {@link
   * System#nanoTime}. Compare two readings by their difference.
   */
  long nanos();

  /** The wall clock, for what is shown and for credentials whose answer carried no date. */
  Instant now();

  /** The clocks of the machine. */
  static TimeSource system() {
    return SystemTime.INSTANCE;
  }

  /** The clocks of the machine. */
  enum SystemTime implements TimeSource {
    INSTANCE;

    @Override
    public long nanos() {
      return System.nanoTime();
    }

    @Override
    public Instant now() {
      return Instant.now();
    }
  }
}
