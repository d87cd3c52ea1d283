package io.countersign.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsReportTest {
  private static final Machine MACHINE =
      new Machine(
          "2026-11-24",
          2,
          "Example CPU",
          List.of("sha_ni"),
          "Linux 6.1.0",
          "Example 25",
          List.of("-Xmx1g"),
          0.5,
          "0123456789ab",
          false);

  @TempDir private Path folder = Path.of("");

  @BeforeEach
  void writeResults() throws IOException {
    CredentialsReport.writeMachine(folder, MACHINE);
    Path one = folder.resolve("one");
    Path sixteen = folder.resolve("sixteen");
    Files.writeString(
        one,
        "["
            + mean("slot", 1, "[[5, 4, 90]]")
            + ","
            + sample("slot", 1, 40, 80)
            + ","
            + mean("sdkProvider", 1, "[[50]]")
            + ","
            + mean("volatileRead", 1, "[[1]]")
            + "]");
    Files.writeString(
        sixteen, "[" + mean("slot", 16, "[[80]]") + "," + mean("sdkProvider", 16, "[[320]]") + "]");
    CredentialsReport.writeResults(folder, List.of(one, sixteen));
  }

  private static String mean(String read, int threads, String raw) {
    return head(read, threads, "avgt")
        + "\"primaryMetric\": {\"scoreUnit\": \"ns/op\", \"rawData\": "
        + raw
        + "}, \"secondaryMetrics\": {\"gc.alloc.rate.norm\": {\"score\": 0.001}}}";
  }

  private static String sample(String read, int threads, int p50, int p999) {
    return head(read, threads, "sample")
        + "\"primaryMetric\": {\"scoreUnit\": \"ns/op\", \"rawDataHistogram\": [[[40, 7]]],"
        + " \"scorePercentiles\": {\"50.0\": "
        + p50
        + ", \"99.9\": "
        + p999
        + "}}, \"secondaryMetrics\": {\"gc.alloc.rate.norm\": {\"score\": 3.5}}}";
  }

  private static String head(String read, int threads, String mode) {
    return "{\"benchmark\": \"io.countersign.benchmarks.credentials.LookUp."
        + read
        + "\", \"mode\": \""
        + mode
        + "\", \"threads\": "
        + threads
        + ", ";
  }

  @Test
  void countsTheMedianOfAReadOnOneCore() throws IOException {
    assertThat(file("credentials-figures.json"))
        .contains("\"1-threads.slot.ns\" : 5.0")
        .contains("\"1-threads.slot.to-sdk\" : 0.1,")
        .contains("\"1-threads.slot.over-volatile\" : 4.0")
        .contains("\"1-threads.slot.p99-9\" : 80.0")
        .contains("\"1-threads.slot.bytes\" : 0.001")
        .contains("\"16-threads.slot.ns\" : 10.0")
        .contains("\"16-threads.slot.to-sdk\" : 0.25");
  }

  @Test
  void keepsNoHistograms() throws IOException {
    assertThat(Files.readString(folder.resolve(CredentialsReport.RESULTS)))
        .contains("scorePercentiles")
        .doesNotContain("rawDataHistogram");
  }

  @Test
  void saysOfEachBoundWhetherItIsReached() throws IOException {
    assertThat(file("credentials.md"))
        .contains("1 thread: to the SDK's provider | ≤ 0.20 × | 0.10 × | reached |")
        .contains("16 threads: to the SDK's provider | ≤ 0.20 × | 0.25 × | **not reached** |")
        .contains("| Countersign, as a request does it | 5.0 | 0.100 | 40 | 80 | 0.00 |");
  }

  @Test
  void showsTheSoakWhereThereWasOne() throws IOException {
    assertThat(file("credentials.md")).doesNotContain("## Soak");
    CredentialsReport.writeSoak(
        folder,
        new ObjectMapper()
            .readTree(
                "{\"what\": \"It was so.\", \"failed-reads\": 3, \"worst-to-median\": 0.97,"
                    + " \"quarters\": [{\"from\": \"1:45\", \"dead\": true, \"reads-per-second\":"
                    + " 21000000, \"failed-reads\": 3, \"calls\": 40}]}"));
    assertThat(file("credentials.md"))
        .contains("It was so.", "| 1:45 | dead | 21.0 | 3 | 40 |")
        .contains("reads that failed | ≤ 0.00 | 3.00 | **not reached** |");
  }

  @Test
  void committedTablesAreThoseOfTheCommittedResults() throws IOException {
    Path results = Path.of("results");
    if (!Files.isDirectory(results)) {
      return;
    }
    try (Stream<Path> folders = Files.list(results)) {
      for (Path committed :
          folders.filter(f -> Files.exists(f.resolve(CredentialsReport.MACHINE))).toList()) {
        for (Map.Entry<String, String> file : CredentialsReport.render(committed).entrySet()) {
          assertThat(committed.resolve(file.getKey()))
              .as("make it anew with ./countersign bench report benchmarks/%s", committed)
              .hasContent(file.getValue());
        }
      }
    }
  }

  private String file(String name) throws IOException {
    return CredentialsReport.render(folder).getOrDefault(name, "");
  }
}
