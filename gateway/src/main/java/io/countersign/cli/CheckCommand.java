package io.countersign.cli;

import io.countersign.catalog.Catalog;
import io.countersign.catalog.build.Overlay;
import io.countersign.catalog.build.SourceException;
import io.countersign.catalog.endpoint.EndpointReview;
import io.countersign.config.GatewayConfig;
import io.countersign.config.Loaded;
import io.countersign.config.Logging;
import io.countersign.config.Problem;
import io.countersign.policy.PolicyReview;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code countersign check}. */
@Command(
    name = "check",
    description = {
      "Says everything that is wrong with a configuration, each with its line and its mend.",
      "Exits with 1 when it cannot be used; warnings do not change the exit code."
    })
final class CheckCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private ConfigOption config = new ConfigOption();

  @Option(
      names = "--live",
      description =
          "Also get the credentials of each connector as the gateway would (AssumeRole, then"
              + " GetCallerIdentity). Calls AWS, changes nothing there.")
  private boolean live;

  CheckCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws CliException, InterruptedException {
    Loaded loaded = config.load(terminal, terminal.out());
    GatewayConfig gateway = loaded.config();
    List<Problem> warnings = new ArrayList<>(loaded.warnings());
    Catalog catalog = catalog(gateway);
    PolicyReview.warnings(gateway, catalog).forEach(w -> warnings.add(loaded.located(w)));
    List<Problem> problems =
        EndpointReview.problems(gateway, catalog).stream().map(loaded::located).toList();
    ConfigOption.print(problems, "", terminal.out());
    ConfigOption.print(warnings, "warning: ", terminal.out());
    if (!problems.isEmpty()) {
      throw CliException.failed(
          config.file() + " cannot be used: " + count(problems.size(), "problem"));
    }
    terminal
        .out()
        .println(
            config.file()
                + " is good: "
                + count(gateway.agents().size(), "agent")
                + ", "
                + count(gateway.connectors().size(), "connector")
                + ", "
                + count(warnings.size(), "warning"));
    if (!live) {
      return ExitCode.OK;
    }
    QuietLog.apply(Logging.Level.ERROR); // the report says it all
    return LiveCheck.run(gateway, terminal.out());
  }

  private static Catalog catalog(GatewayConfig gateway) throws CliException {
    try {
      return Overlay.over(Catalog.load(), gateway.extraModels());
    } catch (SourceException e) {
      throw CliException.failed("extra-models: " + e.getMessage());
    }
  }

  private static String count(int number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }
}
