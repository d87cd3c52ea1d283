package io.countersign.cli;

import io.countersign.config.ConfigException;
import io.countersign.config.ConfigLoader;
import io.countersign.config.Loaded;
import io.countersign.config.Problem;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** {@code --config FILE}, of every command that needs one. */
final class ConfigOption {
  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      defaultValue = "countersign.yaml",
      description = "The configuration file (default: ${DEFAULT-VALUE}).")
  private Path file = Path.of("countersign.yaml");

  Path file() {
    return file;
  }

  /**
   * Loads the file; where it cannot be used, prints every problem first.
   *
   * @param to where the problems go
   * @throws CliException when it cannot be used
   */
  Loaded load(Terminal terminal, PrintStream to) throws CliException {
    try {
      return ConfigLoader.load(file, terminal.environment());
    } catch (ConfigException e) {
      print(e.problems(), "", to);
      int count = e.problems().size();
      throw CliException.failed(
          file + " cannot be used: " + count + (count == 1 ? " problem" : " problems"));
    }
  }

  /** Prints one line for each. */
  static void print(List<Problem> problems, String before, PrintStream to) {
    problems.forEach(problem -> to.println(before + problem));
  }
}
