package io.countersign.benchmarks.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The result file of a JMH run ({@code -rf json}), by {@code Class.method} and, where it has one,
 * {@code :form}.
 */
public final class JmhResults {
  private final Map<String, Measure> measures = new LinkedHashMap<>();

  /**
   * Reads a result file.
   *
   * @throws IllegalArgumentException if it is not one, or is not in nanoseconds for an operation
   */
  public JmhResults(JsonNode file) {
    if (!file.isArray()) {
      throw new IllegalArgumentException("a result file of JMH is an array");
    }
    for (JsonNode result : file) {
      JsonNode primary = result.path("primaryMetric");
      if (!primary.path("scoreUnit").asText().equals("ns/op")) {
        throw new IllegalArgumentException("not in ns/op: " + result.path("benchmark").asText());
      }
      List<Double> bytes =
          values(result.path("secondaryMetrics").path("gc.alloc.rate.norm").path("rawData"));
      measures.put(
          name(result),
          new Measure(
              Measure.median(values(primary.path("rawData"))),
              bytes.isEmpty() ? Double.NaN : Measure.median(bytes)));
    }
  }

  private static String name(JsonNode result) {
    String[] parts = result.path("benchmark").asText().split("\\.", -1);
    if (parts.length < 2) {
      throw new IllegalArgumentException("a result without the name of its benchmark");
    }
    String name = parts[parts.length - 2] + "." + parts[parts.length - 1];
    String form = result.path("params").path("form").asText("");
    return form.isEmpty() ? name : name + ":" + form;
  }

  /** Every iteration of every fork. */
  private static List<Double> values(JsonNode rawData) {
    List<Double> values = new ArrayList<>();
    for (JsonNode fork : rawData) {
      for (JsonNode iteration : fork) {
        values.add(iteration.asDouble());
      }
    }
    return values;
  }

  /** A result by its name, such as {@code JsonPost.ours:repeated}; null if it was not run. */
  public @Nullable Measure get(String name) {
    return measures.get(name);
  }
}
