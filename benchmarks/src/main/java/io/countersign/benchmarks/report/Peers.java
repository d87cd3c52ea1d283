package io.countersign.benchmarks.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The results of {@code benchmarks/peers/run.sh}: signers of several languages, each timed by a
 * loop of its own on the same three requests. One file for each language: an array of objects with
 * {@code signer} (part of the name of a figure), {@code label}, {@code case} and {@code ns}, the
 * nanoseconds for one signature in several samples.
 */
public final class Peers {
  private static final Map<String, String> TITLES = titles();

  private final Map<String, List<Comparison.Line>> lines = new LinkedHashMap<>();

  /** No results yet. */
  public Peers() {
    TITLES.keySet().forEach(key -> lines.put(key, new ArrayList<>()));
  }

  private static Map<String, String> titles() {
    Map<String, String> titles = new LinkedHashMap<>();
    titles.put("json-post", "JSON POST of 250 bytes, 700-byte session token");
    titles.put("s3-get", "S3 GET with four query parameters, unsigned payload");
    titles.put("presigned-get", "Presigned GET");
    return titles;
  }

  /**
   * Adds the file of a language.
   *
   * @throws IllegalArgumentException if it is none, or has a case that is not known
   */
  public void add(JsonNode file) {
    if (!file.isArray()) {
      throw new IllegalArgumentException("a result file of a peer is an array");
    }
    for (JsonNode result : file) {
      List<Comparison.Line> of = lines.get(result.path("case").asText());
      if (of == null) {
        throw new IllegalArgumentException("an unknown case: " + result.path("case"));
      }
      List<Double> samples = new ArrayList<>();
      result.path("ns").forEach(sample -> samples.add(sample.asDouble()));
      String signer = result.path("signer").asText();
      of.add(
          new Comparison.Line(
              signer,
              result.path("label").asText(),
              signer.startsWith("ours") ? Comparison.Kind.OURS : Comparison.Kind.PEER,
              new Measure(Measure.median(samples), Double.NaN)));
    }
  }

  /** A comparison for each case that has results, fastest first. */
  public List<Comparison> comparisons() {
    List<Comparison> all = new ArrayList<>();
    lines.forEach(
        (key, of) -> {
          if (!of.isEmpty()) {
            List<Comparison.Line> sorted = new ArrayList<>(of);
            sorted.sort((a, b) -> Double.compare(a.measure().nanos(), b.measure().nanos()));
            all.add(
                new Comparison(
                    "peers." + key,
                    "Languages, another run: " + TITLES.get(key),
                    "",
                    "sdk",
                    List.copyOf(sorted)));
          }
        });
    return all;
  }

  /** As {@link SignerRun#figures}. */
  public Map<String, Double> figures() {
    Map<String, Double> figures = new TreeMap<>();
    comparisons().forEach(comparison -> comparison.addFigures(figures));
    return figures;
  }
}
