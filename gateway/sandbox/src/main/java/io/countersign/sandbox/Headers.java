package io.countersign.sandbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The header fields of a message in their order of arrival; names compare without case.
 *
 * @param fields name and value of each, as they came
 */
public record Headers(List<Field> fields) {
  /**
   * One header field.
   *
   * @param name as it came
   * @param value without surrounding white space
   */
  public record Field(String name, String value) {
    String lowerName() {
      return name.toLowerCase(Locale.ROOT);
    }
  }

  /** Copies the list. */
  public Headers {
    fields = List.copyOf(fields);
  }

  /** The first value of that name, or null. */
  public @Nullable String first(String name) {
    for (Field field : fields) {
      if (field.name().equalsIgnoreCase(name)) {
        return field.value();
      }
    }
    return null;
  }

  /** The first value of that name, or {@code otherwise}. */
  public String first(String name, String otherwise) {
    String value = first(name);
    return value == null ? otherwise : value;
  }

  /** All values of that name, in order. */
  public List<String> all(String name) {
    List<String> values = new ArrayList<>();
    for (Field field : fields) {
      if (field.name().equalsIgnoreCase(name)) {
        values.add(field.value());
      }
    }
    return values;
  }
}
