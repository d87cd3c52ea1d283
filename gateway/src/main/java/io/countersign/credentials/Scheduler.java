package io.countersign.credentials;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Runs a task later. Tasks are short and never block. Thread-safe. */
public interface Scheduler {
  /**
   * Runs the task once, after the delay (zero or more), on a thread of the scheduler's choosing.
   *
   * @return cancels the task if it has not started; cancelling twice or late does nothing
   */
  Runnable after(Duration delay, Runnable task);

  /**
   * A scheduler whose timer thread only hands tasks over to {@code runner}.
   *
   * @param timer closed by its owner; one that discards what it is given after that
   */
  static Scheduler on(ScheduledExecutorService timer, Executor runner) {
    return (delay, task) -> {
      Future<?> scheduled =
          timer.schedule(() -> runner.execute(task), delay.toNanos(), TimeUnit.NANOSECONDS);
      return () -> scheduled.cancel(false);
    };
  }
}
