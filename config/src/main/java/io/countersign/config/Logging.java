package io.countersign.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What is written, and where.
 *
 * @param access where a line for each request goes
 * @param audit where a line for each decision goes
 */
public record Logging(Format format, Level level, Sink access, Sink audit) {
  /** {@link #AUTO} is text on a terminal and JSON otherwise. */
  public enum Format {
    AUTO,
    TEXT,
    JSON
  }

  /** Severity from which the gateway's own log is written. */
  public enum Level {
    ERROR,
    WARN,
    INFO,
    DEBUG
  }

  /** A destination of lines. */
  public record Sink(Kind kind, @Nullable Path file) {
    /** The kinds of destination. */
    public enum Kind {
      OFF,
      STDOUT,
      FILE
    }
  }
}
