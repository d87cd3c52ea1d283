package io.countersign.config;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** A mapping whose keys are known: a table of {@link Key}s. */
final class Section {
  private final List<Key<?>> keys;

  private Section(List<Key<?>> keys) {
    this.keys = List.copyOf(keys);
  }

  static Section of(Key<?>... keys) {
    return new Section(List.of(keys));
  }

  List<Key<?>> keys() {
    return keys;
  }

  /** Reads every key, reports all that is wrong; null when the node is no mapping. */
  @Nullable Values read(Place at, Reading in) {
    Map<String, Place> given = entries(at, in, "a mapping with " + names());
    if (given == null) {
      return null;
    }
    Map<Key<?>, Object> read = new HashMap<>();
    Map<Key<?>, Place> places = new HashMap<>();
    boolean complete = true;
    for (Key<?> key : keys) {
      Place place = given.remove(key.name());
      if (place != null) {
        places.put(key, place);
      } else if (key.required()) {
        in.problem(
            at,
            "the key '" + key.name() + "' is missing",
            "add it: " + key.name() + ": " + key.example());
      }
      Object value = place == null ? null : key.form().read(place, in);
      if (value == null && key.fallback() != null) {
        value = key.form().read(key.defaultPlace(at), in);
      }
      if (value != null) {
        read.put(key, value);
      } else if (key.required()) {
        complete = false;
      }
    }
    given.forEach((name, place) -> unknown(name, place, in));
    return new Values(at, read, places, complete);
  }

  private void unknown(String name, Place place, Reading in) {
    String mend =
        Nearest.suggestion(
            name, keys.stream().map(Key::name).toList(), "the keys here are " + names());
    in.problem(place, "the key '" + name + "' is unknown", mend);
  }

  private String names() {
    return String.join(", ", keys.stream().map(Key::name).toList());
  }

  /** The entries of a mapping in their order, or null after a problem. Duplicates are reported. */
  static @Nullable Map<String, Place> entries(Place at, Reading in, String words) {
    in.visit();
    if (Reading.isNull(at.node())) {
      in.problem(at, "the key has no value", "give it " + words + ", or remove it");
      return null;
    }
    if (!(at.node() instanceof MappingNode mapping)) {
      in.problem(at, "this is " + Reading.kind(at.node()) + ", not a mapping", "write " + words);
      return null;
    }
    Map<String, Place> entries = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      in.visit();
      Node keyNode = tuple.getKeyNode();
      if (!(keyNode instanceof ScalarNode key)) {
        in.problem(
            at.child("?", keyNode, keyNode), "a key is not plain text", "write a name as the key");
        continue;
      }
      Place place = at.child(key.getValue(), keyNode, tuple.getValueNode());
      in.located(place);
      Place first = entries.putIfAbsent(key.getValue(), place);
      if (first != null) {
        in.problem(
            at.child(key.getValue(), keyNode, keyNode),
            "the key '" + key.getValue() + "' is given twice (first in line " + first.line() + ")",
            "keep one of them");
      }
    }
    return entries;
  }

  /** The keys of a mapping, without any check; none when the node is something else. */
  static Set<String> keysOf(Node node) {
    Set<String> keys = new TreeSet<>();
    if (node instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        if (tuple.getKeyNode() instanceof ScalarNode key) {
          keys.add(key.getValue());
        }
      }
    }
    return keys;
  }

  /** A form that reads this section and builds a value of it. */
  <T> Form<T> as(String words, Builder<T> builder) {
    Section section = this;
    return new Form<>() {
      @Override
      public @Nullable T read(Place at, Reading in) {
        Values values = section.read(at, in);
        return values == null || !values.complete() ? null : builder.build(values, in);
      }

      @Override
      public String words() {
        return words;
      }

      @Override
      public ObjectNode schema() {
        return section.schema();
      }
    };
  }

  /** Makes a value of a section whose required keys are all there. */
  interface Builder<T> {
    /** Null only after a problem was reported. */
    @Nullable T build(Values values, Reading in);
  }

  ObjectNode schema() {
    ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "object");
    schema.put("additionalProperties", false);
    ArrayNode required = JsonNodeFactory.instance.arrayNode();
    ObjectNode properties = schema.putObject("properties");
    for (Key<?> key : keys) {
      properties.set(key.name(), Schema.of(key));
      if (key.required()) {
        required.add(key.name());
      }
    }
    if (!required.isEmpty()) {
      schema.set("required", required);
    }
    return schema;
  }
}
