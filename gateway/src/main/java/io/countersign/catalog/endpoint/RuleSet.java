package io.countersign.catalog.endpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A service's endpoint rule set ("Endpoint rule sets", Smithy 2.0, trait {@code
 * smithy.rules#endpointRuleSet}). Immutable and thread-safe; evaluating one reads nothing, waits
 * for nothing, and takes some microseconds.
 */
public final class RuleSet {
  private static final int MOST_RULES = 100_000;

  private final Map<String, RuleParameter> parameters;
  private final Map<String, Integer> slots;
  private final Set<String> used;
  private final Set<String> signingNames;
  private final List<Rule> rules;

  /** A rule: what must hold, and what then is the answer. */
  sealed interface Rule {
    List<Condition> conditions();

    record Answer(
        List<Condition> conditions,
        Expression url,
        Expression properties,
        Map<String, List<Expression>> headers)
        implements Rule {}

    record Failure(List<Condition> conditions, Expression message) implements Rule {}

    record Tree(List<Condition> conditions, List<Rule> rules) implements Rule {}
  }

  /**
   * A call that must answer something other than false.
   *
   * @param slot of the variable that takes the answer; -1 for none. References stand below their
   *     assignment only, so that a slot of a rule that did not hold needs no clearing
   */
  record Condition(Expression call, int slot) {}

  RuleSet(
      Map<String, RuleParameter> parameters,
      Map<String, Integer> slots,
      Set<String> used,
      Set<String> signingNames,
      List<Rule> rules) {
    this.parameters = parameters;
    this.slots = slots;
    this.used = used;
    this.signingNames = signingNames;
    this.rules = rules;
  }

  /**
   * Reads a rule set.
   *
   * @throws RuleSetException if it is none, or speaks of a function that is not known
   */
  public static RuleSet parse(String json, Partitions partitions) {
    JsonNode root;
    try {
      root = new ObjectMapper().readTree(json);
    } catch (JsonProcessingException e) {
      throw new RuleSetException("the rule set is not JSON: " + e.getOriginalMessage());
    }
    return new RuleSetReader(new RuleFunctions(partitions), MOST_RULES).read(root);
  }

  /** The parameters that it declares and reads, in its order. */
  Map<String, RuleParameter> parameters() {
    return parameters;
  }

  /** Whether any rule reads the parameter. */
  public boolean reads(String parameter) {
    return used.contains(parameter);
  }

  /** The names that its endpoints sign with, as far as the rules write them out. */
  public Set<String> signingNames() {
    return signingNames;
  }

  /**
   * The endpoint for these parameters.
   *
   * @param values texts, flags and lists of texts; those that the rule set does not declare are
   *     passed over
   * @throws NoEndpointException with the rules' own words where there is none
   */
  public Endpoint evaluate(Map<String, Object> values) throws NoEndpointException {
    @Nullable Object[] variables = new Object[slots.size()];
    for (RuleParameter parameter : parameters.values()) {
      Object value = values.getOrDefault(parameter.name(), parameter.fallback());
      if (value == null && parameter.required()) {
        throw new NoEndpointException("the parameter " + parameter.name() + " is required");
      }
      variables[Objects.requireNonNull(slots.get(parameter.name()))] = value;
    }
    Endpoint found = first(rules, variables);
    if (found == null) {
      throw new NoEndpointException("no rule fits these parameters");
    }
    return found;
  }

  private static @Nullable Endpoint first(List<Rule> rules, @Nullable Object[] variables)
      throws NoEndpointException {
    for (Rule rule : rules) {
      if (holds(rule.conditions(), variables)) {
        Endpoint found =
            switch (rule) {
              case Rule.Answer answer -> endpoint(answer, variables);
              case Rule.Failure failure ->
                  throw new NoEndpointException(String.valueOf(failure.message().value(variables)));
              case Rule.Tree tree -> first(tree.rules(), variables);
            };
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }

  private static boolean holds(List<Condition> conditions, @Nullable Object[] variables) {
    for (Condition condition : conditions) {
      Object value = condition.call().value(variables);
      if (condition.slot() >= 0) {
        variables[condition.slot()] = value;
      }
      if (!RuleFunctions.isTrue(value)) {
        return false;
      }
    }
    return true;
  }

  private static Endpoint endpoint(Rule.Answer answer, @Nullable Object[] variables)
      throws NoEndpointException {
    String url = String.valueOf(answer.url().value(variables));
    Map<String, List<String>> headers = new LinkedHashMap<>();
    answer
        .headers()
        .forEach(
            (name, values) -> {
              List<String> each = new ArrayList<>();
              values.forEach(v -> each.add(String.valueOf(v.value(variables))));
              headers.put(name, List.copyOf(each));
            });
    Map<String, Object> properties = new LinkedHashMap<>();
    if (answer.properties().value(variables) instanceof Map<?, ?> map) {
      map.forEach((key, value) -> properties.put(key.toString(), value));
    }
    return new Endpoint(uri(url), authSchemes(properties.get("authSchemes")), headers, properties);
  }

  private static URI uri(String url) throws NoEndpointException {
    try {
      URI uri = URI.create(url);
      if (uri.getScheme() != null && uri.getRawAuthority() != null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // A parameter has brought in what no address may have; said below.
    }
    throw new NoEndpointException("the rules make the address '" + url + "', which is none");
  }

  private static List<AuthScheme> authSchemes(@Nullable Object property) {
    List<AuthScheme> schemes = new ArrayList<>();
    if (property instanceof List<?> list) {
      for (Object item : list) {
        if (item instanceof Map<?, ?> scheme) {
          List<String> regions = new ArrayList<>();
          if (scheme.get("signingRegionSet") instanceof List<?> set) {
            set.forEach(region -> regions.add(region.toString()));
          }
          schemes.add(
              new AuthScheme(
                  text(scheme, "name"),
                  text(scheme, "signingName"),
                  text(scheme, "signingRegion"),
                  regions,
                  Boolean.TRUE.equals(scheme.get("disableDoubleEncoding"))));
        }
      }
    }
    return schemes;
  }

  private static String text(Map<?, ?> map, String key) {
    return map.get(key) instanceof String text ? text : "";
  }
}
