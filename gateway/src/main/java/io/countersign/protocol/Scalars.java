package io.countersign.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.countersign.catalog.Shape;
import io.countersign.catalog.ShapeRef;
import io.countersign.catalog.TimestampFormat;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;

/**
 * Single values: between the JSON that agents write and read, and text in a path, a query, a
 * header, a form or XML.
 */
final class Scalars {
  /** No whole number that a service takes has more digits. */
  private static final int MOST_DIGITS = 400;

  private Scalars() {}

  /** The format of a timestamp: of its use, else of its shape, else that of the place. */
  static TimestampFormat format(ShapeRef ref, TimestampFormat otherwise) {
    TimestampFormat own = ref.timestampFormat();
    TimestampFormat shapes = own == null ? ref.target().timestampFormat() : own;
    return shapes == null ? otherwise : shapes;
  }

  /** The text of a value that {@link InputCheck} has passed. */
  static String text(ShapeRef ref, JsonNode value, TimestampFormat otherwise) {
    return switch (ref.target().kind()) {
      case TIMESTAMP -> Timestamps.text(instant(value), format(ref, otherwise));
      case BYTE, SHORT, INTEGER, LONG, BIG_INTEGER -> integer(value).toString();
      case FLOAT, DOUBLE, BIG_DECIMAL -> value.isNumber() ? number(value) : value.textValue();
      case STRING, BLOB, BOOLEAN, STRUCTURE, LIST, MAP, DOCUMENT ->
          value.isValueNode() ? value.asText() : value.toString();
    };
  }

  private static String number(JsonNode value) {
    BigDecimal number = value.decimalValue();
    return Math.abs(number.scale()) > 30 ? number.toString() : number.toPlainString();
  }

  /**
   * A whole number, also one that was written 7.0.
   *
   * @throws ArithmeticException if it has a fraction, or hundreds of digits
   */
  static BigInteger integer(JsonNode value) {
    if (value.isIntegralNumber()) {
      return value.bigIntegerValue();
    }
    BigDecimal number = value.decimalValue();
    // A huge exponent, of either sign, would take memory and time without bound.
    if (number.precision() - number.scale() > MOST_DIGITS || number.scale() > MOST_DIGITS) {
      throw new ArithmeticException("too many digits");
    }
    return number.toBigIntegerExact();
  }

  /**
   * An instant that an agent wrote as ISO 8601 or as seconds since 1970-01-01T00:00:00Z.
   *
   * @throws DateTimeException if it is neither
   */
  static Instant instant(JsonNode value) {
    if (value.isNumber()) {
      return Timestamps.ofSeconds(value.decimalValue());
    }
    if (value.isTextual()) {
      return Timestamps.parse(value.textValue());
    }
    throw new DateTimeException("no timestamp");
  }

  /**
   * The octets that an agent wrote as base64.
   *
   * @throws IllegalArgumentException if it is none
   */
  static byte[] octets(JsonNode value) {
    return Base64.getDecoder().decode(value.textValue());
  }

  /**
   * A value that stood in an answer as text, such as a header or an XML element.
   *
   * @throws GarbledAnswerException if the text is no value of the shape
   */
  static JsonNode read(ShapeRef ref, String text) throws GarbledAnswerException {
    JsonNodeFactory nodes = Json.nodes();
    Shape.Kind kind = ref.target().kind();
    try {
      return switch (kind) {
        case STRING, STRUCTURE, LIST, MAP, DOCUMENT -> nodes.textNode(text);
        case BLOB -> nodes.textNode(base64(ref, text.strip()));
        case BOOLEAN -> nodes.booleanNode(text.strip().equalsIgnoreCase("true"));
        case BYTE, SHORT, INTEGER, LONG, BIG_INTEGER -> wholeNumber(text.strip());
        case FLOAT, DOUBLE, BIG_DECIMAL -> fraction(text.strip());
        case TIMESTAMP -> nodes.textNode(Timestamps.parse(text).toString());
      };
    } catch (DateTimeException | NumberFormatException e) {
      throw garbled(ref, kind);
    }
  }

  private static String base64(ShapeRef ref, String text) throws GarbledAnswerException {
    try {
      byte[] octets = Base64.getMimeDecoder().decode(text);
      return Base64.getEncoder().encodeToString(octets);
    } catch (IllegalArgumentException e) {
      throw garbled(ref, Shape.Kind.BLOB);
    }
  }

  static GarbledAnswerException garbled(ShapeRef ref, Shape.Kind kind) {
    return new GarbledAnswerException(
        "the answer has in "
            + (ref.name().isEmpty() ? "a " + ref.target().name() : ref.name())
            + " what is no "
            + words(kind));
  }

  /** For messages: "must be " and this, with an article. */
  static String words(Shape.Kind kind) {
    return switch (kind) {
      case STRUCTURE, MAP -> "object";
      case LIST -> "array";
      case STRING -> "string";
      case BLOB -> "base64 string";
      case TIMESTAMP -> "timestamp";
      case BOOLEAN -> "boolean";
      case BYTE, SHORT, INTEGER, LONG, BIG_INTEGER -> "integer";
      case FLOAT, DOUBLE, BIG_DECIMAL -> "number";
      case DOCUMENT -> "JSON value";
    };
  }

  private static JsonNode wholeNumber(String text) {
    if (text.length() > MOST_DIGITS) {
      throw new NumberFormatException();
    }
    BigInteger number = new BigInteger(text);
    return number.bitLength() < 64
        ? Json.nodes().numberNode(number.longValue())
        : Json.nodes().numberNode(number);
  }

  private static JsonNode fraction(String text) {
    return switch (text) {
      case "NaN", "Infinity", "-Infinity" -> Json.nodes().textNode(text);
      default -> {
        if (text.length() > MOST_DIGITS) {
          throw new NumberFormatException();
        }
        yield Json.nodes().numberNode(new BigDecimal(text));
      }
    };
  }

  /** A double of an answer; NaN and the infinities, which JSON lacks, as text. */
  static JsonNode fraction(double number) {
    return Double.isFinite(number)
        ? Json.nodes().numberNode(number)
        : Json.nodes().textNode(Double.toString(number));
  }

  /** Octets as UTF-8, for a payload that is a string. */
  static String utf8(byte[] octets) {
    return new String(octets, StandardCharsets.UTF_8);
  }
}
