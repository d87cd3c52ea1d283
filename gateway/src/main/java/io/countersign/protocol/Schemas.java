package io.countersign.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.Operation;
import io.countersign.catalog.OperationModel;
import io.countersign.catalog.Shape;
import io.countersign.catalog.ShapeRef;
import io.countersign.config.Connector;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * JSON Schemas (2020-12) of inputs as an agent has to write them, and of outputs as it reads them.
 * Structures stand in {@code $defs}, so that those that hold themselves can be told.
 */
public final class Schemas {
  /** Where the schemas of an OpenAPI document stand. */
  public static final String COMPONENTS = "#/components/schemas/";

  public static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

  /** How much is told. */
  public enum Form {
    /** The top-level members and their types. */
    COMPACT,
    /** All members, with the values and sizes that the model knows. */
    FULL
  }

  private final Form form;
  private final boolean input;
  private final String place;
  private final String scope;
  private final Map<String, ObjectNode> definitions;
  private final Set<String> open = new HashSet<>();

  private Schemas(Form form, boolean input) {
    this(form, input, "#/$defs/", "", new TreeMap<>());
  }

  private Schemas(
      Form form, boolean input, String place, String scope, Map<String, ObjectNode> definitions) {
    this.form = form;
    this.input = input;
    this.place = place;
    this.scope = scope;
    this.definitions = definitions;
  }

  /**
   * The schema of an operation's input. What the connector locks is left out; what it fills in is
   * not required, and shown as the default. Idempotency tokens are not required: the gateway fills
   * them in.
   */
  public static ObjectNode input(
      Operation operation, OperationModel model, Connector connector, Form form) {
    Schemas schemas = new Schemas(form, true);
    ObjectNode schema = root();
    ShapeRef ref = model.input();
    schemas.members(schema, ref == null ? null : ref.target(), operation, connector);
    schema.put("additionalProperties", false);
    return schemas.finish(schema);
  }

  /** The schema of an operation's output. */
  public static ObjectNode output(OperationModel model, Form form) {
    Schemas schemas = new Schemas(form, false);
    ObjectNode schema = root();
    ShapeRef ref = model.output();
    schemas.members(schema, ref == null ? null : ref.target(), null, null);
    return schemas.finish(schema);
  }

  /**
   * The schema of an input within an OpenAPI document, with its structures among the document's
   * components.
   *
   * @param components by their names; is added to
   */
  public static ObjectNode input(
      Operation operation,
      OperationModel model,
      Connector connector,
      Form form,
      Map<String, ObjectNode> components) {
    Schemas schemas = new Schemas(form, true, COMPONENTS, operation.service() + ".in.", components);
    ObjectNode schema = type("object");
    ShapeRef ref = model.input();
    schemas.members(schema, ref == null ? null : ref.target(), operation, connector);
    return schema.put("additionalProperties", false);
  }

  /** The same of an output. */
  public static ObjectNode output(
      Operation operation, OperationModel model, Form form, Map<String, ObjectNode> components) {
    Schemas schemas = new Schemas(form, false, COMPONENTS, operation.service() + ".", components);
    ObjectNode schema = type("object");
    ShapeRef ref = model.output();
    schemas.members(schema, ref == null ? null : ref.target(), null, null);
    return schema;
  }

  private static ObjectNode root() {
    return Json.nodes().objectNode().put("$schema", DIALECT).put("type", "object");
  }

  private ObjectNode finish(ObjectNode schema) {
    if (!definitions.isEmpty()) {
      schema.putObject("$defs").setAll(definitions);
    }
    return schema;
  }

  private void members(
      ObjectNode schema,
      @Nullable Shape shape,
      @Nullable Operation operation,
      @Nullable Connector connector) {
    Map<String, JsonNode> parameters =
        operation == null || connector == null ? Map.of() : Parameters.of(operation, connector);
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = Json.nodes().arrayNode();
    for (ShapeRef member : shape == null ? List.<ShapeRef>of() : shape.members()) {
      JsonNode filled = parameters.get(member.name());
      if (filled != null && connector != null && connector.locked().contains(member.name())) {
        continue;
      }
      ObjectNode property = schema(member);
      if (filled != null) {
        property.set("default", filled);
      } else if (input && member.isRequired() && !member.has(ShapeRef.Trait.IDEMPOTENCY_TOKEN)) {
        required.add(member.name());
      }
      properties.set(member.name(), property);
    }
    if (!required.isEmpty()) {
      schema.set("required", required);
    }
  }

