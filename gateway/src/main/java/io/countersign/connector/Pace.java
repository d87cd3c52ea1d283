package io.countersign.connector;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Time as recipes see it, so that tests need none. */
public interface Pace {
  /** As {@link System#nanoTime()}. */
  long nanoTime();

  /** Lets the time pass; an interrupt ends it. */
  void sleep(Duration time) throws InterruptedException;

  /** Uniform in [0, 1), for jitter. */
  double fraction();

  /** The machine's own. */
  static Pace system() {
    return new Pace() {
      @Override
      public long nanoTime() {
        return System.nanoTime();
      }

      @Override
      public void sleep(Duration time) throws InterruptedException {
        Thread.sleep(time);
      }

      @Override
      public double fraction() {
        return ThreadLocalRandom.current().nextDouble();
      }
    };
  }
}
