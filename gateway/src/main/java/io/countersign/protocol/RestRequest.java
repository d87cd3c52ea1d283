package io.countersign.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.OperationModel;
import io.countersign.catalog.ServiceMetadata;
import io.countersign.catalog.Shape;
import io.countersign.catalog.ShapeRef;
import io.countersign.catalog.ShapeRef.Location;
import io.countersign.catalog.TimestampFormat;
import io.countersign.catalog.XmlNamespace;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Requests of the REST protocols: members stand in the path, the query, headers and the body. What
 * a member may bring into a header or the path is checked here: see {@link Labels} and {@link
 * HeaderValues}.
 */
final class RestRequest {
  private static final byte[] NOTHING = {};

  private final ServiceMetadata service;
  private final OperationModel operation;
  private final boolean json;
  private final ObjectNode input;
  private final Map<String, String> headers = new LinkedHashMap<>();
  private byte[] body = NOTHING;

  private RestRequest(
      ServiceMetadata service, OperationModel operation, boolean json, ObjectNode input) {
    this.service = service;
    this.operation = operation;
    this.json = json;
    this.input = input;
  }

  /**
   * The request of an input that {@link InputCheck} has passed, without a host.
   *
   * @param json whether it is rest-json, or else rest-xml
   */
  static WireRequest write(
      ServiceMetadata service,
      OperationModel operation,
      boolean json,
      ObjectNode input,
      String hostPrefix)
      throws BadInputException {
    return new RestRequest(service, operation, json, input).write(hostPrefix);
  }

  private WireRequest write(String hostPrefix) throws BadInputException {
    String template = operation.requestUri();
    int mark = template.indexOf('?');
    String pathTemplate = mark < 0 ? template : template.substring(0, mark);
    String literals = mark < 0 ? "" : template.substring(mark + 1);
    ShapeRef ref = operation.input();
    String path = Labels.expand(pathTemplate, ref, input, service.signatureVersion().equals("s3"));
    String query = ref == null ? literals : query(ref.target(), literals);
    if (ref != null) {
      headers(ref.target());
      body(ref);
    }
    String length = headers.remove("content-length");
    if (length != null && !length.equals(Integer.toString(body.length))) {
      throw new BadInputException(
          BadInputException.pointerTo(memberOf(ref, "content-length")),
          "is " + length + ", but the body has " + body.length + " bytes; leave it out");
    }
    return new WireRequest(operation.httpMethod(), path, query, headers, hostPrefix, body);
  }

  private static String memberOf(@Nullable ShapeRef ref, String header) {
    if (ref != null) {
      for (ShapeRef member : ref.target().members()) {
        if (member.location() == Location.HEADER && member.wireName().equalsIgnoreCase(header)) {
          return member.name();
        }
      }
    }
    return header;
  }

