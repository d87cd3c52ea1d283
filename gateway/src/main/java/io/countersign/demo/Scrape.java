package io.countersign.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What {@code /metrics} said at one moment.
 *
 * @param samples value by name and labels
 */
record Scrape(Map<String, Double> samples) {
  Scrape {
    samples = new TreeMap<>(samples);
  }

  /** Reads Prometheus's text format; comments are skipped. */
  static Scrape parse(String text) {
    Map<String, Double> samples = new TreeMap<>();
    for (String line : text.split("\n", -1)) {
      int space = line.lastIndexOf(' ');
      if (!line.startsWith("#") && space > 0) {
        samples.put(line.substring(0, space), number(line.substring(space + 1)));
      }
    }
    return new Scrape(samples);
  }

  private static double number(String text) {
    return switch (text.strip()) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text.strip());
    };
  }

  double value(String sample) {
    return samples.getOrDefault(sample, 0.0);
  }

  /** The sum over all samples whose name and labels start so and hold that. */
  double sum(String start, String part) {
    return samples.entrySet().stream()
        .filter(e -> e.getKey().startsWith(start) && e.getKey().contains(part))
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }

  /** Lines for the counters with one of these names that grew since. */
  List<String> movedSince(Scrape before, List<String> names) {
    List<String> lines = new ArrayList<>();
    for (String name : names) {
      samples.forEach(
          (sample, value) -> {
            double growth = value - before.value(sample);
            if ((sample.equals(name) || sample.startsWith(name + "{")) && growth > 0) {
              lines.add(String.format(Locale.ROOT, "%-84s +%d", sample, (long) growth));
            }
          });
    }
    return lines;
  }
}
