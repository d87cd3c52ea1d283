package io.countersign.benchmarks.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is made of the raw results of the credential cache in a folder: {@code credentials.json} of
 * JMH, {@code credentials-soak.json} of the soak, either of which may be missing, and {@code
 * credentials-machine.json}. The same input gives the same bytes, so a test can tell whether a
 * committed table is that of the committed results.
 */
public final class CredentialsReport {
  /** The raw results of JMH, of all numbers of threads. */
  public static final String RESULTS = "credentials.json";

  /** What the soak saw. */
  public static final String SOAK = "credentials-soak.json";

  /** The {@link Machine}. */
  public static final String MACHINE = "credentials-machine.json";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** Benchmarks in the order in which they are shown, and what they are. */
  private static final Map<String, String> READS =
      Map.ofEntries(
          Map.entry("volatileRead", "a volatile read alone"),
          Map.entry("volatileReadAndClock", "a volatile read and a reading of the clock"),
          Map.entry("slot", "Countersign, as a request does it"),
          Map.entry("slotOfAgent", "Countersign, a session for each agent"),
          Map.entry("slotAndClock", "Countersign, with a reading of the clock of its own"),
          Map.entry("slotByKey", "Countersign, by the typed key of a chain"),
          Map.entry("caffeineByKey", "Caffeine, by the same key"),
          Map.entry("sdkProvider", "AWS SDK for Java v2, resolveCredentials"));

  private static final List<String> ORDER =
      List.of(
          "volatileRead",
          "volatileReadAndClock",
          "slot",
          "slotOfAgent",
          "slotAndClock",
          "slotByKey",
          "caffeineByKey",
          "sdkProvider");

  private static final List<String> AS_REQUESTS_READ = List.of("slot", "slotOfAgent");

  /**
   * A benchmark with one number of threads, in nanoseconds and bytes; NaN is not measured.
   *
   * @param mean of one read on one core: a thread's time by how many threads a core has
   */
  private record Read(double mean, double p50, double p999, double bytes) {}

  private final Machine machine;
  private final Map<Integer, Map<String, Read>> reads = new TreeMap<>();
  private final @Nullable JsonNode soak;

  private CredentialsReport(Path folder) throws IOException {
    machine = JSON.readValue(folder.resolve(MACHINE).toFile(), Machine.class);
    Path results = folder.resolve(RESULTS);
    if (Files.exists(results)) {
      for (JsonNode result : JSON.readTree(results.toFile())) {
        add(result);
      }
    }
    Path soaked = folder.resolve(SOAK);
    soak = Files.exists(soaked) ? JSON.readTree(soaked.toFile()) : null;
  }

  /** Keeps the description of the machine beside the results. */
  public static void writeMachine(Path folder, Machine machine) throws IOException {
    JSON.writeValue(folder.resolve(MACHINE).toFile(), machine);
  }

  /**
   * Puts the result files of JMH together in {@link #RESULTS}, without the histograms of the
   * samples, which are large and of which the percentiles stand beside them.
   */
  public static void writeResults(Path folder, List<Path> parts) throws IOException {
    ArrayNode all = JSON.createArrayNode();
    for (Path part : parts) {
      for (JsonNode result : JSON.readTree(part.toFile())) {
        ((ObjectNode) result.path("primaryMetric")).remove("rawDataHistogram");
        all.add(result);
      }
    }
    JSON.writeValue(folder.resolve(RESULTS).toFile(), all);
  }

  /** Keeps what the soak saw. */
  public static void writeSoak(Path folder, JsonNode seen) throws IOException {
    JSON.writeValue(folder.resolve(SOAK).toFile(), seen);
  }

