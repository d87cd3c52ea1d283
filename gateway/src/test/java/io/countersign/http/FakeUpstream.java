package io.countersign.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A server on loopback that does exactly what a script says, byte by byte, so that it can
 * misbehave.
 */
final class FakeUpstream implements AutoCloseable {
  /** What one connection does, from its first byte to its last. */
  interface Script {
    void run(Connection connection) throws IOException;
  }

  /** A request as it came. */
  static final class Received {
    private final String requestLine;
    private final Map<String, String> headers;
    private final byte[] body;
    private final boolean whole;

    Received(String requestLine, Map<String, String> headers, byte[] body, boolean whole) {
      this.requestLine = requestLine;
      this.headers = headers;
      this.body = body;
      this.whole = whole;
    }

    String requestLine() {
      return requestLine;
    }

    Map<String, String> headers() {
      return headers;
    }

    byte[] body() {
      return body;
    }

    boolean whole() {
      return whole;
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  private final ServerSocket server;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final LinkedBlockingQueue<Received> received = new LinkedBlockingQueue<>();

  FakeUpstream(Script script) throws IOException {
    this(new ServerSocket(0, 64, InetAddress.getLoopbackAddress()), script);
  }

  /** On a socket of the caller's, such as one that speaks TLS. */
  FakeUpstream(ServerSocket socket, Script script) {
    server = socket;
    Thread.ofVirtual()
        .start(
            () -> {
              while (true) {
                Socket accepted;
                try {
                  accepted = server.accept();
                } catch (IOException closed) {
                  return;
                }
                sockets.add(accepted);
                Thread.ofVirtual().start(() -> serve(accepted, script));
              }
            });
  }

  private void serve(Socket socket, Script script) {
    try (socket) {
      script.run(new Connection(socket));
    } catch (IOException gone) {
      // The gateway may close at any time; what it got is asserted on its side.
    }
  }

  /** Answers each request of each connection with 200 and this body. */
  static FakeUpstream answering(String contentType, String body) throws IOException {
    return new FakeUpstream(
        connection -> {
          while (connection.read() != null) {
            connection.answer(200, contentType, body);
          }
        });
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  int connections() {
    return sockets.size();
  }

  /** The next request that came, whole or broken off. */
  Received next() throws InterruptedException {
    Received next = received.poll(20, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("no request reached the upstream");
    }
    return next;
  }

  boolean nothingMore() {
    return received.isEmpty();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  /** One connection, as a script sees it. */
  final class Connection {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    Connection(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new BufferedInputStream(socket.getInputStream());
      this.out = socket.getOutputStream();
    }

    /** Reads a request to its end; null when the connection ended before one began. */
    Received read() throws IOException {
      String line = line();
      if (line == null) {
        return null;
      }
      Map<String, String> headers = new LinkedHashMap<>();
      String header;
      while ((header = line()) != null && !header.isEmpty()) {
        int colon = header.indexOf(':');
        headers.put(
            header.substring(0, colon).toLowerCase(Locale.ROOT),
            header.substring(colon + 1).strip());
      }
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      boolean whole = true;
      if ("chunked".equals(headers.get("transfer-encoding"))) {
        whole = false;
        String size;
        while ((size = line()) != null && !size.isEmpty()) {
          int bytes = Integer.parseInt(size, 16);
          byte[] chunk = in.readNBytes(bytes);
          body.writeBytes(chunk);
          line();
          if (bytes == 0) {
            whole = true;
            break;
          }
        }
      } else if (headers.containsKey("content-length")) {
        int length = Integer.parseInt(headers.get("content-length"));
        byte[] bytes = in.readNBytes(length);
        body.writeBytes(bytes);
        whole = bytes.length == length;
      }
      Received request = new Received(line, headers, body.toByteArray(), whole);
      received.add(request);
      return whole ? request : null;
    }

    private String line() throws IOException {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      int octet;
      while ((octet = in.read()) >= 0 && octet != '\n') {
        if (octet != '\r') {
          line.write(octet);
        }
      }
      return octet < 0 && line.size() == 0 ? null : line.toString(StandardCharsets.ISO_8859_1);
    }

    void answer(int status, String contentType, String body) throws IOException {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      write(
          "HTTP/1.1 "
              + status
              + " X\r\nContent-Type: "
              + contentType
              + "\r\nx-amzn-RequestId: aws-1\r\nContent-Length: "
              + bytes.length
              + "\r\n\r\n");
      out.write(bytes);
      out.flush();
    }

    void write(String text) throws IOException {
      out.write(text.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    }

    /** Ends the connection with a reset instead of a close. */
    void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }

    /** Waits until the gateway ends the connection. */
    void waitForEnd() throws IOException {
      while (in.read() >= 0) {
        // drop it
      }
    }
  }
}
