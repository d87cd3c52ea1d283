package io.countersign.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * One counter for each constant of an enum, made once, so that an increment builds no tags. The
 * label's values are the constants' names in lower case: the set is closed by construction.
 */
final class EnumCounters<E extends Enum<E>> {
  private final Map<E, Counter> counters;

  EnumCounters(
      MeterRegistry registry,
      String name,
      String description,
      String label,
      Class<E> values,
      Tags fixed) {
    counters = new EnumMap<>(values);
    for (E value : values.getEnumConstants()) {
      counters.put(
          value,
          Counter.builder(name)
              .description(description)
              .tags(fixed)
              .tag(label, value.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
  }

  void increment(E value) {
    increment(value, 1);
  }

  void increment(E value, int by) {
    Objects.requireNonNull(counters.get(value)).increment(by);
  }
}
