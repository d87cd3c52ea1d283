package io.countersign.credentials;

import io.countersign.config.Connector;
import io.countersign.config.GatewayConfig;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * All credentials of the gateway, warm before they are needed. Thread-safe.
 *
 * <p>Threads: one timer thread, which only hands over, and virtual threads for whatever blocks. An
 * event loop that calls {@link #slot}, {@link Slot#current} or {@link Slot#await} never waits.
 */
public final class CredentialCache implements AutoCloseable {
  private final Workings workings;
  private final StsCalls sts;
  private final Sources sources;
  private final Runnable closeThreads;
  private final ConcurrentHashMap<CredentialKey, Slot> slots = new ConcurrentHashMap<>();
  private final AtomicInteger ids = new AtomicInteger();
  private final LongAdder retiredHits = new LongAdder();

  private CredentialCache(Workings workings, StsCalls sts, Sources sources, Runnable closeThreads) {
    this.workings = workings;
    this.sts = sts;
    this.sources = sources;
    this.closeThreads = closeThreads;
  }

  /** A cache on the machine's clocks and threads that calls AWS. */
  public static CredentialCache start(CredentialEvents events) {
    return builder().events(events).build();
  }

  public static Builder builder() {
    return new Builder();
  }

  /**
   * The slot of a key, made when there is none; making one fetches nothing. The slots of the key's
   * parents are made with it.
   */
  public Slot slot(CredentialKey key) {
    Slot known = slots.get(key);
    if (known != null) {
      return known;
    }
    Fetcher fetcher =
        switch (key) {
          case CredentialKey.OfSource source -> sources.fetcher(source);
          case CredentialKey.OfRole role ->
              new RoleFetcher(role, slot(role.parent()), sts, workings);
        };
    Slot fresh = new Slot(ids.incrementAndGet(), key, fetcher, workings);
    Slot first = slots.putIfAbsent(key, fresh);
    return first != null ? first : fresh;
  }

  /**
   * Takes up a configuration, the first or a new one: makes a slot for each connector, starts to
   * warm the pinned ones, and drops the slots that no connector needs any more. Who still holds a
   * dropped slot can go on with it.
   *
   * @return the slot of each connector, by its name
   */
  public Map<String, Slot> configure(GatewayConfig config) {
    Map<String, Slot> byConnector = new LinkedHashMap<>();
    Set<CredentialKey> wanted = new HashSet<>();
    Set<CredentialKey> pinned = new HashSet<>();
    for (Connector connector : config.connectors().values()) {
      CredentialKey key = CredentialKey.of(connector, config.sts());
      byConnector.put(connector.name(), slot(key));
      for (CredentialKey hop : key.chain()) {
        wanted.add(hop);
        if (connector.pinned()) {
          pinned.add(hop);
        }
      }
    }
    slots.forEach(
        (key, slot) -> {
          if (!wanted.contains(key)) {
            slots.remove(key, slot);
            slot.retire();
            retiredHits.add(slot.hits());
          } else {
            slot.pin(pinned.contains(key));
          }
        });
    return byConnector;
  }

  /** Whether all pinned slots are warm, and which are not, and why. */
  public Readiness ready() {
    return new Readiness(
        slots.values().stream()
            .filter(slot -> slot.isPinned() && !slot.isUsable())
            .map(Slot::status)
            .toList());
  }

  /** Every slot, in the order of their making. */
  public List<SlotStatus> slots() {
    return slots.values().stream()
        .map(Slot::status)
        .sorted(Comparator.comparingInt(SlotStatus::id))
        .toList();
  }

  /** Fetches a slot's credentials anew in the background; false when there is no such slot. */
  public boolean refresh(int id) {
    for (Slot slot : slots.values()) {
      if (slot.id() == id) {
        slot.refresh();
        return true;
      }
    }
    return false;
  }

  /** Reads that found credentials, since the start. */
  public long hits() {
    long sum = retiredHits.sum();
    for (Slot slot : slots.values()) {
      sum += slot.hits();
    }
    return sum;
  }

  /** Reads that had to wait, since the start. */
  public long misses() {
    return workings.misses().sum();
  }

  /** Ends all background work; whoever waits is told so. */
  @Override
  public void close() {
    if (workings.closed().compareAndSet(false, true)) {
      slots.values().forEach(Slot::close);
      sts.close();
      closeThreads.run();
    }
  }

  /** What a cache is made of; everything that is not set is the machine's own. */
  public static final class Builder {
    private TimeSource time = TimeSource.system();
    private RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();
    private CredentialEvents events = CredentialEvents.NONE;
    private Map<String, String> environment = System.getenv();
    private Path home = Path.of(System.getProperty("user.home", "/"));
    private @Nullable Executor workers;
    private @Nullable Scheduler scheduler;
    private @Nullable StsCalls sts;

    private Builder() {}

    public Builder time(TimeSource time) {
      this.time = Objects.requireNonNull(time);
      return this;
    }

    /** A source of randomness that is thread-safe. */
    public Builder random(RandomGenerator random) {
      this.random = Objects.requireNonNull(random);
      return this;
    }

    public Builder events(CredentialEvents events) {
      this.events = Objects.requireNonNull(events);
      return this;
    }

    /** What stands in place of the process's variables. */
    public Builder environment(Map<String, String> environment) {
      this.environment = Map.copyOf(environment);
      return this;
    }

    /** The folder that holds {@code .aws}, unless variables say otherwise. */
    public Builder home(Path home) {
      this.home = Objects.requireNonNull(home);
      return this;
    }

    /** What runs attempts, which may block. */
    public Builder workers(Executor workers) {
      this.workers = workers;
      return this;
    }

    public Builder scheduler(Scheduler scheduler) {
      this.scheduler = scheduler;
      return this;
    }

    /** The calls to STS; closed with the cache. */
    public Builder sts(StsCalls sts) {
      this.sts = sts;
      return this;
    }

    public CredentialCache build() {
      ExecutorService ownWorkers = null;
      ScheduledThreadPoolExecutor ownTimer = null;
      Executor workers = this.workers;
      if (workers == null) {
        ownWorkers =
            Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("credentials-", 0).factory());
        workers = ownWorkers;
      }
      Scheduler scheduler = this.scheduler;
      if (scheduler == null) {
        ownTimer =
            new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("credentials-timer").daemon().factory());
        ownTimer.setRemoveOnCancelPolicy(true);
        ownTimer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        scheduler = Scheduler.on(ownTimer, workers);
      }
      StsCalls calls = sts != null ? sts : new SdkStsCalls(workers);
      StsCalls reported = new ReportedStsCalls(calls, events, time);
      Workings workings =
          new Workings(
              time, scheduler, workers, random, events, new LongAdder(), new AtomicBoolean());
      Sources sources = new Sources(environment, home, reported, time);
      ExecutorService workersToClose = ownWorkers;
      ScheduledThreadPoolExecutor timerToClose = ownTimer;
      return new CredentialCache(
          workings,
          reported,
          sources,
          () -> {
            if (timerToClose != null) {
              timerToClose.shutdownNow();
            }
            if (workersToClose != null) {
              workersToClose.shutdownNow();
            }
          });
    }
  }
}