  /** The literals of the template, then the members; entries of a map give way to both. */
  private String query(Shape shape, String literals) {
    StringBuilder query = new StringBuilder(literals);
    Set<String> taken = new HashSet<>();
    for (String literal : literals.split("&", -1)) {
      int equals = literal.indexOf('=');
      taken.add(equals < 0 ? literal : literal.substring(0, equals));
    }
    List<ShapeRef> maps = new ArrayList<>();
    for (ShapeRef member : shape.members()) {
      JsonNode value = input.path(member.name());
      if (member.location() != Location.QUERY || value.isMissingNode() || value.isNull()) {
        continue;
      }
      switch (member.target().kind()) {
        case MAP -> maps.add(member);
        case LIST -> {
          taken.add(member.wireName());
          for (JsonNode item : value) {
            add(query, member.wireName(), member.target().element(), item);
          }
        }
        case STRUCTURE,
            STRING,
            BLOB,
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
          taken.add(member.wireName());
          add(query, member.wireName(), member, value);
        }
      }
    }
    for (ShapeRef member : maps) {
      ShapeRef ref = member.target().value();
      for (Map.Entry<String, JsonNode> entry : input.path(member.name()).properties()) {
        if (!taken.contains(entry.getKey())) {
          if (ref.target().kind() == Shape.Kind.LIST) {
            for (JsonNode item : entry.getValue()) {
              add(query, entry.getKey(), ref.target().element(), item);
            }
          } else {
            add(query, entry.getKey(), ref, entry.getValue());
          }
        }
      }
    }
    return query.toString();
  }

  private static void add(StringBuilder query, String name, ShapeRef ref, JsonNode value) {
    if (value.isNull()) {
      return;
    }
    if (!query.isEmpty()) {
      query.append('&');
    }
    Percent.encode(query, name, "");
    query.append('=');
    Percent.encode(query, Scalars.text(ref, value, TimestampFormat.ISO8601), "");
  }

  private void headers(Shape shape) throws BadInputException {
    for (ShapeRef member : shape.members()) {
      JsonNode value = input.path(member.name());
      if (value.isMissingNode() || value.isNull()) {
        continue;
      }
      String pointer = BadInputException.pointerTo(member.name());
      if (member.location() == Location.HEADER) {
        if (member.target().kind() != Shape.Kind.LIST) {
          put(pointer, member.wireName(), headerText(member, value));
        } else if (!value.isEmpty()) {
          StringJoiner joined = new StringJoiner(", ");
          for (JsonNode item : value) {
            joined.add(listItem(member.target().element(), item));
          }
          put(pointer, member.wireName(), joined.toString());
        }
      } else if (member.location() == Location.HEADERS) {
        for (Map.Entry<String, JsonNode> entry : value.properties()) {
          String prefix = member.locationName() == null ? "" : member.locationName();
          put(
              pointer + BadInputException.pointerTo(entry.getKey()),
              prefix + entry.getKey(),
              entry.getValue().asText());
        }
      }
    }
  }

  private void put(String pointer, String name, String value) throws BadInputException {
    String lower = HeaderValues.name(pointer, name);
    if (headers.put(lower, HeaderValues.value(pointer, value)) != null) {
      throw new BadInputException(pointer, "gives the header " + lower + " a second value");
    }
  }

  private static String headerText(ShapeRef ref, JsonNode value) {
    if (ref.has(ShapeRef.Trait.JSON_VALUE)) {
      String text = value.isTextual() ? value.textValue() : value.toString();
      return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }
    return Scalars.text(ref, value, TimestampFormat.RFC822);
  }

  /** A string with a comma or a quotation mark is quoted, as RFC 9110, section 5.6.4, has it. */
  private static String listItem(ShapeRef ref, JsonNode value) {
    String text = headerText(ref, value);
    boolean quoted =
        ref.target().kind() == Shape.Kind.STRING
            && (text.indexOf(',') >= 0 || text.indexOf('"') >= 0);
    return quoted ? '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"' : text;
  }

  private void body(ShapeRef ref) {
    Shape shape = ref.target();
    ShapeRef payload = shape.payload();
    if (payload != null) {
      payload(payload, input.path(payload.name()));
      return;
    }
    boolean possible = shape.members().stream().anyMatch(m -> m.location() == Location.BODY);
    boolean present =
        shape.members().stream()
            .anyMatch(m -> m.location() == Location.BODY && input.hasNonNull(m.name()));
    if (json && possible) {
      content("application/json", JsonBody.write(ref, input));
    } else if (!json && present) {
      String root = or(shape.locationName(), or(ref.locationName(), shape.name()));
      content("application/xml", XmlBody.write(root, namespace(ref), ref, input));
    }
  }

  private void payload(ShapeRef payload, JsonNode value) {
    boolean absent = value.isMissingNode() || value.isNull();
    Shape shape = payload.target();
    switch (shape.kind()) {
      case BLOB -> {
        if (!absent) {
          content("application/octet-stream", Scalars.octets(value));
        }
      }
      case STRING -> {
        if (!absent) {
          content("text/plain", value.asText().getBytes(UTF_8));
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
        if (json && !(absent && shape.isUnion())) {
          JsonNode present = absent ? Json.nodes().objectNode() : value;
          content("application/json", JsonBody.write(payload, present));
        } else if (!json && !absent) {
          String root = or(payload.locationName(), or(shape.locationName(), shape.name()));
          content("application/xml", XmlBody.write(root, namespace(payload), payload, value));
        }
      }
    }
  }

  /** The root's own namespace, else the service's. */
  private @Nullable XmlNamespace namespace(ShapeRef ref) {
    XmlNamespace own = XmlBody.namespace(ref);
    return own == null ? service.defaultNamespace() : own;
  }

  private void content(String type, byte[] octets) {
    body = octets;
    headers.putIfAbsent("content-type", type);
  }

  private static String or(@Nullable String name, String otherwise) {
    return name == null ? otherwise : name;
  }
}
