package io.countersign.answer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.protocol.Json;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Iterator;
import java.util.Map;
import software.amazon.smithy.jmespath.JmespathException;
import software.amazon.smithy.jmespath.JmespathExceptionType;
import software.amazon.smithy.jmespath.RuntimeType;
import software.amazon.smithy.jmespath.evaluation.EvaluationUtils;
import software.amazon.smithy.jmespath.evaluation.JmespathRuntime;
import software.amazon.smithy.jmespath.evaluation.NumberType;

/**
 * Jackson's JSON for the evaluator, with a bound on the work of one evaluation. Made for one
 * evaluation and one thread.
 */
final class JsonRuntime implements JmespathRuntime<JsonNode> {
  /** Beyond that many digits a sum would be computed as such a number, and not as its double. */
  private static final int MOST_DIGITS = 400;

  private long left;

  /**
   * @param work how many values may be touched or made, and characters of texts
   */
  JsonRuntime(long work) {
    left = work;
  }

  private void spend(long work) {
    left -= work;
    if (left < 0) {
      throw new JmespathException(
          "the expression takes too much work, or selects too much; select less");
    }
  }

  /** Counts what a result holds: its parts may stand in it many times over. */
  void weigh(JsonNode value) {
    spend(1);
    if (value.isTextual()) {
      spend(value.textValue().length());
    }
    if (value.isObject()) {
      for (Map.Entry<String, JsonNode> entry : value.properties()) {
        spend(entry.getKey().length());
        weigh(entry.getValue());
      }
    } else {
      value.forEach(this::weigh);
    }
  }

  @Override
  public RuntimeType typeOf(JsonNode value) {
    return switch (value.getNodeType()) {
      case NULL, MISSING -> RuntimeType.NULL;
      case BOOLEAN -> RuntimeType.BOOLEAN;
      case STRING, BINARY -> RuntimeType.STRING;
      case NUMBER -> RuntimeType.NUMBER;
      case ARRAY -> RuntimeType.ARRAY;
      case OBJECT, POJO -> RuntimeType.OBJECT;
    };
  }

  @Override
  public boolean equal(JsonNode a, JsonNode b) {
    spend(1);
    return EvaluationUtils.equals(this, a, b);
  }

  @Override
  public int compare(JsonNode a, JsonNode b) {
    spend(1);
    return JmespathRuntime.super.compare(a, b);
  }

  @Override
  public String toString(JsonNode value) {
    weigh(value);
    return value.toString();
  }

  @Override
  public JsonNode createNull() {
    return Json.nodes().nullNode();
  }

  @Override
  public JsonNode createBoolean(boolean value) {
    return Json.nodes().booleanNode(value);
  }

  @Override
  public boolean asBoolean(JsonNode value) {
    if (!value.isBoolean()) {
      throw wrong("boolean", value);
    }
    return value.booleanValue();
  }

  @Override
  public JsonNode createString(String value) {
    spend(1 + value.length() / 64);
    return Json.nodes().textNode(value);
  }

  @Override
  public String asString(JsonNode value) {
    if (typeOf(value) != RuntimeType.STRING) {
      throw wrong("string", value);
    }
    return value.asText();
  }

  @Override
  public JsonNode createNumber(Number value) {
    spend(1);
    return switch (value) {
      case Integer whole -> Json.nodes().numberNode(whole.intValue());
      case Long whole -> Json.nodes().numberNode(whole.longValue());
      case BigInteger whole -> Json.nodes().numberNode(whole);
      case BigDecimal decimal -> Json.nodes().numberNode(decimal);
      case Byte whole -> Json.nodes().numberNode(whole.intValue());
      case Short whole -> Json.nodes().numberNode(whole.intValue());
      default -> finite(value.doubleValue());
    };
  }

  /** A mean of whole numbers that is whole is told as one. */
  private static JsonNode finite(double value) {
    if (!Double.isFinite(value)) {
      throw new JmespathException(
          JmespathExceptionType.INVALID_VALUE, "JSON has no number for " + value);
    }
    boolean whole = value == Math.rint(value) && Math.abs(value) < 1L << 53;
    return whole ? Json.nodes().numberNode((long) value) : Json.nodes().numberNode(value);
  }

  @Override
  public NumberType numberType(JsonNode value) {
    return EvaluationUtils.numberType(asNumber(value));
  }

  /** Decimals as doubles: the functions divide, and not every decimal can be divided exactly. */
  @Override
  public Number asNumber(JsonNode value) {
    if (!value.isNumber()) {
      throw wrong("number", value);
    }
    if (value.isInt() || value.isShort()) {
      return value.intValue();
    }
    if (value.isLong()) {
      return value.longValue();
    }
    if (value.isBigInteger()
        && value.bigIntegerValue().bitLength() < MOST_DIGITS
        && !(value instanceof DecimalNode)) {
      return value.bigIntegerValue();
    }
    return value.doubleValue();
  }

  @Override
  public ArrayBuilder<JsonNode> arrayBuilder() {
    return new ArrayBuilder<>() {
      private final ArrayNode built = Json.nodes().arrayNode();

      @Override
      public void add(JsonNode value) {
        spend(1);
        built.add(value);
      }

      @Override
      public void addAll(JsonNode collection) {
        asIterable(collection).forEach(this::add);
      }

      @Override
      public JsonNode build() {
        return built;
      }
    };
  }

  @Override
  public JsonNode element(JsonNode array, int index) {
    spend(1);
    if (!array.isArray()) {
      throw wrong("array", array);
    }
    JsonNode element = array.get(index);
    return element == null ? createNull() : element;
  }

  @Override
  public ObjectBuilder<JsonNode> objectBuilder() {
    return new ObjectBuilder<>() {
      private final ObjectNode built = Json.nodes().objectNode();

      @Override
      public void put(JsonNode key, JsonNode value) {
        spend(1);
        built.set(asString(key), value);
      }

      @Override
      public void putAll(JsonNode object) {
        if (!object.isObject()) {
          throw wrong("object", object);
        }
        spend(object.size());
        built.setAll((ObjectNode) object);
      }

      @Override
      public JsonNode build() {
        return built;
      }
    };
  }

  @Override
  public JsonNode value(JsonNode object, JsonNode key) {
    spend(1);
    JsonNode value = object.isObject() ? object.get(asString(key)) : null;
    return value == null ? createNull() : value;
  }

  @Override
  public int length(JsonNode value) {
    return switch (typeOf(value)) {
      case STRING -> EvaluationUtils.codePointCount(value.asText());
      case ARRAY, OBJECT -> value.size();
      default -> throw wrong("string, array or object", value);
    };
  }

  @Override
  public Iterable<JsonNode> asIterable(JsonNode value) {
    if (!value.isContainerNode()) {
      throw wrong("array or object", value);
    }
    return () -> value.isArray() ? counted(value.elements()) : keys(value.fieldNames());
  }

  private Iterator<JsonNode> counted(Iterator<JsonNode> elements) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return elements.hasNext();
      }

      @Override
      public JsonNode next() {
        spend(1);
        return elements.next();
      }
    };
  }

  private Iterator<JsonNode> keys(Iterator<String> names) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return names.hasNext();
      }

      @Override
      public JsonNode next() {
        return createString(names.next());
      }
    };
  }

  private JmespathException wrong(String wanted, JsonNode value) {
    return new JmespathException(
        JmespathExceptionType.INVALID_TYPE, "it wants " + wanted + ", and has " + typeOf(value));
  }
}
