package io.countersign.credentials;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.Executor;

/**
 * Clocks, timer and executor of a discrete-event simulation: time stands still until {@link
 * #advance}, and everything runs on the calling thread in the order of its time.
 */
final class VirtualTime implements TimeSource, Scheduler, Executor {
  static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
  private long nanos = -5_000_000_000L; // crosses zero early, as a monotonic clock may
  private final long origin = nanos;
  private long number;

  /** How far the wall clock here is ahead of the world's. */
  Duration wallSkew = Duration.ZERO;

  private Duration slept = Duration.ZERO;

  private static final class Event {
    final long at;
    final long number;
    final Runnable task;
    boolean cancelled;

    Event(long at, long number, Runnable task) {
      this.at = at;
      this.number = number;
      this.task = task;
    }

    long at() {
      return at;
    }

    long number() {
      return number;
    }
  }

  @Override
  public long nanos() {
    return nanos;
  }

  @Override
  public Instant now() {
    return trueNow().plus(wallSkew);
  }

  /** The world's wall clock, which an STS has. */
  Instant trueNow() {
    return START.plusNanos(nanos - origin).plus(slept);
  }

  /** The machine sleeps: the monotonic clock and the timers stand still, the world goes on. */
  void sleep(Duration by) {
    slept = slept.plus(by);
  }

  Duration elapsed() {
    return Duration.ofNanos(nanos - origin);
  }

  @Override
  public Runnable after(Duration delay, Runnable task) {
    Event event = new Event(nanos + Math.max(0, delay.toNanos()), number++, task);
    events.add(event);
    return () -> event.cancelled = true;
  }

  @Override
  public void execute(Runnable task) {
    after(Duration.ZERO, task);
  }

  /** Lets time pass and runs what falls due, including what is due at the end. */
  void advance(Duration by) {
    long end = nanos + by.toNanos();
    while (!events.isEmpty() && events.peek().at <= end) {
      Event next = events.remove();
      if (!next.cancelled) {
        nanos = Math.max(nanos, next.at);
        next.task.run();
      }
    }
    nanos = end;
  }

  /** Runs what is due now. */
  void settle() {
    advance(Duration.ZERO);
  }

  /** Tasks that would still run. */
  long pending() {
    return events.stream().filter(e -> !e.cancelled).count();
  }
}
