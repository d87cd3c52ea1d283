package io.countersign.benchmarks.report;

import java.util.List;

/**
 * What one benchmark took.
 *
 * @param nanos the time of one operation, in nanoseconds
 * @param bytes what one operation allocated, in bytes; NaN where that was not measured
 */
public record Measure(double nanos, double bytes) {

  /** The same spread over several cores or threads: the time alone is multiplied. */
  Measure times(double factor) {
    return new Measure(nanos * factor, bytes);
  }

  /**
   * The middle value: of iterations on a machine that others use too, it says more than the mean.
   *
   * @throws IllegalArgumentException if there is none
   */
  static double median(List<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("no values to take the median of");
    }
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
