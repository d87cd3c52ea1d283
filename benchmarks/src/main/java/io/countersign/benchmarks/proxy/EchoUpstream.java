package io.countersign.benchmarks.proxy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.countersign.door.Head;
import io.countersign.signer.Authorization;
import io.countersign.signer.MalformedRequestException;
import io.countersign.signer.PayloadHash;
import io.countersign.signer.SigningKeys;
import io.countersign.signer.Verification;
import io.countersign.signer.Verifier;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An upstream that believes nothing: it verifies the signature of each request under the role's
 * credentials, and answers with what the request alone holds, so that an answer that reaches the
 * wrong client is seen there.
 */
final class EchoUpstream implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Verifier verifier = new Verifier(new SigningKeys());
  private final Set<String> seen = ConcurrentHashMap.newKeySet();
  private final AtomicLong wrong = new AtomicLong();

  private EchoUpstream(HttpServer server) {
    this.server = server;
  }

  static EchoUpstream start() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 128);
    EchoUpstream upstream = new EchoUpstream(server);
    server.setExecutor(upstream.threads);
    server.createContext("/", upstream::answer);
    server.start();
    return upstream;
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** Requests that came with a valid signature, each counted once. */
  long distinct() {
    return seen.size();
  }

  /** Requests that came twice or whose signature was not valid. */
  long wrong() {
    return wrong.get();
  }

  /** What is answered to a request of that body, as JSON without spaces. */
  static String answerTo(String body) {
    return "{\"TableNames\":[\"" + body.replaceAll("[^a-zA-Z0-9-]", "") + "\"]}";
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String text = new String(body, StandardCharsets.US_ASCII);
    if (!valid(exchange, body) || !seen.add(text)) {
      wrong.incrementAndGet();
    }
    byte[] answer = answerTo(text).getBytes(StandardCharsets.US_ASCII);
    exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.0");
    exchange.sendResponseHeaders(200, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  private boolean valid(HttpExchange exchange, byte[] body) {
    Head head =
        new Head(exchange.getRequestMethod(), exchange.getRequestURI().getRawPath(), "", 16);
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> values.forEach(value -> head.add(name, value)));
    try {
      Verification verified =
          verifier.verify(
              Authorization.parse(head),
              head,
              PayloadHash.ofBody(body),
              GatewayProcess.ROLE,
              Instant.now());
      return verified instanceof Verification.Valid;
    } catch (MalformedRequestException e) {
      return false;
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
