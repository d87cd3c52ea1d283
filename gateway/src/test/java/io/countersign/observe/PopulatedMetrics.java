package io.countersign.observe;

import static io.countersign.observe.Calls.OFF;
import static io.countersign.observe.Calls.STDOUT;

import io.countersign.config.Logging;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** A registry in which every metric of the gateway has been used once. */
public final class PopulatedMetrics {
  private PopulatedMetrics() {}

  /** The caller closes it. */
  public static Metrics create() throws IOException {
    Metrics metrics = Metrics.create(new BuildInfo("0.1.0", "0123abc"));
    metrics.connectors(List.of("warehouse", "lake"));
    metrics.eventLoop(0, () -> 3);
    metrics.directMemory(() -> 16_777_216);
    metrics.requests().began();
    metrics.config().loaded(Instant.parse("2026-11-24T07:35:00.5Z"), "0123456789ab");
    metrics.config().refused();
    metrics.credentials().slots(() -> 2);
    metrics.credentials().refreshed();
    metrics.credentials().refreshFailed(CredentialMetrics.RefreshFailure.DENIED);
    metrics.credentials().stsCall(CredentialMetrics.StsOutcome.OK, 120_000_000);
    metrics.credentials().connector("warehouse").hit();
    metrics.credentials().connector("warehouse").miss();
    metrics.credentials().connector("warehouse").secondsToExpiry(() -> 1800.5);
    metrics.connections().accepted();
    metrics.connections().refused(ConnectionMetrics.Refusal.LIMIT);
    metrics.upstream().opened(5_000_000);
    metrics.upstream().pooled();
    metrics.upstream().unpooled(true);
    metrics.upstream().retried(UpstreamMetrics.RetryReason.THROTTLED);
    metrics.upstream().connectFailed(UpstreamMetrics.ConnectFailure.DNS);
    metrics.bodies().held(1_024);
    metrics.bodies().spooled(4_096);
    metrics.bodies().spoolOpened();
    metrics.bodies().refused(BodyMetrics.Refusal.TOO_LARGE);
    try (Recorder recorder =
        Recorder.start(
            Calls.logging(Logging.Format.JSON, STDOUT, OFF),
            false,
            metrics,
            new ByteArrayOutputStream(),
            64)) {
      recorder.record(Calls.tool("r1"));
    }
    return metrics;
  }
}
