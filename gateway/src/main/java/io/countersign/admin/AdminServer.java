package io.countersign.admin;

import io.countersign.config.HostPort;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The admin port: {@code /metrics}, {@code /livez}, {@code /readyz} and {@code
 * /v1/admin/credentials} over HTTP/1.1, GET and HEAD; and POST of orders to a slot of the
 * credential cache. It shares the event loops with the agents' port, so each page is made on a
 * virtual thread and handed back whole.
 */
public final class AdminServer implements AutoCloseable {
  /** Open connections; a scraper and a few probes need a handful. */
  static final int MAX_CONNECTIONS = 64;

  /** Of the request line, in bytes. */
  static final int MAX_LINE = 4_096;

  /** Of all headers together, in bytes. */
  static final int MAX_HEADERS = 16_384;

  /** Writes all metrics. */
  @FunctionalInterface
  public interface Scrape {
    /**
     * Called on a virtual thread.
     *
     * @param contentType of the text format or of OpenMetrics
     */
    void write(OutputStream out, String contentType) throws IOException;
  }

  private final Channel listener;
  private final ChannelGroup connections;
  private final ExecutorService pages;

  private AdminServer(Channel listener, ChannelGroup connections, ExecutorService pages) {
    this.listener = listener;
    this.connections = connections;
    this.pages = pages;
  }

  /**
   * Listens. Blocks until the port is bound: not for an event loop.
   *
   * @param group stays the caller's, who shuts it down after {@link #close}
   * @param channel the kind of channel that goes with the group
   * @throws IOException if the port cannot be bound; the message says which
   */
  public static AdminServer start(
      HostPort listen,
      EventLoopGroup group,
      Class<? extends ServerChannel> channel,
      Scrape scrape,
      Readiness readiness,
      CredentialAdmin credentials)
      throws IOException {
    AdminPages content = new AdminPages(scrape, readiness, credentials);
    ExecutorService pages =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("admin-", 0).factory());
    ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    Channel listener;
    try {
      listener =
          new ServerBootstrap()
              .group(group)
              .channel(channel)
              .option(ChannelOption.SO_REUSEADDR, true)
              .childOption(ChannelOption.TCP_NODELAY, true)
              .childHandler(
                  new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel child) {
                      accept(child, connections, content, pages);
                    }
                  })
              .bind(new InetSocketAddress(listen.host(), listen.port()))
              .syncUninterruptibly()
              .channel();
    } catch (RuntimeException e) {
      pages.close();
      throw e;
    } catch (Exception e) {
      // Netty throws the bind's IOException undeclared
      pages.close();
      throw new IOException(
          "the admin port " + listen + " cannot be bound: end what listens there, or set admin:",
          e);
    }
    return new AdminServer(listener, connections, pages);
  }

  /** The address that is bound; tells the port when the configuration said 0. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  /** Stops listening and closes every connection. */
  @Override
  public void close() {
    listener.close().syncUninterruptibly();
    connections.close().syncUninterruptibly();
    pages.shutdownNow();
    pages.close();
  }

  @SuppressWarnings("FutureReturnValueIgnored")
  private static void accept(
      SocketChannel child, ChannelGroup connections, AdminPages content, ExecutorService pages) {
    if (connections.size() >= MAX_CONNECTIONS) {
      child.close();
      return;
    }
    connections.add(child);
    HttpDecoderConfig strict =
        new HttpDecoderConfig()
            .setMaxInitialLineLength(MAX_LINE)
            .setMaxHeaderSize(MAX_HEADERS)
            .setValidateHeaders(true);
    child.pipeline().addLast(new HttpServerCodec(strict)).addLast(new AdminHandler(content, pages));
  }
}
