package io.countersign.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The EKS Pod Identity agent of a node, on loopback: one path, and the pod's token as it is in
 * {@code Authorization}. Only the token that was accepted last is good.
 *
 * @see <a href="https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html">EKS Pod
 *     Identity</a>
 */
public final class PodIdentityAgent implements AutoCloseable {
  private static final String PATH = "/v1/credentials";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Supplier<RoleSession> sessions;
  private final List<String> answered = new CopyOnWriteArrayList<>();
  private volatile String good = "";
  private volatile int failing;

  private PodIdentityAgent(HttpServer server, Supplier<RoleSession> sessions) {
    this.server = server;
    this.sessions = sessions;
  }

  /**
   * Starts one.
   *
   * @param sessions what is given out, asked at each request
   */
  public static PodIdentityAgent start(Supplier<RoleSession> sessions) {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      PodIdentityAgent agent = new PodIdentityAgent(server, sessions);
      server.setExecutor(agent.threads);
      server.createContext("/", agent::answer);
      server.start();
      return agent;
    } catch (IOException e) {
      throw new UncheckedIOException("no port for the Pod Identity agent", e);
    }
  }

  /** For {@code AWS_CONTAINER_CREDENTIALS_FULL_URI}. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + PATH);
  }

  /** The kubelet has renewed the token: the one before is refused from now on. */
  public void accept(String token) {
    good = token;
  }

  /** Answers every request with this status; 0 for as usual. */
  public void fail(int status) {
    failing = status;
  }

  /** The token of each request that was answered with credentials. */
  public List<String> answered() {
    return List.copyOf(answered);
  }

  private void answer(HttpExchange exchange) throws IOException {
    @Nullable String token = exchange.getRequestHeaders().getFirst("Authorization");
    int status = 200;
    String body;
    if (failing != 0) {
      status = failing;
      body = "the agent is not well";
    } else if (!exchange.getRequestMethod().equals("GET")
        || !exchange.getRequestURI().getPath().equals(PATH)) {
      status = 404;
      body = "no such page";
    } else if (!good.equals(token)) {
      status = 400;
      body = "Service account token cannot be empty or is not valid";
    } else {
      answered.add(token);
      body = sessions.get().container();
    }
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
