package io.countersign.credentials;

import io.countersign.config.HttpProxy;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpFullResponse;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * Calls of the SDK over a socket of one's own, where the JDK's client cannot do what is asked: a
 * proxy with Basic authentication in front of https, or a certificate that names another host. One
 * connection for each call; a call to STS comes seldom. Blocks; interrupting the virtual thread
 * ends it.
 */
final class DirectHttp implements SdkHttpClient {
  private static final int MOST_BYTES = 1024 * 1024;
  private static final int MOST_LINE = 16 * 1024;

  private final @Nullable HttpProxy proxy;
  private final SSLSocketFactory tls;
  private final @Nullable String certificateHost;
  private final Duration connect;
  private final Duration read;

  /**
   * @param certificateHost whose certificate the server must have; null for the host that is called
   */
  DirectHttp(
      @Nullable HttpProxy proxy,
      SSLSocketFactory tls,
      @Nullable String certificateHost,
      Duration connect,
      Duration read) {
    this.proxy = proxy;
    this.tls = tls;
    this.certificateHost = certificateHost;
    this.connect = connect;
    this.read = read;
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    return new ExecutableHttpRequest() {
      private volatile @Nullable Socket open;

      @Override
      public HttpExecuteResponse call() throws IOException {
        try (Socket socket = new Socket()) {
          open = socket;
          return exchange(socket, request);
        }
      }

      @Override
      public void abort() {
        Socket socket = open;
        if (socket != null) {
          try {
            socket.close();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      }
    };
  }

  private HttpExecuteResponse exchange(Socket socket, HttpExecuteRequest request)
      throws IOException {
    SdkHttpRequest head = request.httpRequest();
    boolean secure = head.protocol().equals("https");
    HttpProxy through = proxy;
    URI first = through != null ? through.address() : head.getUri();
    int port = first.getPort() >= 0 ? first.getPort() : secure && through == null ? 443 : 80;
    socket.setTcpNoDelay(true);
    socket.connect(new InetSocketAddress(first.getHost(), port), (int) connect.toMillis());
    socket.setSoTimeout((int) read.toMillis());
    Socket end = socket;
    if (secure) {
      if (through != null) {
        openTunnel(socket, head.host() + ":" + head.port(), through);
      }
      end = secured(socket, head);
    }
    byte[] body = new byte[0];
    if (request.contentStreamProvider().isPresent()) {
      try (InputStream in = request.contentStreamProvider().get().newStream()) {
        body = in.readAllBytes();
      }
    }
    end.getOutputStream().write(bytes(head, secure ? null : through, body));
    end.getOutputStream().flush();
    Answer answer = Answer.read(new BufferedInputStream(end.getInputStream()));
    return HttpExecuteResponse.builder()
        .response(answer.head.build())
        .responseBody(AbortableInputStream.create(new ByteArrayInputStream(answer.body)))
        .build();
  }

  private Socket secured(Socket plain, SdkHttpRequest head) throws IOException {
    String host = certificateHost != null ? certificateHost : head.host();
    SSLSocket socket = (SSLSocket) tls.createSocket(plain, host, head.port(), true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    if (!host.contains(":") && !host.matches("[0-9.]+")) {
      parameters.setServerNames(List.of(new SNIHostName(host)));
    }
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  private static void openTunnel(Socket socket, String target, HttpProxy proxy) throws IOException {
    String request =
        "CONNECT "
            + target
            + " HTTP/1.1\r\nHost: "
            + target
            + "\r\n"
            + authorization(proxy)
            + "\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
    // Unbuffered: what follows the head belongs to TLS.
    Answer answer = Answer.head(socket.getInputStream());
    if (answer.status != 200) {
      throw new ProxyRefusedException(
          answer.status,
          "the proxy " + proxy.address() + " answers " + answer.status + " to CONNECT " + target);
    }
  }

  private static String authorization(HttpProxy proxy) {
    if (proxy.user() == null || proxy.password() == null) {
      return "";
    }
    String pair = proxy.user() + ":" + proxy.password().reveal();
    return "Proxy-Authorization: Basic "
        + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8))
        + "\r\n";
  }

  private static byte[] bytes(SdkHttpRequest head, @Nullable HttpProxy through, byte[] body)
      throws IOException {
    String target = head.encodedPath().isEmpty() ? "/" : head.encodedPath();
    String query = head.encodedQueryParameters().map(q -> "?" + q).orElse("");
    String authority =
        head.host() + (head.port() == 443 || head.port() == 80 ? "" : ":" + head.port());
    StringBuilder text = new StringBuilder(512);
    text.append(head.method()).append(' ');
    text.append(through != null ? "http://" + authority : "").append(target).append(query);
    text.append(" HTTP/1.1\r\n");
    head.forEachHeader(
        (name, values) -> {
          String lower = name.toLowerCase(Locale.ROOT);
          if (!lower.equals("content-length") && !lower.equals("expect")) {
            values.forEach(value -> text.append(name).append(": ").append(value).append("\r\n"));
          }
        });
    if (head.firstMatchingHeader("Host").isEmpty()) {
      text.append("Host: ").append(authority).append("\r\n");
    }
    text.append(through != null ? authorization(through) : "");
    text.append("Connection: close\r\nContent-Length: ").append(body.length).append("\r\n\r\n");
    ByteArrayOutputStream all = new ByteArrayOutputStream(text.length() + body.length);
    all.write(text.toString().getBytes(StandardCharsets.ISO_8859_1));
    all.write(body);
    return all.toByteArray();
  }

  @Override
  public String clientName() {
    return "Direct";
  }

  @Override
  public void close() {}

  /** An answer, as far as it has been read. */
  private static final class Answer {
    final SdkHttpFullResponse.Builder head = SdkHttpFullResponse.builder();
    int status;
    long length = -1;
    boolean chunked;
    byte[] body = new byte[0];

    static Answer read(InputStream in) throws IOException {
      Answer answer = head(in);
      while (answer.status >= 100 && answer.status < 200) {
        answer = head(in);
      }
      answer.body =
          answer.chunked
              ? chunks(in)
              : answer.length >= 0
                  ? exactly(in, answer.length)
                  : atMost(in.readNBytes(MOST_BYTES + 1));
      return answer;
    }

    static Answer head(InputStream in) throws IOException {
      Answer answer = new Answer();
      String first = line(in);
      String[] parts = first.split(" ", 3);
      if (!first.startsWith("HTTP/1.") || parts.length < 2 || !parts[1].matches("[1-9]\\d\\d")) {
        throw new IOException("the answer is not HTTP");
      }
      answer.status = Integer.parseInt(parts[1]);
      answer.head.statusCode(answer.status);
      int left = 200;
      for (String line = line(in); !line.isEmpty(); line = line(in)) {
        int colon = line.indexOf(':');
        if (colon <= 0 || left-- == 0) {
          throw new IOException("the answer has a head that is not HTTP's");
        }
        String name = line.substring(0, colon);
        String value = line.substring(colon + 1).strip();
        answer.head.appendHeader(name, value);
        switch (name.toLowerCase(Locale.ROOT)) {
          case "content-length" -> answer.length = number(value, 10);
          case "transfer-encoding" -> answer.chunked = value.equalsIgnoreCase("chunked");
          default -> {}
        }
      }
      return answer;
    }

    private static byte[] chunks(InputStream in) throws IOException {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      while (true) {
        String size = line(in);
        int extension = size.indexOf(';');
        long bytes = number((extension < 0 ? size : size.substring(0, extension)).strip(), 16);
        if (bytes == 0) {
          return all.toByteArray(); // trailers are of no use, and the connection ends
        }
        if (all.size() + bytes > MOST_BYTES) {
          throw tooLong();
        }
        all.write(exactly(in, bytes));
        line(in);
      }
    }

    private static long number(String text, int radix) throws IOException {
      try {
        long number = Long.parseLong(text, radix);
        if (number >= 0) {
          return number;
        }
      } catch (NumberFormatException e) {
        // told below
      }
      throw new IOException("the answer has a length that is no number");
    }

    private static byte[] exactly(InputStream in, long length) throws IOException {
      if (length > MOST_BYTES) {
        throw tooLong();
      }
      byte[] bytes = in.readNBytes((int) length);
      if (bytes.length < length) {
        throw new IOException("the answer broke off");
      }
      return bytes;
    }

    private static byte[] atMost(byte[] bytes) throws IOException {
      if (bytes.length > MOST_BYTES) {
        throw tooLong();
      }
      return bytes;
    }

    private static IOException tooLong() {
      return new IOException("the answer is longer than any of STS");
    }

    private static String line(InputStream in) throws IOException {
      StringBuilder line = new StringBuilder();
      for (int octet = in.read(); octet != '\n'; octet = in.read()) {
        if (octet < 0) {
          throw new IOException("the connection was closed within the answer");
        }
        if (line.length() > MOST_LINE) {
          throw new IOException("the answer has a line that never ends");
        }
        if (octet != '\r') {
          line.append((char) octet);
        }
      }
      return line.toString();
    }
  }
}
