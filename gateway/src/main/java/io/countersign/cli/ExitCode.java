package io.countersign.cli;

/** The exit codes of every command; {@code countersign --help} lists them. */
final class ExitCode {
  /** Done, and nothing is wrong. */
  static final int OK = 0;

  /** What was checked is wrong, or what was asked for failed. */
  static final int FAILED = 1;

  /** The command line or the input is not understood. */
  static final int USAGE = 2;

  private ExitCode() {}
}
