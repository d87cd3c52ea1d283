package io.countersign.credentials;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of attempts, from the first until there are credentials or nobody wants them. */
final class Effort implements Urgency {
  private static final Logger log = LoggerFactory.getLogger(Effort.class);

  private final Slot slot;
  private final Workings workings;

  /** Null tells those who still wait to begin again: the effort ended because none waited. */
  final CompletableFuture<@Nullable CredentialResult> done = new CompletableFuture<>();

  final AtomicInteger waiters;

  /** Begun for its own sake, not for a waiter who may go. */
  private final boolean asked;

  Effort(Slot slot, Workings workings, boolean asked, int waiters) {
    this.slot = slot;
    this.workings = workings;
    this.asked = asked;
    this.waiters = new AtomicInteger(waiters);
  }

  void launch(Duration pause) {
    if (pause.isZero()) {
      try {
        workings.workers().execute(this::attempt);
      } catch (RejectedExecutionException e) {
        log.debug("the workers have shut down", e);
        end(workings.closed(slot.key()));
      }
    } else {
      workings.scheduler().after(pause, this::attempt);
    }
  }

  @Override
  public Rank rank() {
    if (waiters.get() > 0) {
      return Rank.WAITED_FOR;
    }
    return slot.isUsable() ? Rank.RENEWAL : Rank.WARM_UP;
  }

  @Override
  public long endsNanos() {
    return slot.endsNanos();
  }

  @Override
  public boolean wanted() {
    return asked || waiters.get() > 0 || slot.isPinned() || slot.isUsable();
  }

  void end(@Nullable CredentialResult result) {
    slot.ended(this);
    done.complete(result);
  }

  private void attempt() {
    if (done.isDone()) {
      return;
    }
    long started = workings.time().nanos();
    CompletableFuture<FetchOutcome> attempt;
    try {
      attempt = slot.fetcher().fetch(this);
    } catch (RuntimeException defect) {
      attempt = CompletableFuture.failedFuture(defect);
    }
    var _ =
        attempt.handle(
            (outcome, thrown) -> {
              settle(outcome, thrown, started);
              return null;
            });
  }

  private void settle(@Nullable FetchOutcome outcome, @Nullable Throwable thrown, long started) {
    switch (outcome) {
      case null -> {
        if (isCancellation(thrown)) {
          end(null);
        } else {
          failed(Diagnosis.defect(slot.key(), thrown));
        }
      }
      case CredentialFailure failure -> failed(failure);
      case Fetched fetched -> {
        switch (workings.snapshot(slot.key(), fetched)) {
          case CredentialFailure failure -> failed(failure);
          case Snapshot fresh -> slot.filled(this, fresh, started);
        }
      }
    }
  }

  private static boolean isCancellation(@Nullable Throwable thrown) {
    return thrown instanceof CancellationException
        || (thrown instanceof CompletionException
            && thrown.getCause() instanceof CancellationException);
  }

  private void failed(CredentialFailure failure) {
    Duration again = slot.failed(this, failure);
    if (again != null) {
      workings.scheduler().after(again, this::attempt);
    }
  }
}
