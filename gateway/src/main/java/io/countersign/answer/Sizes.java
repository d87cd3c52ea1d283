package io.countersign.answer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** How many bytes JSON takes, in UTF-8 and without white space; never less than it does. */
public final class Sizes {
  private Sizes() {}

  /** The bytes of a value. */
  public static long of(JsonNode value) {
    if (value.isTextual()) {
      return text(value.textValue());
    }
    if (value.isObject()) {
      long size = 2L + Math.max(0, value.size() - 1);
      for (Map.Entry<String, JsonNode> member : value.properties()) {
        size += text(member.getKey()) + 1 + of(member.getValue());
      }
      return size;
    }
    if (value.isArray()) {
      long size = 2L + Math.max(0, value.size() - 1);
      for (JsonNode element : value) {
        size += of(element);
      }
      return size;
    }
    return value.isNull() ? 4 : value.asText().length();
  }

  /** The bytes of a string with its quotes. */
  static long text(String text) {
    long size = 2;
    for (int i = 0; i < text.length(); i++) {
      size += character(text.charAt(i));
    }
    return size;
  }

  /** The bytes of a UTF-16 code unit; each half of a pair is two. */
  static int character(char c) {
    if (c < 0x80) {
      return switch (c) {
        case '"', '\\', '\b', '\t', '\n', '\f', '\r' -> 2;
        default -> c < 0x20 ? 6 : 1;
      };
    }
    return c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
  }
}
