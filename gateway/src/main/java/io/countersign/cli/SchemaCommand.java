package io.countersign.cli;

import io.countersign.config.ConfigSchema;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code countersign schema}. */
@Command(
    name = "schema",
    description = "Prints the JSON Schema of the configuration file, for editors.")
final class SchemaCommand implements Callable<Integer> {
  private final Terminal terminal;

  SchemaCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    terminal.out().print(ConfigSchema.text());
    return ExitCode.OK;
  }
}
