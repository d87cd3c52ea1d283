package io.countersign.door;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.Operation;
import io.countersign.catalog.OperationModel;
import io.countersign.config.Agent;
import io.countersign.config.RolesPerCall;
import io.countersign.protocol.Json;
import io.countersign.protocol.Schemas;
import io.countersign.protocol.WireCodec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The OpenAPI document of everything that an agent may call at the tool door: each operation at
 * each of its connectors, and the recipes. Making it may take seconds, and reads the packed
 * catalog.
 *
 * @see <a href="https://spec.openapis.org/oas/v3.1.1.html">OpenAPI Specification 3.1.1</a>
 */
public final class OpenApi {
  /** How many operations one document has with everything that is known of their members. */
  static final int MOST_IN_FULL = 200;

  /** How many it has with their top-level members. */
  static final int MOST_COMPACT = 2_000;

  /** Frameworks make functions of operations, and models take no longer names of functions. */
  private static final int LONGEST_ID = 64;

  private static final String JSON = "application/json";

  private record Entry(Binding binding, Operation operation) {}

  private final Schemas.Form form;
  private final Map<String, ObjectNode> schemas = new TreeMap<>();
  private final ObjectNode paths = Json.nodes().objectNode();

  private OpenApi(Schemas.Form form) {
    this.form = form;
  }

  /**
   * Writes the document.
   *
   * @throws Refused if it would have more operations than one document has
   */
  public static byte[] write(Agent agent, Routing routing, ToolRequest.OpenApi asked)
      throws Refused {
    OpenApi document = new OpenApi(asked.form());
    List<Binding> bindings =
        routing.bindings().values().stream()
            .filter(b -> asked.connectors().matches(b.connector().name()))
            .filter(b -> routing.policy().mayUse(agent, b.connector()))
            .sorted((a, b) -> a.connector().name().compareTo(b.connector().name()))
            .toList();
    List<Entry> entries =
        bindings.stream()
            .flatMap(
                b ->
                    Listing.operations(agent, b, routing).stream()
                        .filter(o -> asked.operations().matches(o.name()))
                        .map(o -> new Entry(b, o)))
            .toList();
    int most = asked.form() == Schemas.Form.FULL ? MOST_IN_FULL : MOST_COMPACT;
    if (entries.size() > most) {
      throw new Refused(
          new Refusal(
              Refusal.Kind.MALFORMED,
              "document-too-large",
              "the agent may call "
                  + entries.size()
                  + " operations, and one document has "
                  + most
                  + " at most",
              "name fewer: ?connector=NAME, ?operation=Get*"
                  + (asked.form() == Schemas.Form.FULL
                      ? ", or only their top-level members: ?schema=compact"
                      : "")));
    }
    for (Binding binding : bindings) {
      if (asked.operations().matches(ToolDoor.QUERY)
          && binding.query() != null
          && routing.policy().allowedRecipes(agent, binding.connector()).contains(ToolDoor.QUERY)) {
        document.query(binding);
      }
    }
    entries.forEach(document::operation);
    return document.whole().toString().getBytes(StandardCharsets.UTF_8);
  }

  private ObjectNode whole() {
    ObjectNode whole = Json.nodes().objectNode().put("openapi", "3.1.1");
    whole
        .putObject("info")
        .put("title", "Countersign")
        .put("version", "1")
        .put("description", "The AWS operations that this agent may call, through the gateway.");
    whole.putArray("servers").addObject().put("url", "/");
    whole.putArray("security").addObject().putArray("token");
    whole.set("paths", paths);
    ObjectNode components = whole.putObject("components");
    components
        .putObject("securitySchemes")
        .putObject("token")
        .put("type", "http")
        .put("scheme", "bearer");
    components.set("parameters", OpenApiParts.parameters());
    components.set("responses", OpenApiParts.responses());
    ObjectNode all = components.putObject("schemas");
    OpenApiParts.schemas().properties().forEach(s -> all.set(s.getKey(), s.getValue()));
    schemas.forEach(all::set);
    return whole;
  }

  // ---- one operation ----

