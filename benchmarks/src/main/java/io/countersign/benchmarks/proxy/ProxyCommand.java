package io.countersign.benchmarks.proxy;

import io.countersign.benchmarks.BenchmarkException;
import io.countersign.benchmarks.report.Machine;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code countersign bench proxy}. */
@Command(
    name = "proxy",
    description = {
      "Puts nginx and the gateway under the same load and says what a request costs each.",
      "Needs Linux with two processors, wrk, nginx and taskset. Everything listens on 127.0.0.1.",
      "Takes about five minutes; leave the machine alone meanwhile."
    })
public final class ProxyCommand implements Callable<Integer> {
  private static final int PROFILED_SECONDS = 20;

  @Option(
      names = "--quick",
      description = "A look of about a minute and a half: to see that it works, not for figures.")
  private boolean quick;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description =
          "Where to write. Without it: benchmarks/results/<date>-<machine> for a full run,"
              + " benchmarks/target/quick for one that is quick.")
  private @Nullable Path output;

  @Option(
      names = "--flame-graph",
      description = "Profiles the SDK door after the rounds, with async-profiler.")
  private boolean flameGraph;

  @Option(
      names = "--before",
      paramLabel = "LAUNCHER",
      description =
          "The countersign of another checkout, built before: measured too, in the same rounds.")
  private @Nullable Path before;

  @Option(names = "--rounds", paramLabel = "N", description = "Rounds (default: 7; quick: 2).")
  private int rounds;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "Of each round at each subject (default: 6; quick: 3).")
  private int seconds;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      description = "Of load at each door before the first round (default: 60; quick: 20).")
  private int warmUp;

  @Option(
      names = "--connections",
      paramLabel = "N",
      defaultValue = "32",
      description = "Connections of the load (default: ${DEFAULT-VALUE}).")
  private int connections = 32;

  /** Made by picocli. */
  public ProxyCommand() {}

  @Override
  public Integer call() throws BenchmarkException {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    try {
      Path folder = Files.createTempDirectory("countersign-bench-");
      try {
        run(folder, out);
      } finally {
        try (Stream<Path> files = Files.walk(folder)) {
          for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(file);
          }
        }
      }
    } catch (IOException e) {
      throw new BenchmarkException("it could not be measured: " + e, e);
    }
    return 0;
  }

  private Path defaultFolder(Path home, Machine machine) {
    return quick
        ? home.resolve("benchmarks/target/quick")
        : home.resolve("benchmarks/results").resolve(machine.folder());
  }

  private void run(Path folder, PrintWriter out) throws IOException, BenchmarkException {
    Path home = Path.of(System.getProperty("countersign.home", ".")).toAbsolutePath().normalize();
    ProxyBenchmark.Extent extent =
        new ProxyBenchmark.Extent(
            quick ? 4_000 : 50_000,
            warmUp > 0 ? warmUp : quick ? 20 : 60,
            rounds > 0 ? rounds : quick ? 2 : 7,
            seconds > 0 ? seconds : quick ? 3 : 6,
            connections);
    Programs programs = Programs.find();
    try (ProxyBenchmark benchmark =
        new ProxyBenchmark(programs, home.resolve("countersign"), before, folder, extent, out)) {
      Machine machine =
          Machine.describe(home, Clock.systemUTC(), benchmark.gateway().jvmOptions(), quick);
      Path results = output != null ? output : defaultFolder(home, machine);
      Files.createDirectories(results);
      long verified = benchmark.verify();
      benchmark.warmUp();
      benchmark.rounds();
      benchmark.checkRecords();
      Report report = new Report(machine, programs, extent, verified, benchmark.subjects());
      report.json(results.resolve("proxy.json"));
      report.table(results.resolve("proxy.md"));
      out.print(Files.readString(results.resolve("proxy.md")));
      if (flameGraph) {
        Path collapsed = folder.resolve("sdk-door.collapsed");
        Profiler profiler = Profiler.of(benchmark.gateway(), folder);
        profiler.start();
        benchmark.loadSdkDoor(PROFILED_SECONDS);
        profiler.stop(collapsed);
        FlameGraph.draw(
            collapsed,
            results.resolve("proxy-flame.svg"),
            "Countersign, SDK door under load: processor time by stack");
      }
      out.println("written to " + results);
    }
  }
}
