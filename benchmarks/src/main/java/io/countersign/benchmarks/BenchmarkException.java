package io.countersign.benchmarks;

/** Why a benchmark could not be run; the message is for whoever started it. */
public final class BenchmarkException extends Exception {
  private static final long serialVersionUID = 1L;

  /** A reason, and how to mend it. */
  public BenchmarkException(String message) {
    super(message);
  }

  /** The same with what led to it. */
  public BenchmarkException(String message, Throwable cause) {
    super(message, cause);
  }
}
