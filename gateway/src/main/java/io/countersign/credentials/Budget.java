package io.countersign.credentials;

import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The calls to one STS for one account: a token bucket whose rate rises by a constant while STS
 * answers, and is halved when it throttles, fails or is silent. Whoever finds no token waits in the
 * order of urgency. Thread-safe; its lock is taken on workers only, never on an event loop.
 */
final class Budget {
  /** Half of the about 600 calls a second that AWS grants, since others use the account too. */
  static final double MOST_PER_SECOND = 300;

  static final double FIRST_PER_SECOND = 100;

  /** In an outage: enough to see its end within a second. */
  static final double LEAST_PER_SECOND = 1;

  /** Added to the rate in each second in which the calls are as many as it allows. */
  static final double RISE_PER_SECOND = 20;

  /** Calls at the same time; a limit for sockets while STS is slow. */
  static final int MOST_AT_ONCE = 128;

  /** Longer than any call takes by its own limits: the last net under one that hangs. */
  static final Duration CALL_LIMIT = Duration.ofSeconds(45);

  /** Calls that were under way together fail together, and count once. */
  private static final long FALL_PAUSE_NANOS = 1_000_000_000L;

  private final TimeSource time;
  private final Scheduler scheduler;
  private final java.util.concurrent.Executor workers;

  private final ReentrantLock lock = new ReentrantLock();
  private final TreeSet<Ticket> queue = new TreeSet<>();
  private final IdentityHashMap<Urgency, Ticket> byUrgency = new IdentityHashMap<>();
  private double rate = FIRST_PER_SECOND;
  private double tokens = 1;
  private long filledNanos;
  private long fallenNanos;
  private int underWay;
  private long number;
  private @Nullable Runnable alarm;

  Budget(TimeSource time, Scheduler scheduler, java.util.concurrent.Executor workers) {
    this.time = time;
    this.scheduler = scheduler;
    this.workers = workers;
    this.filledNanos = time.nanos();
    this.fallenNanos = filledNanos - FALL_PAUSE_NANOS;
  }

  /** A place in the queue: its order is fixed while it stands there. */
  private static final class Ticket implements Comparable<Ticket> {
    final Urgency urgency;
    final Runnable start;
    final Urgency.Rank rank;
    final long endsNanos;
    final long number;

    Ticket(Urgency urgency, Runnable start, long number) {
      this.urgency = urgency;
      this.start = start;
      this.rank = urgency.rank();
      this.endsNanos = rank == Urgency.Rank.RENEWAL ? urgency.endsNanos() : 0;
      this.number = number;
    }

    @Override
    public int compareTo(Ticket other) {
      if (rank != other.rank) {
        return rank.compareTo(other.rank);
      }
      if (endsNanos != other.endsNanos) {
        return endsNanos - other.endsNanos < 0 ? -1 : 1;
      }
      return Long.compare(number, other.number);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(number);
    }
  }

  <T> CompletableFuture<StsReply<T>> call(
      Urgency urgency, Supplier<CompletableFuture<StsReply<T>>> call) {
    CompletableFuture<StsReply<T>> reply = new CompletableFuture<>();
    enter(urgency, () -> make(urgency, call, reply));
    return reply;
  }

  private void enter(Urgency urgency, Runnable start) {
    List<Runnable> due;
    lock.lock();
    try {
      Ticket ticket = new Ticket(urgency, start, number++);
      queue.add(ticket);
      byUrgency.put(urgency, ticket);
      due = due();
    } finally {
      lock.unlock();
    }
    due.forEach(workers::execute);
  }

  /** Puts a waiting call at its new place; nothing for a call that does not wait. */
  void hurry(Urgency urgency) {
    lock.lock();
    try {
      Ticket ticket = byUrgency.get(urgency);
      if (ticket != null && ticket.rank != urgency.rank()) {
        queue.remove(ticket);
        Ticket moved = new Ticket(urgency, ticket.start, ticket.number);
        queue.add(moved);
        byUrgency.put(urgency, moved);
      }
    } finally {
      lock.unlock();
    }
  }

