package io.countersign.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.Member;
import io.countersign.catalog.Nearest;
import io.countersign.catalog.Operation;
import io.countersign.config.Connector;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts a connector's parameters into the input of an operation, and checks the top level of the
 * result against the model.
 */
public final class InputMerge {
  /**
   * Redshift Data's members that say which database is spoken to, and as whom. Where one is locked,
   * the others may not bring in another way to it.
   */
  private static final Set<String> REDSHIFT_TARGET =
      Set.of("ClusterIdentifier", "Database", "DbUser", "SecretArn", "SessionId", "WorkgroupName");

  private InputMerge() {}

  /**
   * The input as it goes to AWS. A parameter fills a member that the input leaves out (or has as
   * null) if the operation has it; others are passed over.
   *
   * @param input is not changed
   * @throws BadInputException for a member that the operation does not have, that is of the wrong
   *     type, that is locked, or that is required and missing
   */
  public static ObjectNode merge(Operation operation, Connector connector, ObjectNode input)
      throws BadInputException {
    List<Member> members = operation.members();
    Map<String, JsonNode> parameters = Parameters.of(operation, connector);
    ObjectNode merged = Json.nodes().objectNode();
    for (Map.Entry<String, JsonNode> entry : input.properties()) {
      if (!entry.getValue().isNull()) {
        refuseUnknown(operation, members, entry.getKey());
        refuseLocked(operation, connector, entry.getKey(), parameters.keySet());
        merged.set(entry.getKey(), entry.getValue());
      }
    }
    for (Map.Entry<String, JsonNode> parameter : parameters.entrySet()) {
      fill(merged, parameter.getKey(), parameter.getValue(), connector.locked());
    }
    for (Member member : members) {
      JsonNode value = merged.get(member.name());
      if (value != null) {
        merged.set(member.name(), checked(member, value));
      } else if (member.required()) {
        throw new BadInputException(
            BadInputException.pointerTo(member.name()),
            "missing; " + operation.id() + " requires it, and it must be " + member.type().words());
      }
    }
    return merged;
  }

  private static void refuseUnknown(Operation operation, List<Member> members, String name)
      throws BadInputException {
    List<String> names = members.stream().map(Member::name).toList();
    if (!names.contains(name)) {
      String hint =
          Nearest.of(name, names)
              .map(near -> "; did you mean " + near + "?")
              .orElse("; it has " + (names.isEmpty() ? "none" : String.join(", ", names)));
      throw new BadInputException(
          BadInputException.pointerTo(name), operation.id() + " has no such member" + hint);
    }
  }

  /** What the connector locks without a value, and other ways around a locked target. */
  private static void refuseLocked(
      Operation operation, Connector connector, String name, Set<String> filled)
      throws BadInputException {
    Set<String> locked = connector.locked();
    boolean anotherTarget =
        operation.service().equals("redshift-data")
            && REDSHIFT_TARGET.contains(name)
            && locked.stream().anyMatch(REDSHIFT_TARGET::contains);
    if (!filled.contains(name) && (locked.contains(name) || anotherTarget)) {
      throw locked(BadInputException.pointerTo(name));
    }
  }

  /** {@code path} is a member, or a member of a member with a slash between. */
  private static void fill(ObjectNode merged, String path, JsonNode value, Set<String> locked)
      throws BadInputException {
    int slash = path.indexOf('/');
    String head = slash < 0 ? path : path.substring(0, slash);
    JsonNode present = merged.get(head);
    if (slash < 0) {
      if (present == null) {
        merged.set(head, value);
      } else if (locked.contains(path) && !isSame(present, value)) {
        throw locked(BadInputException.pointerTo(path));
      }
      return;
    }
    String tail = path.substring(slash + 1);
    ObjectNode inner = Json.nodes().objectNode();
    if (present instanceof ObjectNode object) {
      inner.setAll(object);
    } else if (present != null) {
      throw new BadInputException(BadInputException.pointerTo(head), "must be an object");
    }
    JsonNode old = inner.get(tail);
    if (old == null || old.isNull()) {
      inner.set(tail, value);
    } else if (locked.contains(tail) && !isSame(old, value)) {
      throw locked("/" + path);
    }
    merged.set(head, inner);
  }

  /** A 7 is a 7, whether it was read as an int or as a long. */
  private static boolean isSame(JsonNode a, JsonNode b) {
    return a.equals(
        (x, y) -> {
          boolean numbers = x.isNumber() && y.isNumber();
          boolean same = numbers ? x.decimalValue().compareTo(y.decimalValue()) == 0 : x.equals(y);
          return same ? 0 : 1;
        },
        b);
  }

  private static BadInputException locked(String pointer) {
    return new BadInputException(pointer, "the connector locks this parameter; leave it out");
  }

  private static JsonNode checked(Member member, JsonNode value) throws BadInputException {
    boolean right =
        switch (member.type()) {
          case STRING, BLOB -> value.isTextual();
          case INTEGER -> value.isIntegralNumber() || isWhole(value);
          case NUMBER -> value.isNumber();
          case BOOLEAN -> value.isBoolean();
          case TIMESTAMP -> value.isNumber() || value.isTextual();
          case LIST -> value.isArray();
          case OBJECT -> value.isObject();
          case DOCUMENT -> true;
        };
    String pointer = BadInputException.pointerTo(member.name());
    if (!right) {
      throw new BadInputException(
          pointer, "is " + words(value) + ", but must be " + member.type().words());
    }
    return member.type() == Member.Type.TIMESTAMP && value.isTextual()
        ? seconds(pointer, value.textValue())
        : value;
  }

  private static boolean isWhole(JsonNode value) {
    double number = value.isNumber() ? value.doubleValue() : Double.NaN;
    return number == Math.rint(number) && Math.abs(number) < 1e15;
  }

  /** The JSON protocols take seconds since the epoch. */
  private static JsonNode seconds(String pointer, String text) throws BadInputException {
    try {
      Instant instant = Instant.parse(text);
      BigDecimal seconds =
          BigDecimal.valueOf(instant.getEpochSecond())
              .add(BigDecimal.valueOf(instant.getNano(), 9))
              .stripTrailingZeros();
      return seconds.scale() <= 0
          ? Json.nodes().numberNode(seconds.longValueExact())
          : Json.nodes().numberNode(seconds);
    } catch (DateTimeException e) {
      throw new BadInputException(
          pointer, "is no timestamp; write it as 2026-01-31T12:00:00Z or as seconds");
    }
  }

  private static String words(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> "a string";
      case NUMBER -> "a number";
      case BOOLEAN -> "a boolean";
      case ARRAY -> "an array";
      case OBJECT -> "an object";
      case NULL -> "null";
      case BINARY, MISSING, POJO -> "something else";
    };
  }
}
