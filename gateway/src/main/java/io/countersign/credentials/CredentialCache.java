package io.countersign.credentials;

import io.countersign.config.Agent;
import io.countersign.config.Connector;
import io.countersign.config.GatewayConfig;
import io.countersign.config.RoleHop;
import io.countersign.config.RolesPerCall;
import io.countersign.config.Sts;
import java.nio.file.Path;
import java.time.Duration;
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
  private final Tenants tenants;
  private final ConcurrentHashMap<CredentialKey, Slot> slots = new ConcurrentHashMap<>();
  private final AtomicInteger ids = new AtomicInteger();
  private final LongAdder retiredHits = new LongAdder();

  /** What the last configuration names. */
  private volatile Set<CredentialKey> configured = Set.of();

  private CredentialCache(
      Builder made, Workings workings, StsCalls sts, Sources sources, Runnable closeThreads) {
    // The slots that nobody reads any more come back here to be dropped.
    this.workings = workings.withIdle(this::dropIdle);
    this.tenants = new Tenants(made.limits, workings.time());
    this.sts = sts;
    this.sources = sources;
    this.closeThreads = closeThreads;
    new Pulse(this.workings, () -> slots.values().forEach(Slot::afterPause)).start();
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
    return put(key, fetcher);
  }

  private Slot put(CredentialKey key, Fetcher fetcher) {
    Slot fresh = new Slot(ids.incrementAndGet(), key, fetcher, workings);
    Slot first = slots.putIfAbsent(key, fresh);
    return first != null ? first : fresh;
  }

  /**
   * The slot of a key that a request brought about. Such slots are bounded in number, for each
   * tenant and together: where there is no room and nothing idle to drop, the slot that is answered
   * refuses, and is not kept.
   *
   * @param tenant whose request it is: a verified name
   */
  public Slot slot(CredentialKey key, String tenant) {
    Slot known = slots.get(key);
    if (known != null) {
      return known;
    }
    Fetcher fetcher;
    switch (key) {
      case CredentialKey.OfSource source -> fetcher = sources.fetcher(source);
      case CredentialKey.OfRole role -> {
        Slot parent = slot(role.parent(), tenant);
        CredentialFailure full = parent.refusing();
        if (full != null) {
          return Slot.refusing(key, full, workings);
        }
        fetcher = new RoleFetcher(role, parent, sts, workings);
      }
    }
    Slot fresh = put(key, fetcher);
    if (configured.contains(key) || tenants.owner(fresh) != null) {
      return fresh;
    }
    return switch (tenants.admit(fresh, tenant)) {
      case Tenants.Entry.Admitted admitted -> {
        admitted.dropped().forEach(this::drop);
        yield fresh;
      }
      case Tenants.Entry.Refused refused -> {
        slots.remove(key, fresh);
        fresh.retire();
        yield Slot.refusing(key, refused.failure(), workings);
      }
    };
  }

  /** Forgets a slot that a request brought about, unless a fetch is under way. */
  void dropIdle(Slot slot) {
    if (tenants.owner(slot) != null && slot.isIdle()) {
      drop(slot);
    }
  }

  private void drop(Slot slot) {
    tenants.forget(slot);
    slots.remove(slot.key(), slot);
    slot.retire();
    retiredHits.add(slot.hits());
  }

  /**
   * Takes up a configuration, the first or a new one: makes a slot for each connector, starts to
   * warm the pinned ones, and drops the slots that no connector needs any more. Who still holds a
   * dropped slot can go on with it.
   *
   * @return the slots of each connector, by its name
   */
  public Map<String, ConnectorSlots> configure(GatewayConfig config) {
    Map<String, ConnectorSlots> byConnector = new LinkedHashMap<>();
    Set<CredentialKey> wanted = new HashSet<>();
    Set<CredentialKey> pinned = new HashSet<>();
    Set<CredentialKey> strict = new HashSet<>();
    for (Connector connector : config.connectors().values()) {
      boolean perAgent = connector.roles().stream().anyMatch(RoleHop::isTemplate);
      ConnectorSlots of =
          perAgent
              ? ConnectorSlots.perAgent(
                  agent -> {
                    Slot slot = slot(CredentialKey.of(connector, config.sts(), agent), agent);
                    slot.strict(connector.strict());
                    return slot;
                  },
                  named(connector, config.sts()))
              : ConnectorSlots.shared(
                  slot(CredentialKey.of(connector, config.sts(), "")),
                  named(connector, config.sts()));
      byConnector.put(connector.name(), of);
      for (String agent : perAgent ? agents(config, connector) : List.of("")) {
        if (perAgent && !connector.pinned()) {
          continue; // made when the agent comes
        }
        CredentialKey key = CredentialKey.of(connector, config.sts(), agent);
        slot(key);
        for (CredentialKey hop : key.chain()) {
          wanted.add(hop);
          if (connector.pinned()) {
            pinned.add(hop);
          }
          if (connector.strict()) {
            strict.add(hop);
          }
        }
      }
    }
    configured = Set.copyOf(wanted);
    slots.forEach(
        (key, slot) -> {
          if (wanted.contains(key)) {
            tenants.forget(slot);
            slot.strict(strict.contains(key));
            slot.pin(pinned.contains(key));
          } else if (tenants.owner(slot) == null) {
            drop(slot);
          }
        });
    return byConnector;
  }

  /** The slots of the roles that agents name on the connector; null where they may name none. */
  private @Nullable RoleSlots named(Connector connector, Sts defaults) {
    RolesPerCall roles = connector.rolesPerCall();
    return roles == null
        ? null
        : new RoleSlots(
            roles.atOnce(),
            workings.time(),
            (agent, role) -> {
              Slot slot = slot(CredentialKey.named(connector, roles, defaults, agent, role), agent);
              slot.strict(connector.strict());
              return slot;
            },
            (agent, role) -> {
              CredentialKey key = CredentialKey.named(connector, roles, defaults, agent, role);
              return Slot.refusing(
                  key, Diagnosis.roles(key, agent, connector.name(), roles.atOnce()), workings);
            },
            this::dropIdle);
  }

  private static List<String> agents(GatewayConfig config, Connector connector) {
    return config.agents().values().stream()
        .filter(agent -> agent.allow().stream().anyMatch(g -> g.names(connector.name())))
        .map(Agent::name)
        .toList();
  }

  /** The calls to STS, paced by nobody. */
  StsCalls sts() {
    return sts;
  }

  Workings workings() {
    return workings;
  }

  /** What STS has said about the length of sessions. */
  SessionLengths lengths() {
    return workings.lengths();
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

  /** Whether there is such a slot. */
  public boolean has(int id) {
    return slots.values().stream().anyMatch(slot -> slot.id() == id);
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

  /**
   * Forgets a slot's credentials; the next to ask, or the pin, fetches anew. False when there is no
   * such slot, or a fetch is under way, which nothing cuts off.
   */
  public boolean evict(int id) {
    for (Slot slot : slots.values()) {
      if (slot.id() == id) {
        return slot.evict();
      }
    }
    return false;
  }

  /**
   * What to add to this machine's wall clock to have AWS's; zero while they agree to about two
   * minutes. From the {@code Date} of STS's answers.
   */
  public Duration clockSkew() {
    return workings.skew().skew();
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
    private CacheLimits limits = CacheLimits.DEFAULT;
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

    /** How large the cache may grow by what requests ask for. */
    public Builder limits(CacheLimits limits) {
      this.limits = Objects.requireNonNull(limits);
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
      Pace pace = new Budgets(time, scheduler, workers);
      Workings workings =
          new Workings(
              time,
              scheduler,
              workers,
              random,
              events,
              pace,
              new ClockSkew(time),
              new Crowd(time),
              new SessionLengths(time),
              slot -> {},
              new LongAdder(),
              new AtomicBoolean());
      Sources sources = new Sources(environment, home, reported, pace, time);
      ExecutorService workersToClose = ownWorkers;
      ScheduledThreadPoolExecutor timerToClose = ownTimer;
      return new CredentialCache(
          this,
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