  private void operation(Entry entry) {
    Operation operation = entry.operation();
    Binding binding = entry.binding();
    OperationModel model = binding.model(operation);
    ObjectNode post = post(binding, operation.name());
    post.put("summary", operation.id() + " at connector " + binding.connector().name())
        .put("x-access-level", operation.level().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    if (operation.deprecated()) {
      post.put("deprecated", true);
    }
    parameters(post.putArray("parameters"), binding, operation);
    ObjectNode input = Schemas.input(operation, model, binding.connector(), form, schemas);
    body(post, input);
    ObjectNode responses = post.putObject("responses");
    responses.set("200", answer(model, output(operation, model)));
    if (!operation.waiters().isEmpty()) {
      responses.putObject("202").put("$ref", "#/components/responses/Waiting");
    }
    responses.putObject("default").put("$ref", "#/components/responses/Problem");
  }

  private ObjectNode post(Binding binding, String name) {
    String connector = binding.connector().name();
    ObjectNode post = paths.putObject("/v1/connectors/" + connector + "/" + name).putObject("post");
    post.put("operationId", id(connector, name)).putArray("tags").add(connector);
    return post;
  }

  private static void body(ObjectNode post, ObjectNode input) {
    ObjectNode body = post.putObject("requestBody").put("required", input.has("required"));
    body.putObject("content").putObject(JSON).set("schema", input);
  }

  private static void parameters(ArrayNode parameters, Binding binding, Operation operation) {
    role(parameters, binding);
    List.of("select", "max_bytes", "empty").forEach(name -> refer(parameters, name));
    if (binding.service().paginator(operation.name()).isPresent()) {
      List.of("pages", "max_items", "next").forEach(name -> refer(parameters, name));
    }
    if (!operation.waiters().isEmpty()) {
      ArrayNode names =
          parameters
              .addObject()
              .put("name", "wait")
              .put("in", "query")
              .put("description", "Call until the state is there, or the time is over.")
              .putObject("schema")
              .put("type", "string")
              .putArray("enum");
      operation.waiters().forEach(names::add);
      refer(parameters, "wait_seconds");
    }
  }

  private static void refer(ArrayNode parameters, String name) {
    parameters.addObject().put("$ref", "#/components/parameters/" + name);
  }

  private static void role(ArrayNode parameters, Binding binding) {
    RolesPerCall roles = binding.connector().rolesPerCall();
    if (roles != null) {
      parameters
          .addObject()
          .put("name", Roles.HEADER)
          .put("in", "header")
          .put("required", binding.connector().roles().isEmpty())
          .put("description", "The ARN of the role that the call is made with.")
          .putObject("schema")
          .put("type", "string");
    }
  }

  /** An output is the same at every connector, so it is told once. */
  private String output(Operation operation, OperationModel model) {
    String name = operation.service() + "." + operation.name() + ".Output";
    if (!schemas.containsKey(name)) {
      schemas.put(name, Schemas.output(operation, model, form, schemas));
    }
    return name;
  }

  private static ObjectNode answer(OperationModel model, String output) {
    ObjectNode answer = Json.nodes().objectNode().put("description", "The operation's output.");
    ObjectNode content = answer.putObject("content");
    ArrayNode forms = content.putObject(JSON).putObject("schema").putArray("anyOf");
    forms.addObject().put("$ref", Schemas.COMPONENTS + output);
    forms.addObject().put("$ref", Schemas.COMPONENTS + OpenApiParts.ENVELOPE);
    forms.addObject().put("description", "What select selects of the output.");
    if (WireCodec.eventStream(model) != null) {
      content.putObject("text/event-stream").putObject("schema").put("type", "string");
      content.putObject("application/x-ndjson").putObject("schema").put("type", "string");
    } else if (WireCodec.streamedBlob(model) != null) {
      content.putObject("application/octet-stream").putObject("schema");
    }
    return answer;
  }

  // ---- the recipe ----

  private void query(Binding binding) {
    ObjectNode post = post(binding, ToolDoor.QUERY);
    post.put("summary", "Run SQL at connector " + binding.connector().name());
    role(post.putArray("parameters"), binding);
    ObjectNode input = binding.query() == null ? null : binding.query().inputSchema();
    if (input != null) {
      input.remove("$schema");
      body(post, input);
    }
    queryResponses(post);
    String path = "/v1/connectors/" + binding.connector().name() + "/query/{statement_id}";
    ObjectNode get = paths.putObject(path).putObject("get");
    get.put("operationId", id(binding.connector().name(), "query_rows"))
        .put("summary", "Go on with a statement, or with its rows")
        .putArray("tags")
        .add(binding.connector().name());
    ArrayNode parameters = get.putArray("parameters");
    role(parameters, binding);
    parameters.addAll(OpenApiParts.statementParameters());
    queryResponses(get);
  }

  private static void queryResponses(ObjectNode operation) {
    ObjectNode responses = operation.putObject("responses");
    ObjectNode rows = responses.putObject("200").put("description", "Rows, or the next of them.");
    rows.putObject("content")
        .putObject(JSON)
        .putObject("schema")
        .put("$ref", Schemas.COMPONENTS + OpenApiParts.ROWS);
    responses.putObject("202").put("$ref", "#/components/responses/Running");
    responses.putObject("default").put("$ref", "#/components/responses/Problem");
  }

  /** A name for a function: unique, of letters, digits, hyphens and underscores. */
  static String id(String connector, String name) {
    String whole = (connector + "_" + name).replaceAll("[^A-Za-z0-9_-]", "_");
    if (whole.length() <= LONGEST_ID) {
      return whole;
    }
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest((connector + "/" + name).getBytes(StandardCharsets.UTF_8));
      String mark = "_" + HexFormat.of().formatHex(digest, 0, 4);
      return whole.substring(0, LONGEST_ID - mark.length()) + mark;
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
