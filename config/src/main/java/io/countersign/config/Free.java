package io.countersign.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Any value that JSON can hold: String, Boolean, Long, Double, List or Map, never null. */
final class Free implements Form<Object> {
  static final Free VALUE = new Free();

  private static final int MAX_DEPTH = 16;

  private Free() {}

  @Override
  public @Nullable Object read(Place at, Reading in) {
    return read(at, in, 0);
  }

  private static @Nullable Object read(Place at, Reading in, int depth) {
    if (depth > MAX_DEPTH) {
      in.problem(at, "the value nests deeper than " + MAX_DEPTH + " levels", "make it flatter");
      return null;
    }
    return switch (at.node()) {
      case ScalarNode scalar -> scalar(at, scalar, in);
      case SequenceNode sequence -> list(at, sequence, in, depth);
      case MappingNode ignored -> map(at, in, depth);
      case Node other -> throw new IllegalStateException("a node of type " + other.getNodeType());
    };
  }

  private static @Nullable Object scalar(Place at, ScalarNode scalar, Reading in) {
    Reading.Text text = in.text(at, "a value");
    if (text == null || text.referenced()) {
      return text == null ? null : text.value();
    }
    try {
      return scalar(scalar.getTag(), text.value());
    } catch (Wrong e) {
      in.problem(at, Reading.shown(at) + " " + e.says(), e.mend());
      return null;
    }
  }

  /** By YAML 1.2's core schema. */
  static Object scalar(Tag tag, String text) throws Wrong {
    if (tag.equals(Tag.BOOL)) {
      return Boolean.valueOf(text);
    }
    if (tag.equals(Tag.INT)) {
      return integer(text);
    }
    if (tag.equals(Tag.FLOAT)) {
      double value;
      try {
        value = Double.parseDouble(text);
      } catch (NumberFormatException e) {
        throw new Wrong("is no number that JSON has", "write digits, or put it in quotes");
      }
      if (!Double.isFinite(value)) {
        throw new Wrong("is no number that JSON has", "write digits, or put it in quotes");
      }
      return value;
    }
    return text;
  }

  private static Long integer(String text) throws Wrong {
    String digits = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
    if (digits.length() > 1 && digits.charAt(0) == '0') {
      throw new Wrong(
          "may be a number or a name that begins with 0", "put it in quotes, or drop the 0");
    }
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException e) {
      throw new Wrong("is too large for a number", "put it in quotes");
    }
  }

  private static @Nullable List<Object> list(
      Place at, SequenceNode sequence, Reading in, int depth) {
    in.visit();
    List<Object> list = new ArrayList<>();
    int index = 0;
    boolean whole = true;
    for (Node node : sequence.getValue()) {
      Object item = read(at.item(index++, node), in, depth + 1);
      if (item == null) {
        whole = false;
      } else {
        list.add(item);
      }
    }
    return whole ? List.copyOf(list) : null;
  }

  private static @Nullable Map<String, Object> map(Place at, Reading in, int depth) {
    Map<String, Place> entries = Section.entries(at, in, "a mapping");
    if (entries == null) {
      return null;
    }
    Map<String, Object> map = new LinkedHashMap<>();
    boolean whole = true;
    for (Map.Entry<String, Place> entry : entries.entrySet()) {
      Object value = read(entry.getValue(), in, depth + 1);
      if (value == null) {
        whole = false;
      } else {
        map.put(entry.getKey(), value);
      }
    }
    return whole ? java.util.Collections.unmodifiableMap(map) : null;
  }

  @Override
  public String words() {
    return "any value";
  }

  @Override
  public ObjectNode schema() {
    return Schema.object();
  }
}
