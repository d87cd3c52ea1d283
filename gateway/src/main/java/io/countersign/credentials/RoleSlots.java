package io.countersign.credentials;

import io.countersign.config.Arn;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The slots of the roles that agents name on one connector. Each agent has its own, and so many at
 * a time: one more takes the place of the one that has not been read for longest, if that was a
 * minute ago, so that an agent that makes up names asks STS a bounded number of times. Thread-safe;
 * the look-up of a role that is known takes no lock.
 */
final class RoleSlots {
  private static final long UNREAD_NANOS = Duration.ofMinutes(1).toNanos();

  private final int most;
  private final TimeSource time;
  private final BiFunction<String, Arn, Slot> make;
  private final BiFunction<String, Arn, Slot> refuse;
  private final Consumer<Slot> drop;
  private final ReentrantLock lock = new ReentrantLock();

  /**
   * By the agent's name, then by the ARN as the agent writes it, which is one text for one role.
   */
  private final ConcurrentHashMap<String, ConcurrentHashMap<String, Slot>> byAgent =
      new ConcurrentHashMap<>();

  /**
   * @param most for each agent
   * @param make finds or makes the slot of an agent's role
   * @param refuse makes a slot that says that there is no room
   * @param drop forgets a slot that nothing is under way for
   */
  RoleSlots(
      int most,
      TimeSource time,
      BiFunction<String, Arn, Slot> make,
      BiFunction<String, Arn, Slot> refuse,
      Consumer<Slot> drop) {
    this.most = most;
    this.time = time;
    this.make = make;
    this.refuse = refuse;
    this.drop = drop;
  }

  /** The slot of a role that was named before; null for one that was not, or is gone. */
  @Nullable Slot known(String agent, String role) {
    ConcurrentHashMap<String, Slot> own = byAgent.get(agent);
    Slot slot = own == null ? null : own.get(role);
    return slot == null || slot.isRetired() ? null : slot;
  }

  /**
   * The slot of a role that may be named; made when there is none, which fetches nothing. Where
   * there is no room, the slot that is answered refuses, and is not kept.
   */
  Slot of(String agent, Arn role) {
    String name = role.toString();
    lock.lock();
    try {
      Slot known = known(agent, name);
      if (known != null) {
        return known;
      }
      ConcurrentHashMap<String, Slot> own =
          byAgent.computeIfAbsent(agent, a -> new ConcurrentHashMap<>());
      own.values().removeIf(Slot::isRetired);
      Slot idlest = null;
      if (own.size() >= most) {
        idlest = idlest(own);
        if (idlest == null) {
          return refuse.apply(agent, role);
        }
      }
      Slot made = make.apply(agent, role);
      if (idlest != null && !made.isRetired()) {
        own.values().remove(idlest);
        drop.accept(idlest);
      }
      if (!made.isRetired()) {
        own.put(name, made);
      }
      return made;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Slot idlest(ConcurrentHashMap<String, Slot> own) {
    long now = time.nanos();
    return own.values().stream()
        .filter(slot -> slot.isIdle() && now - slot.lastReadNanos() >= UNREAD_NANOS)
        .max(Comparator.comparingLong(slot -> now - slot.lastReadNanos()))
        .orElse(null);
  }

  /** Those that exist. */
  List<Slot> all() {
    return byAgent.values().stream().flatMap(own -> own.values().stream()).toList();
  }
}
