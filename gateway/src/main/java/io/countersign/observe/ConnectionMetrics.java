package io.countersign.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.concurrent.atomic.LongAdder;

/** Connections on the agents' port. Thread-safe; nothing here blocks. */
public final class ConnectionMetrics {
  /** Why a connection was closed by us before it carried a request. */
  public enum Refusal {
    /** {@code limits.connections} was reached. */
    LIMIT,
    /** The TLS handshake failed. */
    TLS,
    /** The gateway is draining. */
    DRAINING
  }

  private final LongAdder open = new LongAdder();
  private final Counter accepted;
  private final EnumCounters<Refusal> refused;

  ConnectionMetrics(MeterRegistry registry) {
    Gauge.builder("countersign.connections", open, LongAdder::doubleValue)
        .description("Open connections on the agents' port")
        .register(registry);
    accepted =
        Counter.builder("countersign.connections.accepted")
            .description("Connections accepted on the agents' port")
            .register(registry);
    refused =
        new EnumCounters<>(
            registry,
            "countersign.connections.refused",
            "Connections on the agents' port closed before they carried a request",
            "reason",
            Refusal.class,
            Tags.empty());
  }

  /** A connection was accepted; each call is matched by one {@link #closed}. */
  public void accepted() {
    open.increment();
    accepted.increment();
  }

  /** A connection that was {@link #accepted} is closed. */
  public void closed() {
    open.decrement();
  }

  /** A connection was turned away. It still needs its {@link #closed} if it was accepted. */
  public void refused(Refusal reason) {
    refused.increment(reason);
  }
}
