package io.countersign.credentials;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Somebody who waits for a slot; settled exactly once, by a result, the deadline or a cancel. As a
 * {@link Runnable} it cancels itself. Thread-safe.
 */
final class Waiter implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(Waiter.class);

  private final Slot slot;
  private final Workings workings;
  private final Executor loop;
  private final Consumer<CredentialResult> then;
  private final Duration deadline;
  private final AtomicBoolean settled = new AtomicBoolean();
  private final AtomicReference<@Nullable Effort> joined = new AtomicReference<>();
  private volatile @Nullable Runnable timer;

  Waiter(
      Slot slot,
      Workings workings,
      Executor loop,
      Duration deadline,
      Consumer<CredentialResult> then) {
    this.slot = slot;
    this.workings = workings;
    this.loop = loop;
    this.deadline = deadline;
    this.then = then;
  }

  void start() {
    timer = alarm(this::late);
    attach();
  }

  private void late() {
    CredentialFailure failing = slot.failing();
    settle(failing != null ? failing : Diagnosis.late(slot.key(), deadline));
  }

  /** On the waiter's own loop where that has a timer, because the common one has a lock. */
  private Runnable alarm(Runnable late) {
    if (loop instanceof ScheduledExecutorService own) {
      Future<?> alarm = own.schedule(late, deadline.toNanos(), TimeUnit.NANOSECONDS);
      return () -> alarm.cancel(false);
    }
    return workings.scheduler().after(deadline, late);
  }

  private void attach() {
    Effort running = slot.join();
    joined.set(running);
    if (settled.get()) {
      leaveEffort();
      return;
    }
    var _ =
        running.done.thenAccept(
            result -> {
              if (result != null) {
                settle(result);
              } else if (!settled.get()) {
                attach();
              }
            });
  }

  void settle(CredentialResult result) {
    if (leave()) {
      try {
        loop.execute(() -> then.accept(result));
      } catch (RejectedExecutionException e) {
        log.debug("the waiter for {} has shut down", slot.key().label(), e);
      }
    }
  }

  private boolean leave() {
    if (!settled.compareAndSet(false, true)) {
      return false;
    }
    Runnable pending = timer;
    if (pending != null) {
      pending.run();
    }
    leaveEffort();
    return true;
  }

  /** Counts the waiter out exactly once, whichever of {@link #attach} and the end comes first. */
  private void leaveEffort() {
    Effort running = joined.getAndSet(null);
    if (running != null) {
      running.waiters.decrementAndGet();
    }
  }

  /** Cancels. */
  @Override
  public void run() {
    leave();
  }
}
