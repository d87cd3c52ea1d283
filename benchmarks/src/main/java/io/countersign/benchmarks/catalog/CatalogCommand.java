package io.countersign.benchmarks.catalog;

import io.countersign.benchmarks.BenchmarkException;
import io.countersign.benchmarks.report.Machine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code countersign bench catalog}. */
@Command(
    name = "catalog",
    description = {
      "Starts processes that read the catalog, and tells the time and the heap of each step; half a"
          + " minute."
    })
public final class CatalogCommand implements Callable<Integer> {
  /** Of {@code countersign run}. */
  private static final List<String> JVM_OPTIONS = List.of("-XX:+UseSerialGC", "-Xms16m", "-Xmx96m");

  private static final Map<String, String> STEPS =
      Map.of(
          "index", "the index: every service by name, none of its operations",
          "ec2", "the operations and routes of ec2, the largest service",
          "operations", "the operations of all services",
          "shapes", "the shapes of all services as well");

  @Option(
      names = "--runs",
      paramLabel = "N",
      description = "Processes to start (default: ${DEFAULT-VALUE}).")
  private int runs = 11;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "Also write the table there, such as benchmarks/results/DIR/catalog.md.")
  private @Nullable Path output;

  /** Made by picocli. */
  public CatalogCommand() {}

  private record Step(List<Long> nanos, List<Long> bytes) {}

  @Override
  public Integer call() throws BenchmarkException, InterruptedException {
    Path home = Path.of(System.getProperty("countersign.home", ".")).toAbsolutePath().normalize();
    Machine machine = Machine.describe(home, Clock.systemUTC(), JVM_OPTIONS, runs < 5);
    Map<String, Step> steps = new LinkedHashMap<>();
    try {
      for (int i = 0; i < runs; i++) {
        run(steps);
      }
      String table = table(machine, steps);
      System.out.print(table);
      if (output != null) {
        Files.writeString(output, table);
      }
    } catch (IOException e) {
      throw new BenchmarkException("the catalog could not be measured: " + e.getMessage(), e);
    }
    return 0;
  }

  private static void run(Map<String, Step> steps) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM_OPTIONS);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(CatalogProbe.class.getName());
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] words = line.split(" ", -1);
        if (words.length == 3) {
          Step step =
              steps.computeIfAbsent(words[0], _ -> new Step(new ArrayList<>(), new ArrayList<>()));
          step.nanos().add(Long.parseLong(words[1]));
          step.bytes().add(Long.parseLong(words[2]));
        }
      }
    }
    if (process.waitFor() != 0) {
      throw new IOException("a process that reads the catalog ended with " + process.exitValue());
    }
  }

  private String table(Machine machine, Map<String, Step> steps) {
    StringBuilder table = new StringBuilder();
    table.append("# The catalog in a process that starts\n\n");
    table.append(
        "%s, %d cores, %s, %s, %s, load %.2f at the start, %s. %d processes, the median of each.%n%n"
            .formatted(
                machine.cpu(),
                machine.cores(),
                machine.kernel(),
                machine.jdk(),
                String.join(" ", machine.jvmOptions()),
                machine.loadAtStart(),
                machine.revision(),
                runs));
    table.append("| step, each after the one before | ms | heap in use after it, MB |\n");
    table.append("|---|---:|---:|\n");
    steps.forEach(
        (name, step) ->
            table.append(
                String.format(
                    Locale.ROOT,
                    "| %s | %.0f | %.1f |%n",
                    STEPS.getOrDefault(name, name),
                    median(step.nanos()) / 1e6,
                    median(step.bytes()) / 1e6)));
    table.append("\nThe bounds: 150 ms and 40 MB for all services, each read when it is used.\n");
    return table.toString();
  }

  private static double median(List<Long> values) {
    List<Long> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }
}
