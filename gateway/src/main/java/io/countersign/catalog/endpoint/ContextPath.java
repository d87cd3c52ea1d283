package io.countersign.catalog.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * The part of JMESPath that endpoint rules may use over an input ("Rules engine parameters", Smithy
 * 2.0, {@code operationContextParams}): fields, {@code [*]}, {@code keys(…)}, a list of fields and
 * the flattening {@code []}.
 */
final class ContextPath {
  private final String text;
  private final List<Step> steps;
  private final boolean single;

  private sealed interface Step {
    record Field(String name) implements Step {}

    /** {@code [*]} */
    record Each() implements Step {}

    /** {@code keys(…)}, which goes around what stands before. */
    record Keys() implements Step {}

    /** {@code [a.b, c]}, of which the values that are there are taken. */
    record Any(List<List<String>> paths) implements Step {}

    /** {@code []} */
    record Flatten() implements Step {}
  }

  private ContextPath(String text, List<Step> steps) {
    this.text = text;
    this.steps = List.copyOf(steps);
    this.single = steps.stream().allMatch(Step.Field.class::isInstance);
  }

  /**
   * Reads an expression.
   *
   * @throws RuleSetException if it has anything else in it
   */
  static ContextPath parse(String text) {
    List<Step> steps = new ArrayList<>();
    String rest = text;
    boolean keys = rest.startsWith("keys(") && rest.endsWith(")");
    if (keys) {
      rest = rest.substring("keys(".length(), rest.length() - 1);
    }
    while (!rest.isEmpty()) {
      if (rest.startsWith("[*]")) {
        steps.add(new Step.Each());
        rest = rest.substring(3);
      } else if (rest.startsWith("[]")) {
        steps.add(new Step.Flatten());
        rest = rest.substring(2);
      } else if (rest.startsWith("[") && rest.indexOf(']') > 0) {
        List<List<String>> paths = new ArrayList<>();
        for (String path : rest.substring(1, rest.indexOf(']')).split(",", -1)) {
          List<String> fields = List.of(path.strip().split("\\.", -1));
          fields.forEach(field -> checked(field, text));
          paths.add(fields);
        }
        steps.add(new Step.Any(List.copyOf(paths)));
        rest = rest.substring(rest.indexOf(']') + 1);
      } else {
        int end = 0;
        while (end < rest.length() && rest.charAt(end) != '.' && rest.charAt(end) != '[') {
          end++;
        }
        steps.add(new Step.Field(checked(rest.substring(0, end), text)));
        rest = rest.substring(end);
      }
      if (rest.startsWith(".") && rest.length() > 1) {
        rest = rest.substring(1);
      } else if (!rest.isEmpty() && !rest.startsWith("[")) {
        throw new RuleSetException("the path '" + text + "' cannot be read");
      }
    }
    if (keys) {
      steps.add(new Step.Keys());
    }
    if (steps.isEmpty()) {
      throw new RuleSetException("the path '" + text + "' cannot be read");
    }
    return new ContextPath(text, steps);
  }

  private static String checked(String field, String text) {
    if (!field.matches("[A-Za-z_][A-Za-z0-9_]*")) {
      throw new RuleSetException("the path '" + text + "' cannot be read at '" + field + "'");
    }
    return field;
  }

  /** Whether it names one value, and not a list of them. */
  boolean single() {
    return single;
  }

  /** The texts that it finds. */
  List<String> texts(JsonNode input) {
    List<JsonNode> found = List.of(input);
    List<String> keys = null;
    for (Step step : steps) {
      List<JsonNode> next = new ArrayList<>();
      for (JsonNode node : found) {
        switch (step) {
          case Step.Field field -> next.add(node.path(field.name()));
          case Step.Each _ -> node.forEach(next::add);
          case Step.Flatten _ -> next.add(node);
          case Step.Any any -> any.paths().forEach(path -> next.add(at(node, path)));
          case Step.Keys _ -> {
            keys = new ArrayList<>();
            node.fieldNames().forEachRemaining(keys::add);
          }
        }
      }
      found = next;
    }
    return keys != null
        ? List.copyOf(keys)
        : found.stream().filter(JsonNode::isTextual).map(JsonNode::textValue).toList();
  }

  private static JsonNode at(JsonNode node, List<String> path) {
    JsonNode found = node;
    for (String field : path) {
      found = found.path(field);
    }
    return found;
  }

  @Override
  public String toString() {
    return text;
  }
}
