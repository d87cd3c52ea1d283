package io.countersign.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.countersign.config.HostPort;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** An admin port on loopback whose pages a test sets. */
final class AdminFixture implements AutoCloseable {
  volatile AdminServer.Scrape scrape =
      (out, type) -> out.write("x 1\n".getBytes(StandardCharsets.US_ASCII));
  volatile Readiness readiness = List::of;
  volatile Supplier<JsonNode> credentials = JsonNodeFactory.instance::arrayNode;

  volatile CredentialAdmin.Outcome outcome = CredentialAdmin.Outcome.DONE;
  final List<String> orders = new CopyOnWriteArrayList<>();

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  final AdminServer server;

  AdminFixture() throws IOException {
    server = start(0);
  }

  AdminServer start(int port) throws IOException {
    return AdminServer.start(
        new HostPort("127.0.0.1", port),
        group,
        NioServerSocketChannel.class,
        (out, type) -> scrape.write(out, type),
        () -> readiness.checks(),
        new CredentialAdmin() {
          @Override
          public JsonNode list() {
            return credentials.get();
          }

          @Override
          public Outcome refresh(int slot) {
            orders.add("refresh " + slot);
            return outcome;
          }

          @Override
          public Outcome evict(int slot) {
            orders.add("evict " + slot);
            return outcome;
          }
        });
  }

  int port() {
    return server.address().getPort();
  }

  @Override
  public void close() {
    server.close();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
