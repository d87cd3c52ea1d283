package io.countersign.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.Operation;
import io.countersign.catalog.OperationModel;
import io.countersign.catalog.ShapeRef;
import io.countersign.config.Connector;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts a connector's parameters into the input of an operation, and checks the result against the
 * model.
 */
public final class InputMerge {
  /**
   * Redshift Data's members that say which database is spoken to, and as whom. Where one is locked,
   * the others may not bring in another way to it.
   */
  private static final Set<String> REDSHIFT_TARGET =
      Set.of("ClusterIdentifier", "Database", "DbUser", "SecretArn", "SessionId", "WorkgroupName");

  /** The shapes of Route 53's ids that stand in paths. */
  private static final Set<String> ROUTE53_IDS =
      Set.of("ResourceId", "DelegationSetId", "ChangeId");

  private InputMerge() {}

  /**
   * The input as it goes to AWS. A parameter fills a member that the input leaves out (or has as
   * null) if the operation has it; others are passed over.
   *
   * @param input is not changed
   * @throws BadInputException for a member that the operation does not have, that is of the wrong
   *     type, that is locked, or that is required and missing
   */
  public static ObjectNode merge(
      Operation operation, OperationModel model, Connector connector, ObjectNode input)
      throws BadInputException {
    Map<String, JsonNode> parameters = Parameters.of(operation, connector);
    ShapeRef ref = model.input();
    ObjectNode merged = Json.nodes().objectNode();
    for (Map.Entry<String, JsonNode> entry : input.properties()) {
      if (!entry.getValue().isNull()) {
        refuseLocked(operation, connector, entry.getKey(), parameters.keySet());
        merged.set(entry.getKey(), bare(operation, ref, entry.getKey(), entry.getValue()));
      }
    }
    for (Map.Entry<String, JsonNode> parameter : parameters.entrySet()) {
      fill(merged, parameter.getKey(), parameter.getValue(), connector.locked());
    }
    if (ref != null) {
      InputCheck.check(operation.id(), ref, merged);
    }
    return merged;
  }

  /** Route 53 answers its ids as paths ({@code /hostedzone/Z1}), and takes them bare. */
  private static JsonNode bare(
      Operation operation, @Nullable ShapeRef input, String name, JsonNode value) {
    ShapeRef member = input == null ? null : input.target().member(name);
    if (member != null
        && value.isTextual()
        && operation.service().equals("route53")
        && ROUTE53_IDS.contains(member.target().name())) {
      String id = value.textValue();
      return Json.nodes().textNode(id.substring(id.lastIndexOf('/') + 1));
    }
    return value;
  }

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
}