  /** Writes table and figures into the folder. */
  public static void write(Path folder) throws IOException {
    for (Map.Entry<String, String> file : render(folder).entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue());
    }
  }

  /**
   * The files that {@link #write} writes, by name.
   *
   * @throws IOException if the results are not JSON, or there is no description of the machine
   * @throws IllegalArgumentException if they are not what this reads
   */
  public static Map<String, String> render(Path folder) throws IOException {
    CredentialsReport report = new CredentialsReport(folder);
    Map<String, String> files = new LinkedHashMap<>();
    files.put("credentials.md", report.table());
    files.put("credentials-figures.json", report.figuresFile());
    return files;
  }

  private void add(JsonNode result) {
    JsonNode primary = result.path("primaryMetric");
    if (!primary.path("scoreUnit").asText().equals("ns/op")) {
      throw new IllegalArgumentException("not in ns/op: " + result.path("benchmark").asText());
    }
    int threads = result.path("threads").asInt();
    String benchmark = result.path("benchmark").asText();
    String name = benchmark.substring(benchmark.lastIndexOf('.') + 1);
    Map<String, Read> ofThreads = reads.computeIfAbsent(threads, t -> new TreeMap<>());
    Read known =
        ofThreads.getOrDefault(name, new Read(Double.NaN, Double.NaN, Double.NaN, Double.NaN));
    if (result.path("mode").asText().equals("sample")) {
      JsonNode percentiles = primary.path("scorePercentiles");
      ofThreads.put(
          name,
          new Read(
              known.mean,
              percentiles.path("50.0").asDouble(Double.NaN),
              percentiles.path("99.9").asDouble(Double.NaN),
              known.bytes));
    } else {
      double busy = Math.min(machine.cores(), threads);
      double bytes = result.at("/secondaryMetrics/gc.alloc.rate.norm/score").asDouble(Double.NaN);
      ofThreads.put(
          name,
          new Read(median(primary.path("rawData")) * busy / threads, known.p50, known.p999, bytes));
    }
  }

  private static double median(JsonNode rawData) {
    List<Double> values = new ArrayList<>();
    for (JsonNode fork : rawData) {
      for (JsonNode iteration : fork) {
        values.add(iteration.asDouble());
      }
    }
    return Measure.median(values);
  }

  /**
   * Everything that a text may quote, by name: {@code T-threads.READ.ns}, {@code .p50}, {@code
   * .p99-9}, {@code .bytes}, {@code .to-sdk} (times the time of the SDK's provider) and {@code
   * .over-volatile} (nanoseconds more than a volatile read), and {@code soak.*}.
   */
  private Map<String, Double> figures() {
    Map<String, Double> figures = new TreeMap<>();
    reads.forEach(
        (threads, byName) ->
            byName.forEach(
                (name, read) -> {
                  String key = threads + "-threads." + name;
                  put(figures, key + ".ns", read.mean);
                  put(figures, key + ".p50", read.p50);
                  put(figures, key + ".p99-9", read.p999);
                  put(figures, key + ".bytes", read.bytes);
                  Read sdk = byName.get("sdkProvider");
                  if (sdk != null) {
                    put(figures, key + ".to-sdk", read.mean / sdk.mean);
                  }
                  Read floor = byName.get("volatileRead");
                  if (floor != null) {
                    put(figures, key + ".over-volatile", read.mean - floor.mean);
                  }
                }));
    if (soak != null) {
      put(figures, "soak.failed-reads", soak.path("failed-reads").asDouble());
      put(figures, "soak.worst-to-median", soak.path("worst-to-median").asDouble());
    }
    return figures;
  }

  private static void put(Map<String, Double> figures, String name, double value) {
    if (!Double.isNaN(value)) {
      figures.put(name, value);
    }
  }

  private String figuresFile() throws IOException {
    Map<String, Double> rounded = new TreeMap<>();
    figures().forEach((name, value) -> rounded.put(name, Math.round(value * 1e4) / 1e4));
    JsonNode tree = JSON.valueToTree(rounded);
    return JSON.writeValueAsString(tree) + "\n";
  }

  private List<Bound> bounds() {
    List<Bound> bounds = new ArrayList<>();
    for (int threads : reads.keySet()) {
      for (String read : AS_REQUESTS_READ) {
        String key = threads + "-threads." + read;
        String what = READS.get(read) + "; " + threads(threads);
        bounds.add(Bound.atMost(what + ": to the SDK's provider", key + ".to-sdk", 0.2, " ×"));
        bounds.add(
            Bound.atMost(what + ": more than a volatile read", key + ".over-volatile", 20, " ns"));
        bounds.add(Bound.atMost(what + ": allocation", key + ".bytes", 0.01, " B"));
        if (threads <= machine.cores()) {
          bounds.add(Bound.atMost(what + ": p99.9", key + ".p99-9", 1000, " ns"));
        }
      }
    }
    if (soak != null) {
      bounds.add(Bound.atMost("The soak: reads that failed", "soak.failed-reads", 0, ""));
      bounds.add(
          Bound.atLeast(
              "The soak: the slowest quarter of an hour without STS to the median",
              "soak.worst-to-median",
              0.9,
              " ×"));
    }
    return bounds;
  }

  private static String threads(int threads) {
    return threads == 1 ? "1 thread" : threads + " threads";
  }

  private String table() {
    StringBuilder md = new StringBuilder();
    md.append("# Credentials, ").append(machine.date()).append("\n\n");
    if (machine.quick()) {
      md.append("**A quick run: its figures show that the suite works, and nothing else.**\n\n");
    }
    md.append("## Bounds\n\n| | to reach | measured | |\n|---|---|---|---|\n");
    Map<String, Double> figures = figures();
    for (Bound bound : bounds()) {
      Boolean reached = bound.reached(figures);
      md.append("| ").append(bound.what());
      md.append(" | ").append(bound.text());
      md.append(" | ").append(bound.measured(figures));
      md.append(" | ").append(reached == null ? "" : reached ? "reached" : "**not reached**");
      md.append(" |\n");
    }
    md.append("\n## Reading warm credentials, one JMH run\n\n");
    md.append(
        "All threads read the same entry. The mean is for one read on one core: the time of a"
            + " thread, divided by how many threads a core has. p50 and p99.9 have the cost of the"
            + " timer in them, and, with more threads than cores, the scheduler's.\n");
    reads.forEach((threads, byName) -> reads(md, threads, byName));
    if (soak != null) {
      soak(md, soak);
    }
    SignerReport.machine(md, machine);
    return md.toString();
  }

  private static void reads(StringBuilder md, int threads, Map<String, Read> byName) {
    md.append("\n### ").append(threads(threads)).append("\n\n");
    md.append("| | mean ns | × AWS SDK | p50 ns | p99.9 ns | B/op |\n");
    md.append("|---|---:|---:|---:|---:|---:|\n");
    Read sdk = byName.get("sdkProvider");
    for (String name : ORDER) {
      Read read = byName.get(name);
      if (read != null) {
        md.append(
            String.format(
                Locale.ROOT,
                "| %s | %.1f | %s | %.0f | %.0f | %.2f |\n",
                READS.get(name),
                read.mean,
                sdk == null ? "" : String.format(Locale.ROOT, "%.3f", read.mean / sdk.mean),
                read.p50,
                read.p999,
                read.bytes));
      }
    }
  }

  private static void soak(StringBuilder md, JsonNode soak) {
    md.append("\n## Soak\n\n");
    md.append(soak.path("what").asText()).append("\n\n");
    md.append("| from | STS | million reads/s | failed reads | calls to STS |\n");
    md.append("|---|---|---:|---:|---:|\n");
    for (JsonNode quarter : soak.path("quarters")) {
      md.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %.1f | %d | %d |\n",
              quarter.path("from").asText(),
              quarter.path("dead").asBoolean() ? "dead" : "answers",
              quarter.path("reads-per-second").asDouble() / 1e6,
              quarter.path("failed-reads").asLong(),
              quarter.path("calls").asLong()));
    }
  }
}
