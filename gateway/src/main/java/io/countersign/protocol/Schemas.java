package io.countersign.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.Member;
import io.countersign.catalog.Operation;
import io.countersign.config.Connector;
import java.util.List;
import java.util.Map;

/** JSON Schemas (2020-12) of inputs as an agent has to write them. */
public final class Schemas {
  public static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

  private Schemas() {}

  /**
   * The top-level members of the operation's input with their types. What the connector locks is
   * left out; what it fills in is not required, and shown as the default.
   */
  public static ObjectNode input(Operation operation, Connector connector) {
    List<Member> members = operation.members();
    Map<String, JsonNode> parameters = Parameters.of(operation, connector);
    ObjectNode schema = Json.nodes().objectNode().put("$schema", DIALECT).put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = Json.nodes().arrayNode();
    for (Member member : members) {
      JsonNode filled = parameters.get(member.name());
      if (filled != null && connector.locked().contains(member.name())) {
        continue;
      }
      ObjectNode property = type(member.type());
      if (filled != null) {
        property.set("default", filled);
      } else if (member.required()) {
        required.add(member.name());
      }
      properties.set(member.name(), property);
    }
    if (!required.isEmpty()) {
      schema.set("required", required);
    }
    return schema.put("additionalProperties", false);
  }

  private static ObjectNode type(Member.Type type) {
    ObjectNode schema = Json.nodes().objectNode();
    return switch (type) {
      case STRING -> schema.put("type", "string");
      case BLOB -> schema.put("type", "string").put("contentEncoding", "base64");
      case INTEGER -> schema.put("type", "integer");
      case NUMBER -> schema.put("type", "number");
      case BOOLEAN -> schema.put("type", "boolean");
      case LIST -> schema.put("type", "array");
      case OBJECT -> schema.put("type", "object");
      case DOCUMENT -> schema;
      case TIMESTAMP -> {
        schema.putArray("type").add("number").add("string");
        yield schema.put("description", "seconds since 1970-01-01T00:00:00Z, or ISO 8601");
      }
    };
  }
}
