package io.countersign.credentials;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
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

  /** Younger credentials are not thrown away because AWS refused them: it will refuse the next. */
  private static final Duration LEAST_AGE_TO_INVALIDATE = Duration.ofSeconds(10);

  private static final long READ_RESOLUTION_NANOS = 1_000_000_000L;

  private static final AtomicReferenceFieldUpdater<Slot, @Nullable Snapshot> SNAPSHOT =
      AtomicReferenceFieldUpdater.newUpdater(Slot.class, Snapshot.class, "snapshot");

  private final int id;
  private final CredentialKey key;
  private final Fetcher fetcher;
  private final Workings workings;
  private final TimeSource time;
  private final @Nullable CredentialFailure refusing;
  private final @Nullable String role;
  private final LongAdder hits = new LongAdder();
  private final AtomicReference<@Nullable Effort> effort = new AtomicReference<>();
  private final AtomicReference<@Nullable Runnable> scheduled = new AtomicReference<>();

  private volatile @Nullable Snapshot snapshot;
  private volatile @Nullable Trouble trouble;
  private volatile boolean pinned;
  private volatile boolean strict;
  private volatile boolean retired;

  /** When it was read last, to the second. Plain: a write that is lost does no harm. */
  private long lastReadNanos;

  /** Hits at the last refresh and the one before; touched by the refresh task alone. */
  private volatile Marks marks = new Marks(-1, -1);

  Slot(int id, CredentialKey key, Fetcher fetcher, Workings workings) {
    this(id, key, fetcher, workings, null);
  }

  private Slot(
      int id,
      CredentialKey key,
      Fetcher fetcher,
      Workings workings,
      @Nullable CredentialFailure refusing) {
    this.refusing = refusing;
    this.id = id;
    this.key = key;
    this.role = key instanceof CredentialKey.OfRole of ? of.hop().arn().toString() : null;
    this.fetcher = fetcher;
    this.workings = workings;
    this.time = workings.time();
    this.lastReadNanos = time.nanos();
  }

  /** A slot that stands in no cache and has nothing but this failure to give. */
  static Slot refusing(CredentialKey key, CredentialFailure failure, Workings workings) {
    return new Slot(
        0, key, urgency -> CompletableFuture.completedFuture(failure), workings, failure);
  }

  /** Why the slot will never have credentials; null for one that may. */
  @Nullable CredentialFailure refusing() {
    return refusing;
  }

  private record Marks(long last, long beforeLast) {}

  int id() {
    return id;
  }

  public CredentialKey key() {
    return key;
  }

  /** The ARN of the role; null for a source. */
  public @Nullable String role() {
    return role;
  }

  /** The name of the role's session; null for a source. */
  public @Nullable String sessionName() {
    return key instanceof CredentialKey.OfRole role ? role.hop().sessionName() : null;
  }

  /**
   * {@link TimeSource#nanos} of now. Whoever measures how long signing takes reads the clock
   * anyway: that reading serves {@link #current(long)} as well.
   */
  public long nanos() {
    return time.nanos();
  }

  /** {@link #current(long)} with a reading of its own, which costs more than all the rest. */
  public @Nullable Snapshot current() {
    return current(time.nanos());
  }

  /**
   * The credentials to sign with, or null when there are none yet or they have expired; then {@link
   * #await}. One volatile load, one comparison, one striped counter; no lock and no allocation.
   *
   * @param nowNanos a reading of {@link #nanos} that was taken for this look-up. Credentials are
   *     given no more in the last five seconds before their end, so a reading that is older than
   *     that may get what is over: never one from before a wait for the network
   */
  public @Nullable Snapshot current(long nowNanos) {
    Snapshot held = snapshot;
    if (held == null || !held.usableAt(nowNanos)) {
      return null;
    }
    if (nowNanos - lastReadNanos > READ_RESOLUTION_NANOS) {
      lastReadNanos = nowNanos;
    }
    hits.increment();
    return held;
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
    lastReadNanos = time.nanos();
    Waiter waiter = new Waiter(this, workings, loop, deadline, then);
    Snapshot held = current();
    if (held != null) {
      waiter.settle(held);
      return waiter;
    }
    if (refusing != null) {
      waiter.settle(refusing);
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
    if (isYoung(held)) {
      return false;
    }
    if (drop(held)) {
      refresh();
    }
    return true;
  }

  /** Whether AWS's refusal is no reason to fetch anew. */
  boolean isYoung(Snapshot held) {
    return held.obtained().plus(LEAST_AGE_TO_INVALIDATE).isAfter(time.now());
  }

  /** Starts a fetch in the background now, if none runs. */
  public void refresh() {
    Effort mine = new Effort(this, workings, true, 0);
    if (effort.compareAndSet(null, mine)) {
      mine.launch(Duration.ZERO);
    }
  }

  /** Ends with the attempt that runs, whatever it brings; complete when none does. */
  CompletableFuture<?> underWay() {
    Effort running = effort.get();
    return running == null ? CompletableFuture.completedFuture(null) : running.done;
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

  /** Whether a refusal by AWS ends at once the credentials that still serve. */
  void strict(boolean yes) {
    strict = yes;
  }

  /** Whether the slot has been dropped, so that a newer one may hold the place of its key. */
  public boolean isRetired() {
    return retired || refusing != null;
  }

  /** Whether nobody keeps it warm, and no fetch is under way. */
  boolean isIdle() {
    return !pinned && effort.get() == null;
  }

  long lastReadNanos() {
    return lastReadNanos;
  }

  /** Fetches anew what the wall clock says is past its time, if it is in use. */
  void afterPause() {
    Snapshot held = snapshot;
    if (held != null && isOverdue(held)) {
      refreshDue(held, false);
    }
  }

  /**
   * The renewal of credentials that are past their time for it, whether it is under way or begins
   * now; complete when there is none to wait for. Ends with the attempt, whatever it brings.
   */
  CompletableFuture<?> renewalIfDue() {
    Snapshot held = snapshot;
    if (held == null || !isOverdue(held)) {
      return CompletableFuture.completedFuture(null);
    }
    refresh();
    return underWay();
  }

  long hits() {
    return hits.sum();
  }

  /** Forgets what the slot holds, and fetches anew when somebody asks; not while a fetch runs. */
  boolean evict() {
    Snapshot held = snapshot;
    if (effort.get() != null) {
      return false;
    }
    if (held != null && drop(held)) {
      reschedule(null);
      if (pinned) {
        refresh();
      }
    }
    return true;
  }

  /** No connector uses the slot any more: it answers whoever still holds it, and no more. */
  void retire() {
    retired = true;
    pinned = false;
    reschedule(null);
    Snapshot held = snapshot;
    if (held != null) {
      gone(held);
    }
  }

  void close() {
    retire();
    Effort running = effort.getAndSet(null);
    if (running != null) {
      running.done.complete(workings.closed(key));
    }
  }

  /** On a worker, because an event loop may have dropped it. */
  private void gone(Snapshot held) {
    try {
      workings.workers().execute(() -> workings.events().gone(held.credentials()));
    } catch (RejectedExecutionException e) {
      log.debug("the workers have shut down", e);
    }
  }

  private boolean drop(Snapshot held) {
    boolean mine = SNAPSHOT.compareAndSet(this, held, null);
    if (mine) {
      gone(held);
    }
    return mine;
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
        sessionName(),
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
        failed == null ? null : failed.failure(),
        failed == null ? null : failed.at());
  }

  /** The effort that runs, or a new one, with one waiter more. */
  Effort join() {
    while (true) {
      Effort running = effort.get();
      if (running != null) {
        if (running.waiters.getAndIncrement() == 0) {
          workings.pace().hurry(running);
        }
        return running;
      }
      Effort mine = new Effort(this, workings, false, 1);
      if (!effort.compareAndSet(null, mine)) {
        continue;
      }
      // Another effort may have ended between the caller's look and the compare-and-set: what it
      // left counts, or a crowd of waiters would call twice.
      Snapshot held = snapshot;
      Trouble failed = trouble;
      CredentialFailure refusal = failed == null ? null : failed.refusal(time.nanos());
      if (workings.isClosed()) {
        mine.end(workings.closed(key));
      } else if (held != null && held.usableAt(time.nanos())) {
        mine.end(held);
      } else if (refusal != null) {
        mine.end(refusal);
      } else {
        mine.launch(failed == null ? Duration.ZERO : failed.pause(time.nanos()));
      }
      return mine;
    }
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
      if (left != null && lastLook) {
        schedule(left.plus(left), () -> workings.idle().accept(this));
      } else if (left != null) {
        schedule(left.multipliedBy(8).dividedBy(10), () -> refreshDue(expected, true));
      }
      return;
    }
    marks = new Marks(total, before.last);
    refresh();
  }

  /** What keeps the slot cold: the failure of what it waits for, or its own last one. */
  @Nullable CredentialFailure failing() {
    CredentialFailure before = fetcher.blockedBy();
    Trouble failed = trouble;
    return before != null || failed == null
        ? before
        : failed.failure().withRetryAfter(failed.left(time.nanos()));
  }

  /** Called by the effort: there are new credentials. */
  void filled(Effort by, Snapshot fresh, long started) {
    boolean cold = !isUsable();
    Snapshot before = SNAPSHOT.getAndSet(this, fresh);
    trouble = null;
    if (before != null && !before.credentials().equals(fresh.credentials())) {
      gone(before);
    }
    if (fresh.refreshAt() != null) {
      Duration untilRefresh = Duration.between(fresh.obtained(), fresh.refreshAt());
      schedule(untilRefresh, () -> refreshDue(fresh, false));
    }
    by.end(fresh);
    workings.events().refreshed(key, cold, Duration.ofNanos(time.nanos() - started));
  }

  /**
   * Called by the effort: an attempt has failed. Ends the effort, or says after which pause it
   * makes another attempt.
   */
  @Nullable Duration failed(Effort by, CredentialFailure failure) {
    Snapshot held = snapshot;
    if (strict
        && held != null
        && failure.kind() == CredentialFailure.Kind.ACCESS_DENIED
        && drop(held)) {
      log.warn("{} is refused, so its session is dropped at once (strict)", key.label());
      held = null;
    }
    boolean cold = held == null || !held.usableAt(time.nanos());
    Trouble before = trouble;
    int failures = before == null ? 1 : before.failures() + 1;
    Duration wait = workings.backoff(cold, failure.retryable(), failures);
    if (!cold && held != null && failure.retryable()) {
      wait = workings.hurried(wait, held);
    }
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
            wait.toMillis() / 1_000.0,
            told.mend());
    if (cold && told.retryable() && (by.waiters.get() > 0 || pinned) && !workings.isClosed()) {
      return wait;
    }
    if (!cold || pinned) {
      schedule(wait, this::retry);
    }
    by.end(told.retryable() ? null : told);
    return null;
  }

  void ended(Effort over) {
    effort.compareAndSet(over, null);
  }

  Fetcher fetcher() {
    return fetcher;
  }

  /** {@link TimeSource#nanos} of the end of what is held; now when there is nothing. */
  long endsNanos() {
    Snapshot held = snapshot;
    return held == null ? time.nanos() : held.expiresAtNanos();
  }
}
