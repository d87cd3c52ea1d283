package io.countersign.policy;

import io.countersign.catalog.Operation;
import io.countersign.catalog.Service;
import io.countersign.config.Access;
import io.countersign.config.Agent;
import io.countersign.config.Connector;
import io.countersign.config.GatewayConfig;
import io.countersign.config.Grant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may call what. Denied unless a grant allows it, and then only below the connector's ceilings,
 * which no grant lifts:
 *
 * <ol>
 *   <li>an operation that the catalog does not know is refused;
 *   <li>an operation of another service than the connector's is refused;
 *   <li>an operation whose answer is a credential, or that hands a role on, is refused unless the
 *       connector's {@code credential-operations} has its exact name ({@code *} in a grant does not
 *       reach it);
 *   <li>a read-only connector allows what the Service Authorization Reference lists as List or
 *       Read, by the modelled operation and never by the HTTP verb, and no operation whose text
 *       decides what it does;
 *   <li>a grant of the agent must match the connector's name and the operation's.
 * </ol>
 *
 * <p>Patterns know one sign, {@code *}. Operations are written as AWS names them, in upper and
 * lower case; a denial says so where only the case is wrong. Recipes such as {@code query} are
 * granted by their names in the same list.
 *
 * <p>Immutable and thread-safe; patterns are compiled when it is made. What allows is made once for
 * each pattern, so that an allowed call costs no memory.
 */
public final class Policy {
  /** Runs one SQL statement and pages its rows. */
  public static final String QUERY = "query";

  private static final Map<String, Set<String>> RECIPES =
      Map.of("athena", Set.of(QUERY), "redshift-data", Set.of(QUERY));

  /** What these do stands in a text that they carry, whatever level their action has. */
  private static final Set<String> STATEMENTS =
      Set.of(
          "athena:StartQueryExecution",
          "athena:StartCalculationExecution",
          "redshift-data:ExecuteStatement",
          "redshift-data:BatchExecuteStatement",
          "rds-data:ExecuteStatement",
          "rds-data:BatchExecuteStatement",
          "rds-data:ExecuteSql",
          "dynamodb:ExecuteStatement",
          "dynamodb:BatchExecuteStatement",
          "dynamodb:ExecuteTransaction",
          "neptunedata:ExecuteGremlinQuery",
          "neptunedata:ExecuteOpenCypherQuery",
          "neptune-graph:ExecuteQuery",
          "qldb-session:SendCommand");

  /** Services whose models name an endpoint without a Region beside those of each Region. */
  private static final Set<String> REGIONAL_AS_WELL = Set.of("s3", "sts");

  private final Map<String, Connector> connectors;
  private final Map<String, List<CompiledGrant>> grants;

  private record CompiledGrant(String path, NamePattern connector, List<Rule> rules) {}

  private record Rule(NamePattern operation, Decision.Allow allow) {}

  private Policy(Map<String, Connector> connectors, Map<String, List<CompiledGrant>> grants) {
    this.connectors = connectors;
    this.grants = grants;
  }

  /** Compiles the grants of a configuration. */
  public static Policy of(GatewayConfig config) {
    Map<String, List<CompiledGrant>> grants = new HashMap<>();
    for (Agent agent : config.agents().values()) {
      List<CompiledGrant> compiled = new ArrayList<>();
      for (Grant grant : agent.allow()) {
        String path = "agents." + agent.name() + ".allow[" + compiled.size() + "]";
        List<Rule> rules = new ArrayList<>();
        for (String operation : grant.operations()) {
          rules.add(
              new Rule(new NamePattern(operation), new Decision.Allow(path + ": " + operation)));
        }
        compiled.add(
            new CompiledGrant(path, new NamePattern(grant.connector()), List.copyOf(rules)));
      }
      grants.put(agent.name(), List.copyOf(compiled));
    }
    return new Policy(config.connectors(), Map.copyOf(grants));
  }

  /**
   * Decides on a modelled operation. Agent and connector are looked up by name in the configuration
   * that this policy was made of, so that what was removed since is refused.
   *
   * @param operation null when the catalog did not recognise the request
   */
  public Decision decide(Agent agent, Connector connector, @Nullable Operation operation) {
    Connector configured = connectors.get(connector.name());
    List<CompiledGrant> granted = grants.get(agent.name());
    if (configured == null || granted == null || !names(granted, configured)) {
      return Denials.noWay(agent, connector, configured != null, granted != null);
    }
    if (operation == null) {
      return Denials.unrecognized(configured);
    }
    if (!operation.service().equals(configured.service())) {
      return Denials.wrongService(configured, operation);
    }
    if (operation.mustBeNamed() && !configured.credentialOperations().contains(operation.name())) {
      return Denials.credential(configured, operation);
    }
    if (configured.access() == Access.READ_ONLY) {
      if (isStatement(operation)) {
        return Denials.statement(configured, operation, hasRecipe(configured, QUERY));
      }
      if (!operation.level().isReadOnly()) {
        return Denials.readOnly(configured, operation);
      }
    }
    return decide(agent, configured, granted, operation.name());
  }

