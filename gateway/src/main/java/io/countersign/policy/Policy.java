package io.countersign.policy;

import io.countersign.catalog.AccessLevel;
import io.countersign.catalog.Operation;
import io.countersign.catalog.Service;
import io.countersign.config.Access;
import io.countersign.config.Agent;
import io.countersign.config.Connector;
import io.countersign.config.GatewayConfig;
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
 * <p>Beyond names, a rule may look at the access level, at the resources that a call names, at its
 * input, at what is known of the agent, and at the time. A rule under {@code deny} wins over every
 * grant. What cannot be known of a call is never allowed, and always denied.
 *
 * <p>Patterns know {@code *} and {@code ?}. Operations are written as AWS names them, in upper and
 * lower case; a denial says so where only the case is wrong. Recipes such as {@code query} are
 * granted by their names in the same list.
 *
 * <p>Thread-safe; patterns are compiled when it is made. What allows is made once for each pattern,
 * so that an allowed call costs no memory.
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

  /** By agent, then by connector. */
  private final Map<String, Map<String, AgentRules>> rules;

  private Policy(Map<String, Connector> connectors, Map<String, Map<String, AgentRules>> rules) {
    this.connectors = connectors;
    this.rules = rules;
  }

  /** Compiles the rules of a configuration. */
  public static Policy of(GatewayConfig config) {
    Map<String, Map<String, AgentRules>> rules = new HashMap<>();
    for (Agent agent : config.agents().values()) {
      Map<String, AgentRules> ofAgent = new HashMap<>();
      for (String connector : config.connectors().keySet()) {
        AgentRules compiled = AgentRules.of(agent, connector);
        if (compiled != null) {
          ofAgent.put(connector, compiled);
        }
      }
      rules.put(agent.name(), Map.copyOf(ofAgent));
    }
    return new Policy(config.connectors(), Map.copyOf(rules));
  }

  /**
   * Decides on a call of a modelled operation. Agent and connector are looked up by name in the
   * configuration that this policy was made of, so that what was removed since is refused.
   *
   * @param operation null when the catalog did not recognise the request
   * @param facts asked only where a rule looks at more than names
   */
  public Decision decide(
      Agent agent, Connector connector, @Nullable Operation operation, Facts facts) {
    return decide(agent, connector, operation, (of, name, level) -> among(of, name, level, facts));
  }

  /**
   * Whether there is a call of the operation that may be allowed: what {@link #decide(Agent,
   * Connector, Operation, Facts)} says when conditions, resources and times are left aside.
   */
  public Decision decide(Agent agent, Connector connector, @Nullable Operation operation) {
    return decide(agent, connector, operation, Policy::amongNames);
  }

  /**
   * Whether a rule looks at the input of such a call, or at the resources that it names: only then
   * need they be known.
   */
  public boolean looksInside(Agent agent, Connector connector, Operation operation) {
    AgentRules of = rules(agent, connector);
    return of != null && of.naming(operation.name(), operation.level()).lookInside();
  }

  /** What the rules say of an operation. */
  private interface Rules {
    /** Null where no grant is about it. */
    @Nullable Decision say(AgentRules of, String operation, @Nullable AccessLevel level);
  }

  private @Nullable AgentRules rules(Agent agent, Connector connector) {
    Map<String, AgentRules> ofAgent = rules.get(agent.name());
    return ofAgent == null ? null : ofAgent.get(connector.name());
  }

  private Decision decide(
      Agent agent, Connector connector, @Nullable Operation operation, Rules rulings) {
    Connector configured = connectors.get(connector.name());
    AgentRules of = rules(agent, connector);
    if (configured == null || of == null) {
      return Denials.noWay(agent, connector, configured != null, rules.containsKey(agent.name()));
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
    Decision said = rulings.say(of, operation.name(), operation.level());
    return said != null ? said : notGranted(agent, configured, of, operation.name());
  }

  /**
   * Decides on a recipe as such, for listings and for taking up what {@link #decideQuery} let
   * through before. It says nothing about the SQL of a {@code query}, nor what conditions,
   * resources and times say.
   *
   * @param recipe from the request; what is not a recipe of the connector's service is refused
   */
  public Decision decideRecipe(Agent agent, Connector connector, String recipe) {
    return decideRecipe(agent, connector, recipe, Policy::amongNames);
  }

  private Decision decideRecipe(Agent agent, Connector connector, String recipe, Rules rulings) {
    Connector configured = connectors.get(connector.name());
    AgentRules of = rules(agent, connector);
    if (configured == null || of == null) {
      return Denials.noWay(agent, connector, configured != null, rules.containsKey(agent.name()));
    }
    if (!hasRecipe(configured, recipe)) {
      return Denials.unrecognized(configured);
    }
    Decision said = rulings.say(of, recipe, null);
    return said != null ? said : notGranted(agent, configured, of, recipe);
  }

  /**
   * Decides on the recipe {@code query} with its statement: on a read-only connector it must pass
   * {@link ReadOnlySql}.
   *
   * @param sql from the request; nothing of it is repeated in the decision
   * @param facts whose input is that of the recipe
   */
  public Decision decideQuery(Agent agent, Connector connector, String sql, Facts facts) {
    Decision decision =
        decideRecipe(agent, connector, QUERY, (of, name, level) -> among(of, name, level, facts));
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

  /** Deny wins, then the first grant that is about the call allows it. */
  private static @Nullable Decision among(
      AgentRules of, String operation, @Nullable AccessLevel level, Facts facts) {
    AgentRules.Named named = of.naming(operation, level);
    for (Rule denial : named.denials()) {
      Fit fit = denial.fit(facts);
      if (fit != Fit.NO) {
        return Denials.byRule(denial, operation, fit);
      }
    }
    for (AgentRules.Granting granting : named.grants()) {
      if (granting.rule().fit(facts) == Fit.YES) {
        return granting.allow();
      }
    }
    return named.grants().isEmpty() ? null : Denials.notMet(named.grants(), operation);
  }

  private static @Nullable Decision amongNames(
      AgentRules of, String operation, @Nullable AccessLevel level) {
    AgentRules.Named named = of.naming(operation, level);
    for (Rule denial : named.denials()) {
      if (denial.isPlain()) {
        return Denials.byRule(denial, operation, Fit.YES);
      }
    }
    return named.grants().isEmpty() ? null : named.grants().getFirst().allow();
  }

  /** Whether any grant of the agent names the connector. */
  public boolean mayUse(Agent agent, Connector connector) {
    return connectors.containsKey(connector.name()) && rules(agent, connector) != null;
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

  private static Decision notGranted(
      Agent agent, Connector connector, AgentRules of, String operation) {
    String butForCase = null;
    for (Rule grant : of.grants()) {
      NamePattern pattern = grant.namesButForCase(operation);
      if (butForCase == null && pattern != null) {
        butForCase = grant.path() + ": " + pattern;
      }
    }
    return Denials.notGranted(
        agent, connector, operation, of.grants().getFirst().path(), butForCase);
  }
}
