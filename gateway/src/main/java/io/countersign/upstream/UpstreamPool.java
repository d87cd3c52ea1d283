package io.countersign.upstream;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.resolver.AddressResolverGroup;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop. A call and its connection live on the same loop, so nothing
 * here needs a lock.
 *
 * <p>Connections are HTTP/1.1 and serve one request at a time; the one that was used last is used
 * first, so that those which are not needed grow idle and are closed.
 */
public final class UpstreamPool implements AutoCloseable {
  /**
   * AWS closes idle connections after about a minute; closing sooner avoids the race with a
   * request.
   */
  static final Duration IDLE = Duration.ofSeconds(20);

  static final int IDLE_PER_TARGET = 64;

  private final EventLoop loop;
  private final Deadlines deadlines;
  private final Flushes flushes;
  private final SslContext tls;
  private final UpstreamTimeouts timeouts;
  private final UpstreamEvents events;
  private final Bootstrap bootstrap;
  private final Map<Target, ArrayDeque<UpstreamConnection>> idle = new HashMap<>();
  private final Set<UpstreamConnection> all = new HashSet<>();

  /**
   * @param resolver must not block an event loop
   */
  public UpstreamPool(
      EventLoop loop,
      Deadlines deadlines,
      Flushes flushes,
      Transport transport,
      AddressResolverGroup<InetSocketAddress> resolver,
      SslContext tls,
      UpstreamTimeouts timeouts,
      UpstreamEvents events) {
    this.loop = loop;
    this.deadlines = deadlines;
    this.flushes = flushes;
    this.tls = tls;
    this.timeouts = timeouts;
    this.events = events;
    this.bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(transport.client())
            .resolver(resolver)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                Math.toIntExact(timeouts.connect().toMillis()));
  }

  /**
   * Begins a request; its body follows by {@link UpstreamCall#write} and {@link UpstreamCall#end}.
   * Nothing need leave before {@link UpstreamCall#flush} or {@link UpstreamCall#end} is called. On
   * the event loop.
   *
   * @param request with Host and the framing headers already set
   */
  public UpstreamCall send(Target target, UpstreamRequest request, UpstreamListener listener) {
    assert loop.inEventLoop();
    UpstreamCall call = new UpstreamCall(target, request, listener, deadlines, flushes, timeouts);
    UpstreamConnection connection = takeIdle(target);
    if (connection != null) {
      call.attachIdle(connection);
    } else {
      connect(call);
    }
    return call;
  }

  /** How many connections stand idle. On the event loop. */
  public int idle() {
    int count = 0;
    for (ArrayDeque<UpstreamConnection> queue : idle.values()) {
      count += queue.size();
    }
    return count;
  }

  private @Nullable UpstreamConnection takeIdle(Target target) {
    ArrayDeque<UpstreamConnection> queue = idle.get(target);
    if (queue == null) {
      return null;
    }
    UpstreamConnection connection;
    while ((connection = queue.pollLast()) != null) {
      deadlines.clear(connection.idleDeadline);
      boolean active = connection.active();
      events.unpooled(active);
      if (active) {
        return connection;
      }
    }
    return null;
  }

  private void connect(UpstreamCall call) {
    Target target = call.target;
    UpstreamConnection connection = new UpstreamConnection(this, target);
    long begun = System.nanoTime();
    Bootstrap attempt = bootstrap.clone();
    attempt.handler(
        new ChannelInitializer<Channel>() {
          @Override
          protected void initChannel(Channel channel) {
            if (target.tls()) {
              SslHandler ssl = tls.newHandler(channel.alloc(), target.host(), target.port());
              ssl.setHandshakeTimeoutMillis(timeouts.connect().toMillis());
              channel.pipeline().addLast("tls", ssl);
            }
            channel.pipeline().addLast("answers", connection.decoder()).addLast("call", connection);
          }
        });
    attempt
        .connect(target.host(), target.port())
        .addListener(
            connected -> {
              if (!connected.isSuccess()) {
                failConnect(call, connected.cause());
              } else if (target.tls()) {
                SslHandler ssl = connection.channel().pipeline().get(SslHandler.class);
                ssl.handshakeFuture()
                    .addListener(
                        shaken -> {
                          if (shaken.isSuccess()) {
                            ready(call, connection, begun);
                          } else {
                            connection.close(UpstreamEvents.CloseReason.ABORTED);
                            failConnect(call, shaken.cause());
                          }
                        });
              } else {
                ready(call, connection, begun);
              }
            });
  }

  private void ready(UpstreamCall call, UpstreamConnection connection, long begun) {
    events.opened(call.target, System.nanoTime() - begun);
    connection.counted = true;
    all.add(connection);
    if (call.over()) {
      // The caller went away while the connection was made; the next caller can have it.
      release(connection);
    } else {
      call.attachNew(connection);
    }
  }

  private void failConnect(UpstreamCall call, @Nullable Throwable cause) {
    UpstreamFailure.Kind kind = ConnectFailures.kind(cause);
    events.connectFailed(call.target, kind);
    call.fail(
        new UpstreamFailure(kind, true, false, ConnectFailures.detail(kind, call.target, cause)));
  }

  /** Takes a connection back after a whole exchange. */
  void release(UpstreamConnection connection) {
    connection.channel().config().setAutoRead(true);
    ArrayDeque<UpstreamConnection> queue =
        idle.computeIfAbsent(connection.target, _ -> new ArrayDeque<>());
    if (queue.size() >= IDLE_PER_TARGET) {
      connection.close(UpstreamEvents.CloseReason.SURPLUS);
      return;
    }
    events.pooled();
    queue.addLast(connection);
    deadlines.set(connection.idleDeadline, IDLE.toNanos());
  }

  /** Called once for each connection that was ready, when its channel is closed. */
  void closed(UpstreamConnection connection, UpstreamEvents.CloseReason reason) {
    all.remove(connection);
    deadlines.clear(connection.idleDeadline);
    ArrayDeque<UpstreamConnection> queue = idle.get(connection.target);
    if (queue != null) {
      if (queue.remove(connection)) {
        events.unpooled(false);
      }
      if (queue.isEmpty()) {
        idle.remove(connection.target);
      }
    }
    events.closed(connection.target, reason);
  }

  /** Closes what is idle and, with it, what is still in use. On the event loop. */
  @Override
  public void close() {
    for (UpstreamConnection connection : Set.copyOf(all)) {
      connection.close(UpstreamEvents.CloseReason.SHUTDOWN);
    }
  }
}
