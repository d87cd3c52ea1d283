package io.countersign.http;

import io.countersign.config.GatewayConfig;
import io.countersign.config.HostPort;
import io.countersign.observe.ConnectionMetrics;
import io.countersign.upstream.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The agents' port: accepts connections up to the limit and puts each on its event loop. */
public final class AgentListener implements AutoCloseable {
  private final Channel server;

  private AgentListener(Channel server) {
    this.server = server;
  }

  /**
   * Binds and begins to accept.
   *
   * @param tls asked for each new connection, so that certificates can change; null serves plain
   *     HTTP
   * @param workers one for each event loop of {@code group}
   * @throws IOException when the address cannot be bound
   */
  public static AgentListener bind(
      GatewayConfig config,
      Transport transport,
      EventLoopGroup group,
      Map<EventLoop, Worker> workers,
      Front front,
      @Nullable Supplier<SslContext> tls)
      throws IOException {
    AtomicInteger open = new AtomicInteger();
    ConnectionMetrics metrics = front.connections();
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(group)
            .channel(transport.server())
            .option(ChannelOption.SO_BACKLOG, 1024)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    GatewayConfig now = front.routing().get().config();
                    if (open.incrementAndGet() > now.limits().connections()) {
                      open.decrementAndGet();
                      metrics.refused(ConnectionMetrics.Refusal.LIMIT);
                      channel.close();
                      return;
                    }
                    metrics.accepted();
                    if (tls != null) {
                      SslHandler handler = tls.get().newHandler(channel.alloc());
                      handler.setHandshakeTimeoutMillis(now.timeouts().connect().toMillis());
                      channel.pipeline().addLast("tls", handler);
                    }
                    Worker worker = Objects.requireNonNull(workers.get(channel.eventLoop()));
                    AgentConnection.create(
                        channel,
                        worker,
                        front,
                        now.limits(),
                        now.timeouts().idle(),
                        () -> {
                          open.decrementAndGet();
                          metrics.closed();
                        });
                  }
                });
    HostPort address = config.listen();
    var bound = bootstrap.bind(address.host(), address.port()).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          "listen: "
              + address
              + " cannot be bound ("
              + bound.cause().getMessage()
              + "); is another gateway running, or the port taken?",
          bound.cause());
    }
    return new AgentListener(bound.channel());
  }

  /**
   * The address that was bound, with the port that the system chose where the configuration says 0.
   */
  public InetSocketAddress address() {
    return (InetSocketAddress) server.localAddress();
  }

  /** Stops accepting; open connections go on. */
  @Override
  public void close() {
    server.close().awaitUninterruptibly();
  }
}
