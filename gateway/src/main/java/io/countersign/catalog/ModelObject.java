package io.countersign.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An object of a service model, which notes the keys that are read. {@link #close} reports those
 * that nobody read.
 */
final class ModelObject {
  private final String what;
  private final String path;
  private final JsonNode node;
  private final SortedSet<String> unknown;
  private final Set<String> read = new HashSet<>();

  /**
   * Names a part of a model.
   *
   * @param what the kind of part, such as {@code shape}, before its keys in {@code unknown}
   * @param path where it stands, for messages
   */
  ModelObject(String what, String path, JsonNode node, SortedSet<String> unknown)
      throws ModelException {
    if (!node.isObject()) {
      throw new ModelException("the model's " + (path.isEmpty() ? "root" : path) + " is no object");
    }
    this.what = what;
    this.path = path;
    this.node = node;
    this.unknown = unknown;
  }

  private JsonNode get(String key) {
    read.add(key);
    return node.path(key);
  }

  boolean has(String key) {
    return !get(key).isMissingNode();
  }

  boolean isText(String key) {
    return get(key).isTextual();
  }

  String text(String key) throws ModelException {
    String text = textOrNull(key);
    if (text == null) {
      throw wrong(key, "is missing");
    }
    return text;
  }

  String text(String key, String otherwise) throws ModelException {
    String text = textOrNull(key);
    return text == null ? otherwise : text;
  }

  @Nullable String textOrNull(String key) throws ModelException {
    JsonNode value = get(key);
    if (value.isMissingNode()) {
      return null;
    }
    if (!value.isTextual()) {
      throw wrong(key, "is no string");
    }
    return value.textValue();
  }

  int number(String key, int otherwise) throws ModelException {
    JsonNode value = get(key);
    if (value.isMissingNode()) {
      return otherwise;
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw wrong(key, "is no whole number");
    }
    return value.intValue();
  }

  @Nullable BigDecimal decimalOrNull(String key) throws ModelException {
    JsonNode value = get(key);
    if (value.isMissingNode()) {
      return null;
    }
    if (!value.isNumber()) {
      throw wrong(key, "is no number");
    }
    return value.decimalValue();
  }

  /** Does something if the key is there and true. */
  void flag(String key, Runnable whenTrue) throws ModelException {
    JsonNode value = get(key);
    if (value.isMissingNode()) {
      return;
    }
    if (!value.isBoolean()) {
      throw wrong(key, "is neither true nor false");
    }
    if (value.booleanValue()) {
      whenTrue.run();
    }
  }

  List<String> texts(String key) throws ModelException {
    JsonNode value = get(key);
    List<String> texts = new ArrayList<>(value.size());
    for (JsonNode item : array(key, value)) {
      if (!item.isTextual()) {
        throw wrong(key, "holds something that is no string");
      }
      texts.add(item.textValue());
    }
    return texts;
  }

  /** A string, a boolean or a list of strings. */
  Object value(String key) throws ModelException {
    JsonNode value = get(key);
    if (value.isTextual()) {
      return value.textValue();
    }
    return value.isBoolean() ? value.booleanValue() : List.copyOf(texts(key));
  }

  <T> @Nullable T one(String key, Function<String, T> parser) throws ModelException {
    String text = textOrNull(key);
    return text == null ? null : all(List.of(text), parser).getFirst();
  }

  /** What {@code parser} makes of each; its complaint becomes one of the model. */
  <T> List<T> all(List<String> texts, Function<String, T> parser) throws ModelException {
    List<T> parsed = new ArrayList<>(texts.size());
    for (String text : texts) {
      try {
        parsed.add(parser.apply(text));
      } catch (IllegalArgumentException | IllegalStateException e) {
        throw new ModelException("the model's " + path + ": " + e.getMessage());
      }
    }
    return parsed;
  }

  /** The object under that key; an empty one where there is none. */
  ModelObject object(String key) throws ModelException {
    return object(key, what + "." + key);
  }

  ModelObject object(String key, String kind) throws ModelException {
    JsonNode value = get(key);
    JsonNode present = value.isMissingNode() ? JsonNodeFactory.instance.objectNode() : value;
    return new ModelObject(kind, path + "/" + key, present, unknown);
  }

  /** The same object as another kind of part; what was read of it stays read. */
  ModelObject as(String kind) throws ModelException {
    ModelObject other = new ModelObject(kind, path, node, unknown);
    other.read.addAll(read);
    return other;
  }

  /** The objects under the keys of the object under that key, in order. */
  Map<String, ModelObject> objects(String key, String kind) throws ModelException {
    ModelObject outer = object(key);
    Map<String, ModelObject> inner = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : outer.node.properties()) {
      inner.put(
          entry.getKey(),
          new ModelObject(kind, outer.path + "/" + entry.getKey(), entry.getValue(), unknown));
    }
    return inner;
  }

  /** The objects in the array under that key. */
  List<ModelObject> list(String key, String kind) throws ModelException {
    List<ModelObject> inner = new ArrayList<>();
    for (JsonNode item : array(key, get(key))) {
      inner.add(new ModelObject(kind, path + "/" + key, item, unknown));
    }
    return inner;
  }

  private JsonNode array(String key, JsonNode value) throws ModelException {
    if (value.isMissingNode() || value.isArray()) {
      return value;
    }
    throw wrong(key, "is no array");
  }

  ModelException wrong(String key, String message) {
    return new ModelException("the model's " + path + "/" + key + " " + message);
  }

  /** Reports the keys that were not read and are not to be ignored. */
  void close(Set<String> ignored) {
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      String key = what + "." + entry.getKey();
      if (!read.contains(entry.getKey()) && !ignored.contains(key)) {
        unknown.add(key);
      }
    }
  }
}
