package io.countersign.connector;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Time that passes only in sleep. */
final class ManualPace implements Pace {
  private final List<Duration> sleeps = new ArrayList<>();
  private long nanos = 1_000;
  private int interruptAt = -1;

  @Override
  public long nanoTime() {
    return nanos;
  }

  @Override
  public void sleep(Duration time) throws InterruptedException {
    if (sleeps.size() == interruptAt) {
      throw new InterruptedException("as scripted");
    }
    sleeps.add(time);
    nanos += time.toNanos();
  }

  @Override
  public double fraction() {
    return 0.5;
  }

  /** Makes the sleep after that many others fail. */
  void interruptAfter(int others) {
    interruptAt = others;
  }

  List<Duration> sleeps() {
    return sleeps;
  }
}
