package io.countersign.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignerReportTest {
  private static final Machine MACHINE =
      new Machine(
          "2026-11-24",
          2,
          "Example(R) CPU 3000 v2 @ 2.00GHz",
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
    SignerReport.writeMachine(folder, MACHINE);
    Files.writeString(
        folder.resolve(SignerReport.RESULTS),
        "["
            + result("JsonPost.ours", "repeated", "[[500, 510], [9000, 505]]", "800")
            + ","
            + result("JsonPost.sdk", "repeated", "[[4000, 4000]]", "19000")
            + ","
            + result("SharedKeys.oneThread", "repeated", "[[500]]", "800")
            + ","
            + result("SharedKeys.eightThreads", "repeated", "[[2080]]", "800")
            + "]");
    Files.createDirectories(folder.resolve("peers"));
    Files.writeString(
        folder.resolve("peers/x.json"),
        "[{\"signer\": \"ours\", \"label\": \"Countersign\", \"case\": \"s3-get\", \"ns\":"
            + " [600]},{\"signer\": \"x\", \"label\": \"X <1>\", \"case\": \"s3-get\", \"ns\":"
            + " [400, 300]}]");
  }

  private static String result(String name, String form, String raw, String bytes) {
    return "{\"benchmark\": \"io.countersign.benchmarks.signer."
        + name
        + "\", \"params\": {\"form\": \""
        + form
        + "\"}, \"primaryMetric\": {\"scoreUnit\": \"ns/op\", \"rawData\": "
        + raw
        + "}, \"secondaryMetrics\": {\"gc.alloc.rate.norm\": {\"rawData\": [["
        + bytes
        + "]]}}}";
  }

  @Test
  void takesTheMedianOfAllIterations() throws IOException {
    assertThat(file("signer-figures.json"))
        .contains("\"json-post.repeated.ours.ns\" : 507.5")
        .contains("\"json-post.repeated.ours-to-sdk\" : 0.1269")
        .contains("\"json-post.repeated.sdk-to-ours\" : 7.8818");
  }

  @Test
  void countsThreadsByTheCoresTheyShare() throws IOException {
    assertThat(file("signer-figures.json"))
        .contains("\"threads.repeated.eight.ns\" : 520.0")
        .contains("\"threads.repeated.eight-to-one\" : 1.04");
  }

  @Test
  void saysOfEachBoundWhetherItIsReached() throws IOException {
    assertThat(file("signer.md"))
        .contains("| JSON POST to SDK v2; repeated | ≤ 0.17 × | 0.127 × | reached |")
        .contains("| JSON POST, allocation; repeated | ≤ 1,024 B | 800 B | reached |")
        .contains("| S3 GET to SDK v2; repeated | ≤ 0.20 × | not measured |  |");
  }

  @Test
  void saysFirstWhoIsFaster() throws IOException {
    assertThat(file("signer.md"))
        .startsWith(
            "# Signer, 2026-11-24\n\n**Faster than Countersign: X <1>, Languages, another run");
  }

  @Test
  void plotsEveryLine() throws IOException {
    assertThat(file("signer.svg"))
        .startsWith("<svg ")
        .contains("508 ns · 0.127 ×", "4,000 ns", "X &lt;1&gt;")
        .doesNotContain("<1>");
  }

  @Test
  void namesTheFolderByDateAndProcessor() {
    assertThat(MACHINE.folder()).isEqualTo("2026-11-24-example-2-cores");
  }

  @Test
  void committedTablesAreThoseOfTheCommittedResults() throws IOException {
    Path results = Path.of("results");
    if (!Files.isDirectory(results)) {
      return;
    }
    try (Stream<Path> folders = Files.list(results)) {
      for (Path committed : folders.filter(f -> Files.exists(f.resolve("signer.json"))).toList()) {
        for (Map.Entry<String, String> file : SignerReport.render(committed).entrySet()) {
          assertThat(committed.resolve(file.getKey()))
              .as("make it anew with ./countersign bench report benchmarks/%s", committed)
              .hasContent(file.getValue());
        }
      }
    }
  }

  private String file(String name) throws IOException {
    return SignerReport.render(folder).getOrDefault(name, "");
  }
}
