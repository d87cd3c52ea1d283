package io.countersign.catalog.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.catalog.Headers;
import io.countersign.catalog.OperationModel;
import io.countersign.catalog.ShapeRef;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an operation, and the input of a call of it, say to the endpoint rules: fixed values,
 * members of the input, and paths into it. Only what the rules read is kept. Immutable.
 */
public final class OperationContext {
  private final OperationModel operation;
  private final Map<String, Object> fixed;
  private final List<Member> members;
  private final Map<String, ContextPath> paths;
  private final List<ShapeRef> hostLabels;

  /** A member of the input that gives a parameter its value. */
  private record Member(ShapeRef ref, String parameter) {}

  private OperationContext(
      OperationModel operation,
      Map<String, Object> fixed,
      List<Member> members,
      Map<String, ContextPath> paths,
      List<ShapeRef> hostLabels) {
    this.operation = operation;
    this.fixed = Map.copyOf(fixed);
    this.members = List.copyOf(members);
    this.paths = Map.copyOf(paths);
    this.hostLabels = List.copyOf(hostLabels);
  }

  /**
   * What an operation says to these rules.
   *
   * @throws RuleSetException for a path of its model that cannot be read
   */
  public static OperationContext of(OperationModel operation, RuleSet rules) {
    Map<String, Object> fixed = new LinkedHashMap<>(operation.staticContextParams());
    fixed.keySet().removeIf(name -> !rules.reads(name));
    Map<String, ContextPath> paths = new LinkedHashMap<>();
    operation
        .operationContextParams()
        .forEach(
            (name, path) -> {
              if (rules.reads(name)) {
                paths.put(name, ContextPath.parse(path));
              }
            });
    List<Member> members = new ArrayList<>();
    List<ShapeRef> labels = new ArrayList<>();
    ShapeRef input = operation.input();
    if (input != null) {
      for (ShapeRef ref : input.target().members()) {
        String parameter = ref.contextParam();
        if (parameter != null && rules.reads(parameter) && !fixed.containsKey(parameter)) {
          members.add(new Member(ref, parameter));
        }
        if (ref.has(ShapeRef.Trait.HOST_LABEL)) {
          labels.add(ref);
        }
      }
    }
    return new OperationContext(operation, fixed, members, paths, labels);
  }

  /** Whether every call of the operation says the same to the rules. */
  public boolean isFixed() {
    return members.isEmpty() && paths.isEmpty();
  }

  /** What every call of the operation says. */
  public Map<String, Object> fixed() {
    return fixed;
  }

  /** What a call with this input says. */
  public Map<String, Object> of(JsonNode input) {
    if (isFixed()) {
      return fixed;
    }
    Map<String, Object> values = new LinkedHashMap<>(fixed);
    for (Member member : members) {
      put(values, member.parameter(), input.path(member.ref().name()));
    }
    paths.forEach(
        (name, path) -> {
          List<String> texts = path.texts(input);
          if (path.single() && !texts.isEmpty()) {
            values.putIfAbsent(name, texts.getFirst());
          } else if (!path.single()) {
            values.putIfAbsent(name, texts);
          }
        });
    return values;
  }

  private static void put(Map<String, Object> values, String name, JsonNode value) {
    if (value.isTextual()) {
      values.put(name, value.textValue());
    } else if (value.isBoolean()) {
      values.put(name, value.booleanValue());
    } else if (value.isArray()) {
      List<String> texts = new ArrayList<>();
      value.forEach(item -> texts.add(item.asText()));
      values.put(name, List.copyOf(texts));
    }
  }

  /**
   * What an HTTP request of the operation says, as far as its path and headers say it. What stands
   * in a body is not looked at: the rules then take the endpoint that serves every resource of the
   * Region.
   *
   * @param path raw, fitting the operation's template
   */
  public Map<String, Object> of(String path, Headers headers) {
    if (members.isEmpty()) {
      return fixed;
    }
    Map<String, Object> values = new LinkedHashMap<>(fixed);
    for (Member member : members) {
      String value = value(member.ref(), path, headers);
      if (value != null) {
        values.put(member.parameter(), value);
      }
    }
    return values;
  }

  /**
   * The host prefix of an HTTP request of the operation, such as {@code data-}; empty for none, and
   * null where a label of it does not stand in the path or in a header, or cannot be in a host.
   */
  public @Nullable String hostPrefix(String path, Headers headers) {
    String prefix = operation.hostPrefix();
    for (ShapeRef label : hostLabels) {
      String place = "{" + label.name() + "}";
      if (prefix.contains(place)) {
        String value = value(label, path, headers);
        // RFC 1123, section 2.1
        if (value == null || !value.matches("[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")) {
          return null;
        }
        prefix = prefix.replace(place, value);
      }
    }
    return prefix.indexOf('{') >= 0 ? null : prefix;
  }

  private @Nullable String value(ShapeRef member, String path, Headers headers) {
    return switch (member.location()) {
      case HEADER -> headers.value(member.wireName().toLowerCase(java.util.Locale.ROOT));
      case URI -> label(operation.requestUri(), member.wireName(), path);
      case BODY, HEADERS, QUERY, STATUS_CODE -> null;
    };
  }

  /** The segment of a path where its template has a label; null for a greedy label. */
  static @Nullable String label(String template, String name, String path) {
    int mark = template.indexOf('?');
    String[] labels = (mark < 0 ? template : template.substring(0, mark)).split("/", -1);
    String[] segments = path.split("/", -1);
    for (int i = 0; i < labels.length && i < segments.length; i++) {
      if (labels[i].equals("{" + name + "}")) {
        try {
          return URLDecoder.decode(segments[i].replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
          return null; // a stray percent sign: no value that the rules could read
        }
      }
      if (labels[i].endsWith("+}")) {
        return null;
      }
    }
    return null;
  }

  @Override
  public String toString() {
    return "OperationContext[" + operation.name() + "]";
  }
}
