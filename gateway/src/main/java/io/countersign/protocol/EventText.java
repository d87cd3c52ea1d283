package io.countersign.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** Forms in which an agent reads events as they come. */
public enum EventText {
  /** Server-sent events (WHATWG HTML, section 9.2): the event's name, and its value as data. */
  SERVER_SENT("text/event-stream"),
  /** An object for each line, whose only member is the event. */
  JSON_LINES("application/x-ndjson");

  private final String mediaType;

  EventText(String mediaType) {
    this.mediaType = mediaType;
  }

  /** For {@code Content-Type}. */
  public String mediaType() {
    return mediaType;
  }

  /** The form that an {@code Accept} header names, the first if it names both. */
  public static Optional<EventText> accepted(String accept) {
    for (String range : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
      int semicolon = range.indexOf(';');
      String type = (semicolon < 0 ? range : range.substring(0, semicolon)).strip();
      switch (type) {
        case "text/event-stream" -> {
          return Optional.of(SERVER_SENT);
        }
        case "application/x-ndjson", "application/jsonl", "application/json-lines" -> {
          return Optional.of(JSON_LINES);
        }
        default -> {}
      }
    }
    return Optional.empty();
  }

  /**
   * An event in this form. JSON has no line breaks, and a name that has one (no model has) is
   * written without.
   */
  public byte[] write(String name, JsonNode value) {
    String text =
        switch (this) {
          case SERVER_SENT ->
              "event: " + name.replaceAll("[\r\n]", "") + "\ndata: " + value + "\n\n";
          case JSON_LINES -> Json.nodes().objectNode().set(name, value).toString() + "\n";
        };
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
