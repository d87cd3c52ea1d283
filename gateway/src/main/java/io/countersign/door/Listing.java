package io.countersign.door;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.Operation;
import io.countersign.catalog.OperationModel;
import io.countersign.config.Agent;
import io.countersign.config.Connector;
import io.countersign.config.RolesPerCall;
import io.countersign.protocol.Schemas;
import io.countersign.protocol.WireCodec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * What an agent may call, for {@code GET /v1/connectors}: what is listed is what may be called, and
 * nothing else.
 */
public final class Listing {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Every connector of the agent, without schemas. */
  public byte[] all(Agent agent, Routing routing) {
    ObjectNode root = JSON.createObjectNode();
    ArrayNode list = root.putArray("connectors");
    routing.bindings().values().stream()
        .filter(b -> routing.policy().mayUse(agent, b.connector()))
        .sorted((a, b) -> a.connector().name().compareTo(b.connector().name()))
        .forEach(
            b -> {
              ObjectNode one = about(b);
              ArrayNode recipes = one.putArray("recipes");
              routing.policy().allowedRecipes(agent, b.connector()).forEach(recipes::add);
              ArrayNode operations = one.putArray("operations");
              operations(agent, b, routing).forEach(o -> operations.add(o.name()));
              list.add(one);
            });
    return root.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** How many operations are told with everything that is known of their members. */
  private static final int MOST_IN_FULL = 50;

  /**
   * One connector, with its recipes, those of its operations that the pattern names, and the JSON
   * Schemas of their inputs; in full, of their outputs too.
   */
  public byte[] one(Agent agent, Binding binding, Routing routing, ToolRequest.Show show)
      throws Refused {
    ObjectNode root = about(binding);
    ArrayNode recipes = root.putArray("recipes");
    for (String recipe : routing.policy().allowedRecipes(agent, binding.connector())) {
      ObjectNode entry = recipes.addObject().put("name", recipe);
      if (recipe.equals(ToolDoor.QUERY) && binding.query() != null) {
        entry.set("input", binding.query().inputSchema());
      }
    }
    List<Operation> listed =
        operations(agent, binding, routing).stream()
            .filter(o -> show.operations().matches(o.name()))
            .toList();
    Schemas.Form form = show.form() == null ? Schemas.Form.COMPACT : show.form();
    if (form == Schemas.Form.FULL && listed.size() > MOST_IN_FULL) {
      throw new Refused(
          new Refusal(
              Refusal.Kind.MALFORMED,
              "too-many-schemas",
              "the full schemas of " + listed.size() + " operations are too much for one answer",
              "name at most " + MOST_IN_FULL + " of them: ?schema=full&operation=Describe*"));
    }
    ArrayNode operations = root.putArray("operations");
    for (Operation operation : listed) {
      operations.add(one(binding, operation, form));
    }
    return root.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static ObjectNode one(Binding binding, Operation operation, Schemas.Form form) {
    OperationModel model = binding.model(operation);
    ObjectNode entry =
        JSON.createObjectNode()
            .put("name", operation.name())
            .put("access_level", word(operation.level()));
    entry.set("input", Schemas.input(operation, model, binding.connector(), form));
    if (form == Schemas.Form.FULL) {
      entry.set("output", Schemas.output(model, form));
    }
    return entry;
  }

  /** Those that the agent may call here, in the order of their names. */
  static List<Operation> operations(Agent agent, Binding binding, Routing routing) {
    return routing
        .policy()
        .allowedOperations(agent, binding.connector(), binding.service().operations())
        .stream()
        .filter(o -> WireCodec.refusal(binding.model(o)) == null)
        .toList();
  }

  private static ObjectNode about(Binding binding) {
    Connector connector = binding.connector();
    ObjectNode about =
        JSON.createObjectNode()
            .put("name", connector.name())
            .put("service", connector.service())
            .put("region", connector.region())
            .put("access", word(connector.access()));
    RolesPerCall roles = connector.rolesPerCall();
    if (roles != null) {
      ObjectNode named = about.putObject("role");
      named.put("header", Roles.HEADER).put("required", connector.roles().isEmpty());
      ArrayNode allowed = named.putArray("allow");
      roles.allow().forEach(pattern -> allowed.add(pattern.toString()));
    }
    return about;
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
