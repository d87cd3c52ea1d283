package io.countersign.benchmarks.credentials;

import io.countersign.benchmarks.BenchmarkException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code countersign bench credentials}. */
@Command(
    name = "credentials",
    description = {
      "Reads warm credentials beside the AWS SDK's provider and a Caffeine cache, in one run, with"
          + " 1, 2 and 16 threads; about ten minutes. With --minutes: a soak of the cache instead,"
          + " in which STS is dead for half an hour of the cache's time."
    })
public final class CredentialsCommand implements Callable<Integer> {
  private static final int[] THREADS = {1, 2, 16};

  @Option(
      names = "--minutes",
      paramLabel = "N",
      description = "Run the soak for so long: four hours of the cache's time go by meanwhile.")
  private @Nullable Double minutes;

  @Option(names = "--quick", description = "Short runs: to see that it works, not for figures.")
  private boolean quick;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Where to write credentials.md and the JSON of JMH (benchmarks/target/quick).")
  private @Nullable Path output;

  /** Made by picocli. */
  public CredentialsCommand() {}

  @Override
  public Integer call() throws BenchmarkException, InterruptedException {
    if (minutes != null) {
      return new Soak(minutes, System.out).run() ? 0 : 1;
    }
    Path home = Path.of(System.getProperty("countersign.home", ".")).toAbsolutePath().normalize();
    Path folder = output != null ? output : home.resolve("benchmarks/target/quick");
    try {
      Files.createDirectories(folder);
      List<RunResult> results = new ArrayList<>();
      for (int threads : THREADS) {
        results.addAll(measured(threads, folder.resolve("credentials-" + threads + ".json")));
      }
      String table = table(results);
      PrintStream out = System.out;
      out.println(table);
      Files.writeString(folder.resolve("credentials.md"), table);
      return 0;
    } catch (IOException e) {
      throw new BenchmarkException("cannot write to " + folder + ": " + e.getMessage(), e);
    }
  }

  private Collection<RunResult> measured(int threads, Path json) throws BenchmarkException {
    try {
      return new Runner(
              new OptionsBuilder()
                  .include("^" + LookUp.class.getName().replace(".", "\\.") + "\\.")
                  .threads(threads)
                  .shouldFailOnError(true)
                  .addProfiler(GCProfiler.class)
                  .jvmArgs("-Xms512m", "-Xmx512m", "--enable-native-access=ALL-UNNAMED")
                  .resultFormat(ResultFormatType.JSON)
                  .result(json.toString())
                  .forks(quick ? 1 : 2)
                  .warmupIterations(2)
                  .warmupTime(TimeValue.milliseconds(quick ? 200 : 1000))
                  .measurementIterations(quick ? 2 : 5)
                  .measurementTime(TimeValue.milliseconds(quick ? 200 : 1000))
                  .build())
          .run();
    } catch (RunnerException e) {
      throw new BenchmarkException("the run failed: " + e.getMessage(), e);
    }
  }

  /** What was read, with how many threads, and the figures of it. */
  static String table(Collection<RunResult> results) {
    Map<String, double[]> rows = new TreeMap<>();
    for (RunResult run : results) {
      String label = run.getPrimaryResult().getLabel();
      int threads = run.getParams().getThreads();
      double[] row =
          rows.computeIfAbsent(String.format(Locale.ROOT, "%02d %s", threads, label), k -> fresh());
      if (run.getParams().getMode() == Mode.AverageTime) {
        row[0] = run.getPrimaryResult().getScore();
        Result<?> allocated = run.getSecondaryResults().get("gc.alloc.rate.norm");
        row[3] = allocated == null ? Double.NaN : allocated.getScore();
      } else {
        row[1] = run.getPrimaryResult().getStatistics().getPercentile(50);
        row[2] = run.getPrimaryResult().getStatistics().getPercentile(99.9);
      }
    }
    StringBuilder table =
        new StringBuilder("| threads | read | mean ns | p50 ns | p99.9 ns | bytes |\n");
    table.append("|---|---|---|---|---|---|\n");
    rows.forEach(
        (name, row) ->
            table.append(
                String.format(
                    Locale.ROOT,
                    "| %d | %s | %.1f | %.0f | %.0f | %.2f |\n",
                    Integer.parseInt(name.substring(0, 2)),
                    name.substring(3),
                    row[0],
                    row[1],
                    row[2],
                    row[3])));
    return table.toString();
  }

  private static double[] fresh() {
    return new double[] {Double.NaN, Double.NaN, Double.NaN, Double.NaN};
  }
}
