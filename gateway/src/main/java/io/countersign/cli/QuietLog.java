package io.countersign.cli;

import io.countersign.config.Logging;
import io.countersign.observe.LoggingSetup;

/**
 * The log of commands that are no server: warnings, as text. Left alone, the library would write
 * everything down to DEBUG, and the AWS SDK's signer shows session tokens there.
 */
final class QuietLog {
  private static final Logging.Sink OFF = new Logging.Sink(Logging.Sink.Kind.OFF, null);

  private QuietLog() {}

  static void apply(Logging.Level level) {
    LoggingSetup.apply(new Logging(Logging.Format.TEXT, level, OFF, OFF), true);
  }
}
