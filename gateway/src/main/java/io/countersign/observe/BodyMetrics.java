package io.countersign.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.concurrent.atomic.LongAdder;

/**
 * Bodies that must be hashed before they are sent, and so are held: in memory within a budget, past
 * it in an unlinked file. Thread-safe; nothing here blocks.
 */
public final class BodyMetrics {
  /** Why a body was not held. */
  public enum Refusal {
    /** Larger than {@code limits.spool-bytes}. */
    TOO_LARGE,
    /** The file could not be written. */
    SPOOL_FAILED
  }

  private final LongAdder held = new LongAdder();
  private final LongAdder spooled = new LongAdder();
  private final Counter spools;
  private final EnumCounters<Refusal> refused;

  BodyMetrics(MeterRegistry registry) {
    Gauge.builder("countersign.body.held", held, LongAdder::doubleValue)
        .description("Body bytes held in memory to be hashed")
        .baseUnit("bytes")
        .register(registry);
    Gauge.builder("countersign.body.spooled", spooled, LongAdder::doubleValue)
        .description("Body bytes held in unlinked files to be hashed")
        .baseUnit("bytes")
        .register(registry);
    spools =
        Counter.builder("countersign.body.spools")
            .description("Bodies that did not fit in memory and went to a file")
            .register(registry);
    refused =
        new EnumCounters<>(
            registry,
            "countersign.body.refused",
            "Bodies that could not be held",
            "reason",
            Refusal.class,
            Tags.empty());
  }

  /** Adds to, or with a negative number takes from, what is held in memory. */
  public void held(long bytes) {
    held.add(bytes);
  }

  /** Adds to, or with a negative number takes from, what is held in files. */
  public void spooled(long bytes) {
    spooled.add(bytes);
  }

  /** A body went to a file. */
  public void spoolOpened() {
    spools.increment();
  }

  /** A body was not held. */
  public void refused(Refusal reason) {
    refused.increment(reason);
  }
}
