package io.countersign.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.catalog.Operation;
import io.countersign.config.Connector;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A connector's parameters as far as an operation has members for them.
 *
 * <p>Athena's StartQueryExecution has the database and the output location one level down; a
 * connector may name them flat, as the other services do.
 */
final class Parameters {
  private static final Map<String, String> START_QUERY_EXECUTION =
      Map.of(
          "Catalog", "QueryExecutionContext/Catalog",
          "Database", "QueryExecutionContext/Database",
          "OutputLocation", "ResultConfiguration/OutputLocation");

  private Parameters() {}

  /** By member name, or {@code member/inner} for one level down. */
  static Map<String, JsonNode> of(Operation operation, Connector connector) {
    Map<String, String> flat =
        operation.id().equals("athena:StartQueryExecution") ? START_QUERY_EXECUTION : Map.of();
    Map<String, JsonNode> result = new LinkedHashMap<>();
    for (Map.Entry<String, Object> parameter : connector.parameters().entrySet()) {
      String name = parameter.getKey();
      JsonNode value = Json.mapper().valueToTree(parameter.getValue());
      if (operation.member(name).isPresent()) {
        result.put(name, value);
      } else if (flat.containsKey(name)) {
        result.put(flat.get(name), value);
      }
    }
    return result;
  }
}
