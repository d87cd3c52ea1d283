package io.countersign.gateway;

import io.countersign.observe.UpstreamMetrics;
import io.countersign.observe.UpstreamMetrics.ConnectFailure;
import io.countersign.upstream.Target;
import io.countersign.upstream.UpstreamEvents;
import io.countersign.upstream.UpstreamFailure;

/** Counts what the pools report. */
final class UpstreamMetricsBinding implements UpstreamEvents {
  private final UpstreamMetrics metrics;

  UpstreamMetricsBinding(UpstreamMetrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void opened(Target target, long nanos) {
    metrics.opened(nanos);
  }

  @Override
  public void pooled() {
    metrics.pooled();
  }

  @Override
  public void unpooled(boolean reused) {
    metrics.unpooled(reused);
  }

  @Override
  public void closed(Target target, CloseReason reason) {
    metrics.closed(
        switch (reason) {
          case REMOTE -> UpstreamMetrics.CloseReason.REMOTE;
          case IDLE -> UpstreamMetrics.CloseReason.IDLE;
          case NOT_REUSABLE -> UpstreamMetrics.CloseReason.PROTOCOL;
          case ABORTED -> UpstreamMetrics.CloseReason.ABORTED;
          case SURPLUS -> UpstreamMetrics.CloseReason.SURPLUS;
          case SHUTDOWN -> UpstreamMetrics.CloseReason.SHUTDOWN;
        });
  }

  @Override
  public void connectFailed(Target target, UpstreamFailure.Kind kind) {
    metrics.connectFailed(
        switch (kind) {
          case NAME -> ConnectFailure.DNS;
          case CONNECT_TIMEOUT, FIRST_BYTE_TIMEOUT, IDLE_TIMEOUT -> ConnectFailure.TIMEOUT;
          case TLS -> ConnectFailure.TLS;
          case CONNECT, RESET, TRUNCATED, GARBAGE -> ConnectFailure.REFUSED;
        });
  }
}
