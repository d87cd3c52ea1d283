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
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The metadata service of an EC2 instance, on loopback, that demands version 2: a token by PUT, and
 * 401 without it.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html">
 *     IMDSv2</a>
 */
public final class InstanceMetadata implements AutoCloseable {
  private static final String TOKENS = "/latest/api/token";
  private static final String PROFILES = "/latest/meta-data/iam/security-credentials/";
  private static final long LONGEST_SECONDS = 21_600;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final String profile;
  private final Supplier<RoleSession> sessions;
  private final Map<String, Long> tokens = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean tooFar;

  private InstanceMetadata(HttpServer server, String profile, Supplier<RoleSession> sessions) {
    this.server = server;
    this.profile = profile;
    this.sessions = sessions;
  }

  /**
   * Starts one.
   *
   * @param profile the name of the instance's role
   * @param sessions what is given out, asked at each request
   */
  public static InstanceMetadata start(String profile, Supplier<RoleSession> sessions) {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      InstanceMetadata metadata = new InstanceMetadata(server, profile, sessions);
      server.setExecutor(metadata.threads);
      server.createContext("/", metadata::answer);
      server.start();
      return metadata;
    } catch (IOException e) {
      throw new UncheckedIOException("no port for the metadata service", e);
    }
  }

  /** For {@code AWS_EC2_METADATA_SERVICE_ENDPOINT}. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** As seen by a container that is one hop more away than allowed: a PUT is never answered. */
  public void tooFar(boolean yes) {
    tooFar = yes;
  }

  /** What was asked and answered, such as {@code PUT /latest/api/token 200}. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String method = exchange.getRequestMethod();
    String path = exchange.getRequestURI().getPath();
    if (tooFar && method.equals("PUT")) {
      requests.add(method + " " + path + " lost");
      awaitClose();
      exchange.close();
      return;
    }
    Reply reply = reply(exchange, method, path);
    requests.add(method + " " + path + " " + reply.status);
    byte[] body = reply.body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/plain");
    exchange.sendResponseHeaders(reply.status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private void awaitClose() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private record Reply(int status, String body) {}

  private Reply reply(HttpExchange exchange, String method, String path) {
    if (method.equals("PUT") && path.equals(TOKENS)) {
      Long life =
          seconds(exchange.getRequestHeaders().getFirst("X-aws-ec2-metadata-token-ttl-seconds"));
      if (life == null || exchange.getRequestHeaders().containsKey("X-Forwarded-For")) {
        return new Reply(life == null ? 400 : 403, "");
      }
      String token = UUID.randomUUID().toString();
      tokens.put(token, System.nanoTime() + life * 1_000_000_000L);
      return new Reply(200, token);
    }
    String shown = exchange.getRequestHeaders().getFirst("X-aws-ec2-metadata-token");
    Long until = shown == null ? null : tokens.get(shown);
    if (until == null || until - System.nanoTime() < 0) {
      return new Reply(401, "");
    }
    if (!method.equals("GET")) {
      return new Reply(405, "");
    }
    if (path.equals(PROFILES)) {
      return new Reply(200, profile);
    }
    return path.equals(PROFILES + profile)
        ? new Reply(200, sessions.get().metadata())
        : new Reply(404, "");
  }

  private static @Nullable Long seconds(@Nullable String header) {
    if (header == null || !header.matches("[0-9]{1,5}")) {
      return null;
    }
    long seconds = Long.parseLong(header);
    return seconds >= 1 && seconds <= LONGEST_SECONDS ? seconds : null;
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
