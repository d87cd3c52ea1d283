package io.countersign.cli;

/** Ends a command with a sentence and an exit code, without a stack trace. */
final class CliException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  private CliException(String message, int exitCode) {
    super(message, null, false, false);
    this.exitCode = exitCode;
  }

  /** What was asked for cannot be done, or what was checked is wrong. */
  static CliException failed(String message) {
    return new CliException(message, ExitCode.FAILED);
  }

  /** The command line or the input is not understood. */
  static CliException usage(String message) {
    return new CliException(message, ExitCode.USAGE);
  }

  int exitCode() {
    return exitCode;
  }
}
