package io.countersign.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleSupplier;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** The credential cache and its calls to STS. Thread-safe; nothing here blocks. */
public final class CredentialMetrics {
  /** How a call to STS ended, by what it means for the cache. */
  public enum StsOutcome {
    /** It answered with credentials. */
    OK,
    /** Too many calls: the cache slows down. */
    THROTTLED,
    /** The role's trust or the caller's policy refuses: final until somebody changes it. */
    DENIED,
    /** The token or the caller's credentials are expired or invalid. */
    EXPIRED,
    /** The request is wrong: a duration, a tag, a policy. */
    INVALID,
    /** 5xx, an I/O error, a time-out. */
    UNAVAILABLE
  }

  /** Why a refresh failed. */
  public enum RefreshFailure {
    /** Refused for good; more attempts alone will not help. */
    DENIED,
    /** Throttled by STS or held back by the budget. */
    THROTTLED,
    /** A source could not be reached or read. */
    UNAVAILABLE,
    /** Anything else. */
    OTHER
  }

  private final MeterRegistry registry;
  private final ForConnector none;
  private final EnumCounters<StsOutcome> stsCalls;
  private final Timer stsDuration;
  private final Counter refreshes;
  private final EnumCounters<RefreshFailure> refreshFailures;
  private volatile Map<String, ForConnector> byConnector = Map.of();

  CredentialMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.none = new ForConnector(registry, RequestMetrics.NO_CONNECTOR);
    this.stsCalls =
        new EnumCounters<>(
            registry,
            "countersign.sts.calls",
            "Calls to STS, by how they ended",
            "outcome",
            StsOutcome.class,
            Tags.empty());
    this.stsDuration =
        Buckets.NETWORK
            .timer("countersign.sts.call.duration", "Time that a call to STS took")
            .register(registry);
    this.refreshes =
        Counter.builder("countersign.credential.refreshes")
            .description("Cache entries filled or renewed")
            .register(registry);
    this.refreshFailures =
        new EnumCounters<>(
            registry,
            "countersign.credential.refresh.failures",
            "Attempts to fill or renew a cache entry that failed",
            "reason",
            RefreshFailure.class,
            Tags.empty());
  }

  synchronized void connectors(Collection<String> names) {
    Map<String, ForConnector> next = new HashMap<>(byConnector);
    for (String name : names) {
      if (!name.equals(RequestMetrics.NO_CONNECTOR)) {
        next.computeIfAbsent(name, n -> new ForConnector(registry, n));
      }
    }
    byConnector = next;
  }

  /**
   * The handle of a configured connector, to be kept where its slot is kept. A name that the
   * configuration does not know gives the handle labelled "none".
   */
  public ForConnector connector(String name) {
    ForConnector handle = byConnector.get(name);
    return handle == null ? none : handle;
  }

  /** Records one call to STS. */
  public void stsCall(StsOutcome outcome, long nanos) {
    stsCalls.increment(outcome);
    stsDuration.record(nanos, TimeUnit.NANOSECONDS);
  }

  /** An entry of the cache holds new credentials. */
  public void refreshed() {
    refreshes.increment();
  }

  /** An attempt to fill or renew an entry failed. */
  public void refreshFailed(RefreshFailure reason) {
    refreshFailures.increment(reason);
  }

  /** Reads the number of cache entries at each scrape. Call it once. */
  public void slots(IntSupplier count) {
    Gauge.builder("countersign.credential.slots", count::getAsInt)
        .description("Entries of the credential cache")
        .strongReference(true)
        .register(registry);
  }

  /** What is counted for one connector. */
  public static final class ForConnector {
    private final Counter hits;
    private final Counter misses;
    private final AtomicReference<@Nullable DoubleSupplier> secondsToExpiry =
        new AtomicReference<>();

    private ForConnector(MeterRegistry registry, String connector) {
      this.hits =
          Counter.builder("countersign.credential.cache.hits")
              .description("Look-ups that found valid credentials")
              .tag("connector", connector)
              .register(registry);
      this.misses =
          Counter.builder("countersign.credential.cache.misses")
              .description("Look-ups that had to wait for credentials")
              .tag("connector", connector)
              .register(registry);
      if (!connector.equals(RequestMetrics.NO_CONNECTOR)) {
        TimeGauge.builder("countersign.credential.expiry", this::readExpiry, TimeUnit.SECONDS)
            .description("Time until the cached credentials expire; NaN while there are none")
            .tag("connector", connector)
            .strongReference(true)
            .register(registry);
      }
    }

    /** A look-up found valid credentials. */
    public void hit() {
      hits.increment();
    }

    /** A look-up found none, or expired ones. */
    public void miss() {
      misses.increment();
    }

    /**
     * Reads the seconds to expiry at each scrape; replaces what was set before. It answers {@code
     * NaN} while there are no credentials, and must not block.
     */
    public void secondsToExpiry(DoubleSupplier seconds) {
      secondsToExpiry.set(seconds);
    }

    private double readExpiry() {
      DoubleSupplier seconds = secondsToExpiry.get();
      return seconds == null ? Double.NaN : seconds.getAsDouble();
    }
  }
}
