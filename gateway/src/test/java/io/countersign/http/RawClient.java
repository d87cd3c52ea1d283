package io.countersign.http;

import io.countersign.config.GatewayConfig;
import io.countersign.door.Head;
import io.countersign.gateway.Gateway;
import io.countersign.identity.IssuedKey;
import io.countersign.identity.VirtualKeys;
import io.countersign.signer.AwsCredentials;
import io.countersign.signer.HeaderSelection;
import io.countersign.signer.PayloadHash;
import io.countersign.signer.SignedRequest;
import io.countersign.signer.Signer;
import io.countersign.signer.SigningKeys;
import io.countersign.signer.SigningParameters;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A client that sends the bytes it is told to, well formed or not, and reads what comes back. */
final class RawClient implements AutoCloseable {
  /** An answer, or as much of it as came. */
  static final class Answer {
    private final int status;
    private final Map<String, String> headers;
    private final byte[] body;
    private final boolean whole;

    Answer(int status, Map<String, String> headers, byte[] body, boolean whole) {
      this.status = status;
      this.headers = headers;
      this.body = body;
      this.whole = whole;
    }

    int status() {
      return status;
    }

    Map<String, String> headers() {
      return headers;
    }

    boolean whole() {
      return whole;
    }

    byte[] body() {
      return body;
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  private final Socket socket = new Socket();
  private final InputStream in;

  RawClient(InetSocketAddress gateway) throws IOException {
    socket.connect(gateway, 5_000);
    socket.setSoTimeout(20_000);
    in = socket.getInputStream();
  }

  RawClient send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  RawClient send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  /** Says that nothing more will be sent. */
  RawClient endOutput() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  /** Reads the head of one answer, such as that to HEAD; null when the connection has ended. */
  @Nullable Answer readHead() throws IOException {
    String line = line();
    if (line == null) {
      return null;
    }
    Map<String, String> headers = new LinkedHashMap<>();
    String header;
    while ((header = line()) != null && !header.isEmpty()) {
      int colon = header.indexOf(':');
      headers.put(
          header.substring(0, colon).toLowerCase(Locale.ROOT), header.substring(colon + 1).strip());
    }
    int status = Integer.parseInt(line.split(" ", -1)[1]);
    return new Answer(status, headers, new byte[0], true);
  }

  /** Reads one answer; null when the connection ended before one began. */
  @Nullable Answer read() throws IOException {
    Answer head = readHead();
    if (head == null) {
      return null;
    }
    Map<String, String> headers = head.headers();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    boolean whole = true;
    if ("chunked".equals(headers.get("transfer-encoding"))) {
      whole = false;
      String size;
      while ((size = line()) != null && !size.isEmpty()) {
        int bytes = Integer.parseInt(size, 16);
        body.writeBytes(in.readNBytes(bytes));
        line();
        if (bytes == 0) {
          whole = true;
          break;
        }
      }
    } else if (headers.containsKey("content-length")) {
      int length = Integer.parseInt(headers.get("content-length"));
      body.writeBytes(in.readNBytes(length));
      whole = body.size() == length;
    }
    return new Answer(head.status(), headers, body.toByteArray(), whole);
  }

  /** Reads text until it ends with that, or the connection does. */
  String readUntil(String end) throws IOException {
    StringBuilder text = new StringBuilder();
    int octet = 0;
    while (octet >= 0 && text.indexOf(end) < 0) {
      octet = in.read();
      if (octet >= 0) {
        text.append((char) octet);
      }
    }
    return text.toString();
  }

  /** Whether the gateway has ended the connection. */
  boolean ended() throws IOException {
    return in.read() < 0;
  }

  private @Nullable String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int octet;
    while ((octet = in.read()) >= 0 && octet != '\n') {
      if (octet != '\r') {
        line.write(octet);
      }
    }
    return octet < 0 && line.size() == 0 ? null : line.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  // ---- signed requests ----

  /** Virtual credentials as the gateway of {@link TestGateway} would issue them. */
  static AwsCredentials virtual(
      GatewayConfig config, @Nullable String connector, Duration ttl, Clock clock) {
    IssuedKey key =
        VirtualKeys.of(config, clock, new SecureRandom()).issue("analyst", connector, ttl);
    return AwsCredentials.of(key.accessKeyId(), key.secretAccessKey(), null);
  }

  /** The head of a request signed with these credentials, without its last, empty line. */
  static String signed(
      AwsCredentials credentials,
      String service,
      Instant time,
      String method,
      String target,
      Map<String, String> headers,
      PayloadHash payload)
      throws Exception {
    return signed(
        credentials, service, time, method, target, headers, payload, HeaderSelection.MINIMAL);
  }

  /** The same with more or fewer headers in the signature. */
  static String signed(
      AwsCredentials credentials,
      String service,
      Instant time,
      String method,
      String target,
      Map<String, String> headers,
      PayloadHash payload,
      HeaderSelection selection)
      throws Exception {
    int question = target.indexOf('?');
    Head head =
        new Head(
            method,
            question < 0 ? target : target.substring(0, question),
            question < 0 ? "" : target.substring(question + 1),
            headers.size() + 1);
    head.add("Host", "127.0.0.1");
    headers.forEach(head::add);
    SignedRequest signed =
        new Signer(new SigningKeys())
            .sign(
                SigningParameters.of(credentials, "us-east-1", service, time)
                    .withHeaders(selection),
                head,
                payload);
    StringBuilder text =
        new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    headers.forEach(
        (name, value) -> {
          if (!Signer.replaces(name)) {
            text.append(name).append(": ").append(value).append("\r\n");
          }
        });
    signed.forEachHeader(
        (name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
    return text.toString();
  }

  static RawClient to(Gateway gateway) throws IOException {
    return new RawClient(gateway.address());
  }
}
