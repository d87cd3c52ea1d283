package io.countersign.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.QueryParams.Param;
import io.countersign.catalog.Shape;
import io.countersign.catalog.ShapeRef;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads what {@link QueryForm} writes: parameters with dotted names, as a tree by the model. */
final class FormReader {
  /** As deep as any model goes, but for those that hold themselves. */
  private static final int DEEPEST = 64;

  /** A number in a name: no leading zero, at most six digits. */
  private static final String NUMBER = "[1-9][0-9]{0,5}";

  private static final class Node {
    final Map<String, Node> children = new HashMap<>();
    @Nullable String value;
  }

  private final boolean ec2;

  private FormReader(boolean ec2) {
    this.ec2 = ec2;
  }

  /**
   * Puts the members that the parameters give into an object.
   *
   * @throws UnreadableRequestException for a parameter that stands twice, or below another's value
   */
  static void read(boolean ec2, ShapeRef ref, List<Param> params, ObjectNode out)
      throws UnreadableRequestException, GarbledAnswerException {
    Node root = new Node();
    for (Param param : params) {
      put(root, param);
    }
    new FormReader(ec2).structure(ref.target(), root, out);
  }

  private static void put(Node root, Param param) throws UnreadableRequestException {
    String[] steps = param.name().split("\\.", -1);
    if (steps.length > DEEPEST) {
      throw new UnreadableRequestException("has a parameter that is nested too deep");
    }
    Node node = root;
    for (String step : steps) {
      node = node.children.computeIfAbsent(step, _ -> new Node());
    }
    if (node.value != null) {
      throw RequestReader.twice();
    }
    node.value = param.value();
  }

  private void structure(Shape shape, Node node, ObjectNode out)
      throws UnreadableRequestException, GarbledAnswerException {
    for (ShapeRef member : shape.members()) {
      String name = name(member);
      Node child = node.children.get(name);
      if (child != null) {
        JsonNode value = value(member, child);
        if (value != null) {
          out.set(member.name(), value);
        }
      }
    }
  }

  /** The name of a member on the wire; SimpleDB's model renames elements and not their lists. */
  private String name(ShapeRef member) {
    String element =
        !ec2
                && member.locationName() == null
                && member.target().kind() == Shape.Kind.LIST
                && QueryForm.isFlattened(member)
            ? member.target().element().locationName()
            : null;
    return element == null ? QueryForm.name(ec2, member) : element;
  }

  private @Nullable JsonNode value(ShapeRef ref, Node node)
      throws UnreadableRequestException, GarbledAnswerException {
    Shape shape = ref.target();
    return switch (shape.kind()) {
      case STRUCTURE -> {
        ObjectNode out = Json.nodes().objectNode();
        structure(shape, node, out);
        yield out;
      }
      case LIST -> {
        String element = shape.element().locationName();
        String between = element == null ? "member" : element;
        boolean flat = ec2 || QueryForm.isFlattened(ref);
        ArrayNode list = Json.nodes().arrayNode();
        for (Node item : numbered(flat ? node : node.children.get(between))) {
          JsonNode value = value(shape.element(), item);
          if (value != null) {
            list.add(value);
          }
        }
        yield list;
      }
      case MAP -> {
        ObjectNode map = Json.nodes().objectNode();
        Node entries = QueryForm.isFlattened(ref) ? node : node.children.get("entry");
        for (Node entry : numbered(entries)) {
          entry(shape, entry, map);
        }
        yield map;
      }
      case STRING,
          BLOB,
          TIMESTAMP,
          BOOLEAN,
          BYTE,
          SHORT,
          INTEGER,
          LONG,
          BIG_INTEGER,
          FLOAT,
          DOUBLE,
          BIG_DECIMAL,
          DOCUMENT ->
          node.value == null ? null : Scalars.read(ref, node.value);
    };
  }

  private void entry(Shape shape, Node entry, ObjectNode map)
      throws UnreadableRequestException, GarbledAnswerException {
    String keyName = shape.key().locationName();
    String valueName = shape.value().locationName();
    Node key = entry.children.get(keyName == null ? "key" : keyName);
    Node value = entry.children.get(valueName == null ? "value" : valueName);
    if (key == null || key.value == null || value == null) {
      return;
    }
    JsonNode read = value(shape.value(), value);
    if (map.has(key.value)) {
      throw RequestReader.twice();
    }
    if (read != null) {
      map.set(key.value, read);
    }
  }

  /** In the order of the numbers, whatever the order of the parameters. */
  private static Iterable<Node> numbered(@Nullable Node node) throws UnreadableRequestException {
    TreeMap<Integer, Node> byNumber = new TreeMap<>();
    if (node != null) {
      for (Map.Entry<String, Node> child : node.children.entrySet()) {
        if (!child.getKey().matches(NUMBER)) {
          throw new UnreadableRequestException(
              "has a list whose elements are not numbered 1, 2, …");
        }
        byNumber.put(Integer.valueOf(child.getKey()), child.getValue());
      }
    }
    return byNumber.values();
  }
}
