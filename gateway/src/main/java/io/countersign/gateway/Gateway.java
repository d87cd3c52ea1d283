package io.countersign.gateway;

import io.countersign.admin.AdminServer;
import io.countersign.admin.Readiness;
import io.countersign.catalog.Catalog;
import io.countersign.config.GatewayConfig;
import io.countersign.config.Problem;
import io.countersign.credentials.CredentialCache;
import io.countersign.door.Routing;
import io.countersign.http.AgentListener;
import io.countersign.http.Front;
import io.countersign.http.HoldBudget;
import io.countersign.http.Worker;
import io.countersign.identity.SeenSignatures;
import io.countersign.observe.BuildInfo;
import io.countersign.observe.Metrics;
import io.countersign.observe.Recorder;
import io.countersign.signer.SigV4aKeys;
import io.countersign.signer.SigV4aSigner;
import io.countersign.signer.Signer;
import io.countersign.signer.SigningKeys;
import io.countersign.signer.Verifier;
import io.countersign.upstream.Deadlines;
import io.countersign.upstream.Flushes;
import io.countersign.upstream.Transport;
import io.countersign.upstream.UpstreamPool;
import io.countersign.upstream.UpstreamTimeouts;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running gateway: both ports, the event loops, the credential cache. Thread-safe.
 *
 * <p>{@link #start} returns when both ports are bound; pinned credentials warm up afterwards, and
 * {@code /readyz} says when they are there.
 */
public final class Gateway implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

  /** One for each session and scope in use; they go with their sessions. */
  private static final int MAX_SIGNING_KEYS = 16_384;

  private final AtomicReference<Routing> routing;
  private final Parts parts;
  private final RoutingFactory routings;
  private final AgentListener agents;
  private final AdminServer admin;

  /** What a gateway is made of, in the order in which it is taken down from the end. */
  private record Parts(
      MultiThreadIoEventLoopGroup loops,
      Map<EventLoop, Worker> workers,
      CredentialCache credentials,
      Metrics metrics,
      Recorder recorder,
      DnsAddressResolverGroup resolver,
      ExecutorService virtualThreads,
      GatewayTls tls) {}

  private Gateway(
      AtomicReference<Routing> routing,
      Parts parts,
      RoutingFactory routings,
      AgentListener agents,
      AdminServer admin) {
    this.routing = routing;
    this.parts = parts;
    this.routings = routings;
    this.agents = agents;
    this.admin = admin;
  }

  /**
   * Starts a gateway on the machine's clock and AWS's trust anchors.
   *
   * @throws IOException when a port cannot be bound or a file of the configuration cannot be read;
   *     the message says which
   */
  public static Gateway start(GatewayConfig config) throws IOException {
    return builder(config).start();
  }

  /** For tests and embedding: what is not set is the machine's own. */
  public static Builder builder(GatewayConfig config) {
    return new Builder(config);
  }

  /** The agents' port as bound. */
  public InetSocketAddress address() {
    return agents.address();
  }

  /** The admin port as bound. */
  public InetSocketAddress adminAddress() {
    return admin.address();
  }

  /** The metrics, for whoever else reports: the watcher of the configuration. */
  public Metrics metrics() {
    return parts.metrics();
  }

  /** What the rules of the configuration in force say in vain. */
  public List<Problem> warnings() {
    return RoutingFactory.warnings(routing.get());
  }

  /**
   * Takes up a new configuration: agents, connectors, policy, certificates, limits and time-outs of
   * new exchanges. Ports, threads and log sinks stay as they were started.
   *
   * @throws IOException when it cannot be taken up; the old one stays
   */
  public synchronized void reload(GatewayConfig config) throws IOException {
    GatewayConfig before = routing.get().config();
    if (!before.listen().equals(config.listen())
        || !before.admin().equals(config.admin())
        || before.threads() != config.threads()
        || (before.tls() == null) != (config.tls() == null)) {
      LOG.warn("listen, admin, threads, and whether there is tls, change at the next start only");
    }
    // What can fail comes first: the credential cache changes last, when nothing can stop it.
    Runnable takeUpTls = parts.tls().prepare(config);
    Routing next = routings.reloaded(routing.get(), config);
    takeUpTls.run();
    parts.metrics().connectors(config.connectors().keySet());
    routing.set(next);
    routings.bindMetrics(next);
    RoutingFactory.warnings(next)
        .forEach(warning -> LOG.warn("The configuration says something in vain: {}", warning));
    LOG.info(
        "Configuration taken up: {} agents, {} connectors",
        config.agents().size(),
        config.connectors().size());
  }

  /**
   * Stops accepting, lets running exchanges end within {@code timeouts.drain}, then closes
   * everything.
   */
  @Override
  public void close() {
    Duration drain = routing.get().config().timeouts().drain();
    agents.close();
    parts.workers().forEach((loop, worker) -> loop.execute(worker::drain));
    long deadline = System.nanoTime() + drain.toNanos();
    while (openConnections() > 0 && System.nanoTime() - deadline < 0) {
      try {
        TimeUnit.MILLISECONDS.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    parts.workers().forEach((loop, worker) -> loop.execute(worker::close));
    admin.close();
    parts.credentials().close();
    parts.resolver().close();
    parts.loops().shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    parts.virtualThreads().shutdownNow();
    parts.recorder().close();
    parts.metrics().close();
  }

  private int openConnections() {
    int open = 0;
    List<java.util.concurrent.Future<Integer>> counts = new ArrayList<>();
    parts.workers().forEach((loop, worker) -> counts.add(loop.submit(worker::connections)));
    for (var count : counts) {
      try {
        open += count.get(1, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return 0;
      } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
        LOG.warn("An event loop does not say how many connections it has", e);
      }
    }
    return open;
  }

  /** What a gateway is made of. */
  public static final class Builder {
    private final GatewayConfig config;
    private Clock clock = Clock.systemUTC();
    private CredentialCache.Builder credentials = CredentialCache.builder();
    private SslContextBuilder upstreamTls = SslContextBuilder.forClient();
    private boolean terminal;

    private Builder(GatewayConfig config) {
      this.config = config;
    }

    /** What signatures are made and judged by. */
    public Builder clock(Clock judge) {
      this.clock = judge;
      return this;
    }

    /** The cache, to which the events are added. */
    public Builder credentials(CredentialCache.Builder cache) {
      this.credentials = cache;
      return this;
    }

    /** Trust anchors other than the JDK's. */
    public Builder upstreamTls(SslContextBuilder tls) {
      this.upstreamTls = tls;
      return this;
    }

    /** Whether standard output is read by a person, so that lines are text. */
    public Builder terminal(boolean yes) {
      this.terminal = yes;
      return this;
    }

    /**
     * Starts it.
     *
     * @throws IOException as {@link Gateway#start}
     */
    public Gateway start() throws IOException {
      Transport transport = Transport.best();
      int threads =
          config.threads() > 0 ? config.threads() : Runtime.getRuntime().availableProcessors();
      Metrics metrics = Metrics.create(BuildInfo.ofManifest());
      metrics.connectors(config.connectors().keySet());
      Recorder recorder = Recorder.start(config.logging(), terminal, metrics);
      GatewayTls tls = GatewayTls.load(config);
      SigningKeys outgoing = new SigningKeys(MAX_SIGNING_KEYS);
      CredentialCache cache =
          credentials.events(new CredentialMetricsBinding(metrics.credentials(), outgoing)).build();
      RoutingFactory routings = new RoutingFactory(Catalog.load(), cache, metrics, clock);
      AtomicReference<Routing> routing = new AtomicReference<>(routings.first(config));
      ExecutorService virtualThreads =
          Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("work-", 0).factory());
      MultiThreadIoEventLoopGroup loops =
          new MultiThreadIoEventLoopGroup(
              threads, new DefaultThreadFactory("loop", true), transport.ioHandler());
      DnsNameResolverBuilder names =
          new DnsNameResolverBuilder().datagramChannelType(transport.datagram());
      NameServers.choose(names);
      DnsAddressResolverGroup resolver = new DnsAddressResolverGroup(names);
      Front front =
          new Front(
              routing::get,
              clock,
              awsClock(clock, cache),
              new SeenSignatures(),
              new HoldBudget(config.limits().holdTotalBytes()),
              recorder,
              metrics.requests(),
              metrics.connections(),
              metrics.upstream(),
              metrics.bodies());
      // Requests that come in choose their scopes, so they have a key cache of their own.
      SigningKeys incoming = new SigningKeys();
      SigV4aKeys sigV4aKeys = new SigV4aKeys();
      SslContext client = upstreamTls.build();
      Map<EventLoop, Worker> workers = new HashMap<>();
      int index = 0;
      for (EventExecutor executor : loops) {
        EventLoop loop = (EventLoop) executor;
        Deadlines deadlines = Deadlines.on(loop);
        Flushes flushes = new Flushes(loop);
        UpstreamPool pool =
            new UpstreamPool(
                loop,
                deadlines,
                flushes,
                transport,
                resolver,
                client,
                new UpstreamTimeouts(
                    config.timeouts().connect(),
                    config.timeouts().firstByte(),
                    config.timeouts().idle()),
                new UpstreamMetricsBinding(metrics.upstream()));
        workers.put(
            loop,
            new Worker(
                loop,
                deadlines,
                flushes,
                pool,
                PooledByteBufAllocator.DEFAULT,
                virtualThreads,
                new Signer(outgoing),
                new SigV4aSigner(sigV4aKeys),
                new Verifier(incoming)));
        if (loop instanceof io.netty.util.concurrent.SingleThreadEventExecutor single) {
          metrics.eventLoop(index++, single::pendingTasks);
        }
      }
      metrics.credentials().slots(() -> cache.slots().size());
      metrics.directMemory(() -> PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory());
      Parts parts =
          new Parts(loops, workers, cache, metrics, recorder, resolver, virtualThreads, tls);
      try {
        AdminServer admin =
            AdminServer.start(
                config.admin(),
                loops,
                transport.server(),
                metrics::scrape,
                readiness(cache),
                CredentialPage.admin(cache));
        try {
          AgentListener agents =
              AgentListener.bind(
                  config, transport, loops, workers, front, tls.active() ? tls::context : null);
          routings.bindMetrics(routing.get());
          LOG.info(
              "Listening for agents on {} ({}, {} event loops), admin on {}",
              agents.address(),
              transport.name(),
              threads,
              admin.address());
          return new Gateway(routing, parts, routings, agents, admin);
        } catch (IOException | RuntimeException e) {
          admin.close();
          throw e;
        }
      } catch (IOException | RuntimeException e) {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        cache.close();
        recorder.close();
        metrics.close();
        throw e;
      }
    }

    /** The machine's clock, put right where STS has shown that it is wrong. */
    private static InstantSource awsClock(Clock clock, CredentialCache cache) {
      return () -> {
        Duration skew = cache.clockSkew();
        return skew.isZero() ? clock.instant() : clock.instant().plus(skew);
      };
    }

    private static Readiness readiness(CredentialCache cache) {
      return () -> {
        List<Readiness.Check> checks = new ArrayList<>();
        checks.add(new Readiness.Check("configuration", true, "loaded"));
        checks.addAll(CredentialPage.checks(cache.ready()));
        return checks;
      };
    }
  }
}
