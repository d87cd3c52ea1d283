package io.countersign.connector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.protocol.BadInputException;
import io.countersign.protocol.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A place in the pages of an operation: a page, and how many of its items were answered already.
 *
 * @param tokens of AWS, by the input's member that they go into; empty for the first page
 * @param skip from 0
 */
public record PageCursor(Map<String, JsonNode> tokens, int skip) {
  /** The first item of the first page. */
  public static final PageCursor START = new PageCursor(Map.of(), 0);

  public PageCursor {
    tokens = Map.copyOf(tokens);
  }

  /** As JSON in UTF-8. */
  public byte[] write() {
    ObjectNode json = Json.nodes().objectNode().put("s", skip);
    if (!tokens.isEmpty()) {
      ObjectNode written = json.putObject("t");
      // sorted, so that the same place always reads the same
      tokens.keySet().stream().sorted().forEach(name -> written.set(name, tokens.get(name)));
    }
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws BadInputException if it is something else
   */
  public static PageCursor read(byte[] json) throws BadInputException {
    try {
      JsonNode read = Json.mapper().readTree(json);
      JsonNode skip = read.path("s");
      JsonNode tokens = read.path("t");
      boolean known = read.size() == (tokens.isMissingNode() ? 1 : 2);
      if (known
          && skip.isInt()
          && skip.intValue() >= 0
          && (tokens.isObject() || tokens.isMissingNode())) {
        Map<String, JsonNode> named = new LinkedHashMap<>();
        tokens.properties().forEach(token -> named.put(token.getKey(), token.getValue()));
        return new PageCursor(named, skip.intValue());
      }
    } catch (IOException e) {
      throw unknown();
    }
    throw unknown();
  }

  private static BadInputException unknown() {
    return new BadInputException("/next", "is no place in the pages of this operation");
  }
}
