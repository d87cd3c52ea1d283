package io.countersign.cli;

import io.countersign.config.Environment;
import java.io.Console;
import java.io.InputStream;
import java.io.PrintStream;
import java.time.Clock;

/**
 * What a command reads and writes: the process's own in production, buffers in a test.
 *
 * @param out answers, which another program may read
 * @param err everything else: problems, warnings, what is going on
 */
record Terminal(
    InputStream in, PrintStream out, PrintStream err, Environment environment, Clock clock) {
  static Terminal system() {
    return new Terminal(System.in, System.out, System.err, Environment.system(), Clock.systemUTC());
  }

  /** Whether a person sits at this process. */
  @SuppressWarnings("SystemConsoleNull") // JDK 25 went back to null where there is no terminal
  static boolean isInteractive() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }
}
