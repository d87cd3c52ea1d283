package io.countersign.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds docs/metrics.md against what a registry exposes in which everything was used once. */
class MetricsDocumentTest {
  private static final Pattern ROW =
      Pattern.compile(
          "\\| `([a-z0-9_]+)`( [¹²])? \\| (counter|gauge|histogram|summary) \\| ([^|]*)\\|.*");
  private static final Pattern LABEL = Pattern.compile("`([a-z]+)`(?: \\(([^)]*)\\))?");
  private static final Pattern SAMPLE =
      Pattern.compile("([a-zA-Z0-9_:]+)(?:\\{(.*)})? [-+0-9.eEINaf]+");
  private static final Pattern PAIR = Pattern.compile("([a-zA-Z_]+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  /**
   * What is said of one metric: its type, its labels, and the values of labels with a closed set.
   */
  private record Described(
      String type, Set<String> labels, Map<String, Set<String>> values, boolean optional) {}

  @Test
  void documentsEveryMetricWithItsTypeAndLabels() throws IOException {
    Map<String, Described> documented = documented();
    Map<String, Described> exposed = exposed();
    assertThat(exposed).hasSizeGreaterThan(40);
    exposed.forEach(
        (name, metric) -> {
          assertThat(documented).as("docs/metrics.md").containsKey(name);
          assertThat(at(documented, name).type()).as("type of %s", name).isEqualTo(metric.type());
          assertThat(at(documented, name).labels())
              .as("labels of %s", name)
              .isEqualTo(metric.labels());
        });
  }

  @Test
  void documentsNoMetricThatIsNotThere() throws IOException {
    Map<String, Described> exposed = exposed();
    documented()
        .forEach(
            (name, metric) -> {
              if (!metric.optional()) {
                assertThat(exposed).as("what the gateway exposes").containsKey(name);
              }
            });
  }

  @Test
  void documentsTheValuesOfLabelsWithAClosedSet() throws IOException {
    Map<String, Described> exposed = exposed();
    Map<String, Described> documented = documented();
    int checked = 0;
    for (var entry : documented.entrySet()) {
      for (var label : entry.getValue().values().entrySet()) {
        assertThat(at(exposed, entry.getKey()).values().get(label.getKey()))
            .as("values of %s of %s", label.getKey(), entry.getKey())
            .isEqualTo(label.getValue());
        checked++;
      }
    }
    assertThat(checked).isGreaterThan(8);
    assertThat(at(exposed, "countersign_requests_total").values().get("door"))
        .containsExactlyInAnyOrder("tool", "sdk", "credentials", "other");
    assertThat(at(exposed, "countersign_requests_total").values().get("connector"))
        .containsExactlyInAnyOrder("warehouse", "lake", "none");
  }

  @Test
  void namesEveryMetricOfItsOwnAfterTheProject() throws IOException {
    assertThat(exposed().keySet())
        .allMatch(name -> name.matches("(countersign|jvm|process|system)_[a-z0-9_]+"));
  }

  @Test
  void passesTheLintOfPromtool() throws Exception {
    assumeTrue(
        onPath("promtool"),
        "promtool is not on the PATH: install Prometheus (Debian: apt-get install prometheus)");
    Process promtool =
        new ProcessBuilder("promtool", "check", "metrics").redirectErrorStream(true).start();
    try (OutputStream in = promtool.getOutputStream()) {
      in.write(scrape().getBytes(StandardCharsets.UTF_8));
    }
    String said =
        new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(promtool.waitFor()).as(said).isZero();
    assertThat(said).isEmpty();
  }

  private static Described at(Map<String, Described> metrics, String name) {
    return Objects.requireNonNull(metrics.get(name), name);
  }

  private static boolean onPath(String program) {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.of(path.split(":", -1)).anyMatch(d -> Files.isExecutable(Path.of(d, program)));
  }

  private static Map<String, Described> documented() throws IOException {
    Map<String, Described> rows = new TreeMap<>();
    for (String line : Files.readAllLines(document())) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        Map<String, Set<String>> values = new HashMap<>();
        Set<String> labels = new TreeSet<>();
        Matcher label = LABEL.matcher(row.group(4));
        while (label.find()) {
          labels.add(label.group(1));
          if (label.group(2) != null) {
            values.put(label.group(1), new TreeSet<>(List.of(label.group(2).split(", ", -1))));
          }
        }
        boolean optional = row.group(2) != null;
        Described twice =
            rows.put(row.group(1), new Described(row.group(3), labels, values, optional));
        assertThat(twice).as("rows of %s", row.group(1)).isNull();
      } else {
        assertThat(line).doesNotStartWith("| `countersign_");
      }
    }
    return rows;
  }

  /** The tests run in the module's folder or in the project's. */
  private static Path document() {
    return Stream.of(Path.of("docs/metrics.md"), Path.of("../docs/metrics.md"))
        .filter(Files::exists)
        .findFirst()
        .orElseThrow();
  }

  private static Map<String, Described> exposed() throws IOException {
    Map<String, String> types = new TreeMap<>();
    List<String> samples = new ArrayList<>();
    for (String line : scrape().lines().toList()) {
      if (line.startsWith("# TYPE ")) {
        String[] words = line.split(" ", -1);
        types.put(words[2], words[3]);
      } else if (!line.startsWith("#")) {
        samples.add(line);
      }
    }
    Map<String, Described> metrics = new TreeMap<>();
    types.forEach(
        (name, type) ->
            metrics.put(name, new Described(type, new TreeSet<>(), new HashMap<>(), false)));
    for (String sample : samples) {
      Matcher parts = SAMPLE.matcher(sample);
      assertThat(parts.matches()).as(sample).isTrue();
      Described metric = at(metrics, family(parts.group(1), types));
      Matcher pair = PAIR.matcher(parts.group(2) == null ? "" : parts.group(2));
      while (pair.find()) {
        if (!pair.group(1).equals("le")) {
          metric.labels().add(pair.group(1));
          metric.values().computeIfAbsent(pair.group(1), l -> new TreeSet<>()).add(pair.group(2));
        }
      }
    }
    return metrics;
  }

  /** A sample belongs to the metric of its name, or of its name without a histogram's suffix. */
  private static String family(String sample, Map<String, String> types) {
    return types.keySet().stream()
        .filter(t -> sample.equals(t) || sample.matches(t + "_(bucket|sum|count)"))
        .max(Comparator.comparingInt(String::length))
        .orElseThrow();
  }

  private static String scrape() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (Metrics metrics = PopulatedMetrics.create()) {
      metrics.scrape(out, "text/plain");
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}
