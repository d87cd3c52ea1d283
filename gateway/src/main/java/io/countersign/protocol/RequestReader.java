package io.countersign.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.Headers;
import io.countersign.catalog.OperationModel;
import io.countersign.catalog.Protocol;
import io.countersign.catalog.QueryParams;
import io.countersign.catalog.QueryParams.Param;
import io.countersign.catalog.ServiceMetadata;
import io.countersign.catalog.Shape;
import io.countersign.catalog.ShapeRef;
import io.countersign.catalog.ShapeRef.Location;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the input of a request that a client wrote in the service's own protocol, as the tool door
 * would have been given it: for policy and audit. What two readers could read in two ways (a member
 * twice, a broken escape, a body of another form) is refused, so that nothing is decided on one
 * input and carried out on another. Members that the model does not know are left out.
 */
public final class RequestReader {
  private RequestReader() {}

  /**
   * The input.
   *
   * @param protocol what the client speaks, as {@code Recognizer.protocol} tells; one that the
   *     service's model is not of (the query protocol of SQS) is not read
   * @param path raw; for S3 with the bucket in front
   * @param query raw, without the question mark
   * @param headerNames the names of all headers, in any case, for members that are many headers
   * @param body null where it streams, or is not looked at: its members are left out
   * @throws UnreadableRequestException if it cannot be read for certain
   */
  public static ObjectNode read(
      ServiceMetadata service,
      Protocol protocol,
      OperationModel operation,
      String path,
      String query,
      Iterable<String> headerNames,
      Headers headers,
      byte @Nullable [] body)
      throws UnreadableRequestException {
    ObjectNode out = Json.nodes().objectNode();
    ShapeRef ref = operation.input();
    if (ref == null) {
      return out;
    }
    if (!service.protocols().contains(protocol)) {
      throw new UnreadableRequestException("speaks the old protocol of its service");
    }
    try {
      switch (protocol) {
        case JSON, RPC_V2_CBOR -> {
          if (body != null) {
            out.setAll((ObjectNode) body(protocol, ref, body));
          }
        }
        case QUERY, EC2 -> FormReader.read(protocol == Protocol.EC2, ref, params(query, body), out);
        case REST_JSON, REST_XML -> {
          labels(operation, ref, path, out);
          query(operation, ref, params(query, null), out);
          headers(ref, headerNames, headers, query, out);
          if (body != null) {
            restBody(protocol == Protocol.REST_JSON, ref, body, out);
          }
        }
      }
    } catch (GarbledAnswerException e) {
      throw new UnreadableRequestException("has an input that is not what the model says");
    }
    return out;
  }

  /** Whether an input stands in the body as well, other than as octets that nobody decides on. */
  public static boolean readsBody(OperationModel operation) {
    ShapeRef ref = operation.input();
    if (ref == null) {
      return false;
    }
    ShapeRef payload = ref.target().payload();
    return payload != null
        ? payload.target().kind() != Shape.Kind.BLOB
        : ref.target().members().stream().anyMatch(m -> m.location() == Location.BODY);
  }

  private static JsonNode body(Protocol protocol, ShapeRef ref, byte[] body)
      throws GarbledAnswerException {
    return protocol == Protocol.JSON ? JsonBody.read(ref, body) : CborBody.read(ref, body);
  }

  /** The parameters of the query and of a form. */
  private static List<Param> params(String query, byte @Nullable [] form)
      throws UnreadableRequestException {
    List<Param> all = new ArrayList<>(parsed(query));
    if (form != null) {
      all.addAll(parsed(Scalars.utf8(form)));
    }
    return all;
  }

  private static List<Param> parsed(String raw) throws UnreadableRequestException {
    QueryParams params = QueryParams.parse(raw);
    if (params == null) {
      throw new UnreadableRequestException("has a broken percent escape, or too many parameters");
    }
    return params.list();
  }

  // ---- REST: path ----

  private static void labels(OperationModel operation, ShapeRef ref, String rawPath, ObjectNode out)
      throws UnreadableRequestException, GarbledAnswerException {
    String uri = operation.requestUri();
    int mark = uri.indexOf('?');
    String[] template = (mark < 0 ? uri : uri.substring(0, mark)).split("/", -1);
    String[] path = rawPath.split("/", -1);
    int end = template.length;
    int more = path.length - end;
    // a trailing slash does not count, but in a greedy label
    if (more == 1 && path[path.length - 1].isEmpty() && !isGreedy(template[end - 1])) {
      more = 0;
    }
    int at = 0;
    for (String segment : template) {
      int width = isGreedy(segment) ? more + 1 : 1;
      if (width < 1 || at + width > path.length) {
        throw new UnreadableRequestException("has a path with too few segments");
      }
      if (segment.startsWith("{")) {
        String label = segment.substring(1, segment.length() - (isGreedy(segment) ? 2 : 1));
        ShapeRef member = bound(ref, Location.URI, label);
        String raw = String.join("/", List.of(path).subList(at, at + width));
        String text = QueryParams.decode(raw, false);
        if (member == null || text == null) {
          throw new UnreadableRequestException("has a broken percent escape in its path");
        }
        out.set(member.name(), Scalars.read(member, text));
      }
      at += width;
    }
  }

