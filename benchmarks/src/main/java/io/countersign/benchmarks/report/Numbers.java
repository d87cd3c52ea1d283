package io.countersign.benchmarks.report;

import java.util.Locale;

/** Figures as people read them: three digits, and the unit that fits. */
final class Numbers {
  private Numbers() {}

  static String time(double nanos) {
    if (nanos < 9_950) {
      return threeDigits(nanos) + " ns";
    }
    return nanos < 9_950_000 ? threeDigits(nanos / 1e3) + " µs" : threeDigits(nanos / 1e6) + " ms";
  }

  static String bytes(double bytes) {
    return Double.isNaN(bytes) ? "" : String.format(Locale.ROOT, "%,.0f", bytes);
  }

  static String ratio(double ratio) {
    return threeDigits(ratio);
  }

  private static String threeDigits(double value) {
    int decimals = value < 0.9995 ? 3 : value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }
}
