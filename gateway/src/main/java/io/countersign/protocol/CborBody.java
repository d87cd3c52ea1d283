package io.countersign.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import com.fasterxml.jackson.dataformat.cbor.CBORParser;
import io.countersign.catalog.Shape;
import io.countersign.catalog.ShapeRef;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Bodies of the protocol rpc-v2-cbor (RFC 8949). Timestamps have tag 1. */
final class CborBody {
  private static final int EPOCH_TAG = 1;

  /** Deeper than any model, but for those that hold themselves. */
  private static final int DEEPEST = 128;

  private static final CBORFactory FACTORY =
      CBORFactory.builder()
          // A name that is no Unicode text is written with U+FFFD in it, as in the other protocols.
          .enable(CBORGenerator.Feature.LENIENT_UTF_ENCODING)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxStringLength(32 * 1024 * 1024)
                  .build())
          // RFC 8949, section 5.6: a map with a key twice is not valid.
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private CborBody() {}

  /** The octets of a structure that {@link InputCheck} has passed. */
  static byte[] write(ShapeRef ref, JsonNode value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    try (CBORGenerator generator = FACTORY.createGenerator(out)) {
      write(generator, ref, value);
    } catch (IOException e) {
      throw new UncheckedIOException("CBOR could not be written to memory", e);
    }
    return out.toByteArray();
  }

  private static void write(CBORGenerator out, ShapeRef ref, JsonNode value) throws IOException {
    if (value.isNull()) {
      out.writeNull();
      return;
    }
    Shape shape = ref.target();
    switch (shape.kind()) {
      case STRUCTURE -> {
        out.writeStartObject();
        for (Map.Entry<String, JsonNode> entry : value.properties()) {
          ShapeRef member = shape.member(entry.getKey());
          if (member != null && !entry.getValue().isNull()) {
            out.writeFieldName(member.wireName());
            write(out, member, entry.getValue());
          }
        }
        out.writeEndObject();
      }
      case LIST -> {
        out.writeStartArray(value, value.size());
        for (JsonNode item : value) {
          write(out, shape.element(), item);
        }
        out.writeEndArray();
      }
      case MAP -> {
        out.writeStartObject(value, value.size());
        for (Map.Entry<String, JsonNode> entry : value.properties()) {
          out.writeFieldName(entry.getKey());
          write(out, shape.value(), entry.getValue());
        }
        out.writeEndObject();
      }
      case TIMESTAMP -> {
        BigDecimal seconds = Timestamps.seconds(Scalars.instant(value));
        out.writeTag(EPOCH_TAG);
        if (seconds.scale() <= 0) {
          out.writeNumber(seconds.longValueExact());
        } else {
          out.writeNumber(seconds.doubleValue());
        }
      }
      case BLOB -> out.writeBinary(Scalars.octets(value));
      case BOOLEAN -> out.writeBoolean(value.booleanValue());
      case BYTE, SHORT, INTEGER, LONG, BIG_INTEGER -> writeInteger(out, Scalars.integer(value));
      case FLOAT -> out.writeNumber((float) fraction(value));
      case DOUBLE, BIG_DECIMAL -> out.writeNumber(fraction(value));
      case STRING -> writeText(out, value.isTextual() ? value.textValue() : value.toString());
      case DOCUMENT -> document(out, value);
    }
  }

  /** With its length in front, however long it is; Jackson would cut a long one into chunks. */
  private static void writeText(CBORGenerator out, String text) throws IOException {
    byte[] octets = text.getBytes(UTF_8);
    out.writeUTF8String(octets, 0, octets.length);
  }

  private static void writeInteger(CBORGenerator out, BigInteger number) throws IOException {
    if (number.bitLength() < 64) {
      out.writeNumber(number.longValue());
    } else {
      out.writeNumber(number);
    }
  }

  private static double fraction(JsonNode value) {
    return value.isNumber() ? value.doubleValue() : Double.parseDouble(value.textValue());
  }

  private static void document(CBORGenerator out, JsonNode value) throws IOException {
    switch (value.getNodeType()) {
      case OBJECT -> {
        out.writeStartObject(value, value.size());
        for (Map.Entry<String, JsonNode> entry : value.properties()) {
          out.writeFieldName(entry.getKey());
          document(out, entry.getValue());
        }
        out.writeEndObject();
      }
      case ARRAY -> {
        out.writeStartArray(value, value.size());
        for (JsonNode item : value) {
          document(out, item);
        }
        out.writeEndArray();
      }
      case STRING -> writeText(out, value.textValue());
      case BOOLEAN -> out.writeBoolean(value.booleanValue());
      case NUMBER -> {
        if (value.isIntegralNumber()) {
          writeInteger(out, value.bigIntegerValue());
        } else {
          out.writeNumber(value.doubleValue());
        }
      }
      case NULL, BINARY, MISSING, POJO -> out.writeNull();
    }
  }

  /**
   * Reads a body; an empty one is an empty structure.
   *
   * @throws GarbledAnswerException if it is no CBOR, is too deep, or is not of the shape
   */
  static ObjectNode read(ShapeRef ref, byte[] body) throws GarbledAnswerException {
    if (body.length == 0) {
      return Json.nodes().objectNode();
    }
    try (CBORParser in = FACTORY.createParser(body)) {
      JsonToken first = in.nextToken();
      if (first != JsonToken.START_OBJECT) {
        throw Scalars.garbled(ref, Shape.Kind.STRUCTURE);
      }
      ObjectNode out = structure(in, ref);
      if (in.nextToken() != null) {
        throw new GarbledAnswerException("the answer goes on after its CBOR has ended");
      }
      return out;
    } catch (IOException e) {
      throw new GarbledAnswerException("the answer is not CBOR");
    }
  }

  /**
   * Reads a body without a shape.
   *
   * @throws GarbledAnswerException if it is no CBOR, or too deep
   */
  static JsonNode read(byte[] body) throws GarbledAnswerException {
    try (CBORParser in = FACTORY.createParser(body)) {
      return document(in, next(in));
    } catch (IOException e) {
      throw new GarbledAnswerException("the answer is not CBOR");
    }
  }

  /** The octets of a JSON tree. */
  static byte[] write(JsonNode value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    try (CBORGenerator generator = FACTORY.createGenerator(out)) {
      document(generator, value);
    } catch (IOException e) {
      throw new UncheckedIOException("CBOR could not be written to memory", e);
    }
    return out.toByteArray();
  }

  private static JsonNode value(CBORParser in, ShapeRef ref)
      throws IOException, GarbledAnswerException {
    JsonToken token = in.currentToken();
    if (token == JsonToken.VALUE_NULL || isUndefined(in, token)) {
      return Json.nodes().nullNode();
    }
    Shape shape = ref.target();
    return switch (shape.kind()) {
      case STRUCTURE -> {
        require(ref, token == JsonToken.START_OBJECT);
        yield structure(in, ref);
      }
      case LIST -> {
        require(ref, token == JsonToken.START_ARRAY);
        ArrayNode list = Json.nodes().arrayNode();
        while (next(in) != JsonToken.END_ARRAY) {
          list.add(value(in, shape.element()));
        }
        yield list;
      }
      case MAP -> {
        require(ref, token == JsonToken.START_OBJECT);
        yield map(in, shape);
      }
      case BLOB -> {
        require(ref, token == JsonToken.VALUE_EMBEDDED_OBJECT);
        yield Json.nodes().textNode(Base64.getEncoder().encodeToString(in.getBinaryValue()));
      }
      case TIMESTAMP -> timestamp(in, ref, token);
      case STRING -> {
        require(ref, token == JsonToken.VALUE_STRING);
        yield Json.nodes().textNode(in.getText());
      }
      case BOOLEAN -> {
        require(ref, token.isBoolean());
        yield Json.nodes().booleanNode(token == JsonToken.VALUE_TRUE);
      }
      case BYTE, SHORT, INTEGER, LONG, BIG_INTEGER, FLOAT, DOUBLE, BIG_DECIMAL -> {
        require(ref, token.isNumeric());
        yield number(in);
      }
      case DOCUMENT -> document(in, token);
    };
  }

  private static boolean isUndefined(CBORParser in, JsonToken token) throws IOException {
    return token == JsonToken.VALUE_EMBEDDED_OBJECT && in.getEmbeddedObject() == null;
  }

  private static JsonToken next(JsonParser in) throws IOException {
    JsonToken token = in.nextToken();
    if (token == null) {
      throw new IOException("ends early");
    }
    return token;
  }

  private static ObjectNode structure(CBORParser in, ShapeRef ref)
      throws IOException, GarbledAnswerException {
    ObjectNode out = Json.nodes().objectNode();
    while (next(in) != JsonToken.END_OBJECT) {
      ShapeRef member = byWireName(ref.target(), in.currentName());
      JsonToken token = next(in);
      if (member == null) {
        in.skipChildren();
      } else if (token != JsonToken.VALUE_NULL && !isUndefined(in, token)) {
        out.set(member.name(), value(in, member));
      }
    }
    return out;
  }

  private static @Nullable ShapeRef byWireName(Shape shape, String name) {
    ShapeRef direct = shape.member(name);
    if (direct != null && direct.wireName().equals(name)) {
      return direct;
    }
    for (ShapeRef member : shape.members()) {
      if (member.wireName().equals(name)) {
        return member;
      }
    }
    return null;
  }

  private static ObjectNode map(CBORParser in, Shape shape)
      throws IOException, GarbledAnswerException {
    ObjectNode map = Json.nodes().objectNode();
    while (next(in) != JsonToken.END_OBJECT) {
      String key = in.currentName();
      next(in);
      JsonNode value = value(in, shape.value());
      // A map that holds no nulls may still be sent one; it says nothing.
      if (!value.isNull() || shape.has(Shape.Trait.SPARSE)) {
        map.set(key, value);
      }
    }
    return map;
  }

  private static JsonNode timestamp(CBORParser in, ShapeRef ref, JsonToken token)
      throws IOException, GarbledAnswerException {
    require(ref, token.isNumeric() || token == JsonToken.VALUE_STRING);
    try {
      return Json.nodes()
          .textNode(
              (token.isNumeric()
                      ? Timestamps.ofSeconds(decimal(in, ref))
                      : Timestamps.parse(in.getText()))
                  .toString());
    } catch (DateTimeException e) {
      throw Scalars.garbled(ref, Shape.Kind.TIMESTAMP);
    }
  }

  /** A double is taken for what its shortest text says: 1.1 is 1.1. */
  private static BigDecimal decimal(CBORParser in, ShapeRef ref)
      throws IOException, GarbledAnswerException {
    if (in.getNumberType() == JsonParser.NumberType.DOUBLE
        || in.getNumberType() == JsonParser.NumberType.FLOAT) {
      double number = in.getDoubleValue();
      require(ref, Double.isFinite(number));
      return BigDecimal.valueOf(number);
    }
    return in.getDecimalValue();
  }

  private static JsonNode number(CBORParser in) throws IOException {
    return switch (in.getNumberType()) {
      case INT, LONG -> Json.nodes().numberNode(in.getLongValue());
      case BIG_INTEGER -> Json.nodes().numberNode(in.getBigIntegerValue());
      case FLOAT -> {
        float number = in.getFloatValue();
        yield Float.isFinite(number)
            ? Json.nodes().numberNode(number)
            : Json.nodes().textNode(Float.toString(number));
      }
      case DOUBLE -> Scalars.fraction(in.getDoubleValue());
      case BIG_DECIMAL -> Json.nodes().numberNode(in.getDecimalValue());
    };
  }

  private static JsonNode document(CBORParser in, JsonToken token)
      throws IOException, GarbledAnswerException {
    return switch (token) {
      case START_OBJECT -> {
        ObjectNode object = Json.nodes().objectNode();
        while (next(in) != JsonToken.END_OBJECT) {
          String key = in.currentName();
          object.set(key, document(in, next(in)));
        }
        yield object;
      }
      case START_ARRAY -> {
        ArrayNode array = Json.nodes().arrayNode();
        for (JsonToken item = next(in); item != JsonToken.END_ARRAY; item = next(in)) {
          array.add(document(in, item));
        }
        yield array;
      }
      case VALUE_STRING -> Json.nodes().textNode(in.getText());
      case VALUE_TRUE -> Json.nodes().booleanNode(true);
      case VALUE_FALSE -> Json.nodes().booleanNode(false);
      case VALUE_NULL -> Json.nodes().nullNode();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(in);
      case VALUE_EMBEDDED_OBJECT ->
          isUndefined(in, token)
              ? Json.nodes().nullNode()
              : Json.nodes().textNode(Base64.getEncoder().encodeToString(in.getBinaryValue()));
      case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME ->
          throw new GarbledAnswerException("the answer is not CBOR");
    };
  }

  private static void require(ShapeRef ref, boolean right) throws GarbledAnswerException {
    if (!right) {
      throw Scalars.garbled(ref, ref.target().kind());
    }
  }
}