  /**
   * Decides on a recipe as such, for listings and for taking up what {@link #decideQuery} let
   * through before. It says nothing about the SQL of a {@code query}.
   *
   * @param recipe from the request; what is not a recipe of the connector's service is refused
   */
  public Decision decideRecipe(Agent agent, Connector connector, String recipe) {
    Connector configured = connectors.get(connector.name());
    List<CompiledGrant> granted = grants.get(agent.name());
    if (configured == null || granted == null || !names(granted, configured)) {
      return Denials.noWay(agent, connector, configured != null, granted != null);
    }
    if (!hasRecipe(configured, recipe)) {
      return Denials.unrecognized(configured);
    }
    return decide(agent, configured, granted, recipe);
  }

  /**
   * Decides on the recipe {@code query} with its statement: on a read-only connector it must pass
   * {@link ReadOnlySql}.
   *
   * @param sql from the request; nothing of it is repeated in the decision
   */
  public Decision decideQuery(Agent agent, Connector connector, String sql) {
    Decision decision = decideRecipe(agent, connector, QUERY);
    if (decision instanceof Decision.Deny) {
      return decision;
    }
    Connector configured = connectors.get(connector.name());
    if (configured != null && configured.access() == Access.READ_WRITE) {
      return decision;
    }
    return switch (ReadOnlySql.check(sql)) {
      case ReadOnlySql.Accepted accepted -> decision;
      case ReadOnlySql.Refused refused -> Denials.sql(connector, refused.reason());
    };
  }

  /** Whether any grant of the agent names the connector. */
  public boolean mayUse(Agent agent, Connector connector) {
    List<CompiledGrant> granted = grants.get(agent.name());
    Connector configured = connectors.get(connector.name());
    return granted != null && configured != null && names(granted, configured);
  }

  /** The connectors that the agent may use, in the order of the configuration. */
  public List<Connector> connectors(Agent agent) {
    return connectors.values().stream().filter(c -> mayUse(agent, c)).toList();
  }

  /**
   * The connectors that a virtual credential without a connector may mean.
   *
   * @param service the service's id, as connectors name it (not its signing name)
   * @param region the credential scope's
   */
  public List<Connector> candidates(Agent agent, String service, String region) {
    List<Connector> found = new ArrayList<>();
    for (Connector connector : connectors.values()) {
      if (connector.service().equals(service)
          && connector.region().equals(region)
          && mayUse(agent, connector)) {
        found.add(connector);
      }
    }
    return found;
  }

  /**
   * As {@link #candidates(Agent, String, String)}, for all services that sign with one name. The
   * Region does not count for a service that has one endpoint for all (IAM): what clients sign for
   * it differs, and with an endpoint of their own set they sign the Region they are set to.
   */
  public List<Connector> candidates(Agent agent, Collection<Service> services, String region) {
    List<Connector> found = new ArrayList<>();
    for (Connector connector : connectors.values()) {
      for (Service service : services) {
        if (connector.service().equals(service.id())
            && (connector.region().equals(region) || hasNoRegions(service))
            && mayUse(agent, connector)) {
          found.add(connector);
          break;
        }
      }
    }
    return found;
  }

  /**
   * Those of a service's operations that {@link #decide} allows: what is listed is what may be
   * called.
   */
  public List<Operation> allowedOperations(
      Agent agent, Connector connector, Collection<Operation> operations) {
    return operations.stream()
        .filter(o -> decide(agent, connector, o) instanceof Decision.Allow)
        .toList();
  }

  /** The recipes that {@link #decideRecipe} allows, in the order of their names. */
  public List<String> allowedRecipes(Agent agent, Connector connector) {
    return recipes(connector.service()).stream()
        .filter(r -> decideRecipe(agent, connector, r) instanceof Decision.Allow)
        .sorted()
        .toList();
  }

  private static boolean hasNoRegions(Service service) {
    return service.globalEndpoint() && !REGIONAL_AS_WELL.contains(service.id());
  }

  static boolean isStatement(Operation operation) {
    return STATEMENTS.contains(operation.id());
  }

  static Set<String> recipes(String service) {
    return RECIPES.getOrDefault(service, Set.of());
  }

  private static boolean hasRecipe(Connector connector, String recipe) {
    return recipes(connector.service()).contains(recipe);
  }

  private static boolean names(List<CompiledGrant> granted, Connector connector) {
    for (CompiledGrant grant : granted) {
      if (grant.connector().matches(connector.name())) {
        return true;
      }
    }
    return false;
  }

  private static Decision decide(
      Agent agent, Connector connector, List<CompiledGrant> granted, String operation) {
    for (CompiledGrant grant : granted) {
      if (grant.connector().matches(connector.name())) {
        for (Rule rule : grant.rules()) {
          if (rule.operation().matches(operation)) {
            return rule.allow();
          }
        }
      }
    }
    String path = null;
    String butForCase = null;
    for (CompiledGrant grant : granted) {
      if (grant.connector().matches(connector.name())) {
        path = path == null ? grant.path() : path;
        for (Rule rule : grant.rules()) {
          if (butForCase == null && rule.operation().matchesButForCase(operation)) {
            butForCase = grant.path() + ": " + rule.operation();
          }
        }
      }
    }
    return Denials.notGranted(agent, connector, operation, path, butForCase);
  }
}
