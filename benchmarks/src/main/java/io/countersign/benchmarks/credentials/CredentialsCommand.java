package io.countersign.benchmarks.credentials;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.benchmarks.BenchmarkException;
import io.countersign.benchmarks.report.CredentialsReport;
import io.countersign.benchmarks.report.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.profile.GCProfiler;
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
  private static final List<String> JVM_OPTIONS =
      List.of("-Xms512m", "-Xmx512m", "--enable-native-access=ALL-UNNAMED");

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
      description =
          "Where to write. Without it: benchmarks/results/<date>-<machine> for a full run and for a"
              + " soak of ten minutes or more, benchmarks/target/quick otherwise.")
  private @Nullable Path output;

  /** Made by picocli. */
  public CredentialsCommand() {}

  @Override
  public Integer call() throws BenchmarkException, InterruptedException {
    boolean brief = minutes != null ? minutes < 10 : quick;
    Path home = Path.of(System.getProperty("countersign.home", ".")).toAbsolutePath().normalize();
    Machine machine = Machine.describe(home, Clock.systemUTC(), JVM_OPTIONS, brief);
    Path folder =
        output != null
            ? output
            : brief
                ? home.resolve("benchmarks/target/quick")
                : home.resolve("benchmarks/results").resolve(machine.folder());
    boolean good = true;
    try {
      Files.createDirectories(folder);
      if (minutes != null) {
        ObjectNode seen = new Soak(minutes).run();
        CredentialsReport.writeSoak(folder, seen);
        good = Soak.isGood(seen);
      } else {
        List<Path> parts = new ArrayList<>();
        for (int threads : THREADS) {
          Path part = Files.createTempFile("credentials", ".json");
          parts.add(part);
          measure(threads, part);
        }
        CredentialsReport.writeResults(folder, parts);
        for (Path part : parts) {
          Files.delete(part);
        }
      }
      CredentialsReport.writeMachine(folder, machine);
      CredentialsReport.write(folder);
      System.out.println(Files.readString(folder.resolve("credentials.md")));
      System.out.println(
          "Written: " + folder.resolve("credentials.md") + " and what it is made of");
    } catch (IOException e) {
      throw new BenchmarkException("cannot write to " + folder + ": " + e.getMessage(), e);
    }
    return good ? 0 : 1;
  }

  private void measure(int threads, Path json) throws BenchmarkException {
    try {
      var _ =
          new Runner(
                  new OptionsBuilder()
                      .include("^" + LookUp.class.getName().replace(".", "\\.") + "\\.")
                      .threads(threads)
                      .shouldFailOnError(true)
                      .addProfiler(GCProfiler.class)
                      .jvmArgs(JVM_OPTIONS.toArray(String[]::new))
                      .resultFormat(ResultFormatType.JSON)
                      .result(json.toString())
                      .forks(1)
                      .warmupIterations(3)
                      .warmupTime(TimeValue.milliseconds(quick ? 200 : 1000))
                      .measurementIterations(quick ? 2 : 5)
                      .measurementTime(TimeValue.milliseconds(quick ? 200 : 1000))
                      .build())
              .run();
    } catch (RunnerException e) {
      throw new BenchmarkException("the run failed: " + e.getMessage(), e);
    }
  }
}
