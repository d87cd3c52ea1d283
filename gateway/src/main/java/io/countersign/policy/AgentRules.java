package io.countersign.policy;

import io.countersign.catalog.AccessLevel;
import io.countersign.config.Agent;
import io.countersign.config.Grant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one agent for one connector. Those that name an operation are found once for each
 * operation, so that a decision looks at few; their number is that of the service's operations at
 * most. Thread-safe.
 */
final class AgentRules {
  private final List<Rule> denials;
  private final List<Rule> grants;
  private final Map<String, Named> byOperation = new ConcurrentHashMap<>();

  private AgentRules(List<Rule> denials, List<Rule> grants) {
    this.denials = denials;
    this.grants = grants;
  }

  /** A grant that names an operation, and what it says if it is about a call. */
  record Granting(Rule rule, Decision.Allow allow) {}

  /** The rules that name an operation, in their order. */
  record Named(List<Rule> denials, List<Granting> grants) {
    /** Whether a rule looks at the input, or at what it names. */
    boolean lookInside() {
      return denials.stream().anyMatch(Rule::looksInside)
          || grants.stream().anyMatch(g -> g.rule().looksInside());
    }
  }

  /** Those that name the connector; null where no grant does, so that nothing is allowed. */
  static @Nullable AgentRules of(Agent agent, String connector) {
    String path = "agents." + agent.name();
    List<Rule> grants = naming(connector, path + ".allow", true, agent.allow());
    return grants.isEmpty()
        ? null
        : new AgentRules(naming(connector, path + ".deny", false, agent.deny()), grants);
  }

  private static List<Rule> naming(
      String connector, String path, boolean allow, List<Grant> grants) {
    List<Rule> rules = new ArrayList<>();
    for (int i = 0; i < grants.size(); i++) {
      Rule rule = new Rule(path + "[" + i + "]", allow, grants.get(i));
      if (rule.namesConnector(connector)) {
        rules.add(rule);
      }
    }
    return List.copyOf(rules);
  }

  /** The grants that name the connector. */
  List<Rule> grants() {
    return grants;
  }

  /**
   * The rules that name an operation.
   *
   * @param level null for a recipe
   */
  Named naming(String operation, @Nullable AccessLevel level) {
    Named named = byOperation.get(operation);
    return named != null ? named : byOperation.computeIfAbsent(operation, o -> find(o, level));
  }

  private Named find(String operation, @Nullable AccessLevel level) {
    List<Granting> granting = new ArrayList<>();
    for (Rule grant : grants) {
      Decision.Allow allow = grant.names(operation, level);
      if (allow != null) {
        granting.add(new Granting(grant, allow));
      }
    }
    return new Named(
        denials.stream().filter(rule -> rule.names(operation, level) != null).toList(),
        List.copyOf(granting));
  }
}
