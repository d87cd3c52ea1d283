package io.countersign.http;

import java.util.concurrent.atomic.AtomicLong;

/** The memory that all held bodies together may take. Thread-safe. */
public final class HoldBudget {
  private final AtomicLong free;

  public HoldBudget(long bytes) {
    this.free = new AtomicLong(bytes);
  }

  /** Takes {@code bytes} of the budget, or nothing when fewer are left. */
  boolean take(long bytes) {
    long before = free.get();
    while (before >= bytes) {
      long witness = free.compareAndExchange(before, before - bytes);
      if (witness == before) {
        return true;
      }
      before = witness;
    }
    return false;
  }

  void giveBack(long bytes) {
    free.addAndGet(bytes);
  }

  long free() {
    return free.get();
  }
}
