package io.countersign.cli;

import io.countersign.config.Logging;
import io.countersign.demo.Tour;
import io.countersign.observe.LoggingSetup;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code countersign demo}. */
@Command(
    name = "demo",
    description = {
      "Starts a stand-in AWS and the gateway on loopback, and walks through a tour: each request"
          + " and its answer. Then serves until Ctrl-C."
    })
final class DemoCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(
      names = "--once",
      description =
          "End after the tour; the exit code is 0 only if every step gave what it should.")
  private boolean once;

  DemoCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws CliException, InterruptedException {
    SandboxCommand.requireSandbox();
    boolean person = Terminal.isInteractive();
    QuietLog.apply(Logging.Level.WARN);
    try {
      return Tourist.run(terminal.out(), once, person);
    } finally {
      LoggingSetup.close();
    }
  }

  /** Kept apart, so that the command loads where the sandbox's classes are not. */
  private static final class Tourist {
    static int run(PrintStream out, boolean once, boolean person) throws InterruptedException {
      return Tour.run(out, once, person);
    }
  }
}
