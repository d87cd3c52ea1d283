package io.countersign.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.catalog.Nearest;
import io.countersign.catalog.Shape;
import io.countersign.catalog.ShapeRef;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks an input against the whole model, before anything is signed. A member that is null counts
 * as left out. What the model says of values is checked only where a newer model cannot say
 * otherwise: AWS adds enumeration values, raises maxima and changes patterns, so none of these is
 * refused here.
 */
final class InputCheck {
  private final String operation;

  private InputCheck(String operation) {
    this.operation = operation;
  }

  /** Where in the input something stands, without the cost of text until it is needed. */
  private record Path(@Nullable Path up, String step) {
    String pointer() {
      return (up == null ? "" : up.pointer()) + BadInputException.pointerTo(step);
    }
  }

  /**
   * Checks an input.
   *
   * @param operation for messages, such as {@code s3:PutObject}
   * @throws BadInputException for the first thing that is wrong
   */
  static void check(String operation, ShapeRef ref, JsonNode input) throws BadInputException {
    new InputCheck(operation).value(null, ref, input);
  }

  private void value(@Nullable Path at, ShapeRef ref, JsonNode value) throws BadInputException {
    Shape shape = ref.target();
    switch (shape.kind()) {
      case STRUCTURE -> structure(at, shape, value);
      case LIST -> {
        require(at, ref, value, value.isArray());
        least(at, shape, value.size(), "elements");
        for (int i = 0; i < value.size(); i++) {
          inner(new Path(at, Integer.toString(i)), shape, shape.element(), value.get(i));
        }
      }
      case MAP -> {
        require(at, ref, value, value.isObject());
        least(at, shape, value.size(), "entries");
        for (Map.Entry<String, JsonNode> entry : value.properties()) {
          inner(new Path(at, entry.getKey()), shape, shape.value(), entry.getValue());
        }
      }
      case STRING -> {
        if (!ref.has(ShapeRef.Trait.JSON_VALUE)) {
          require(at, ref, value, value.isTextual());
          String text = value.textValue();
          if (!isText(text)) {
            throw bad(at, "has a half of a surrogate pair, which is no Unicode character");
          }
          least(at, shape, text.codePointCount(0, text.length()), "characters");
        }
      }
      case BLOB -> {
        require(at, ref, value, value.isTextual());
        least(at, shape, octets(at, value), "bytes");
      }
      case TIMESTAMP -> timestamp(at, ref, value);
      case BOOLEAN -> require(at, ref, value, value.isBoolean());
      case BYTE, SHORT, INTEGER, LONG, BIG_INTEGER -> {
        require(at, ref, value, value.isNumber());
        integer(at, ref, value);
      }
      case FLOAT, DOUBLE, BIG_DECIMAL -> {
        require(at, ref, value, value.isNumber() || isNoNumber(value));
        if (value.isNumber()) {
          atLeast(at, shape, value.decimalValue());
        }
      }
      case DOCUMENT -> {}
    }
  }

