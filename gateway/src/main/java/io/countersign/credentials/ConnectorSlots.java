package io.countersign.credentials;

import io.countersign.config.Arn;
import java.util.ArrayList;
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

  private final @Nullable RoleSlots named;

  private ConnectorSlots(
      @Nullable Slot shared, Function<String, Slot> make, @Nullable RoleSlots named) {
    this.shared = shared;
    this.make = make;
    this.named = named;
  }

  /**
   * @param named those of the roles that agents name; null where they may name none
   */
  static ConnectorSlots shared(Slot slot, @Nullable RoleSlots named) {
    return new ConnectorSlots(slot, agent -> slot, named);
  }

  /**
   * @param make finds or makes the slot of an agent
   */
  static ConnectorSlots perAgent(Function<String, Slot> make, @Nullable RoleSlots named) {
    return new ConnectorSlots(null, make, named);
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

  /**
   * The slot of a role that the agent has named before; null for one that {@link #named} must find.
   * No lock and no parsing.
   *
   * @param role as the agent names it, not yet looked at
   */
  public @Nullable Slot known(String agent, String role) {
    return named == null ? null : named.known(agent, role);
  }

  /**
   * The slot of a role that the agent names; made when there is none, which fetches nothing.
   *
   * @param agent a verified name that the policy has let pass
   * @param role that the configuration lets it name
   * @throws IllegalStateException when the connector lets nobody name a role
   */
  public Slot named(String agent, Arn role) {
    if (named == null) {
      throw new IllegalStateException("no role may be named here");
    }
    return named.of(agent, role);
  }

  /** Those that exist. */
  public List<Slot> all() {
    List<Slot> all = new ArrayList<>(byAgent.values());
    if (shared != null) {
      all.add(shared);
    }
    if (named != null) {
      all.addAll(named.all());
    }
    return all;
  }
}
