package io.countersign.benchmarks.signer;

import io.countersign.benchmarks.BenchmarkException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
      "Takes about a quarter of an hour; leave the machine alone meanwhile."
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
    Path folder = output != null ? output : home.resolve("benchmarks/target/quick");
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new BenchmarkException("cannot make the folder " + folder + ": " + e.getMessage(), e);
    }
    Path json = folder.resolve("signer.json");
    List<String> jvm = new ArrayList<>(JVM_OPTIONS);
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(
                "^io\\.countersign\\.benchmarks\\.signer\\..*(" + (only == null ? "" : only) + ")")
            .shouldFailOnError(true)
            .addProfiler(GCProfiler.class)
            .jvmArgs(jvm.toArray(String[]::new))
            .resultFormat(ResultFormatType.JSON)
            .result(json.toString())
            .forks(quick ? 1 : 2)
            .warmupIterations(quick ? 2 : 3)
            .warmupTime(TimeValue.milliseconds(quick ? 400 : 1000))
            .measurementIterations(quick ? 3 : 5)
            .measurementTime(TimeValue.milliseconds(quick ? 250 : 1000));
    try {
      new Runner(options.build()).run();
    } catch (RunnerException e) {
      throw new BenchmarkException("the run failed: " + e.getMessage(), e);
    }
    return 0;
  }
}
