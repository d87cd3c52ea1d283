package io.countersign.observe;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collection;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * The registry and the typed handles over it. Made once in the wiring, which gives each part the
 * one handle that it needs. The names are a contract, written down in {@code docs/metrics.md}.
 */
public final class Metrics implements AutoCloseable {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT).throwExceptionOnRegistrationFailure();
  private final ProcessMetrics process = new ProcessMetrics(registry);
  private final RequestMetrics requests = new RequestMetrics(registry);
  private final CredentialMetrics credentials = new CredentialMetrics(registry);
  private final UpstreamMetrics upstream = new UpstreamMetrics(registry);
  private final ConnectionMetrics connections = new ConnectionMetrics(registry);
  private final ConfigMetrics config = new ConfigMetrics(registry);
  private final BodyMetrics bodies = new BodyMetrics(registry);
  private final LogMetrics logs = new LogMetrics(registry);

  private Metrics(BuildInfo build) {
    Gauge.builder("countersign.build.info", () -> 1)
        .description("What is running, always 1")
        .tags("version", build.version(), "revision", build.revision())
        .tag("java", Runtime.version().toString())
        .strongReference(true)
        .register(registry);
  }

  /** A registry with every metric that does not depend on the configuration. */
  public static Metrics create(BuildInfo build) {
    return new Metrics(build);
  }

  /**
   * Tells which connectors are configured: on start and after each reload, before traffic for them
   * arrives. Only these names become label values.
   */
  public void connectors(Collection<String> names) {
    requests.connectors(names);
    credentials.connectors(names);
  }

  /** Requests; {@link Recorder} fills all but the number of active ones. */
  public RequestMetrics requests() {
    return requests;
  }

  /** The credential cache and STS. */
  public CredentialMetrics credentials() {
    return credentials;
  }

  /** Connections to upstreams. */
  public UpstreamMetrics upstream() {
    return upstream;
  }

  /** Connections on the agents' port. */
  public ConnectionMetrics connections() {
    return connections;
  }

  /** Loading of the configuration. */
  public ConfigMetrics config() {
    return config;
  }

  /** Held and spooled bodies. */
  public BodyMetrics bodies() {
    return bodies;
  }

  LogMetrics logs() {
    return logs;
  }

  /**
   * Reads the number of queued tasks of one event loop at each scrape. Call it once for each loop.
   *
   * @param loop 0, 1, 2, …
   */
  public void eventLoop(int loop, IntSupplier pendingTasks) {
    Gauge.builder("countersign.event.loop.pending.tasks", pendingTasks::getAsInt)
        .description("Tasks that wait in an event loop")
        .tag("loop", Integer.toString(loop))
        .strongReference(true)
        .register(registry);
  }

  /** Reads at each scrape how many bytes of direct memory Netty holds. Call it once. */
  public void directMemory(LongSupplier bytes) {
    Gauge.builder("countersign.netty.direct.memory", bytes::getAsLong)
        .description("Direct memory held by Netty")
        .baseUnit("bytes")
        .strongReference(true)
        .register(registry);
  }

  /**
   * Writes all metrics. May take milliseconds: not for an event loop.
   *
   * @param contentType what the scraper accepts; anything but OpenMetrics gives the text format
   */
  public void scrape(OutputStream out, String contentType) throws IOException {
    registry.scrape(out, contentType);
  }

  /** The registry, for what has no handle here. */
  public PrometheusMeterRegistry registry() {
    return registry;
  }

  @Override
  public void close() {
    process.close();
    registry.close();
  }
}
