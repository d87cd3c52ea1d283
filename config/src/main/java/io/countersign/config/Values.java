package io.countersign.config;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was read of one section. */
final class Values {
  private final Place at;
  private final Map<Key<?>, Object> values;
  private final Map<Key<?>, Place> places;
  private final boolean complete;

  Values(Place at, Map<Key<?>, Object> values, Map<Key<?>, Place> places, boolean complete) {
    this.at = at;
    this.values = values;
    this.places = places;
    this.complete = complete;
  }

  /** The section itself. */
  Place at() {
    return at;
  }

  /** Whether every required key was read. */
  boolean complete() {
    return complete;
  }

  /** The value given or the default; null without either. */
  @SuppressWarnings("unchecked") // a key's form made the value
  <T> @Nullable T get(Key<T> key) {
    return (T) values.get(key);
  }

  /** The value of a key that is required or has a default. */
  <T> T need(Key<T> key) {
    T value = get(key);
    if (value == null) {
      throw new IllegalStateException("'" + key + "' is neither required nor has it a default");
    }
    return value;
  }

  /** Whether the file has the key, well-formed or not. */
  boolean has(Key<?> key) {
    return places.containsKey(key);
  }

  /** Where the key's value stands; the section itself when the key is left out. */
  Place place(Key<?> key) {
    return places.getOrDefault(key, at);
  }
}
