package io.countersign.policy;

import io.countersign.catalog.Catalog;
import io.countersign.catalog.Nearest;
import io.countersign.catalog.Operation;
import io.countersign.catalog.Service;
import io.countersign.catalog.Shape;
import io.countersign.catalog.ShapeRef;
import io.countersign.config.Access;
import io.countersign.config.Agent;
import io.countersign.config.Condition;
import io.countersign.config.Connector;
import io.countersign.config.GatewayConfig;
import io.countersign.config.Grant;
import io.countersign.config.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a configuration says in vain: rules that can allow nothing, mostly for a misspelling. All of
 * it is safe, since what is not allowed is refused; so these are warnings, for {@code countersign
 * check} and the log at start-up.
 */
public final class PolicyReview {
  private final GatewayConfig config;
  private final Catalog catalog;
  private final List<Problem> warnings = new ArrayList<>();

  private PolicyReview(GatewayConfig config, Catalog catalog) {
    this.config = config;
    this.catalog = catalog;
  }

  /** The warnings, in the order of the configuration; they have a path and no line. */
  public static List<Problem> warnings(GatewayConfig config, Catalog catalog) {
    PolicyReview review = new PolicyReview(config, catalog);
    config.connectors().values().forEach(review::connector);
    config.agents().values().forEach(review::agent);
    return List.copyOf(review.warnings);
  }

  private void connector(Connector connector) {
    String path = "connectors." + connector.name();
    Optional<Service> service = catalog.service(connector.service());
    if (service.isEmpty()) {
      warn(
          path + ".service",
          "the catalog does not know the service '"
              + connector.service()
              + "', so that every call of it is refused",
          suggestion(catalog.nearest(connector.service())));
      return;
    }
    for (String name : new TreeSet<>(connector.credentialOperations())) {
      Optional<Operation> operation = service.get().operation(name);
      if (operation.isEmpty()) {
        warn(
            path + ".credential-operations",
            connector.service() + " has no operation '" + name + "'",
            suggestion(service.get().nearest(name)));
      } else if (!operation.get().mustBeNamed()) {
        warn(
            path + ".credential-operations",
            operation.get().id() + " answers no credential and need not be named here",
            "remove it");
      }
    }
  }

  private void agent(Agent agent) {
    String path = "agents." + agent.name();
    rules(path + ".allow", agent.allow(), true);
    rules(path + ".deny", agent.deny(), false);
  }

  private void rules(String list, List<Grant> grants, boolean allow) {
    for (int i = 0; i < grants.size(); i++) {
      Grant grant = grants.get(i);
      String path = list + "[" + i + "]";
      NamePattern named = new NamePattern(grant.connector());
      List<Connector> connectors =
          config.connectors().values().stream()
              .filter(c -> named.matches(c.name()))
              .filter(c -> catalog.service(c.service()).isPresent())
              .toList();
      if (connectors.isEmpty()) {
        continue;
      }
      for (int j = 0; j < grant.operations().size(); j++) {
        rule(
            path + ".operations[" + j + "]",
            new NamePattern(grant.operations().get(j)),
            connectors,
            allow);
      }
      for (Condition condition : grant.when()) {
        if (condition.key().startsWith(Condition.INPUT)) {
          condition(path + ".when." + condition.operator().id(), condition, grant, connectors);
        }
      }
    }
  }

  /** A key that no input has: a rule that denies would never deny. */
  private void condition(
      String path, Condition condition, Grant grant, List<Connector> connectors) {
    String member = condition.key().substring(Condition.INPUT.length());
    List<NamePattern> patterns = grant.operations().stream().map(NamePattern::new).toList();
    Set<String> members = new TreeSet<>();
    for (Connector connector : connectors) {
      if (Policy.recipes(connector.service()).stream().anyMatch(r -> matches(patterns, r))) {
        return; // a recipe's input is of no model
      }
      Service service = catalog.service(connector.service()).orElseThrow();
      for (Operation operation : service.operations()) {
        if (!matches(patterns, operation.name())) {
          continue;
        }
        ShapeRef input = service.model().operation(operation.name()).orElseThrow().input();
        if (input != null && has(input, member.split("\\.", -1), 0)) {
          return;
        }
        operation.members().forEach(m -> members.add(m.name()));
      }
    }
    warn(
        path + "." + condition.key(),
        "no operation that the rule names has '" + member + "' in its input",
        suggestion(Nearest.of(member, members)));
  }

  private static boolean matches(List<NamePattern> patterns, String name) {
    return patterns.stream().anyMatch(p -> p.matches(name));
  }

  /** Whether a shape has the member that is left of a path. */
  private static boolean has(ShapeRef ref, String[] steps, int at) {
    if (at == steps.length) {
      return true;
    }
    String step = steps[at];
    boolean plain = !step.endsWith("[]") && !step.endsWith("{}");
    Shape shape = ref.target();
    return switch (shape.kind()) {
      case DOCUMENT -> true;
      case MAP -> plain && has(shape.value(), steps, at + 1);
      case STRUCTURE -> {
        ShapeRef member = shape.member(plain ? step : step.substring(0, step.length() - 2));
        if (member == null) {
          yield false;
        }
        Shape target = member.target();
        if (step.endsWith("[]")) {
          yield target.kind() == Shape.Kind.LIST && has(target.element(), steps, at + 1);
        }
        yield (plain || target.kind() == Shape.Kind.MAP) && has(member, steps, at + 1);
      }
      default -> false;
    };
  }

  private void rule(String path, NamePattern pattern, List<Connector> connectors, boolean allow) {
    List<String> names = new ArrayList<>();
    boolean found = false;
    boolean reachable = false;
    for (Connector connector : connectors) {
      for (String recipe : Policy.recipes(connector.service())) {
        names.add(recipe);
        found |= pattern.matches(recipe);
        reachable |= pattern.matches(recipe);
      }
      for (Operation operation : catalog.service(connector.service()).orElseThrow().operations()) {
        names.add(operation.name());
        if (pattern.matches(operation.name())) {
          found = true;
          reachable |= isBelowTheCeilings(connector, operation);
        }
      }
    }
    if (!found) {
      warn(
          path,
          "'" + pattern + "' fits no operation of the connectors that the grant names",
          names.stream()
              .filter(pattern::matchesButForCase)
              .findFirst()
              .map(n -> "upper and lower case differ; is '" + n + "' meant?")
              .orElseGet(() -> suggestion(Nearest.of(pattern.text(), names))));
    } else if (!reachable && allow) {
      warn(
          path,
          "'" + pattern + "' fits only operations that the connectors refuse",
          "see access and credential-operations of "
              + String.join(", ", connectors.stream().map(Connector::name).toList()));
    }
  }

  private static boolean isBelowTheCeilings(Connector connector, Operation operation) {
    return (!operation.mustBeNamed() || connector.credentialOperations().contains(operation.name()))
        && (connector.access() == Access.READ_WRITE
            || (operation.level().isReadOnly() && !Policy.isStatement(operation)));
  }

  private static String suggestion(Optional<String> nearest) {
    return nearest.map(n -> "is '" + n + "' meant?").orElse("correct or remove it");
  }

  private void warn(String path, String message, String mend) {
    warnings.add(new Problem(path, 0, 0, message, mend));
  }
}