  private ObjectNode schema(ShapeRef ref) {
    Shape shape = ref.target();
    ObjectNode schema =
        switch (shape.kind()) {
          case STRUCTURE, LIST, MAP -> form == Form.COMPACT ? shallow(shape) : nested(shape);
          case STRING ->
              ref.has(ShapeRef.Trait.JSON_VALUE)
                  ? Json.nodes().objectNode()
                  : string(shape, values(ref));
          case BLOB -> type("string").put("contentEncoding", "base64");
          case BOOLEAN -> type("boolean");
          case BYTE, SHORT, INTEGER, LONG, BIG_INTEGER -> number(type("integer"), shape);
          case FLOAT, DOUBLE, BIG_DECIMAL ->
              input ? number(type("number"), shape) : types("number", "string");
          case TIMESTAMP ->
              input
                  ? types("number", "string")
                      .put("description", "seconds since 1970-01-01T00:00:00Z, or ISO 8601")
                  : type("string").put("format", "date-time");
          case DOCUMENT -> Json.nodes().objectNode();
        };
    if (form == Form.FULL
        && (ref.has(ShapeRef.Trait.DEPRECATED) || shape.has(Shape.Trait.DEPRECATED))) {
      schema.put("deprecated", true);
    }
    return schema;
  }

  private static List<String> values(ShapeRef ref) {
    return ref.enumValues().isEmpty() ? ref.target().enumValues() : ref.enumValues();
  }

  private static ObjectNode shallow(Shape shape) {
    return type(shape.kind() == Shape.Kind.LIST ? "array" : "object");
  }

  /** A structure, or a list or map that holds itself, is told once and referred to. */
  private ObjectNode nested(Shape shape) {
    boolean structure = shape.kind() == Shape.Kind.STRUCTURE;
    if (structure || open.contains(shape.name())) {
      String name = scope + shape.name();
      if (!definitions.containsKey(name)) {
        definitions.put(name, Json.nodes().objectNode());
        definitions.put(name, structure ? structure(shape) : container(shape));
      }
      return Json.nodes()
          .objectNode()
          .put("$ref", place + name.replace("~", "~0").replace("/", "~1"));
    }
    open.add(shape.name());
    ObjectNode schema = container(shape);
    open.remove(shape.name());
    return schema;
  }

  private ObjectNode structure(Shape shape) {
    ObjectNode schema = type("object");
    members(schema, shape, null, null);
    if (shape.isUnion() && input) {
      schema.put("minProperties", 1).put("maxProperties", 1);
    }
    return input ? schema.put("additionalProperties", false) : schema;
  }

  private ObjectNode container(Shape shape) {
    boolean list = shape.kind() == Shape.Kind.LIST;
    ObjectNode inner = schema(list ? shape.element() : shape.value());
    if (shape.has(Shape.Trait.SPARSE)) {
      ObjectNode orNull = Json.nodes().objectNode();
      orNull.putArray("anyOf").add(inner).add(type("null"));
      inner = orNull;
    }
    ObjectNode schema = type(list ? "array" : "object");
    schema.set(list ? "items" : "additionalProperties", inner);
    return limits(
        schema, shape, list ? "minItems" : "minProperties", list ? "maxItems" : "maxProperties");
  }

  /**
   * AWS adds values: an input may have the known ones only, since an agent can know no others; an
   * output may have more, and the known ones are examples.
   */
  private ObjectNode string(Shape shape, List<String> values) {
    ObjectNode schema = type("string");
    if (form == Form.FULL && !values.isEmpty()) {
      ArrayNode known = schema.putArray(input ? "enum" : "examples");
      values.forEach(known::add);
    }
    return limits(schema, shape, "minLength", "maxLength");
  }

  private ObjectNode number(ObjectNode schema, Shape shape) {
    return limits(schema, shape, "minimum", "maximum");
  }

  /** What AWS answers may be outside of what it takes. */
  private ObjectNode limits(ObjectNode schema, Shape shape, String least, String most) {
    if (form == Form.FULL && input) {
      limit(schema, least, shape.min());
      limit(schema, most, shape.max());
    }
    return schema;
  }

  private static void limit(ObjectNode schema, String key, @Nullable BigDecimal value) {
    if (value != null) {
      BigDecimal bound = Objects.requireNonNull(value).stripTrailingZeros();
      if (bound.scale() <= 0) {
        schema.put(key, bound.toBigIntegerExact());
      } else {
        schema.put(key, bound);
      }
    }
  }

  private static ObjectNode type(String name) {
    return Json.nodes().objectNode().put("type", name);
  }

  private static ObjectNode types(String one, String other) {
    ObjectNode schema = Json.nodes().objectNode();
    schema.putArray("type").add(one).add(other);
    return schema;
  }
}
