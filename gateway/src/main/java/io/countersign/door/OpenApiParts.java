package io.countersign.door;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.protocol.Json;
import io.countersign.protocol.Schemas;

/** What all operations of an {@link OpenApi} document share. */
final class OpenApiParts {
  static final String ENVELOPE = "Answer";
  static final String ROWS = "Rows";

  private OpenApiParts() {}

  static ObjectNode parameters() {
    ObjectNode all = Json.nodes().objectNode();
    parameter(all, "select", "A JMESPath expression: answers what it selects of the output.")
        .put("type", "string");
    range(
        parameter(
            all, "max_bytes", "The answer has at most that many bytes, and says what was cut."),
        CallOptions.LEAST_BYTES,
        CallOptions.MOST_BYTES);
    parameter(all, "empty", "Whether empty members stay.")
        .put("type", "string")
        .put("default", "drop")
        .putArray("enum")
        .add("drop")
        .add("keep");
    parameter(all, "pages", "How many pages are read: a number, or all.")
        .put("type", "string")
        .put("pattern", "^(all|[1-9][0-9]{0,4})$");
    range(
        parameter(all, "max_items", "How many items are answered at most."),
        1,
        CallOptions.MOST_ITEMS);
    parameter(all, "next", "The next of the answer before, to go on there with the same input.")
        .put("type", "string");
    range(parameter(all, "wait_seconds", "How long to wait at most."), 0, CallOptions.MOST_WAIT)
        .put("default", CallOptions.DEFAULT_WAIT);
    return all;
  }

  private static ObjectNode parameter(ObjectNode all, String name, String description) {
    return all.putObject(name)
        .put("name", name)
        .put("in", "query")
        .put("description", description)
        .putObject("schema");
  }

  private static ObjectNode range(ObjectNode schema, long least, long most) {
    return schema.put("type", "integer").put("minimum", least).put("maximum", most);
  }

  /** Of {@code GET …/query/{statement_id}}. */
  static ArrayNode statementParameters() {
    ArrayNode all = Json.nodes().arrayNode();
    all.addObject()
        .put("name", "statement_id")
        .put("in", "path")
        .put("required", true)
        .put("description", "As the answer of query gave it.")
        .putObject("schema")
        .put("type", "string");
    for (String name : new String[] {"next", "max_rows", "timeout_ms"}) {
      all.addObject()
          .put("name", name)
          .put("in", "query")
          .putObject("schema")
          .put("type", name.equals("next") ? "string" : "integer");
    }
    return all;
  }

  static ObjectNode responses() {
    ObjectNode all = Json.nodes().objectNode();
    content(all.putObject("Problem"), "What went wrong, and how to mend it.")
        .set("application/problem+json", schema("Problem"));
    content(all.putObject("Waiting"), "The state is not there yet.")
        .set("application/json", schema(ENVELOPE));
    content(all.putObject("Running"), "The statement still runs.")
        .set("application/json", schema("Running"));
    return all;
  }

  private static ObjectNode content(ObjectNode response, String description) {
    return response.put("description", description).putObject("content");
  }

  private static ObjectNode schema(String name) {
    ObjectNode media = Json.nodes().objectNode();
    media.putObject("schema").put("$ref", Schemas.COMPONENTS + name);
    return media;
  }

  static ObjectNode schemas() {
    ObjectNode all = Json.nodes().objectNode();
    all.set("Problem", problem());
    all.set(ENVELOPE, envelope());
    all.set(ROWS, rows());
    ObjectNode running = members(all.putObject("Running"));
    member(running, "statement_id", "string");
    member(running, "status", "string");
    return all;
  }

  /** RFC 9457, with the members of the gateway. */
  private static ObjectNode problem() {
    ObjectNode schema = Json.nodes().objectNode();
    ObjectNode members = members(schema);
    for (String name : new String[] {"type", "title", "code", "source", "detail", "hint"}) {
      member(members, name, "string");
    }
    member(members, "status", "integer");
    member(members, "retryable", "boolean");
    member(members, "awsRequestId", "string");
    member(members, "requestId", "string");
    ArrayNode required = schema.putArray("required");
    for (String name : new String[] {"type", "title", "status", "code", "detail", "requestId"}) {
      required.add(name);
    }
    return schema;
  }

  private static ObjectNode envelope() {
    ObjectNode schema =
        Json.nodes()
            .objectNode()
            .put(
                "description",
                "The answer with max_bytes, pages, max_items, next or wait: the output, or what"
                    + " select selects of it, and what there is to say of it.");
    ObjectNode members = members(schema);
    member(members, "next", "string").put("description", "Where to go on; absent at the end.");
    member(members, "stopped", "string").put("description", "Why it ended before the end.");
    member(members, "pages", "integer");
    members.putObject("error").put("$ref", Schemas.COMPONENTS + "Problem");
    ObjectNode waited = members(members.putObject("wait"));
    member(waited, "waiter", "string");
    ArrayNode states = member(waited, "state", "string").putArray("enum");
    states.add("success").add("failure").add("waiting");
    member(waited, "attempts", "integer");
    ObjectNode cut =
        members(
            member(members, "cut", "array")
                .put("description", "What was left out to keep the answer small.")
                .putObject("items"));
    member(cut, "at", "string").put("description", "A JSON pointer into the output.");
    member(cut, "kept", "integer");
    member(cut, "of", "integer");
    member(cut, "unit", "string");
    member(members, "more_cuts", "integer");
    member(members, "hint", "string");
    members.putObject("output");
    return schema;
  }

  private static ObjectNode rows() {
    ObjectNode schema = Json.nodes().objectNode();
    ObjectNode members = members(schema);
    ObjectNode column = members(member(members, "columns", "array").putObject("items"));
    member(column, "name", "string");
    member(column, "type", "string");
    member(members, "rows", "array").putObject("items").put("type", "array").putObject("items");
    member(members, "row_count", "integer");
    member(members, "truncated", "boolean");
    member(members, "statement_id", "string");
    members.putObject("next").putArray("type").add("string").add("null");
    return schema;
  }

  private static ObjectNode members(ObjectNode schema) {
    return schema.put("type", "object").putObject("properties");
  }

  private static ObjectNode member(ObjectNode members, String name, String type) {
    return members.putObject(name).put("type", type);
  }
}
