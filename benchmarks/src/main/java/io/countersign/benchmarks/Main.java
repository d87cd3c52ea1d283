package io.countersign.benchmarks;

import io.countersign.benchmarks.catalog.CatalogCommand;
import io.countersign.benchmarks.credentials.CredentialsCommand;
import io.countersign.benchmarks.proxy.ProxyCommand;
import io.countersign.benchmarks.signer.PeerCommand;
import io.countersign.benchmarks.signer.ReportCommand;
import io.countersign.benchmarks.signer.SignerCommand;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./countersign bench}. */
@Command(
    name = "countersign bench",
    description = "Benchmarks of Countersign; benchmarks/README.md says how to read them.",
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:measured; whether a bound is reached stands in the table",
      "1:it could not be measured, or what was measured is wrong",
      "2:the command line is not understood"
    },
    commandListHeading = "%nCommands:%n",
    footer = {"", "countersign bench COMMAND --help says more about one."})
public final class Main implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  private Main() {}

  /** Runs a benchmark and ends the process with its exit code. */
  public static void main(String[] arguments) {
    CommandLine main = new CommandLine(new Main());
    main.addSubcommand(new SignerCommand());
    main.addSubcommand(new CredentialsCommand());
    main.addSubcommand(new CatalogCommand());
    main.addSubcommand(new ProxyCommand());
    main.addSubcommand(new ReportCommand());
    main.addSubcommand(new PeerCommand());
    addHelp(main);
    main.setUsageHelpAutoWidth(true);
    main.setExecutionExceptionHandler(
        (exception, line, result) -> {
          if (exception instanceof BenchmarkException expected) {
            PrintWriter err = line.getErr();
            err.println(line.getCommandSpec().qualifiedName() + ": " + expected.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
          }
          throw exception;
        });
    System.exit(main.execute(arguments));
  }

  private static void addHelp(CommandLine command) {
    command
        .getCommandSpec()
        .addOption(
            OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help.")
                .build());
    command.getSubcommands().values().forEach(Main::addHelp);
  }

  /** Without a command: says which there are. */
  @Override
  public void run() {
    if (spec != null) {
      throw new ParameterException(spec.commandLine(), "a command is missing");
    }
  }
}
