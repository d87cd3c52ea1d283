package io.countersign.catalog.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads a rule set from JSON. Names become places in an array, so that a rule looks nothing up. */
final class RuleSetReader {
  private static final int MOST_DEPTH = 100;

  private final RuleFunctions functions;
  private final int mostRules;
  private final Map<String, Integer> slots = new HashMap<>();
  private final Set<String> used = new TreeSet<>();
  private final Set<String> signingNames = new TreeSet<>();
  private int rules;

  RuleSetReader(RuleFunctions functions, int mostRules) {
    this.functions = functions;
    this.mostRules = mostRules;
  }

  RuleSet read(JsonNode root) {
    Map<String, RuleParameter> parameters = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : object(root.path("parameters"), "parameters")) {
      parameters.put(entry.getKey(), parameter(entry.getKey(), entry.getValue()));
      slots.put(entry.getKey(), slots.size());
    }
    List<RuleSet.Rule> read = rules(root.path("rules"), 0);
    parameters.values().removeIf(p -> !used.contains(p.name()) && !p.required());
    return new RuleSet(
        Collections.unmodifiableMap(parameters),
        Map.copyOf(slots),
        Set.copyOf(used),
        Set.copyOf(signingNames),
        read);
  }

  private static RuleParameter parameter(String name, JsonNode node) {
    JsonNode fallback = node.path("default");
    return new RuleParameter(
        name,
        node.path("builtIn").asText(""),
        node.path("required").asBoolean(),
        switch (node.path("type").asText("").toLowerCase(Locale.ROOT)) {
          case "string" -> fallback.isTextual() ? fallback.textValue() : null;
          case "boolean" -> fallback.isBoolean() ? fallback.booleanValue() : null;
          case "stringarray" -> fallback.isArray() ? texts(fallback) : null;
          default -> throw new RuleSetException("the parameter " + name + " is of no known type");
        });
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(item -> texts.add(item.asText()));
    return List.copyOf(texts);
  }

  private List<RuleSet.Rule> rules(JsonNode array, int depth) {
    if (!array.isArray() || depth > MOST_DEPTH) {
      throw new RuleSetException(
          depth > MOST_DEPTH ? "the rules are nested too deep" : "there is no list of rules");
    }
    List<RuleSet.Rule> list = new ArrayList<>();
    for (JsonNode node : array) {
      rules++;
      if (rules > mostRules) {
        throw new RuleSetException("there are more than " + mostRules + " rules");
      }
      List<RuleSet.Condition> conditions = new ArrayList<>();
      for (JsonNode condition : node.path("conditions")) {
        conditions.add(condition(condition, depth));
      }
      list.add(rule(node, List.copyOf(conditions), depth));
    }
    return List.copyOf(list);
  }

  private RuleSet.Rule rule(JsonNode node, List<RuleSet.Condition> conditions, int depth) {
    return switch (node.path("type").asText("")) {
      case "tree" -> new RuleSet.Rule.Tree(conditions, rules(node.path("rules"), depth + 1));
      case "error" -> new RuleSet.Rule.Failure(conditions, expression(node.path("error"), 0));
      case "endpoint" -> {
        JsonNode endpoint = node.path("endpoint");
        Map<String, List<Expression>> headers = new LinkedHashMap<>();
        if (endpoint.has("headers")) {
          for (Map.Entry<String, JsonNode> header :
              object(endpoint.path("headers"), "the headers of an endpoint")) {
            List<Expression> values = new ArrayList<>();
            header.getValue().forEach(value -> values.add(expression(value, 0)));
            headers.put(header.getKey(), List.copyOf(values));
          }
        }
        for (JsonNode scheme : endpoint.path("properties").path("authSchemes")) {
          String name = scheme.path("signingName").asText("");
          if (!name.isEmpty() && name.indexOf('{') < 0) {
            signingNames.add(name);
          }
        }
        yield new RuleSet.Rule.Answer(
            conditions,
            expression(endpoint.path("url"), 0),
            endpoint.has("properties")
                ? property(endpoint.path("properties"), 0)
                : new Expression.MapOf(Map.of()),
            Collections.unmodifiableMap(headers));
      }
      default -> throw new RuleSetException("a rule is of no known type");
    };
  }

  private RuleSet.Condition condition(JsonNode node, int depth) {
    Expression call = call(node, depth);
    String assign = node.path("assign").asText("");
    int slot = -1;
    if (!assign.isEmpty()) {
      Integer known = slots.putIfAbsent(assign, slots.size());
      slot = known == null ? slots.size() - 1 : known;
    }
    return new RuleSet.Condition(call, slot);
  }

  private Expression expression(JsonNode node, int depth) {
    if (depth > MOST_DEPTH) {
      throw new RuleSetException("an expression is nested too deep");
    }
    if (node.isTextual()) {
      return template(node.textValue());
    }
    if (node.isBoolean()) {
      return new Expression.Literal(node.booleanValue());
    }
    if (node.isInt()) {
      return new Expression.Literal(node.intValue());
    }
    if (node.isArray()) {
      List<Expression> items = new ArrayList<>();
      node.forEach(item -> items.add(expression(item, depth + 1)));
      return new Expression.ListOf(List.copyOf(items));
    }
    if (node.has("ref")) {
      return reference(node.path("ref").asText());
    }
    return call(node, depth);
  }

  /** Properties may hold objects, which are no calls. */
  private Expression property(JsonNode node, int depth) {
    if (depth > MOST_DEPTH) {
      throw new RuleSetException("a property is nested too deep");
    }
    if (node.isArray()) {
      List<Expression> items = new ArrayList<>();
      node.forEach(item -> items.add(property(item, depth + 1)));
      return new Expression.ListOf(List.copyOf(items));
    }
    if (node.isObject() && !node.has("ref") && !node.has("fn")) {
      Map<String, Expression> entries = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> entry : node.properties()) {
        entries.put(entry.getKey(), property(entry.getValue(), depth + 1));
      }
      return new Expression.MapOf(Collections.unmodifiableMap(entries));
    }
    return expression(node, depth);
  }

  private Expression call(JsonNode node, int depth) {
    String name = node.path("fn").asText("");
    JsonNode arguments = node.path("argv");
    if (name.isEmpty() || !arguments.isArray()) {
      throw new RuleSetException("'" + shown(node) + "' is no expression");
    }
    if (name.equals("getAttr")) {
      if (arguments.size() != 2 || !arguments.get(1).isTextual()) {
        throw new RuleSetException("getAttr takes a value and a path");
      }
      return new Expression.Attribute(
          expression(arguments.get(0), depth + 1), path(arguments.get(1).textValue()));
    }
    List<Expression> values = new ArrayList<>();
    arguments.forEach(argument -> values.add(expression(argument, depth + 1)));
    return new Expression.Call(functions.named(name, values.size()), List.copyOf(values));
  }

  /** {@code a.b[1]}: keys, and an index in brackets. */
  private static List<Object> path(String text) {
    List<Object> path = new ArrayList<>();
    for (String part : text.split("\\.", -1)) {
      int bracket = part.indexOf('[');
      String key = bracket < 0 ? part : part.substring(0, bracket);
      if (!key.isEmpty()) {
        path.add(key);
      }
      if (bracket >= 0) {
        String index = part.substring(bracket + 1);
        if (!index.matches("-?\\d{1,6}]")) {
          throw new RuleSetException("'" + text + "' is no path");
        }
        path.add(Integer.valueOf(index.substring(0, index.length() - 1)));
      }
    }
    return List.copyOf(path);
  }

  private Expression reference(String name) {
    Integer slot = slots.get(name);
    if (slot == null) {
      throw new RuleSetException("the reference '" + name + "' has no value here");
    }
    used.add(name);
    return new Expression.Reference(slot);
  }

  /** A text with {@code {Region}} and {@code {url#path}} in it; a brace itself is written twice. */
  private Expression template(String text) {
    if (text.indexOf('{') < 0 && text.indexOf('}') < 0) {
      return new Expression.Literal(text);
    }
    List<Expression> parts = new ArrayList<>();
    StringBuilder plain = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      boolean twice = at + 1 < text.length() && text.charAt(at + 1) == c;
      if ((c == '{' || c == '}') && twice) {
        plain.append(c);
        at += 2;
      } else if (c == '{') {
        int end = text.indexOf('}', at);
        if (end < 0) {
          throw new RuleSetException("the text '" + text + "' has a brace without its end");
        }
        if (!plain.isEmpty()) {
          parts.add(new Expression.Literal(plain.toString()));
          plain.setLength(0);
        }
        parts.add(embedded(text.substring(at + 1, end)));
        at = end + 1;
      } else {
        plain.append(c);
        at++;
      }
    }
    if (!plain.isEmpty()) {
      parts.add(new Expression.Literal(plain.toString()));
    }
    return new Expression.Template(List.copyOf(parts));
  }

  private Expression embedded(String text) {
    int hash = text.indexOf('#');
    return hash < 0
        ? reference(text)
        : new Expression.Attribute(
            reference(text.substring(0, hash)), path(text.substring(hash + 1).replace('#', '.')));
  }

  private static Iterable<Map.Entry<String, JsonNode>> object(
      @Nullable JsonNode node, String what) {
    if (node == null || !node.isObject()) {
      throw new RuleSetException(what + " is no object");
    }
    return node.properties();
  }

  private static String shown(JsonNode node) {
    String text = node.toString();
    return text.length() > 80 ? text.substring(0, 80) + "…" : text;
  }
}
