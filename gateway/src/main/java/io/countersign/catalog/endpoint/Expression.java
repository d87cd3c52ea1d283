package io.countersign.catalog.endpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An expression of the rules language: a value, a reference, a text with references in braces, or a
 * call. Values are texts, whole numbers, flags, lists and maps; null is "not set".
 */
sealed interface Expression {
  @Nullable Object value(@Nullable Object[] variables);

  record Literal(Object value) implements Expression {
    @Override
    public Object value(@Nullable Object[] variables) {
      return value;
    }
  }

  /**
   * A variable.
   *
   * @param slot its place
   */
  record Reference(int slot) implements Expression {
    @Override
    public @Nullable Object value(@Nullable Object[] variables) {
      return variables[slot];
    }
  }

  /** The parts are put one after another; one that is not set makes the whole not set. */
  record Template(List<Expression> parts) implements Expression {
    @Override
    public @Nullable Object value(@Nullable Object[] variables) {
      StringBuilder text = new StringBuilder();
      for (Expression part : parts) {
        Object value = part.value(variables);
        if (value == null) {
          return null;
        }
        text.append(value);
      }
      return text.toString();
    }
  }

  /** Texts, numbers, flags, expressions, lists and maps, as they stand in properties. */
  record ListOf(List<Expression> items) implements Expression {
    @Override
    public Object value(@Nullable Object[] variables) {
      List<Object> values = new ArrayList<>();
      for (Expression item : items) {
        Object value = item.value(variables);
        if (value != null) {
          values.add(value);
        }
      }
      return values;
    }
  }

  record MapOf(Map<String, Expression> entries) implements Expression {
    @Override
    public Object value(@Nullable Object[] variables) {
      Map<String, Object> values = new java.util.LinkedHashMap<>();
      entries.forEach(
          (key, entry) -> {
            Object value = entry.value(variables);
            if (value != null) {
              values.put(key, value);
            }
          });
      return values;
    }
  }

  record Call(RuleFunction function, List<Expression> arguments) implements Expression {
    @Override
    public @Nullable Object value(@Nullable Object[] variables) {
      @Nullable Object[] values = new Object[arguments.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = arguments.get(i).value(variables);
      }
      return function.call(values);
    }
  }

  /** An attribute of a value: a key, or an index, or keys with a last index. */
  record Attribute(Expression of, List<Object> path) implements Expression {
    @Override
    public @Nullable Object value(@Nullable Object[] variables) {
      Object value = of.value(variables);
      for (Object step : path) {
        value =
            switch (value) {
              case Map<?, ?> map -> map.get(step);
              case List<?> list when step instanceof Integer index -> at(list, index);
              case null, default -> null;
            };
      }
      return value;
    }

    private static @Nullable Object at(List<?> list, int index) {
      int place = index < 0 ? list.size() + index : index;
      return place >= 0 && place < list.size() ? list.get(place) : null;
    }
  }
}
