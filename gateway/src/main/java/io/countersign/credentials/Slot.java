package io.countersign.credentials;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One entry of the cache: the credentials of one source, or of one role assumed in one way. Whoever
 * signs often holds the slot itself, so that nothing is looked up per request.
 *
 * <p>Thread-safe, and without locks: the snapshot is one volatile reference; at most one {@link
 * Effort} at a time gets credentials, and who starts it is decided by a compare-and-set.
 */
public final class Slot {
  private static final Logger log = LoggerFactory.getLogger(Slot.class);

  /** Longer than any one attempt takes by its own limits: the last net under a call that hangs. */
  static final Duration ATTEMPT_LIMIT = Duration.ofSeconds(45);

  /** Younger credentials are not thrown away because AWS refused them: it will refuse the next. */
  static final Duration LEAST_AGE_TO_INVALIDATE = Duration.ofSeconds(10);

  private static final AtomicReferenceFieldUpdater<Slot, @Nullable Snapshot> SNAPSHOT =
      AtomicReferenceFieldUpdater.newUpdater(Slot.class, Snapshot.class, "snapshot");

  private final int id;
  private final CredentialKey key;
  private final Fetcher fetcher;
  private final Workings workings;
  private final TimeSource time;
  private final LongAdder hits = new LongAdder();
  private final AtomicReference<@Nullable Effort> effort = new AtomicReference<>();
  private final AtomicReference<@Nullable Runnable> scheduled = new AtomicReference<>();

  private volatile @Nullable Snapshot snapshot;
  private volatile @Nullable Trouble trouble;
  private volatile boolean pinned;
  private volatile boolean retired;

  /** Hits at the last refresh and at the one before; touched by the refresh task alone. */
  private volatile Marks marks = new Marks(-1, -1);

  Slot(int id, CredentialKey key, Fetcher fetcher, Workings workings) {
    this.id = id;
    this.key = key;
    this.fetcher = fetcher;
    this.workings = workings;
    this.time = workings.time();
  }

  /** The last failures in a row. */
  private record Trouble(CredentialFailure failure, int failures, long notBeforeNanos, Instant at) {
    Duration left(long nanos) {
      return Duration.ofNanos(Math.max(0, notBeforeNanos - nanos));
    }
  }

  private record Marks(long last, long beforeLast) {}

  int id() {
    return id;
  }

  /** What the slot is for. */
  public CredentialKey key() {
    return key;
  }

  /**
   * The credentials to sign with, or null when there are none yet or they have expired; then {@link
   * #await}. One volatile load, one clock compare, one counter; no lock and no allocation.
   */
  public @Nullable Snapshot current() {
    Snapshot held = snapshot;
    if (held != null && held.usableAt(time.nanos())) {
      hits.increment();
      return held;
    }
    return null;
  }

  /**
   * Waits for credentials. If nobody fetches them yet, a fetch begins; it is never cut off by a
   * waiter that gives up. A refusal that was given lately is answered at once; what may pass (STS
   * down, slow or throttling) is tried again until the deadline.
   *
   * @param loop runs {@code then}, once: the waiter's event loop
   * @param deadline from now; the failure after it is the last that occurred, or a time-out
   * @return stops waiting: {@code then} will not be called any more, if it has not been
   */
  public Runnable await(Executor loop, Duration deadline, Consumer<CredentialResult> then) {
    Waiter waiter = new Waiter(loop, deadline, then);
    Snapshot held = current();
    if (held != null) {
      waiter.settle(held);
      return waiter;
    }
    workings.events().miss(key);
    workings.misses().increment();
    waiter.start();
    return waiter;
  }

  /**
   * AWS has refused the credentials (ExpiredToken, InvalidClientTokenId, UnrecognizedClient): drops
   * them and fetches anew, unless others have come since or they are only seconds old.
   *
   * @return true when the refused credentials are no longer answered, so that asking again is of
   *     use
   */
  public boolean invalidate(String accessKeyId) {
    Snapshot held = snapshot;
    if (held == null || !held.credentials().accessKeyId().equals(accessKeyId)) {
      return true;
    }
    if (held.obtained().plus(LEAST_AGE_TO_INVALIDATE).isAfter(time.now())) {
      return false;
    }
    if (SNAPSHOT.compareAndSet(this, held, null)) {
      join();
    }
    return true;
  }

  /** Starts a fetch in the background now, if none runs. */
  public void refresh() {
    Effort mine = new Effort();
    if (effort.compareAndSet(null, mine)) {
      mine.launch(Duration.ZERO);
    }
  }

