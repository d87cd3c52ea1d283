package io.countersign.benchmarks.signer;

import io.countersign.benchmarks.BenchmarkException;
import io.countersign.benchmarks.report.CredentialsReport;
import io.countersign.benchmarks.report.SignerReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code countersign bench report}. */
@Command(
    name = "report",
    description = {
      "Makes table, plot and figures anew from the raw results in a folder, without measuring:",
      "after benchmarks/peers/run.sh, or when the tables of the project change."
    })
public final class ReportCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "A folder of benchmarks/results.")
  private Path folder = Path.of(".");

  /** Made by picocli. */
  public ReportCommand() {}

  @Override
  public Integer call() throws BenchmarkException {
    try {
      if (Files.exists(folder.resolve(SignerReport.RESULTS))) {
        SignerReport.write(folder);
      }
      if (Files.exists(folder.resolve(CredentialsReport.MACHINE))) {
        CredentialsReport.write(folder);
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new BenchmarkException("cannot make a report of " + folder + ": " + e.getMessage(), e);
    }
    return 0;
  }
}
