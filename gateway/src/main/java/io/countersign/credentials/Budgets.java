package io.countersign.credentials;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One {@link Budget} for each payer. Thread-safe. */
final class Budgets implements Pace {
  private static final Logger log = LoggerFactory.getLogger(Budgets.class);

  private final TimeSource time;
  private final Scheduler scheduler;
  private final Executor workers;

  /** As many as there are accounts that roles are assumed from: the configuration names them. */
  private final ConcurrentHashMap<Payer, Budget> budgets = new ConcurrentHashMap<>();

  Budgets(TimeSource time, Scheduler scheduler, Executor workers) {
    this.time = time;
    this.scheduler = scheduler;
    this.workers = workers;
  }

  @Override
  public <T> CompletableFuture<StsReply<T>> call(
      Payer payer, Urgency urgency, Supplier<CompletableFuture<StsReply<T>>> call) {
    return budget(payer).call(urgency, call);
  }

  Budget budget(Payer payer) {
    return budgets.computeIfAbsent(payer, p -> new Budget(time, scheduler, workers));
  }

  @Override
  public void hurry(Urgency urgency) {
    try {
      // On a worker, because a budget has a lock.
      workers.execute(() -> budgets.values().forEach(budget -> budget.hurry(urgency)));
    } catch (RejectedExecutionException e) {
      log.debug("the workers have shut down", e);
    }
  }
}
