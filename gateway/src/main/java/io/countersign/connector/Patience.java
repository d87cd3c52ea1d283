package io.countersign.connector;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.connector.OperationCaller.Called;
import java.time.Duration;

/** Calls, and where AWS is busy waits and calls again. */
final class Patience {
  private static final int MOST_RETRIES = 4;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

  private final OperationCaller caller;
  private final Pace pace;
  private final boolean repeatable;

  /**
   * @param repeatable whether the operation may be carried out twice
   */
  Patience(OperationCaller caller, Pace pace, boolean repeatable) {
    this.caller = caller;
    this.pace = pace;
    this.repeatable = repeatable;
  }

  /**
   * Calls.
   *
   * @param deadline a reading of the pace's clock, after which nothing is called again
   */
  Called call(ObjectNode input, long deadline) throws InterruptedException {
    Duration pause = FIRST_PAUSE;
    for (int retries = 0; ; retries++) {
      Called called = caller.call(input.deepCopy());
      if (!(called instanceof Called.Failed failed)
          || !failed.throttled()
          || !repeatable
          || retries == MOST_RETRIES) {
        return called;
      }
      // Half of it fixed, half by chance, so that many callers do not come back together.
      Duration jittered = Duration.ofNanos((long) (pause.toNanos() * (1 + pace.fraction()) / 2));
      if (pace.nanoTime() + jittered.toNanos() > deadline) {
        return called;
      }
      pace.sleep(jittered);
      pause = pause.multipliedBy(2);
    }
  }
}