  private static boolean isGreedy(String segment) {
    return segment.endsWith("+}");
  }

  private static @Nullable ShapeRef bound(ShapeRef ref, Location location, String wireName) {
    for (ShapeRef member : ref.target().members()) {
      if (member.location() == location && member.wireName().equals(wireName)) {
        return member;
      }
    }
    return null;
  }

  // ---- REST: query ----

  private static void query(
      OperationModel operation, ShapeRef ref, List<Param> params, ObjectNode out)
      throws UnreadableRequestException, GarbledAnswerException {
    Set<String> taken = literals(operation.requestUri());
    ShapeRef rest = null;
    for (ShapeRef member : ref.target().members()) {
      if (member.location() != Location.QUERY) {
        continue;
      }
      if (member.target().kind() == Shape.Kind.MAP) {
        rest = member;
        continue;
      }
      taken.add(member.wireName());
      boolean list = member.target().kind() == Shape.Kind.LIST;
      for (Param param : params) {
        if (param.name().equals(member.wireName())) {
          if (list) {
            ShapeRef element = member.target().element();
            array(out, member).add(Scalars.read(element, param.value()));
          } else {
            once(out, member, Scalars.read(member, param.value()));
          }
        }
      }
    }
    if (rest != null) {
      rest(rest, taken, params, out);
    }
  }

  private static Set<String> literals(String uri) throws UnreadableRequestException {
    Set<String> names = new HashSet<>();
    int mark = uri.indexOf('?');
    for (Param literal : parsed(mark < 0 ? "" : uri.substring(mark + 1))) {
      names.add(literal.name());
    }
    return names;
  }

  /** What no member and no literal has taken. */
  private static void rest(ShapeRef ref, Set<String> taken, List<Param> params, ObjectNode out)
      throws UnreadableRequestException, GarbledAnswerException {
    ShapeRef value = ref.target().value();
    ObjectNode map = Json.nodes().objectNode();
    for (Param param : params) {
      if (taken.contains(param.name()) || QueryParams.isExtension(param.name())) {
        continue;
      }
      if (value.target().kind() == Shape.Kind.LIST) {
        JsonNode list = map.get(param.name());
        ArrayNode values = list instanceof ArrayNode array ? array : map.putArray(param.name());
        values.add(Scalars.read(value.target().element(), param.value()));
      } else if (map.has(param.name())) {
        throw twice();
      } else {
        map.set(param.name(), Scalars.read(value, param.value()));
      }
    }
    if (!map.isEmpty()) {
      out.set(ref.name(), map);
    }
  }

  // ---- REST: headers ----

  private static void headers(
      ShapeRef ref, Iterable<String> names, Headers headers, String query, ObjectNode out)
      throws UnreadableRequestException, GarbledAnswerException {
    for (ShapeRef member : ref.target().members()) {
      switch (member.location()) {
        case HEADER -> {
          String value = headers.value(member.wireName());
          if (value == null) {
            value = inQuery(query, member.wireName());
          }
          if (value != null) {
            out.set(member.name(), RestAnswer.header(member, value));
          }
        }
        case HEADERS -> {
          String prefix =
              member.locationName() == null ? "" : member.locationName().toLowerCase(Locale.ROOT);
          ObjectNode map = Json.nodes().objectNode();
          for (String name : names) {
            String lower = name.toLowerCase(Locale.ROOT);
            String value = lower.startsWith(prefix) ? headers.value(lower) : null;
            if (value != null) {
              map.put(lower.substring(prefix.length()), value);
            }
          }
          if (!map.isEmpty()) {
            out.set(member.name(), map);
          }
        }
        case BODY, URI, QUERY, STATUS_CODE -> {}
      }
    }
  }

  /** A presigned URL carries its headers as parameters. */
  private static @Nullable String inQuery(String query, String name)
      throws UnreadableRequestException {
    if (query.isEmpty() || !QueryParams.isExtension(name)) {
      return null;
    }
    String found = null;
    for (Param param : parsed(query)) {
      if (param.name().equalsIgnoreCase(name)) {
        if (found != null) {
          throw twice();
        }
        found = param.value();
      }
    }
    return found;
  }

  // ---- REST: body ----

  private static void restBody(boolean json, ShapeRef ref, byte[] body, ObjectNode out)
      throws GarbledAnswerException {
    ShapeRef payload = ref.target().payload();
    if (payload != null && payload.target().kind() == Shape.Kind.BLOB) {
      return; // nobody decides on octets
    }
    ObjectNode members = Json.nodes().objectNode();
    RestAnswer.readBody(ref, json, true, body, members);
    for (ShapeRef member : ref.target().members()) {
      JsonNode value = members.get(member.name());
      if (value != null && member.location() == Location.BODY) {
        out.set(member.name(), value);
      }
    }
  }

  // ---- all ----

  private static ArrayNode array(ObjectNode out, ShapeRef member) {
    return out.get(member.name()) instanceof ArrayNode array ? array : out.putArray(member.name());
  }

  private static void once(ObjectNode out, ShapeRef member, JsonNode value)
      throws UnreadableRequestException {
    if (out.has(member.name())) {
      throw twice();
    }
    out.set(member.name(), value);
  }

  static UnreadableRequestException twice() {
    return new UnreadableRequestException("gives a member twice");
  }
}
