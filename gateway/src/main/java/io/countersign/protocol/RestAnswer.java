package io.countersign.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.Shape;
import io.countersign.catalog.ShapeRef;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Answers of the REST protocols: members stand in the status, in headers and in the body. */
final class RestAnswer {
  private RestAnswer() {}

  /** Puts the members that stand in the status and in headers into an object. */
  static void readHead(ShapeRef ref, WireAnswer answer, ObjectNode out)
      throws GarbledAnswerException {
    for (ShapeRef member : ref.target().members()) {
      switch (member.location()) {
        case STATUS_CODE -> out.put(member.name(), answer.status());
        case HEADER -> {
          String value = answer.headers().get(member.wireName().toLowerCase(Locale.ROOT));
          if (value != null) {
            out.set(member.name(), header(member, value));
          }
        }
        case HEADERS -> {
          ObjectNode map = Json.nodes().objectNode();
          String prefix =
              member.locationName() == null ? "" : member.locationName().toLowerCase(Locale.ROOT);
          for (Map.Entry<String, String> header : answer.headers().entrySet()) {
            if (header.getKey().startsWith(prefix)) {
              map.put(header.getKey().substring(prefix.length()), header.getValue());
            }
          }
          out.set(member.name(), map);
        }
        case BODY, URI, QUERY -> {}
      }
    }
  }

  /** Whether an answer has the member in its body: there is no path or query in an answer. */
  static boolean inBody(ShapeRef member) {
    return switch (member.location()) {
      case BODY, URI, QUERY -> true;
      case HEADER, HEADERS, STATUS_CODE -> false;
    };
  }

  /** The value of a member that is a header. */
  static JsonNode header(ShapeRef ref, String value) throws GarbledAnswerException {
    if (ref.target().kind() == Shape.Kind.LIST) {
      ArrayNode list = Json.nodes().arrayNode();
      for (String item : split(value, ref.target().element())) {
        list.add(Scalars.read(ref.target().element(), item));
      }
      return list;
    }
    return ref.has(ShapeRef.Trait.JSON_VALUE) ? jsonValue(ref, value) : Scalars.read(ref, value);
  }

  private static JsonNode jsonValue(ShapeRef ref, String value) throws GarbledAnswerException {
    try {
      return Json.mapper().readTree(Scalars.utf8(Base64.getDecoder().decode(value.strip())));
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw Scalars.garbled(ref, Shape.Kind.DOCUMENT);
    }
  }

  /**
   * A list (RFC 9110, section 5.6.1), whose items may be quoted; dates have a comma of their own.
   */
  private static List<String> split(String value, ShapeRef element) {
    boolean dates =
        element.target().kind() == Shape.Kind.TIMESTAMP
            && Character.isLetter(value.isBlank() ? ' ' : value.strip().charAt(0));
    List<String> items = new ArrayList<>();
    StringBuilder item = new StringBuilder();
    boolean quoted = false;
    int commas = 0;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (quoted && c == '\\' && i + 1 < value.length()) {
        item.append(value.charAt(++i));
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted && !(dates && commas++ % 2 == 0)) {
        items.add(item.toString().strip());
        item.setLength(0);
      } else {
        item.append(c);
      }
    }
    items.add(item.toString().strip());
    return items;
  }

  /**
   * Puts the members that stand in the body into an object.
   *
   * @param strict whether an element of XML that stands twice is refused
   */
  static void readBody(ShapeRef ref, boolean json, boolean strict, byte[] body, ObjectNode out)
      throws GarbledAnswerException {
    ShapeRef payload = ref.target().payload();
    if (payload == null) {
      structure(ref, json, strict, body, out);
      return;
    }
    switch (payload.target().kind()) {
      case BLOB -> {
        if (body.length > 0) {
          out.put(payload.name(), Base64.getEncoder().encodeToString(body));
        }
      }
      case STRING -> {
        if (body.length > 0) {
          out.put(payload.name(), Scalars.utf8(body));
        }
      }
      case STRUCTURE,
          LIST,
          MAP,
          TIMESTAMP,
          BOOLEAN,
          BYTE,
          SHORT,
          INTEGER,
          LONG,
          BIG_INTEGER,
          FLOAT,
          DOUBLE,
          BIG_DECIMAL,
          DOCUMENT -> {
        if (body.length > 0 && json) {
          out.set(payload.name(), JsonBody.read(payload, body));
        } else if (body.length > 0) {
          ObjectNode inner = Json.nodes().objectNode();
          structure(payload, false, strict, body, inner);
          out.set(payload.name(), inner);
        }
      }
    }
  }

  private static void structure(
      ShapeRef ref, boolean json, boolean strict, byte[] body, ObjectNode out)
      throws GarbledAnswerException {
    boolean wanted = ref.target().members().stream().anyMatch(RestAnswer::inBody);
    if (body.length == 0 || !wanted) {
      return;
    }
    if (!json) {
      XmlAnswer.read(body, null, strict, ref, out);
    } else if (JsonBody.read(ref, body) instanceof ObjectNode object) {
      out.setAll(object);
    }
  }
}