  private void structure(@Nullable Path at, Shape shape, JsonNode value) throws BadInputException {
    if (!value.isObject()) {
      throw bad(at, "is " + words(value) + ", but must be an object");
    }
    int set = 0;
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      ShapeRef member = shape.member(entry.getKey());
      Path path = new Path(at, entry.getKey());
      if (member == null) {
        throw unknown(path, at, shape);
      }
      if (!entry.getValue().isNull()) {
        set++;
        value(path, member, entry.getValue());
      }
    }
    for (ShapeRef member : shape.members()) {
      // The gateway fills in an idempotency token of the top level that is left out.
      boolean filled = at == null && member.has(ShapeRef.Trait.IDEMPOTENCY_TOKEN);
      if (member.isRequired() && !filled && !value.hasNonNull(member.name())) {
        throw bad(
            new Path(at, member.name()),
            "missing; "
                + owner(at, shape)
                + " requires it, and it must be "
                + withArticle(member.target().kind()));
      }
    }
    if (shape.isUnion() && set != 1) {
      throw bad(
          at,
          "has "
              + set
              + " members, but must have exactly one of "
              + String.join(", ", names(shape)));
    }
  }

  private BadInputException unknown(Path path, @Nullable Path at, Shape shape) {
    List<String> names = names(shape);
    String hint =
        Nearest.of(path.step(), names)
            .map(near -> "; did you mean " + near + "?")
            .orElse("; it has " + (names.isEmpty() ? "none" : String.join(", ", names)));
    return bad(path, owner(at, shape) + " has no such member" + hint);
  }

  private String owner(@Nullable Path at, Shape shape) {
    return at == null ? operation : shape.name();
  }

  private static List<String> names(Shape shape) {
    return shape.members().stream().map(ShapeRef::name).toList();
  }

  /** An element of a list or a value of a map. */
  private void inner(Path at, Shape outer, ShapeRef ref, JsonNode value) throws BadInputException {
    if (!value.isNull()) {
      value(at, ref, value);
    } else if (!outer.has(Shape.Trait.SPARSE) && ref.target().kind() != Shape.Kind.DOCUMENT) {
      throw bad(at, "is null, but must be " + withArticle(ref.target().kind()));
    }
  }

  private static int octets(@Nullable Path at, JsonNode value) throws BadInputException {
    try {
      return Scalars.octets(value).length;
    } catch (IllegalArgumentException e) {
      throw bad(at, "is a string, but must be base64 (RFC 4648, section 4): " + e.getMessage());
    }
  }

  private static void timestamp(@Nullable Path at, ShapeRef ref, JsonNode value)
      throws BadInputException {
    require(at, ref, value, value.isNumber() || value.isTextual());
    try {
      if (Scalars.instant(value).toEpochMilli() == Long.MIN_VALUE) {
        throw new DateTimeException("out of range");
      }
    } catch (DateTimeException | ArithmeticException e) {
      throw bad(at, "is no timestamp; write it as 2026-01-31T12:00:00Z or as seconds");
    }
  }

  private static void integer(@Nullable Path at, ShapeRef ref, JsonNode value)
      throws BadInputException {
    Shape shape = ref.target();
    BigInteger number;
    try {
      number = Scalars.integer(value);
    } catch (ArithmeticException e) {
      throw bad(at, "is a number with a fraction or too many digits, but must be an integer");
    }
    int bits =
        switch (shape.kind()) {
          case BYTE -> 8;
          case SHORT -> 16;
          case INTEGER -> 32;
          case LONG -> 64;
          case STRUCTURE,
              LIST,
              MAP,
              STRING,
              BLOB,
              TIMESTAMP,
              BOOLEAN,
              BIG_INTEGER,
              FLOAT,
              DOUBLE,
              BIG_DECIMAL,
              DOCUMENT ->
              Integer.MAX_VALUE;
        };
    if (number.bitLength() >= bits) {
      throw bad(at, "is " + number + ", but must be an integer of " + bits + " bits");
    }
    atLeast(at, shape, new BigDecimal(number));
  }

  private static void atLeast(@Nullable Path at, Shape shape, BigDecimal number)
      throws BadInputException {
    BigDecimal min = shape.min();
    if (min != null && number.compareTo(min) < 0) {
      throw bad(at, "is " + number + ", but must be " + min.toPlainString() + " at least");
    }
  }

  private static void least(@Nullable Path at, Shape shape, int size, String what)
      throws BadInputException {
    BigDecimal min = shape.min();
    if (min != null && BigDecimal.valueOf(size).compareTo(min) < 0) {
      throw bad(
          at, "has " + size + " " + what + ", but must have " + min.toPlainString() + " at least");
    }
  }

  private static boolean isText(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)) {
        i++;
        if (i == text.length() || !Character.isLowSurrogate(text.charAt(i))) {
          return false;
        }
      } else if (Character.isLowSurrogate(c)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isNoNumber(JsonNode value) {
    return value.isTextual()
        && switch (value.textValue()) {
          case "NaN", "Infinity", "-Infinity" -> true;
          default -> false;
        };
  }

  private static void require(@Nullable Path at, ShapeRef ref, JsonNode value, boolean right)
      throws BadInputException {
    if (!right) {
      throw bad(at, "is " + words(value) + ", but must be " + withArticle(ref.target().kind()));
    }
  }

  private static BadInputException bad(@Nullable Path at, String message) {
    return new BadInputException(at == null ? "" : at.pointer(), message);
  }

  static String withArticle(Shape.Kind kind) {
    return switch (kind) {
      case STRUCTURE, MAP -> "an object";
      case LIST -> "an array";
      case STRING -> "a string";
      case BLOB -> "a base64 string";
      case TIMESTAMP -> "a timestamp (seconds since 1970-01-01T00:00:00Z, or ISO 8601)";
      case BOOLEAN -> "a boolean";
      case BYTE, SHORT, INTEGER, LONG, BIG_INTEGER -> "an integer";
      case FLOAT, DOUBLE, BIG_DECIMAL -> "a number";
      case DOCUMENT -> "any JSON value";
    };
  }

  static String words(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> "a string";
      case NUMBER -> "a number";
      case BOOLEAN -> "a boolean";
      case ARRAY -> "an array";
      case OBJECT -> "an object";
      case NULL -> "null";
      case BINARY, MISSING, POJO -> "something else";
    };
  }
}
