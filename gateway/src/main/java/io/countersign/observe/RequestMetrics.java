package io.countersign.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts and times the requests. All handles of a connector are resolved when the configuration
 * names it, so that recording a request is a map read and a few array reads; only the first use of
 * a histogram registers it. Thread-safe.
 */
public final class RequestMetrics {
  /** The label value of everything that is not a configured connector. */
  static final String NO_CONNECTOR = "none";

  /** The policy's code for an operation that the catalog does not know. */
  private static final String UNRECOGNIZED = "unrecognized-operation";

  private final MeterRegistry registry;
  private final Handles none;
  private final Timer sign;
  private final LongAdder active = new LongAdder();
  private volatile Map<String, Handles> byConnector = Map.of();

  RequestMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.none = new Handles(registry, NO_CONNECTOR);
    this.sign =
        Buckets.SIGN
            .timer(
                "countersign.request.sign.duration",
                "Time to canonicalise, hash and sign a request")
            .register(registry);
    Gauge.builder("countersign.requests.active", active, LongAdder::doubleValue)
        .description("Requests accepted and not yet ended")
        .register(registry);
  }

  /**
   * Makes the handles of configured connectors. A name that a reload removed keeps its series until
   * the process ends, for the requests in flight.
   */
  synchronized void connectors(Collection<String> names) {
    Map<String, Handles> next = new HashMap<>(byConnector);
    for (String name : names) {
      if (!name.equals(NO_CONNECTOR)) {
        next.computeIfAbsent(name, n -> new Handles(registry, n));
      }
    }
    byConnector = next;
  }

  /** A request was accepted; each call is matched by one {@link #ended}. */
  public void began() {
    active.increment();
  }

  /** A request that {@link #began} is over, however it ended. */
  public void ended() {
    active.decrement();
  }

  void record(CallRecord call) {
    Handles handles = handles(call.connector);
    handles.decisions.increment(call.decision);
    if (UNRECOGNIZED.equals(call.decisionCode)) {
      handles.unrecognized.increment();
    }
    handles.byDoor(call.door).record(call);
    handles.credentials.record(call.credentialsNanos);
    handles.upstream.record(call.upstreamFirstByteNanos);
    if (call.signNanos >= 0) {
      sign.record(call.signNanos, TimeUnit.NANOSECONDS);
    }
  }

  private Handles handles(@Nullable String connector) {
    if (connector == null) {
      return none;
    }
    Handles handles = byConnector.get(connector);
    return handles == null ? none : handles;
  }

  /** Everything that is recorded for one value of the label {@code connector}. */
  private static final class Handles {
    final EnumCounters<CallRecord.Decision> decisions;
    final Counter unrecognized;
    final LazyTimer credentials;
    final LazyTimer upstream;
    private final Map<Door, ForDoor> byDoor = new EnumMap<>(Door.class);

    Handles(MeterRegistry registry, String connector) {
      Tags tags = Tags.of("connector", connector);
      decisions =
          new EnumCounters<>(
              registry,
              "countersign.policy.decisions",
              "Requests by what the policy said; none: it was not asked",
              "decision",
              CallRecord.Decision.class,
              tags);
      unrecognized =
          Counter.builder("countersign.requests.unrecognized")
              .description("Requests refused because the catalog knows no such operation")
              .tags(tags)
              .register(registry);
      credentials =
          new LazyTimer(
              registry,
              Buckets.CREDENTIALS
                  .timer(
                      "countersign.request.credentials.duration",
                      "Time that requests waited for role credentials")
                  .tags(tags));
      upstream =
          new LazyTimer(
              registry,
              Buckets.REQUEST
                  .timer(
                      "countersign.request.upstream.duration",
                      "Time from the first byte sent upstream to the first byte of its answer")
                  .tags(tags));
      for (Door door : Door.values()) {
        byDoor.put(door, new ForDoor(registry, tags.and("door", door.label())));
      }
    }

    ForDoor byDoor(Door door) {
      return Objects.requireNonNull(byDoor.get(door));
    }
  }

  private static final class ForDoor {
    private final EnumCounters<Outcome> requests;
    private final Counter bytesIn;
    private final Counter bytesOut;
    private final LazyTimer total;

    ForDoor(MeterRegistry registry, Tags tags) {
      requests =
          new EnumCounters<>(
              registry,
              "countersign.requests",
              "Requests ended, by how they ended",
              "outcome",
              Outcome.class,
              tags);
      bytesIn =
          Counter.builder("countersign.request.body")
              .description("Body bytes received from agents")
              .baseUnit("bytes")
              .tags(tags)
              .register(registry);
      bytesOut =
          Counter.builder("countersign.response.body")
              .description("Body bytes sent to agents")
              .baseUnit("bytes")
              .tags(tags)
              .register(registry);
      total =
          new LazyTimer(
              registry,
              Buckets.REQUEST
                  .timer(
                      "countersign.request.duration",
                      "Time from the request line to the last byte of the answer")
                  .tags(tags));
    }

    void record(CallRecord call) {
      requests.increment(call.outcome);
      if (call.bytesIn > 0) {
        bytesIn.increment((double) call.bytesIn);
      }
      if (call.bytesOut > 0) {
        bytesOut.increment((double) call.bytesOut);
      }
      total.record(call.totalNanos);
    }
  }

  /**
   * A histogram that exists once something was recorded, for it is many series. Registering twice
   * gives the same timer, so a race of two event loops does no harm.
   */
  private static final class LazyTimer {
    private final MeterRegistry registry;
    private final Timer.Builder builder;
    private volatile @Nullable Timer timer;

    LazyTimer(MeterRegistry registry, Timer.Builder builder) {
      this.registry = registry;
      this.builder = builder;
    }

    /** Takes {@link CallRecord#NOT_MEASURED}, and then records nothing. */
    void record(long nanos) {
      if (nanos < 0) {
        return;
      }
      Timer registered = timer;
      if (registered == null) {
        registered = builder.register(registry);
        timer = registered;
      }
      registered.record(nanos, TimeUnit.NANOSECONDS);
    }
  }
}
