package io.countersign.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.Shape;
import io.countersign.catalog.ShapeRef;
import io.countersign.catalog.ShapeRef.Location;
import io.countersign.catalog.TimestampFormat;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;

/**
 * Bodies of the JSON protocols. They differ from what agents write in the names of some members and
 * in timestamps.
 */
final class JsonBody {
  private JsonBody() {}

  /** The octets of a value's wire form. */
  static byte[] write(ShapeRef ref, JsonNode value) {
    return bytes(encode(ref, value));
  }

  static byte[] bytes(JsonNode tree) {
    try {
      return Json.mapper().writeValueAsBytes(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree could not be written", e);
    }
  }

  /** The wire form of a value that {@link InputCheck} has passed. */
  static JsonNode encode(ShapeRef ref, JsonNode value) {
    if (value.isNull()) {
      return value;
    }
    Shape shape = ref.target();
    return switch (shape.kind()) {
      case STRUCTURE -> structure(shape, value);
      case LIST -> {
        ArrayNode list = Json.nodes().arrayNode(value.size());
        for (JsonNode item : value) {
          list.add(encode(shape.element(), item));
        }
        yield list;
      }
      case MAP -> {
        ObjectNode map = Json.nodes().objectNode();
        for (Map.Entry<String, JsonNode> entry : value.properties()) {
          map.set(entry.getKey(), encode(shape.value(), entry.getValue()));
        }
        yield map;
      }
      case TIMESTAMP -> {
        Instant instant = Scalars.instant(value);
        TimestampFormat format = Scalars.format(ref, TimestampFormat.UNIX);
        yield format == TimestampFormat.UNIX
            ? number(Timestamps.seconds(instant))
            : Json.nodes().textNode(Timestamps.text(instant, format));
      }
      case BYTE, SHORT, INTEGER, LONG, BIG_INTEGER -> number(Scalars.integer(value));
      case STRING ->
          value.isTextual() ? value : Json.nodes().textNode(value.toString()); // a JSON value
      case BLOB, BOOLEAN, FLOAT, DOUBLE, BIG_DECIMAL, DOCUMENT -> value;
    };
  }

  /** The members that stand in the body. */
  private static ObjectNode structure(Shape shape, JsonNode value) {
    ObjectNode out = Json.nodes().objectNode();
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      ShapeRef member = shape.member(entry.getKey());
      if (member != null && member.location() == Location.BODY && !entry.getValue().isNull()) {
        out.set(member.wireName(), encode(member, entry.getValue()));
      }
    }
    return out;
  }

  private static JsonNode number(BigDecimal number) {
    return number.scale() <= 0
        ? number(number.toBigIntegerExact())
        : Json.nodes().numberNode(number);
  }

  private static JsonNode number(BigInteger number) {
    return number.bitLength() < 64
        ? Json.nodes().numberNode(number.longValue())
        : Json.nodes().numberNode(number);
  }

  /**
   * Reads a body.
   *
   * @throws GarbledAnswerException if it is no JSON, or not of the shape
   */
  static JsonNode read(ShapeRef ref, byte[] body) throws GarbledAnswerException {
    JsonNode tree;
    try {
      tree = body.length == 0 ? Json.nodes().objectNode() : Json.mapper().readTree(body);
    } catch (JsonProcessingException e) {
      // Without Jackson's excerpt of the source, which may hold data.
      throw new GarbledAnswerException("the answer is not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new GarbledAnswerException("the answer is not JSON: " + e.getMessage());
    }
    if (tree.isMissingNode() || tree.isNull()) {
      tree = Json.nodes().objectNode();
    }
    return decode(ref, tree);
  }

  /**
   * What an agent reads for a wire form. Members that the model does not know are left out.
   *
   * @throws GarbledAnswerException if it is not of the shape
   */
  static JsonNode decode(ShapeRef ref, JsonNode value) throws GarbledAnswerException {
    if (value.isNull()) {
      return value;
    }
    Shape shape = ref.target();
    return switch (shape.kind()) {
      case STRUCTURE -> {
        ObjectNode out = Json.nodes().objectNode();
        decodeMembers(ref, value, out);
        yield out;
      }
      case LIST -> {
        require(ref, value.isArray());
        ArrayNode list = Json.nodes().arrayNode(value.size());
        for (JsonNode item : value) {
          list.add(decode(shape.element(), item));
        }
        yield list;
      }
      case MAP -> {
        require(ref, value.isObject());
        ObjectNode map = Json.nodes().objectNode();
        for (Map.Entry<String, JsonNode> entry : value.properties()) {
          // A map that holds no nulls may still be sent one; it says nothing.
          if (!entry.getValue().isNull() || shape.has(Shape.Trait.SPARSE)) {
            map.set(entry.getKey(), decode(shape.value(), entry.getValue()));
          }
        }
        yield map;
      }
      case TIMESTAMP -> timestamp(ref, value);
      case STRING,
          BLOB,
          BOOLEAN,
          BYTE,
          SHORT,
          INTEGER,
          LONG,
          BIG_INTEGER,
          FLOAT,
          DOUBLE,
          BIG_DECIMAL -> {
        require(ref, value.isValueNode());
        yield value;
      }
      case DOCUMENT -> value;
    };
  }

  /** Puts the members that stand in a body into an object. */
  static void decodeMembers(ShapeRef ref, JsonNode value, ObjectNode out)
      throws GarbledAnswerException {
    require(ref, value.isObject());
    for (ShapeRef member : ref.target().members()) {
      JsonNode found = value.get(member.wireName());
      if (found != null && !found.isNull() && RestAnswer.inBody(member)) {
        out.set(member.name(), decode(member, found));
      }
    }
  }

  private static JsonNode timestamp(ShapeRef ref, JsonNode value) throws GarbledAnswerException {
    try {
      return Json.nodes().textNode(Scalars.instant(value).toString());
    } catch (DateTimeException e) {
      throw Scalars.garbled(ref, Shape.Kind.TIMESTAMP);
    }
  }

  private static void require(ShapeRef ref, boolean right) throws GarbledAnswerException {
    if (!right) {
      throw Scalars.garbled(ref, ref.target().kind());
    }
  }
}
