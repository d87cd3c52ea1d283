package io.countersign.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where the process begins. */
@Command(
    name = "countersign",
    description = "Calls to AWS for agents that hold no AWS credential.",
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done, and nothing is wrong",
      "1:what was checked is wrong, or what was asked for failed",
      "2:the command line or the input is not understood"
    },
    commandListHeading = "%nCommands:%n",
    footer = {"", "countersign COMMAND --help says more about one."})
public final class Main implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  private Main() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(run(Terminal.system(), arguments));
  }

  /** Runs a command. */
  static int run(Terminal terminal, String... arguments) {
    CommandLine main = new CommandLine(new Main());
    main.addSubcommand(new RunCommand(terminal));
    main.addSubcommand(new CheckCommand(terminal));
    main.addSubcommand(new SignCommand(terminal));
    main.addSubcommand(credentials(terminal));
    main.addSubcommand(new EnvCommand(terminal));
    main.addSubcommand(catalog(terminal));
    main.addSubcommand(new SchemaCommand(terminal));
    main.addSubcommand(new DemoCommand(terminal));
    main.addSubcommand(new SandboxCommand(terminal));
    main.addSubcommand(new VersionCommand(terminal));
    addHelp(main);
    main.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
    main.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
    main.setUsageHelpAutoWidth(true);
    main.setExecutionExceptionHandler(
        (exception, line, result) -> {
          if (exception instanceof CliException expected) {
            terminal
                .err()
                .println("countersign " + line.getCommandName() + ": " + expected.getMessage());
            return expected.exitCode();
          }
          throw exception;
        });
    main.setParameterExceptionHandler(
        (exception, line) -> {
          CommandLine command = exception.getCommandLine();
          terminal.err().println(name(command) + ": " + exception.getMessage());
          CommandLine.UnmatchedArgumentException.printSuggestions(exception, main.getErr());
          terminal.err().println("See: " + name(command) + " --help");
          return ExitCode.USAGE;
        });
    return main.execute(arguments);
  }

  /** Gives every command the option --help. */
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

  private static CommandLine credentials(Terminal terminal) {
    return new CommandLine(new CredentialsCommand()).addSubcommand(new IssueCommand(terminal));
  }

  private static CommandLine catalog(Terminal terminal) {
    return new CommandLine(new CatalogCommand())
        .addSubcommand(new CatalogShowCommand(terminal))
        .addSubcommand(new CatalogUpdateCommand(terminal))
        .addSubcommand(new CatalogBuildCommand(terminal));
  }

  private static String name(CommandLine command) {
    return command.getCommandSpec().qualifiedName();
  }

  /** Without a command: says which there are. */
  @Override
  public void run() {
    if (spec != null) {
      throw new ParameterException(spec.commandLine(), "a command is missing");
    }
  }
}
