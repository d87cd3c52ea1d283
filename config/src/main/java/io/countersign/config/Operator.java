package io.countersign.config;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a condition compares, by IAM's names.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html">
 *     IAM JSON policy elements: Condition operators</a>
 */
public enum Operator {
  STRING_EQUALS("StringEquals", Kind.STRING, false),
  STRING_NOT_EQUALS("StringNotEquals", Kind.STRING, true),
  STRING_EQUALS_IGNORE_CASE("StringEqualsIgnoreCase", Kind.STRING, false),
  STRING_NOT_EQUALS_IGNORE_CASE("StringNotEqualsIgnoreCase", Kind.STRING, true),
  /** With {@code *} for any characters and {@code ?} for one. */
  STRING_LIKE("StringLike", Kind.STRING, false),
  STRING_NOT_LIKE("StringNotLike", Kind.STRING, true),
  NUMERIC_EQUALS("NumericEquals", Kind.NUMBER, false),
  NUMERIC_NOT_EQUALS("NumericNotEquals", Kind.NUMBER, true),
  NUMERIC_LESS_THAN("NumericLessThan", Kind.NUMBER, false),
  NUMERIC_LESS_THAN_EQUALS("NumericLessThanEquals", Kind.NUMBER, false),
  NUMERIC_GREATER_THAN("NumericGreaterThan", Kind.NUMBER, false),
  NUMERIC_GREATER_THAN_EQUALS("NumericGreaterThanEquals", Kind.NUMBER, false),
  DATE_EQUALS("DateEquals", Kind.DATE, false),
  DATE_NOT_EQUALS("DateNotEquals", Kind.DATE, true),
  DATE_LESS_THAN("DateLessThan", Kind.DATE, false),
  DATE_LESS_THAN_EQUALS("DateLessThanEquals", Kind.DATE, false),
  DATE_GREATER_THAN("DateGreaterThan", Kind.DATE, false),
  DATE_GREATER_THAN_EQUALS("DateGreaterThanEquals", Kind.DATE, false),
  BOOL("Bool", Kind.BOOLEAN, false),
  /** Whether the key has no value at all. */
  NULL("Null", Kind.BOOLEAN, false);

  /** What is compared. */
  public enum Kind {
    STRING,
    NUMBER,
    DATE,
    BOOLEAN
  }

  private static final Map<String, Operator> BY_NAME = new TreeMap<>();

  static {
    for (Operator operator : values()) {
      BY_NAME.put(operator.id, operator);
    }
  }

  private final String id;
  private final Kind kind;
  private final boolean negated;

  Operator(String id, Kind kind, boolean negated) {
    this.id = id;
    this.kind = kind;
    this.negated = negated;
  }

  /** As IAM writes it. */
  public String id() {
    return id;
  }

  public Kind kind() {
    return kind;
  }

  /** Whether it holds where none of its values is the one. */
  public boolean negated() {
    return negated;
  }

  static Map<String, Operator> byName() {
    return BY_NAME;
  }

  /** What is wrong with a value to compare with; null for nothing. */
  void check(String value) throws Wrong {
    switch (kind) {
      case STRING -> {}
      case NUMBER -> {
        try {
          var _ = new BigDecimal(value);
        } catch (NumberFormatException e) {
          throw new Wrong("is not a number", "write digits, or another operator than " + id);
        }
      }
      case DATE -> {
        try {
          var _ = Instant.parse(value);
        } catch (DateTimeException e) {
          throw new Wrong("is not a moment", "write it in UTC: 2026-12-31T00:00:00Z");
        }
      }
      case BOOLEAN -> {
        if (!value.equals("true") && !value.equals("false")) {
          throw new Wrong(
              "is neither true nor false",
              "write true or false, or another operator than " + id.toLowerCase(Locale.ROOT));
        }
      }
    }
  }
}
