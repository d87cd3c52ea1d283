package io.countersign.cli;

import io.countersign.config.Logging;
import io.countersign.sandbox.Sandbox;
import io.countersign.sandbox.SandboxOptions;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code countersign sandbox}: the stand-in AWS alone. */
@Command(
    name = "sandbox",
    description = "Starts the stand-in AWS of the demo on a loopback port, and nothing else.")
final class SandboxCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "4599",
      description = "The port, 0 for any that is free (default: ${DEFAULT-VALUE}).")
  private int port = 4599;

  SandboxCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws CliException, InterruptedException {
    requireSandbox();
    if (port < 0 || port > 65_535) {
      throw CliException.usage("--port " + port + " is not within 0 to 65535");
    }
    QuietLog.apply(Logging.Level.WARN);
    return Serving.run(terminal, port);
  }

  /**
   * What ships leaves the sandbox out, so it may be missing.
   *
   * @throws CliException when it is
   */
  static void requireSandbox() throws CliException {
    try {
      Class.forName("io.countersign.sandbox.Sandbox", false, SandboxCommand.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw CliException.failed(
          "the sandbox is not part of this installation; run ./countersign from the source"
              + " folder, which builds it");
    }
  }

  /** Kept apart, so that the command loads where the sandbox's classes are not. */
  private static final class Serving {
    static int run(Terminal terminal, int port) throws CliException, InterruptedException {
      try (Sandbox sandbox = Sandbox.start(SandboxOptions.defaults().withPort(port))) {
        terminal.out().println("Sandbox AWS at " + sandbox.endpoint() + "; Ctrl-C ends it");
        Thread.currentThread().join();
        return ExitCode.OK;
      } catch (IOException e) {
        throw CliException.failed("the sandbox " + e.getMessage());
      }
    }
  }
}
