package io.countersign.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.catalog.Resources;
import io.countersign.config.Condition;
import io.countersign.config.Operator;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A condition, compiled. Where the key has several values, it holds in {@code allow} only if every
 * one fits, and in {@code deny} if any does. A key without a value fits no rule that allows, and a
 * negated condition that denies, unless the operator ends in {@code IfExists}.
 */
final class Clause {
  /** Numbers with more digits are nobody's, and costly to compare. */
  private static final int MOST_DIGITS = 100;

  private final Condition condition;
  private final String path;
  private final List<NamePattern> patterns;
  private final List<Comparable<?>> wanted;

  Clause(Condition condition) {
    this.condition = condition;
    Operator operator = condition.operator();
    this.patterns =
        isLike(operator) ? condition.values().stream().map(NamePattern::new).toList() : List.of();
    this.wanted = condition.values().stream().<Comparable<?>>map(v -> wanted(operator, v)).toList();
    String key = condition.key();
    this.path =
        key.startsWith(Condition.INPUT)
            ? key.substring(Condition.INPUT.length())
            : key.startsWith(Condition.AGENT) ? key.substring(Condition.AGENT.length()) : "";
  }

  private static boolean isLike(Operator operator) {
    return operator == Operator.STRING_LIKE || operator == Operator.STRING_NOT_LIKE;
  }

  private static Comparable<?> wanted(Operator operator, String value) {
    return switch (operator.kind()) {
      case STRING, BOOLEAN -> value;
      case NUMBER -> new BigDecimal(value);
      case DATE -> Instant.parse(value);
    };
  }

  /** Whether it looks at the input. */
  boolean asksInput() {
    return condition.key().startsWith(Condition.INPUT);
  }

  /** Whether it holds. */
  Fit fit(Facts facts, boolean allows) {
    List<String> values = values(facts);
    if (values == null) {
      return Fit.UNKNOWN;
    }
    if (condition.operator() == Operator.NULL) {
      return Fit.of(condition.values().contains(Boolean.toString(values.isEmpty())));
    }
    if (values.isEmpty()) {
      return Fit.of(condition.ifExists() || (condition.operator().negated() && !allows));
    }
    Fit all = allows ? Fit.YES : Fit.NO;
    for (String value : values) {
      Fit one = fit(value);
      if (one == Fit.UNKNOWN) {
        return Fit.UNKNOWN;
      }
      if (one != all) {
        return one;
      }
    }
    return all;
  }

  private @Nullable List<String> values(Facts facts) {
    if (asksInput()) {
      JsonNode input = facts.input();
      return input == null ? null : Resources.values(input, path);
    }
    if (condition.key().startsWith(Condition.AGENT)) {
      return facts.attributes().getOrDefault(path, List.of());
    }
    String user = facts.user();
    return user == null ? List.of() : List.of(user);
  }

  private Fit fit(String value) {
    Operator operator = condition.operator();
    Boolean found =
        switch (operator.kind()) {
          case STRING, BOOLEAN -> text(operator, value);
          case NUMBER -> {
            BigDecimal number = number(value);
            yield number == null ? null : compares(operator, number);
          }
          case DATE -> {
            Instant moment = moment(value);
            yield moment == null ? null : compares(operator, moment);
          }
        };
    return found == null ? Fit.UNKNOWN : Fit.of(found != operator.negated());
  }

  private boolean text(Operator operator, String value) {
    return switch (operator) {
      case STRING_LIKE, STRING_NOT_LIKE -> patterns.stream().anyMatch(p -> p.matches(value));
      case STRING_EQUALS_IGNORE_CASE, STRING_NOT_EQUALS_IGNORE_CASE ->
          condition.values().stream().anyMatch(value::equalsIgnoreCase);
      default -> condition.values().contains(value);
    };
  }

  @SuppressWarnings("unchecked") // the values were read as what the operator compares
  private <T extends Comparable<T>> boolean compares(Operator operator, T value) {
    for (Comparable<?> want : wanted) {
      int order = value.compareTo((T) want);
      boolean fits =
          switch (operator) {
            case NUMERIC_LESS_THAN, DATE_LESS_THAN -> order < 0;
            case NUMERIC_LESS_THAN_EQUALS, DATE_LESS_THAN_EQUALS -> order <= 0;
            case NUMERIC_GREATER_THAN, DATE_GREATER_THAN -> order > 0;
            case NUMERIC_GREATER_THAN_EQUALS, DATE_GREATER_THAN_EQUALS -> order >= 0;
            default -> order == 0;
          };
      if (fits) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable BigDecimal number(String value) {
    try {
      BigDecimal number = value.length() > MOST_DIGITS ? null : new BigDecimal(value);
      return number == null || Math.abs((long) number.scale()) > MOST_DIGITS ? null : number;
    } catch (NumberFormatException e) {
      return null; // nothing to compare with: the rule cannot be decided
    }
  }

  private static @Nullable Instant moment(String value) {
    try {
      return Instant.parse(value);
    } catch (DateTimeException e) {
      return null; // nothing to compare with: the rule cannot be decided
    }
  }

  @Override
  public String toString() {
    return condition.toString();
  }
}