  /** Keeps the slot warm from now on, or no longer; what is cold or overdue is fetched at once. */
  void pin(boolean pin) {
    pinned = pin;
    Snapshot held = snapshot;
    if (pin && (held == null || !held.usableAt(time.nanos()) || isOverdue(held))) {
      refresh();
    }
  }

  private boolean isOverdue(Snapshot held) {
    return held.refreshAt() != null && held.refreshAt().isBefore(time.now());
  }

  boolean isPinned() {
    return pinned;
  }

  long hits() {
    return hits.sum();
  }

  /** No connector uses the slot any more: it answers whoever still holds it, and no more. */
  void retire() {
    retired = true;
    pinned = false;
    reschedule(null);
  }

  void close() {
    retire();
    Effort running = effort.getAndSet(null);
    if (running != null) {
      running.done.complete(workings.closed(key));
    }
  }

  boolean isUsable() {
    Snapshot held = snapshot;
    return held != null && held.usableAt(time.nanos());
  }

  public SlotStatus status() {
    Snapshot held = snapshot;
    Trouble failed = trouble;
    boolean usable = held != null && held.usableAt(time.nanos());
    return new SlotStatus(
        id,
        key.label(),
        key.sourceLabel(),
        key instanceof CredentialKey.OfRole role ? role.hop().sessionName() : null,
        usable
            ? SlotStatus.State.WARM
            : failed != null ? SlotStatus.State.FAILING : SlotStatus.State.COLD,
        pinned,
        effort.get() != null,
        held == null ? null : held.obtained(),
        held == null ? null : held.expiration(),
        held == null ? null : held.refreshAt(),
        held == null ? null : held.remaining(time.nanos()),
        hits.sum(),
        failed == null ? null : failed.failure,
        failed == null ? null : failed.at);
  }

  /** The effort that runs, or a new one. */
  private Effort join() {
    while (true) {
      Effort running = effort.get();
      if (running != null) {
        return running;
      }
      Effort mine = new Effort();
      if (!effort.compareAndSet(null, mine)) {
        continue;
      }
      // Another effort may have ended between the caller's look and the compare-and-set: what it
      // left counts, or a crowd of waiters would call twice.
      Snapshot held = snapshot;
      CredentialFailure refusal = refusal();
      if (workings.isClosed()) {
        mine.end(workings.closed(key));
      } else if (held != null && held.usableAt(time.nanos())) {
        mine.end(held);
      } else if (refusal != null) {
        mine.end(refusal);
      } else {
        mine.launch(pauseBeforeColdAttempt());
      }
      return mine;
    }
  }

  /** The negative entry, while it holds. */
  private @Nullable CredentialFailure refusal() {
    Trouble failed = trouble;
    if (failed == null || failed.failure.retryable()) {
      return null;
    }
    Duration left = failed.left(time.nanos());
    return left.isZero() ? null : failed.failure.withRetryAfter(left);
  }

  private Duration pauseBeforeColdAttempt() {
    Trouble failed = trouble;
    if (failed == null) {
      return Duration.ZERO;
    }
    Duration left = failed.left(time.nanos());
    return left.compareTo(Backoff.COLD.most()) > 0 ? Backoff.COLD.most() : left;
  }

  private void retry() {
    if (!retired) {
      refresh();
    }
  }

  private void reschedule(@Nullable Runnable cancel) {
    Runnable before = scheduled.getAndSet(cancel);
    if (before != null) {
      before.run();
    }
  }

  private void schedule(Duration delay, Runnable task) {
    if (!retired && !workings.isClosed()) {
      reschedule(workings.scheduler().after(delay, task));
    }
  }

  /** Refreshes what is used or pinned; what lies idle is looked at once more near its end. */
  private void refreshDue(Snapshot expected, boolean lastLook) {
    if (retired || !expected.equals(snapshot)) {
      return;
    }
    Marks before = marks;
    long total = hits.sum();
    if (!pinned && before.beforeLast >= 0 && total == before.beforeLast) {
      Duration left = expected.remaining(time.nanos());
      if (!lastLook && left != null) {
        schedule(left.multipliedBy(8).dividedBy(10), () -> refreshDue(expected, true));
      }
      return;
    }
    marks = new Marks(total, before.last);
    refresh();
  }

  /** One run of attempts, from the first until there are credentials or nobody wants them. */
  private final class Effort {
    /** Null tells those who still wait to begin again: the effort ended because none waited. */
    final CompletableFuture<@Nullable CredentialResult> done = new CompletableFuture<>();

    final AtomicInteger waiters = new AtomicInteger();

