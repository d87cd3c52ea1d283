package io.countersign.benchmarks.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What is made of the raw results in a folder: {@code signer.json} of JMH, {@code
 * signer-machine.json}, and {@code peers/*.json} where there are any. The same input gives the same
 * bytes, so a test can tell whether a committed table is that of the committed results.
 */
public final class SignerReport {
  /** The raw results of JMH. */
  public static final String RESULTS = "signer.json";

  /** The {@link Machine}. */
  public static final String MACHINE = "signer-machine.json";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final Machine machine;
  private final SignerRun run;
  private final Peers peers = new Peers();

  private SignerReport(Path folder) throws IOException {
    machine = JSON.readValue(folder.resolve(MACHINE).toFile(), Machine.class);
    run =
        new SignerRun(
            new JmhResults(JSON.readTree(folder.resolve(RESULTS).toFile())), machine.cores());
    Path others = folder.resolve("peers");
    if (Files.isDirectory(others)) {
      try (Stream<Path> files = Files.list(others)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
          peers.add(JSON.readTree(file.toFile()));
        }
      }
    }
  }

  /** Keeps the description of the machine beside the results. */
  public static void writeMachine(Path folder, Machine machine) throws IOException {
    JSON.writeValue(folder.resolve(MACHINE).toFile(), machine);
  }

  /** Writes table, plot and figures into the folder. */
  public static void write(Path folder) throws IOException {
    for (Map.Entry<String, String> file : render(folder).entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue());
    }
  }

  /**
   * The files that {@link #write} writes, by name.
   *
   * @throws IOException if the results are missing or are not JSON
   * @throws IllegalArgumentException if they are not what this reads
   */
  public static Map<String, String> render(Path folder) throws IOException {
    SignerReport report = new SignerReport(folder);
    Map<String, String> files = new LinkedHashMap<>();
    files.put("signer.md", report.table());
    files.put("signer.svg", report.plot());
    files.put("signer-figures.json", report.figuresFile());
    return files;
  }

  private Map<String, Double> figures() {
    Map<String, Double> figures = new TreeMap<>(run.figures());
    figures.putAll(peers.figures());
    return figures;
  }

  private String figuresFile() throws IOException {
    Map<String, Double> rounded = new TreeMap<>();
    figures().forEach((name, value) -> rounded.put(name, Math.round(value * 1e4) / 1e4));
    JsonNode tree = JSON.valueToTree(rounded);
    return JSON.writeValueAsString(tree) + "\n";
  }

  private String plot() {
    List<Comparison> all = new ArrayList<>(run.comparisons());
    all.addAll(peers.comparisons());
    return BarChart.draw(
        "Countersign's signer beside its peers",
        machine.date()
            + ", "
            + machine.cpu()
            + ", "
            + machine.cores()
            + " cores, Java "
            + machine.jdk()
            + (machine.quick() ? ", a quick run: not for figures" : ""),
        all);
  }

  private String table() {
    StringBuilder md = new StringBuilder();
    md.append("# Signer, ").append(machine.date()).append("\n\n");
    if (machine.quick()) {
      md.append("**A quick run: its figures show that the suite works, and nothing else.**\n\n");
    }
    findings(md);
    md.append("![plot](signer.svg)\n\n## Bounds\n\n");
    md.append("| | to reach | measured | |\n|---|---|---|---|\n");
    Map<String, Double> figures = figures();
    for (Bound bound : SignerRun.bounds()) {
      Boolean reached = bound.reached(figures);
      md.append("| ").append(bound.what());
      md.append(" | ").append(bound.text());
      md.append(" | ").append(bound.measured(figures));
      md.append(" | ").append(reached == null ? "" : reached ? "reached" : "**not reached**");
      md.append(" |\n");
    }
    md.append("\n## Cases, one JMH run\n\n");
    md.append(
        "Medians over all iterations; an operation is one signature, verification or body.\n");
    run.comparisons().forEach(comparison -> comparison(md, comparison));
    if (!peers.comparisons().isEmpty()) {
      md.append("\n## Languages, another run\n\n");
      md.append("On the same machine, by `benchmarks/peers/run.sh`: each signer in a");
      md.append(
          " loop of its own. Each language checked first that it makes the same signature.\n");
      peers.comparisons().forEach(comparison -> comparison(md, comparison));
    }
    machine(md, machine);
    return md.toString();
  }

  /** Who is faster than we are, before everything else. */
  private void findings(StringBuilder md) {
    List<Comparison> all = new ArrayList<>(run.comparisons());
    all.addAll(peers.comparisons());
    for (Comparison comparison : all) {
      Comparison.Line ours = comparison.line("ours");
      if (ours != null) {
        for (Comparison.Line line : comparison.lines()) {
          if (line.kind() == Comparison.Kind.PEER
              && line.measure().nanos() < ours.measure().nanos()) {
            md.append("**Faster than Countersign: ").append(line.label()).append(", ");
            md.append(comparison.title()).append(".**\n\n");
          }
        }
      }
    }
  }

  private static void comparison(StringBuilder md, Comparison comparison) {
    md.append("\n### ").append(comparison.title()).append("\n\n");
    if (!comparison.note().isEmpty()) {
      md.append(comparison.note()).append("\n\n");
    }
    Comparison.Line by = comparison.line(comparison.reference());
    boolean bytes =
        comparison.lines().stream().anyMatch(line -> !Double.isNaN(line.measure().bytes()));
    md.append("| | time |").append(by == null ? "" : " × " + by.label() + " |");
    md.append(bytes ? " B/op |\n" : "\n").append("|---|---:|").append(by == null ? "" : "---:|");
    md.append(bytes ? "---:|\n" : "\n");
    for (Comparison.Line line : comparison.lines()) {
      Double ratio = comparison.ratio(line);
      md.append("| ").append(line.label());
      md.append(" | ").append(Numbers.time(line.measure().nanos())).append(" |");
      md.append(ratio == null ? "" : " " + Numbers.ratio(ratio) + " |");
      md.append(bytes ? " " + Numbers.bytes(line.measure().bytes()) + " |\n" : "\n");
    }
  }

  /** The last part of every table. */
  static void machine(StringBuilder md, Machine machine) {
    md.append("\n## Machine\n\n| | |\n|---|---|\n");
    row(md, "processor", machine.cpu() + ", " + machine.cores() + " cores");
    row(md, "flags that matter", String.join(" ", machine.flags()));
    row(md, "kernel", machine.kernel());
    row(md, "JDK", machine.jdk());
    row(md, "options of the JVM", "`" + String.join(" ", machine.jvmOptions()) + "`");
    row(
        md,
        "load at the start",
        machine.loadAtStart() < 0 ? "unknown" : String.valueOf(machine.loadAtStart()));
    row(md, "commit", machine.revision());
  }

  private static void row(StringBuilder md, String name, String value) {
    md.append("| ").append(name).append(" | ").append(value).append(" |\n");
  }
}
