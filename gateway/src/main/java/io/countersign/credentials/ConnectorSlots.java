package io.countersign.credentials;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The slots that a connector signs with: one for all agents, or, where its roles have templates,
 * one for each. Thread-safe.
 */
public final class ConnectorSlots {
  private final @Nullable Slot shared;
  private final Function<String, Slot> make;

  /** As many as there are agents in the configuration. */
  private final ConcurrentHashMap<String, Slot> byAgent = new ConcurrentHashMap<>();

  private ConnectorSlots(@Nullable Slot shared, Function<String, Slot> make) {
    this.shared = shared;
    this.make = make;
  }

  static ConnectorSlots shared(Slot slot) {
    return new ConnectorSlots(slot, agent -> slot);
  }

  /**
   * @param make finds or makes the slot of an agent
   */
  static ConnectorSlots perAgent(Function<String, Slot> make) {
    return new ConnectorSlots(null, make);
  }

  /**
   * The slot for an agent's requests; made when there is none, which fetches nothing.
   *
   * @param agent a verified name that the policy has let pass
   */
  public Slot of(String agent) {
    Slot one = shared;
    if (one != null) {
      return one;
    }
    Slot known = byAgent.get(agent);
    if (known != null && !known.isRetired()) {
      return known;
    }
    Slot made = make.apply(agent);
    byAgent.put(agent, made);
    return made;
  }

  /** Those that exist. */
  public List<Slot> all() {
    return shared != null ? List.of(shared) : List.copyOf(byAgent.values());
  }
}
