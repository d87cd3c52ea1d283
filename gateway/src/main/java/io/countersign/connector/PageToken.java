package io.countersign.connector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.protocol.BadInputException;
import io.countersign.protocol.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A place in a result: a page of AWS's and a row in it. An answer may end in the middle of a page.
 *
 * @param page AWS's token; null for the first page
 * @param row of the page, from 0
 */
record PageToken(@Nullable String page, int row) {
  static final PageToken START = new PageToken(null, 0);
  private static final int LONGEST = 16_384;

  /** Opaque to the caller, fit for a URL. */
  String encode() {
    ObjectNode json = Json.nodes().objectNode().put("r", row);
    if (page != null) {
      json.put("p", page);
    }
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Reads what {@link #encode} wrote; null is the start. */
  static PageToken decode(@Nullable String text) throws BadInputException {
    if (text == null) {
      return START;
    }
    if (text.length() <= LONGEST) {
      try {
        JsonNode json = Json.mapper().readTree(Base64.getUrlDecoder().decode(text));
        JsonNode page = json.get("p");
        int row = json.path("r").asInt(-1);
        if (row >= 0 && (page == null || page.isTextual())) {
          return new PageToken(page == null ? null : page.textValue(), row);
        }
      } catch (IOException | IllegalArgumentException e) {
        throw unknown();
      }
    }
    throw unknown();
  }

  private static BadInputException unknown() {
    return new BadInputException(
        "/next", "is not a token that an answer of this statement gave as \"next\"");
  }
}