    void launch(Duration pause) {
      if (pause.isZero()) {
        try {
          workings.workers().execute(this::attempt);
        } catch (RejectedExecutionException e) {
          log.debug("the workers have shut down", e);
          end(workings.closed(key));
        }
      } else {
        workings.scheduler().after(pause, this::attempt);
      }
    }

    void end(@Nullable CredentialResult result) {
      effort.compareAndSet(this, null);
      done.complete(result);
    }

    private void attempt() {
      if (done.isDone()) {
        return;
      }
      long started = time.nanos();
      CompletableFuture<FetchOutcome> call;
      try {
        call = fetcher.fetch();
      } catch (RuntimeException defect) {
        call = CompletableFuture.failedFuture(defect);
      }
      CompletableFuture<FetchOutcome> attempt = call;
      Runnable net =
          workings
              .scheduler()
              .after(ATTEMPT_LIMIT, () -> attempt.complete(Diagnosis.hung(key, ATTEMPT_LIMIT)));
      var _ =
          attempt.handle(
              (outcome, thrown) -> {
                net.run();
                settle(outcome != null ? outcome : Diagnosis.defect(key, thrown), started);
                return null;
              });
    }

    private void settle(FetchOutcome outcome, long started) {
      switch (outcome) {
        case CredentialFailure failure -> failed(failure);
        case Fetched fetched -> {
          switch (workings.snapshot(key, fetched)) {
            case CredentialFailure failure -> failed(failure);
            case Snapshot fresh -> succeeded(fresh, started);
          }
        }
      }
    }

    private void succeeded(Snapshot fresh, long started) {
      boolean cold = !isUsable();
      snapshot = fresh;
      trouble = null;
      if (fresh.refreshAt() != null) {
        Duration untilRefresh = Duration.between(fresh.obtained(), fresh.refreshAt());
        schedule(untilRefresh, () -> refreshDue(fresh, false));
      }
      end(fresh);
      workings.events().refreshed(key, cold, Duration.ofNanos(time.nanos() - started));
    }

    private void failed(CredentialFailure failure) {
      Snapshot held = snapshot;
      boolean cold = held == null || !held.usableAt(time.nanos());
      Trouble before = trouble;
      int failures = before == null ? 1 : before.failures + 1;
      Duration wait = workings.backoff(cold, failure.retryable(), failures);
      CredentialFailure told = failure.withRetryAfter(wait);
      trouble = new Trouble(told, failures, time.nanos() + wait.toNanos(), time.now());
      workings.events().refreshFailed(key, cold, told);
      // A long outage is told ever more rarely: at failure 1, 2, 4, 8 and so on.
      log.atLevel(Integer.bitCount(failures) == 1 ? Level.WARN : Level.DEBUG)
          .log(
              "no new credentials for {} (attempt {}, {}): {}. Next attempt in {} s. To mend: {}",
              key.label(),
              failures,
              cold ? "none held" : "those held still serve",
              told.message(),
              wait.toSeconds(),
              told.mend());
      if (cold && told.retryable() && (waiters.get() > 0 || pinned) && !workings.isClosed()) {
        workings.scheduler().after(wait, this::attempt);
        return;
      }
      if (!cold || pinned) {
        schedule(wait, Slot.this::retry);
      }
      end(told.retryable() ? null : told);
    }
  }

  /** Somebody who waits; settled exactly once, by a result, the deadline or a cancel. */
  private final class Waiter implements Runnable {
    private final Executor loop;
    private final Consumer<CredentialResult> then;
    private final Duration deadline;
    private final AtomicBoolean settled = new AtomicBoolean();
    private volatile @Nullable Runnable timer;
    private final AtomicReference<@Nullable Effort> joined = new AtomicReference<>();

    Waiter(Executor loop, Duration deadline, Consumer<CredentialResult> then) {
      this.loop = loop;
      this.deadline = deadline;
      this.then = then;
    }

    void start() {
      timer = workings.scheduler().after(deadline, () -> settle(late()));
      attach();
    }

    private void attach() {
      Effort running = join();
      running.waiters.incrementAndGet();
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

    private CredentialFailure late() {
      Trouble failed = trouble;
      return failed != null
          ? failed.failure.withRetryAfter(failed.left(time.nanos()))
          : Diagnosis.late(key, deadline);
    }

    void settle(CredentialResult result) {
      if (leave()) {
        try {
          loop.execute(() -> then.accept(result));
        } catch (RejectedExecutionException e) {
          log.debug("the waiter for {} has shut down", key.label(), e);
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
}
