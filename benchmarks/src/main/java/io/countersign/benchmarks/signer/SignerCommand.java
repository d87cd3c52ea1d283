package io.countersign.benchmarks.signer;

import io.countersign.benchmarks.BenchmarkException;
import io.countersign.benchmarks.report.Machine;
import io.countersign.benchmarks.report.SignerReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code countersign bench signer}. */
@Command(
    name = "signer",
    description = {
      "Signs, presigns and verifies beside the AWS SDK for Java v2 and the AWS CRT, in one run.",
      "Takes about 25 minutes; leave the machine alone meanwhile."
    })
public final class SignerCommand implements Callable<Integer> {
  /**
   * The same for every signer. The heap is fixed, so that its growth is in nobody's figures. The
   * options of this process are not handed on.
   */
  static final List<String> JVM_OPTIONS =
      List.of(
          "-Xms512m",
          "-Xmx512m",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  /**
   * A JIT may compile a case well in one process and badly in the next, so a single fork is no
   * figure: the table takes the median over the iterations of all forks.
   */
  private static final int FORKS = 3;

  @Option(
      names = "--quick",
      description = "Short runs, about two minutes in all: to see that it works, not for figures.")
  private boolean quick;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description =
          "Where to write. Without it: benchmarks/results/<date>-<machine> for a full run,"
              + " benchmarks/target/quick for one that is quick or partial.")
  private @Nullable Path output;

  @Option(
      names = "--only",
      paramLabel = "REGEX",
      description = "Run only the benchmarks that it matches, such as 'JsonPost|HashFloor'.")
  private @Nullable String only;

  /** Made by picocli. */
  public SignerCommand() {}

  @Override
  public Integer call() throws BenchmarkException {
    Path home = Path.of(System.getProperty("countersign.home", ".")).toAbsolutePath().normalize();
    Machine machine = Machine.describe(home, Clock.systemUTC(), JVM_OPTIONS, quick);
    Path folder = output != null ? output : defaultFolder(home, machine);
    try {
      Files.createDirectories(folder);
      SignerReport.writeMachine(folder, machine);
      measure(folder.resolve(SignerReport.RESULTS));
      SignerReport.write(folder);
    } catch (IOException e) {
      throw new BenchmarkException("cannot write to " + folder + ": " + e.getMessage(), e);
    }
    Path table = folder.resolve("signer.md");
    System.out.println();
    System.out.println("Written: " + table + ", signer.svg, signer.json, signer-figures.json");
    return 0;
  }

  private Path defaultFolder(Path home, Machine machine) {
    return quick || only != null
        ? home.resolve("benchmarks/target/quick")
        : home.resolve("benchmarks/results").resolve(machine.folder());
  }

  private void measure(Path results) throws BenchmarkException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(
                "^io\\.countersign\\.benchmarks\\.signer\\..*(" + (only == null ? "" : only) + ")")
            .shouldFailOnError(true)
            .addProfiler(GCProfiler.class)
            .jvmArgs(JVM_OPTIONS.toArray(String[]::new))
            .resultFormat(ResultFormatType.JSON)
            .result(results.toString())
            .forks(quick ? 1 : FORKS)
            .warmupIterations(quick ? 2 : 5)
            .warmupTime(TimeValue.milliseconds(quick ? 400 : 1000))
            .measurementIterations(quick ? 3 : 4)
            .measurementTime(TimeValue.milliseconds(quick ? 250 : 1000));
    try {
      if (new Runner(options.build()).run().isEmpty()) {
        throw new BenchmarkException("no benchmark matches " + only);
      }
    } catch (RunnerException e) {
      throw new BenchmarkException("the run failed: " + e.getMessage(), e);
    }
  }
}