  private <T> void make(
      Urgency urgency,
      Supplier<CompletableFuture<StsReply<T>>> call,
      CompletableFuture<StsReply<T>> reply) {
    if (!urgency.wanted()) {
      ended(Outcome.NOT_MADE);
      reply.completeExceptionally(new CancellationException("nobody wants it any more"));
      return;
    }
    CompletableFuture<StsReply<T>> made;
    try {
      made = call.get();
    } catch (RuntimeException defect) {
      made = CompletableFuture.failedFuture(defect);
    }
    CompletableFuture<StsReply<T>> bounded = made;
    Runnable net =
        scheduler.after(
            CALL_LIMIT,
            () ->
                bounded.complete(
                    new StsReply.Failed<>(
                        StsFailure.unreachable(
                            "no answer within " + CALL_LIMIT.toSeconds() + " s"))));
    var _ =
        bounded.handle(
            (answer, thrown) -> {
              net.run();
              ended(outcome(answer));
              if (answer != null) {
                reply.complete(answer);
              } else {
                reply.completeExceptionally(
                    thrown != null ? thrown : new IllegalStateException("no reply"));
              }
              return null;
            });
  }

  private enum Outcome {
    ANSWERED,
    OVERLOADED,
    NOT_MADE
  }

  private static <T> Outcome outcome(@Nullable StsReply<T> answer) {
    return switch (answer) {
      case null -> Outcome.NOT_MADE;
      case StsReply.Answered<T> ignored -> Outcome.ANSWERED;
      case StsReply.Failed<T> failed ->
          switch (StsErrors.kind(failed.failure())) {
            case THROTTLED, STS_UNREACHABLE, STS_FAILED, PROXY_REFUSED, CERTIFICATE ->
                Outcome.OVERLOADED;
            default -> Outcome.ANSWERED; // STS is well, and said no
          };
    };
  }

  private void ended(Outcome outcome) {
    List<Runnable> due;
    lock.lock();
    try {
      underWay--;
      switch (outcome) {
        case ANSWERED -> rate = Math.min(MOST_PER_SECOND, rate + RISE_PER_SECOND / rate);
        case OVERLOADED -> {
          long now = time.nanos();
          if (now - fallenNanos >= FALL_PAUSE_NANOS) {
            fallenNanos = now;
            rate = Math.max(LEAST_PER_SECOND, rate / 2);
            tokens = Math.min(tokens, 0);
          }
        }
        case NOT_MADE -> tokens = Math.min(burst(), tokens + 1);
      }
      due = due();
    } finally {
      lock.unlock();
    }
    due.forEach(workers::execute);
  }

  /** A tenth of a second's calls at once, and one at least. */
  private double burst() {
    return Math.max(1, rate / 10);
  }

  /** Takes from the queue what may start now, and sets the alarm for the rest; under the lock. */
  private List<Runnable> due() {
    long now = time.nanos();
    tokens = Math.min(burst(), tokens + (now - filledNanos) / 1e9 * rate);
    filledNanos = now;
    List<Runnable> due = new ArrayList<>();
    // Rounding of the alarm must not make it come a hair too early for ever.
    while (!queue.isEmpty() && underWay < MOST_AT_ONCE && tokens >= 1 - 1e-6) {
      Ticket first = queue.pollFirst();
      byUrgency.remove(first.urgency, first);
      tokens -= 1;
      underWay++;
      due.add(first.start);
    }
    if (!queue.isEmpty() && underWay < MOST_AT_ONCE && alarm == null) {
      long wait = (long) Math.ceil((1 - tokens) / rate * 1e9);
      alarm = scheduler.after(Duration.ofNanos(Math.max(1, wait)), this::ring);
    }
    return due;
  }

  private void ring() {
    List<Runnable> due;
    lock.lock();
    try {
      alarm = null;
      due = due();
    } finally {
      lock.unlock();
    }
    due.forEach(workers::execute);
  }

  /** Calls a second that are allowed now. */
  double rate() {
    lock.lock();
    try {
      return rate;
    } finally {
      lock.unlock();
    }
  }

  /** Calls that wait for their turn. */
  int waiting() {
    lock.lock();
    try {
      return queue.size();
    } finally {
      lock.unlock();
    }
  }
}
