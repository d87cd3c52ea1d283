package io.countersign.benchmarks.report;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something to reach.
 *
 * @param what for people
 * @param figure the name of the figure that it is about
 * @param upper whether the figure is to be the limit at most, and not at least
 * @param limit in the unit of the figure
 * @param unit what stands after the number, such as {@code " B"} or {@code " ×"}
 */
public record Bound(String what, String figure, boolean upper, double limit, String unit) {

  /** At most the limit. */
  public static Bound atMost(String what, String figure, double limit, String unit) {
    return new Bound(what, figure, true, limit, unit);
  }

  /** At least the limit. */
  public static Bound atLeast(String what, String figure, double limit, String unit) {
    return new Bound(what, figure, false, limit, unit);
  }

  /** The bound itself: {@code ≤ 0.17 ×}. */
  String text() {
    return (upper ? "≤ " : "≥ ") + number(limit) + unit;
  }

  /** The measured figure, or that there is none. */
  String measured(Map<String, Double> figures) {
    Double value = figures.get(figure);
    return value == null ? "not measured" : number(value) + unit;
  }

  /** Whether it is reached; null if it was not measured. */
  @Nullable Boolean reached(Map<String, Double> figures) {
    Double value = figures.get(figure);
    if (value == null) {
      return null;
    }
    return upper ? value <= limit : value >= limit;
  }

  private static String number(double value) {
    if (value < 10) {
      return String.format(Locale.ROOT, "%.3f", value).replaceFirst("0$", "");
    }
    return String.format(Locale.ROOT, "%,.0f", value);
  }
}
