package io.countersign.cli;

import io.countersign.observe.BuildInfo;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code countersign version}. */
@Command(name = "version", description = "Prints the version, and the Java it runs on.")
final class VersionCommand implements Callable<Integer> {
  private final Terminal terminal;

  VersionCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    BuildInfo build = BuildInfo.ofManifest();
    terminal
        .out()
        .println(
            "countersign "
                + build.version()
                + " (revision "
                + build.revision()
                + ", Java "
                + Runtime.version()
                + ", "
                + System.getProperty("os.name")
                + " "
                + System.getProperty("os.arch")
                + ")");
    return ExitCode.OK;
  }
}
