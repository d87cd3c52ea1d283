package io.countersign.connector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.Nearest;
import io.countersign.protocol.BadInputException;
import io.countersign.protocol.Json;
import io.countersign.protocol.Schemas;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The input of the recipe {@code query}.
 *
 * @param sql 1 to 262,144 characters, not blank
 * @param parameters an object for Redshift Data, an array for Athena; null for none
 */
public record QueryInput(String sql, @Nullable JsonNode parameters, Limits limits) {
  static final int LONGEST_SQL = 262_144;
  private static final List<String> NAMES = List.of("sql", "parameters", "max_rows", "timeout_ms");

  /**
   * What a caller of the recipe waits for and takes.
   *
   * @param maxRows 1 to 100,000; 1,000 by default
   * @param timeout 0 to 15 minutes; a minute by default. Once it has passed, the statement goes on
   *     and the answer is its id
   */
  public record Limits(int maxRows, Duration timeout) {
    static final int MOST_ROWS = 100_000;
    static final long LONGEST_TIMEOUT_MS = 900_000;
    public static final Limits DEFAULT = new Limits(1_000, Duration.ofMinutes(1));

    /**
     * Reads the limits as they stand in a query string or an input; null takes the default.
     *
     * @throws BadInputException if one is out of its range
     */
    public static Limits of(@Nullable Long maxRows, @Nullable Long timeoutMs)
        throws BadInputException {
      return new Limits(
          maxRows == null ? DEFAULT.maxRows : (int) inRange("max_rows", maxRows, 1, MOST_ROWS),
          timeoutMs == null
              ? DEFAULT.timeout
              : Duration.ofMillis(inRange("timeout_ms", timeoutMs, 0, LONGEST_TIMEOUT_MS)));
    }

    private static long inRange(String name, long value, long least, long most)
        throws BadInputException {
      if (value < least || value > most) {
        throw new BadInputException(
            BadInputException.pointerTo(name), "must be between " + least + " and " + most);
      }
      return value;
    }
  }

  /**
   * Reads the input.
   *
   * @throws BadInputException naming the member that is unknown, missing or out of range
   */
  public static QueryInput parse(ObjectNode input) throws BadInputException {
    for (Map.Entry<String, JsonNode> entry : input.properties()) {
      if (!NAMES.contains(entry.getKey())) {
        String hint =
            Nearest.of(entry.getKey(), NAMES).map(n -> "; did you mean " + n + "?").orElse("");
        throw new BadInputException(
            BadInputException.pointerTo(entry.getKey()), "query has no such member" + hint);
      }
    }
    JsonNode sql = input.get("sql");
    if (sql == null || !sql.isTextual() || sql.textValue().isBlank()) {
      throw new BadInputException("/sql", "must be a string with a SQL statement");
    }
    if (sql.textValue().length() > LONGEST_SQL) {
      throw new BadInputException("/sql", "must have at most " + LONGEST_SQL + " characters");
    }
    return new QueryInput(
        sql.textValue(),
        parameters(input.get("parameters")),
        Limits.of(whole(input, "max_rows"), whole(input, "timeout_ms")));
  }

  /** An empty object or array is none. */
  private static @Nullable JsonNode parameters(@Nullable JsonNode value) {
    boolean none = value == null || value.isNull() || (value.isContainerNode() && value.isEmpty());
    return none ? null : value;
  }

  private static @Nullable Long whole(ObjectNode input, String name) throws BadInputException {
    JsonNode value = input.get(name);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new BadInputException(BadInputException.pointerTo(name), "must be an integer");
    }
    return value.longValue();
  }

  /** The JSON Schema of the input for a service. */
  static ObjectNode schema(ObjectNode parameters) {
    ObjectNode schema =
        Json.nodes().objectNode().put("$schema", Schemas.DIALECT).put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    properties
        .putObject("sql")
        .put("type", "string")
        .put("minLength", 1)
        .put("maxLength", LONGEST_SQL);
    properties.set("parameters", parameters);
    properties
        .putObject("max_rows")
        .put("type", "integer")
        .put("minimum", 1)
        .put("maximum", Limits.MOST_ROWS)
        .put("default", Limits.DEFAULT.maxRows());
    properties
        .putObject("timeout_ms")
        .put("type", "integer")
        .put("minimum", 0)
        .put("maximum", Limits.LONGEST_TIMEOUT_MS)
        .put("default", Limits.DEFAULT.timeout().toMillis());
    schema.putArray("required").add("sql");
    return schema.put("additionalProperties", false);
  }
}
