package io.countersign.observe;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Locale;
import java.util.function.IntSupplier;

/** The access and audit logs themselves. */
final class LogMetrics {
  /** The logs that are written for requests. */
  enum Log {
    ACCESS,
    AUDIT;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final MeterRegistry registry;
  private final EnumCounters<Log> written;
  private final EnumCounters<Log> dropped;
  private final EnumCounters<Log> failed;

  LogMetrics(MeterRegistry registry) {
    this.registry = registry;
    written =
        new EnumCounters<>(
            registry,
            "countersign.log.lines",
            "Lines handed to a log's destination",
            "log",
            Log.class,
            Tags.empty());
    dropped =
        new EnumCounters<>(
            registry,
            "countersign.log.dropped",
            "Lines dropped because the destination was too slow",
            "log",
            Log.class,
            Tags.empty());
    failed =
        new EnumCounters<>(
            registry,
            "countersign.log.failed",
            "Lines lost because the destination could not be written",
            "log",
            Log.class,
            Tags.empty());
  }

  void queueLength(IntSupplier length) {
    Gauge.builder("countersign.log.queue.length", length::getAsInt)
        .description("Requests that wait to be logged")
        .strongReference(true)
        .register(registry);
  }

  void written(Log log, int lines) {
    written.increment(log, lines);
  }

  void dropped(Log log) {
    dropped.increment(log);
  }

  void failed(Log log, int lines) {
    failed.increment(log, lines);
  }
}
