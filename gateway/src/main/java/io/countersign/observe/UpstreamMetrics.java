package io.countersign.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * The pooled connections to AWS. No label names a host: a bucket is part of one, and agents choose
 * buckets. Thread-safe; nothing here blocks.
 */
public final class UpstreamMetrics {
  /** Why a connection was closed. */
  public enum CloseReason {
    /** Unused for longer than the pool keeps one. */
    IDLE,
    /** The upstream closed it between two exchanges, or said that it would. */
    REMOTE,
    /** An I/O error. */
    ERROR,
    /** The upstream sent what is not HTTP. */
    PROTOCOL,
    /** A time-out of the gateway. */
    TIMEOUT,
    /** The agent went away, so the exchange was cut off. */
    ABORTED,
    /** The pool was full. */
    SURPLUS,
    /** The gateway shut down, or a reload removed the peer. */
    SHUTDOWN
  }

  /** Why no connection could be had. */
  public enum ConnectFailure {
    /** The name did not resolve. */
    DNS,
    /** Refused, unreachable or reset. */
    REFUSED,
    /** No answer in time. */
    TIMEOUT,
    /** The handshake or the certificate. */
    TLS
  }

  /** Why a request was sent again. */
  public enum RetryReason {
    /** A pooled connection turned out to be closed before anything was sent on it. */
    STALE_CONNECTION,
    /** AWS throttled an idempotent operation. */
    THROTTLED,
    /** AWS answered 5xx to an idempotent operation. */
    SERVER_ERROR,
    /** AWS no longer accepts the role credentials; they were renewed. */
    CREDENTIALS
  }

  private final LongAdder open = new LongAdder();
  private final LongAdder pooled = new LongAdder();
  private final Timer connect;
  private final EnumCounters<CloseReason> closed;
  private final EnumCounters<ConnectFailure> connectFailures;
  private final EnumCounters<RetryReason> retries;
  private final Counter reused;

  UpstreamMetrics(MeterRegistry registry) {
    Gauge.builder("countersign.upstream.connections", open, LongAdder::doubleValue)
        .description("Open connections to upstreams, in use or pooled")
        .register(registry);
    Gauge.builder("countersign.upstream.connections.pooled", pooled, LongAdder::doubleValue)
        .description("Open connections to upstreams that wait for their next use")
        .register(registry);
    connect =
        Buckets.NETWORK
            .timer(
                "countersign.upstream.connect.duration",
                "Time to open a connection to an upstream, with its TLS handshake")
            .register(registry);
    closed =
        new EnumCounters<>(
            registry,
            "countersign.upstream.connections.closed",
            "Connections to upstreams closed, by reason",
            "reason",
            CloseReason.class,
            Tags.empty());
    connectFailures =
        new EnumCounters<>(
            registry,
            "countersign.upstream.connect.failures",
            "Connections to upstreams that could not be opened",
            "reason",
            ConnectFailure.class,
            Tags.empty());
    retries =
        new EnumCounters<>(
            registry,
            "countersign.upstream.retries",
            "Requests sent to the upstream again",
            "reason",
            RetryReason.class,
            Tags.empty());
    reused =
        Counter.builder("countersign.upstream.connections.reused")
            .description("Requests that found a pooled connection")
            .register(registry);
  }

  /** A connection is open, after {@code nanos} of connecting and shaking hands. */
  public void opened(long nanos) {
    open.increment();
    connect.record(nanos, TimeUnit.NANOSECONDS);
  }

  /** A connection that was {@link #opened} is closed. If it was in the pool, it leaves it first. */
  public void closed(CloseReason reason) {
    open.decrement();
    closed.increment(reason);
  }

  /** No connection could be opened. */
  public void connectFailed(ConnectFailure reason) {
    connectFailures.increment(reason);
  }

  /** A connection went into the pool. */
  public void pooled() {
    pooled.increment();
  }

  /** A connection left the pool: to be used ({@code reuse}) or to be closed. */
  public void unpooled(boolean reuse) {
    pooled.decrement();
    if (reuse) {
      reused.increment();
    }
  }

  /** A request is sent again. */
  public void retried(RetryReason reason) {
    retries.increment(reason);
  }
}
