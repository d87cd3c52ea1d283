package io.countersign.observe;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Loading of the configuration file. Thread-safe; nothing here blocks. */
public final class ConfigMetrics {
  private enum Result {
    SUCCESS,
    FAILURE
  }

  private final MeterRegistry registry;
  private final EnumCounters<Result> reloads;
  private volatile double lastSuccessSeconds;
  private volatile double lastSuccessful;
  private @Nullable Meter info;

  ConfigMetrics(MeterRegistry registry) {
    this.registry = registry;
    reloads =
        new EnumCounters<>(
            registry,
            "countersign.config.reloads",
            "Attempts to load the configuration, the first included",
            "result",
            Result.class,
            Tags.empty());
    TimeGauge.builder(
            "countersign.config.last.success.timestamp", () -> lastSuccessSeconds, TimeUnit.SECONDS)
        .description("When the configuration in force was loaded, since 1970 UTC")
        .strongReference(true)
        .register(registry);
    Gauge.builder("countersign.config.last.load.successful", () -> lastSuccessful)
        .description("1 if the last attempt to load the configuration succeeded, else 0")
        .strongReference(true)
        .register(registry);
  }

  /**
   * A configuration came into force.
   *
   * @param fingerprint tells replicas with different files apart: a few hexadecimal digits of a
   *     hash over the file
   */
  public synchronized void loaded(Instant when, String fingerprint) {
    reloads.increment(Result.SUCCESS);
    lastSuccessSeconds = when.toEpochMilli() / 1000.0;
    lastSuccessful = 1;
    if (info != null) {
      registry.remove(info);
    }
    info =
        Gauge.builder("countersign.config.info", () -> 1)
            .description("The configuration in force, always 1")
            .tag("fingerprint", fingerprint)
            .strongReference(true)
            .register(registry);
  }

  /** A configuration was refused; the one before stays in force. */
  public void refused() {
    reloads.increment(Result.FAILURE);
    lastSuccessful = 0;
  }
}
