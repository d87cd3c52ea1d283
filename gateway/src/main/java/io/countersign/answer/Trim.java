package io.countersign.answer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.protocol.BadInputException;
import io.countersign.protocol.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes JSON fit into a number of bytes, and says of everything that it left out where it was. What
 * remains is JSON of the same form: lists lose their last elements, strings their last characters.
 * The largest members of an object give way first; its last members only where not even the names
 * have room. Of a list of which not one element has room, the first is cut.
 */
public final class Trim {
  /**
   * What is left.
   *
   * @param value shares parts with what was given
   * @param cuts in the order of the JSON; empty where all is there
   */
  public record Trimmed(JsonNode value, List<Cut> cuts) {
    public Trimmed {
      cuts = List.copyOf(cuts);
    }
  }

  private final List<Cut> cuts = new ArrayList<>();

  private Trim() {}

  /**
   * Makes a value fit, as far as that goes: numbers and names are not cut.
   *
   * @param bytes of JSON, at least 0
   */
  public static Trimmed to(JsonNode value, long bytes) {
    Trim trim = new Trim();
    JsonNode left = trim.fit(value, Sizes.of(value), bytes, "");
    return new Trimmed(left, trim.cuts);
  }

  private JsonNode fit(JsonNode value, long size, long budget, String at) {
    if (size <= budget) {
      return value;
    }
    if (value.isTextual()) {
      return text(value.textValue(), budget, at);
    }
    if (value.isArray()) {
      return array(value, budget, at);
    }
    return value instanceof ObjectNode object ? object(object, budget, at) : value;
  }

  /** The least that a value can be cut to. */
  private static long least(JsonNode value, long size) {
    return value.isTextual() || value.isContainerNode() ? 2 : size;
  }

  private JsonNode text(String text, long budget, String at) {
    long left = budget - 2;
    int end = 0;
    while (end < text.length()) {
      boolean pair =
          Character.isHighSurrogate(text.charAt(end))
              && end + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(end + 1));
      left -= pair ? 4 : Sizes.character(text.charAt(end));
      if (left < 0) {
        break;
      }
      end += pair ? 2 : 1;
    }
    cuts.add(new Cut(at, end, text.length(), Cut.Unit.CHARACTERS));
    return Json.nodes().textNode(text.substring(0, end));
  }

  private JsonNode array(JsonNode array, long budget, String at) {
    ArrayNode kept = Json.nodes().arrayNode();
    int mark = cuts.size();
    long left = budget - 2;
    for (JsonNode element : array) {
      long size = Sizes.of(element);
      long comma = kept.isEmpty() ? 0 : 1;
      if (size + comma <= left) {
        left -= size + comma;
        kept.add(element);
        continue;
      }
      if (kept.isEmpty() && least(element, size) <= left) {
        kept.add(fit(element, size, left, at + "/0"));
      }
      break;
    }
    if (kept.size() < array.size()) {
      cuts.add(mark, new Cut(at, kept.size(), array.size(), Cut.Unit.ITEMS));
    }
    return kept;
  }

  private record Sized(String name, JsonNode value, long size) {}

  private JsonNode object(ObjectNode object, long budget, String at) {
    List<Sized> kept = new ArrayList<>();
    long left = budget - 2;
    long least = 0;
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      long size = Sizes.of(member.getValue());
      long name = Sizes.text(member.getKey()) + (kept.isEmpty() ? 1 : 2);
      long more = name + least(member.getValue(), size);
      if (least + more > budget - 2) {
        break;
      }
      least += more;
      left -= name;
      kept.add(new Sized(member.getKey(), member.getValue(), size));
    }
    if (kept.size() < object.size()) {
      cuts.add(new Cut(at, kept.size(), object.size(), Cut.Unit.MEMBERS));
    }
    Map<String, Long> shares = shares(kept, left);
    ObjectNode trimmed = Json.nodes().objectNode();
    for (Sized member : kept) {
      trimmed.set(
          member.name(),
          fit(
              member.value(),
              member.size(),
              shares.getOrDefault(member.name(), 0L),
              at + BadInputException.pointerTo(member.name())));
    }
    return trimmed;
  }

  /** The small ones get what they need, and the large ones the same of what is left. */
  private static Map<String, Long> shares(List<Sized> members, long bytes) {
    List<Sized> smallestFirst = new ArrayList<>(members);
    smallestFirst.sort(Comparator.comparingLong(Sized::size));
    Map<String, Long> shares = new HashMap<>();
    long left = bytes;
    int waiting = members.size();
    for (Sized member : smallestFirst) {
      long share =
          Math.max(least(member.value(), member.size()), Math.min(member.size(), left / waiting));
      shares.put(member.name(), share);
      left -= share;
      waiting--;
    }
    return shares;
  }
}
