package io.countersign.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Stands between the gateway and an STS, gives requests on byte for byte (so that their signatures
 * hold), and breaks the answers on request. Speaks HTTP/1.1 without TLS, one request for each
 * connection.
 */
public final class FaultProxy implements AutoCloseable {
  /** What becomes of a request. */
  public enum Fault {
    /** It is answered by the STS. */
    NONE,
    /** The answer of the STS comes {@link #DELAY} late, or as soon as the fault ends. */
    DELAYED,
    /** Nothing is ever answered; the connection is cut when the fault ends. */
    SILENT,
    /** The connection is reset when the request has been read. */
    RESET,
    /** STS asks for fewer calls, with the status and code that it really uses. */
    THROTTLED,
    /** A load balancer says that there is nobody behind it. */
    UNAVAILABLE,
    /** Status 200 with a page of somebody else. */
    GARBAGE,
    /** The STS's own answer, cut off in its middle. */
    HALF,
    /** The STS's own answer with a {@code Date} of an hour ago. */
    DATE_AN_HOUR_AGO,
    /** The STS's own answer with a {@code Date} in an hour. */
    DATE_IN_AN_HOUR
  }

  /** Less than what the gateway's client waits for, more than anybody likes to wait. */
  public static final Duration DELAY = Duration.ofMillis(1_500);

  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);
  private static final String END_OF_HEAD = "\r\n\r\n";

  private final URI behind;
  private final ServerSocket listener;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final List<Map<String, String>> forms = new CopyOnWriteArrayList<>();
  private final AtomicInteger broken = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile Fault fault = Fault.NONE;

  private FaultProxy(URI behind, ServerSocket listener) {
    this.behind = behind;
    this.listener = listener;
  }

  /** Starts one that breaks nothing yet. */
  public static FaultProxy before(URI sts) {
    try {
      FaultProxy proxy =
          new FaultProxy(sts, new ServerSocket(0, 100, InetAddress.getLoopbackAddress()));
      proxy.threads.execute(proxy::listen);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException("no port for the proxy", e);
    }
  }

  /** What the gateway is given for the STS. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  /** From now on. */
  public void fault(Fault next) {
    lock.lock();
    try {
      fault = next;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The parameters of every request so far, in the order in which they came. */
  public List<Map<String, String>> requests() {
    return List.copyOf(forms);
  }

  /** How many requests met a fault so far. */
  public int broken() {
    return broken.get();
  }

  @Override
  public void close() {
    fault(Fault.NONE);
    try {
      listener.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the proxy did not close", e);
    }
    threads.shutdownNow();
  }

  private void listen() {
    try {
      while (true) {
        Socket client = listener.accept();
        open.add(client);
        threads.execute(() -> serve(client));
      }
    } catch (IOException e) {
      if (!listener.isClosed()) {
        throw new UncheckedIOException("the proxy broke by itself", e);
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      byte[] request = message(client.getInputStream());
      if (request.length > 0) {
        forms.add(form(request));
        answer(client, request);
      }
    } catch (IOException e) {
      // The gateway's client has given up, which is its right.
    } finally {
      open.remove(client);
    }
  }

  private void answer(Socket client, byte[] request) throws IOException {
    Fault now = fault;
    if (now != Fault.NONE) {
      broken.incrementAndGet();
    }
    switch (now) {
      case NONE -> write(client, asked(request));
      case DELAYED -> {
        byte[] answer = asked(request);
        holdWhile(Fault.DELAYED, DELAY);
        write(client, answer);
      }
      case SILENT -> holdWhile(Fault.SILENT, Duration.ofMinutes(5));
      case RESET -> client.setSoLinger(true, 0);
      case THROTTLED ->
          write(
              client,
              made(
                  "400 Bad Request",
                  "text/xml",
                  "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error>"
                      + "<Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded"
                      + "</Message></Error><RequestId>throttled-1</RequestId></ErrorResponse>"));
      case UNAVAILABLE ->
          write(
              client,
              made("503 Service Unavailable", "text/html", "<html>No server is available</html>"));
      case GARBAGE ->
          write(client, made("200 OK", "text/html", "<html><body>Please log in</body></html>"));
      case HALF -> {
        byte[] answer = asked(request);
        int head = endOfHead(answer);
        client.getOutputStream().write(answer, 0, head + (answer.length - head) / 2);
      }
      case DATE_AN_HOUR_AGO -> write(client, dated(asked(request), Duration.ofHours(-1)));
      case DATE_IN_AN_HOUR -> write(client, dated(asked(request), Duration.ofHours(1)));
    }
  }

  private void holdWhile(Fault held, Duration most) {
    lock.lock();
    try {
      long left = most.toNanos();
      while (fault == held && left > 0) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  private byte[] asked(byte[] request) throws IOException {
    try (Socket sts = new Socket()) {
      sts.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), behind.getPort()),
          (int) TimeUnit.SECONDS.toMillis(5));
      sts.getOutputStream().write(request);
      return message(sts.getInputStream());
    }
  }

  private static void write(Socket client, byte[] answer) throws IOException {
    OutputStream out = client.getOutputStream();
    out.write(answer);
    out.flush();
  }

  private static byte[] made(String status, String type, String body) {
    return ("HTTP/1.1 "
            + status
            + "\r\nContent-Type: "
            + type
            + "\r\nContent-Length: "
            + body.length()
            + "\r\nConnection: close"
            + END_OF_HEAD
            + body)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] dated(byte[] answer, Duration wrong) throws IOException {
    int end = endOfHead(answer);
    String head = new String(answer, 0, end, StandardCharsets.ISO_8859_1);
    String date = "Date: " + HTTP_DATE.format(Instant.now().plus(wrong)) + "\r\n";
    String other = head.replaceFirst("(?i)(?m)^date:[^\r]*\r\n", "");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int line = other.indexOf("\r\n") + 2;
    out.write(
        (other.substring(0, line) + date + other.substring(line))
            .getBytes(StandardCharsets.ISO_8859_1));
    out.write(answer, end, answer.length - end);
    return out.toByteArray();
  }

  // ---- messages ----

  /** A whole message, with whichever kind of end it has; empty when none comes. */
  private static byte[] message(InputStream from) throws IOException {
    InputStream in = new BufferedInputStream(from);
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    String head = "";
    while (!head.endsWith(END_OF_HEAD)) {
      int next = in.read();
      if (next < 0) {
        return new byte[0];
      }
      whole.write(next);
      if (next == '\n') {
        head = whole.toString(StandardCharsets.ISO_8859_1);
      }
    }
    String lower = head.toLowerCase(java.util.Locale.ROOT);
    int length = lower.indexOf("\r\ncontent-length:");
    if (length >= 0) {
      String value = lower.substring(length + 17, lower.indexOf("\r\n", length + 17)).strip();
      whole.write(in.readNBytes(Integer.parseInt(value)));
    } else if (lower.contains("\r\ntransfer-encoding: chunked")) {
      readChunks(in, whole);
    } else if (lower.startsWith("http/")) {
      in.transferTo(whole);
    }
    return whole.toByteArray();
  }

  private static void readChunks(InputStream in, ByteArrayOutputStream whole) throws IOException {
    while (true) {
      StringBuilder line = new StringBuilder();
      int next = 0;
      while (next != '\n') {
        next = in.read();
        if (next < 0) {
          throw new IOException("a chunked answer ended in its middle");
        }
        line.append((char) next);
      }
      whole.write(line.toString().getBytes(StandardCharsets.ISO_8859_1));
      int size = Integer.parseInt(line.toString().strip(), 16);
      whole.write(in.readNBytes(size + 2));
      if (size == 0) {
        return;
      }
    }
  }

  private static int endOfHead(byte[] message) {
    return new String(message, StandardCharsets.ISO_8859_1).indexOf(END_OF_HEAD)
        + END_OF_HEAD.length();
  }

  private static Map<String, String> form(byte[] request) {
    int from = endOfHead(request);
    Map<String, String> parameters = new HashMap<>();
    String body = new String(request, from, request.length - from, StandardCharsets.UTF_8);
    for (String pair : body.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        parameters.put(
            URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
    return parameters;
  }
}
