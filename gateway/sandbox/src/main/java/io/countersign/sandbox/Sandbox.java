package io.countersign.sandbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A stand-in for AWS on one loopback port: STS, S3, Redshift Data, Athena, Secrets Manager and a
 * little of DynamoDB.
 *
 * <p>Which service is meant is read from the request, as AWS's dialects differ: {@code
 * X-Amz-Target}, {@code Action=}, and S3 for the rest. Every connection has a virtual thread of its
 * own.
 */
public final class Sandbox implements AutoCloseable {
  private static final int MAX_RECORDED = 10_000;

  private final SandboxOptions options;
  private final ServerSocket server;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Deque<ReceivedRequest> received = new ArrayDeque<>();
  private final Faults faults = new Faults();
  private final Services services;

  private Sandbox(SandboxOptions options, ServerSocket server) {
    this.options = options;
    this.server = server;
    this.services = new Services(options, new Random(options.seed()));
  }

  /**
   * Binds the port and serves.
   *
   * @throws IOException when the port is taken; the message names it
   */
  public static Sandbox start(SandboxOptions options) throws IOException {
    ServerSocket server;
    try {
      server =
          new ServerSocket(
              options.port(), 256, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    } catch (IOException e) {
      throw new IOException(
          "cannot listen on 127.0.0.1:" + options.port() + ": " + e.getMessage(), e);
    }
    Sandbox sandbox = new Sandbox(options, server);
    Thread.ofVirtual().name("sandbox-accept").start(sandbox::accept);
    return sandbox;
  }

  /** Runs alone: {@code --port N}, 4599 unless told otherwise. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    int port = 4599;
    if (arguments.length == 2
        && arguments[0].equals("--port")
        && arguments[1].matches("[0-9]{1,5}")) {
      port = Integer.parseInt(arguments[1]);
    } else if (arguments.length != 0) {
      System.err.println("usage: Sandbox [--port N]");
      System.exit(2);
    }
    try (Sandbox sandbox = start(SandboxOptions.defaults().withPort(port))) {
      System.out.println("sandbox AWS at " + sandbox.endpoint());
      Thread.currentThread().join();
    }
  }

  /** {@code http://127.0.0.1:PORT}. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port());
  }

  /** The port that was bound. */
  public int port() {
    return server.getLocalPort();
  }

  /** What is to go wrong next. */
  public Faults faults() {
    return faults;
  }

  /** Who exists. */
  public Accounts accounts() {
    return options.accounts();
  }

  /**
   * The last 10,000 requests that were read whole, oldest first; a request is there once its answer
   * is decided.
   */
  public List<ReceivedRequest> requests() {
    synchronized (received) {
      return List.copyOf(received);
    }
  }

  /** The requests for one operation, oldest first. */
  public List<ReceivedRequest> requests(String service, String operation) {
    return requests().stream()
        .filter(r -> r.service().equals(service) && r.operation().equals(operation))
        .toList();
  }

  /** Forgets the requests. */
  public void forgetRequests() {
    synchronized (received) {
      received.clear();
    }
  }

  /** Makes the sample data now, so that the first query need not. It blocks. */
  public void prepare() {
    services.prepare();
  }

  /** How many connections are open. */
  public int openConnections() {
    return open.size();
  }

  /** Stops listening and closes every connection. */
  @Override
  public void close() throws IOException {
    server.close();
    faults.clear();
    for (Socket socket : open) {
      socket.close();
    }
    services.close();
  }

  private void accept() {
    while (!server.isClosed()) {
      Socket socket;
      try {
        socket = server.accept();
      } catch (IOException e) {
        if (server.isClosed()) {
          return;
        }
        continue;
      }
      open.add(socket);
      if (server.isClosed()) {
        Connection.closeQuietly(socket);
      }
      Thread.ofVirtual()
          .name("sandbox-connection")
          .start(
              () -> {
                try {
                  new Connection(socket, options, services, faults, this::record).serve();
                } finally {
                  open.remove(socket);
                }
              });
    }
  }

  private void record(ReceivedRequest request) {
    synchronized (received) {
      if (received.size() == MAX_RECORDED) {
        received.removeFirst();
      }
      received.addLast(request);
    }
  }
}
