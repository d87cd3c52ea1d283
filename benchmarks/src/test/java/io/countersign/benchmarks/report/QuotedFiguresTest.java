package io.countersign.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuotedFiguresTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  @TempDir private Path folder = Path.of("");

  @BeforeEach
  void writeAResult() throws IOException {
    Path results = folder.resolve("results/here");
    Files.createDirectories(results);
    Files.writeString(
        results.resolve("f.json"),
        "{\"post.ours.ns\": 612.34, \"post.ours-to-sdk\": 0.1613, \"post.ours.bytes\": 1000,"
            + " \"proxy\": {\"rps\": [20123.4]}}");
  }

  @Test
  void everyFigureQuotedInATextStandsInACommittedResult() throws IOException {
    List<String> problems = new ArrayList<>();
    for (Path text : texts()) {
      for (String problem :
          new Quotes(ROOT.resolve("benchmarks")).problems(Files.readString(text))) {
        problems.add(ROOT.relativize(text) + ", " + problem);
      }
    }
    assertThat(problems).as("see \"Figures in texts\" in benchmarks/README.md").isEmpty();
  }

  private static List<Path> texts() throws IOException {
    List<Path> texts =
        new ArrayList<>(
            List.of(
                ROOT.resolve("README.md"),
                ROOT.resolve("CHANGELOG.md"),
                ROOT.resolve("signer/README.md"),
                ROOT.resolve("benchmarks/README.md"),
                ROOT.resolve("docker/README.md")));
    try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
      files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(texts::add);
    }
    return texts;
  }

  @Test
  void takesAFigureThatRoundsToWhatIsQuoted() throws IOException {
    assertThat(problems("612 ns<!-- figure: results/here/f.json#post.ours.ns -->")).isEmpty();
    assertThat(problems("0.61 µs <!-- figure: results/here/f.json#post.ours.ns -->")).isEmpty();
    assertThat(problems("0.16 × <!-- figure: results/here/f.json#post.ours-to-sdk -->")).isEmpty();
    assertThat(problems("16 % <!-- figure: results/here/f.json#post.ours-to-sdk -->")).isEmpty();
    assertThat(problems("0.98 KiB <!-- figure: results/here/f.json#post.ours.bytes -->")).isEmpty();
    assertThat(problems("20,100 requests/s <!-- figure: results/here/f.json#/proxy/rps/0 -->"))
        .isEmpty();
  }

  @Test
  void refusesAFigureThatIsAnother() throws IOException {
    assertThat(problems("x\n611 ns<!-- figure: results/here/f.json#post.ours.ns -->"))
        .containsExactly("line 2: 611 is quoted, results/here/f.json#post.ours.ns is 612.3400");
    assertThat(problems("0.62 µs <!-- figure: results/here/f.json#post.ours.ns -->")).hasSize(1);
    assertThat(problems("0.1 × <!-- figure: results/here/f.json#post.ours-to-sdk -->")).hasSize(1);
  }

  @Test
  void refusesAMarkerThatLeadsNowhere() throws IOException {
    assertThat(problems("6 ns <!-- figure: results/gone/f.json#x -->"))
        .containsExactly("line 1: results/gone/f.json is not a file under results/");
    assertThat(problems("6 ns <!-- figure: ../secret.json#x -->")).hasSize(1);
    assertThat(problems("6 ns <!-- figure: results/here/f.json#post -->"))
        .containsExactly("line 1: results/here/f.json has no number post");
    assertThat(problems("fast <!-- figure: results/here/f.json#post.ours.ns -->")).hasSize(1);
  }

  @Test
  void refusesAFigureWithoutMarker() throws IOException {
    for (String claim :
        List.of(
            "signs in 612 ns",
            "takes 0.6 µs a call",
            "about 6 microseconds",
            "6.2 × the speed of the SDK",
            "six, or 6 times faster",
            "30 % faster",
            "allocates 900 B/op",
            "20,000 requests/s",
            "20000 requests per second",
            "1.8 GB/s",
            "0.4 ms per request")) {
      assertThat(problems(claim)).as(claim).hasSize(1);
    }
  }

  @Test
  void leavesSettingsGoalsCodeAndBucketsAlone() throws IOException {
    for (String text :
        List.of(
            "a duration from 1ms to 5m",
            "waits 500 ms, then 2 seconds",
            "at most 63 characters, 64 KiB, 8 MiB",
            "Buckets from 5 µs to 50 ms. |",
            "≤ 0.17 × the SDK, and ≤ 22 µs",
            "`612 ns`",
            "```\n612 ns\n```",
            "SHA-256 ns",
            "version 1.2 us-east-1")) {
      assertThat(problems(text)).as(text).isEmpty();
    }
  }

  private List<String> problems(String text) throws IOException {
    return new Quotes(folder).problems(text);
  }
}
