package io.countersign.credentials;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The slots that requests made, and whose requests. Full means: what has been idle longest goes,
 * and where nothing is idle, the new one is refused. What is being fetched, and what is kept warm,
 * never goes. Thread-safe; its lock is taken when a slot is made or dropped, never by a read.
 */
final class Tenants {
  private final CacheLimits limits;
  private final TimeSource time;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Slot, String> owners = new HashMap<>();
  private final Map<String, Integer> counts = new HashMap<>();

  Tenants(CacheLimits limits, TimeSource time) {
    this.limits = limits;
    this.time = time;
  }

  /** What a new slot may do. */
  sealed interface Entry {
    /** It is counted; those that made room are to be dropped. */
    record Admitted(List<Slot> dropped) implements Entry {}

    /** There is no room. */
    record Refused(CredentialFailure failure) implements Entry {}
  }

  Entry admit(Slot slot, String tenant) {
    lock.lock();
    try {
      if (owners.containsKey(slot)) {
        return new Entry.Admitted(List.of());
      }
      List<Slot> dropped = new ArrayList<>();
      if (counts.getOrDefault(tenant, 0) >= limits.slotsOfTenant()) {
        dropped.addAll(idlest(other -> tenant.equals(owners.get(other)), limits.slotsOfTenant()));
        if (dropped.isEmpty()) {
          return new Entry.Refused(Diagnosis.quota(slot.key(), tenant, limits.slotsOfTenant()));
        }
      }
      if (owners.size() - dropped.size() >= limits.slots()) {
        List<Slot> others = idlest(other -> !dropped.contains(other), limits.slots());
        if (others.isEmpty()) {
          return new Entry.Refused(Diagnosis.full(slot.key(), limits.slots()));
        }
        dropped.addAll(others);
      }
      dropped.forEach(this::forgetLocked);
      owners.put(slot, tenant);
      counts.merge(tenant, 1, Integer::sum);
      return new Entry.Admitted(dropped);
    } finally {
      lock.unlock();
    }
  }

  /** The idlest sixteenth of a full house, so that the search is paid for once in many times. */
  private List<Slot> idlest(Predicate<Slot> candidate, int house) {
    long now = time.nanos();
    return owners.keySet().stream()
        .filter(candidate)
        .filter(Slot::isIdle)
        .sorted(Comparator.comparingLong((Slot s) -> now - s.lastReadNanos()).reversed())
        .limit(Math.max(1, house / 16))
        .toList();
  }

  /** Whose slot it is; null for one of the configuration. */
  @Nullable String owner(Slot slot) {
    lock.lock();
    try {
      return owners.get(slot);
    } finally {
      lock.unlock();
    }
  }

  void forget(Slot slot) {
    lock.lock();
    try {
      forgetLocked(slot);
    } finally {
      lock.unlock();
    }
  }

  private void forgetLocked(Slot slot) {
    String tenant = owners.remove(slot);
    if (tenant != null) {
      counts.computeIfPresent(tenant, (name, count) -> count == 1 ? null : count - 1);
    }
  }

  int size() {
    lock.lock();
    try {
      return owners.size();
    } finally {
      lock.unlock();
    }
  }
}
