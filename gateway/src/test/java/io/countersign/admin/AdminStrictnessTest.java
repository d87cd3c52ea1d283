package io.countersign.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that no HTTP client library would send. */
class AdminStrictnessTest {
  private static final int TIMEOUT_MILLIS = 10_000;
  private AdminFixture admin;

  @BeforeEach
  void start() throws IOException {
    admin = new AdminFixture();
  }

  @AfterEach
  void stop() {
    admin.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /livez HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET /livez HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
        "GET /livez HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx",
        "GET /livez HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "GET /livez HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET /livez HTTP/1.1\r\nHost : a\r\n\r\n",
        "GET /livez HTTP/1.1\nHost: a\n\n",
        "GET /livez HTTP/1.1\r\n\r\n",
        "GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET /livez HTTP/9.1\r\nHost: a\r\n\r\n",
        "GET  /livez  HTTP/1.1 x\r\nHost: a\r\n\r\n",
        "\u0016\u0003\u0001\u0002\r\n\r\n",
      })
  void refusesAndClosesWhatIsNotOneCleanRequest(String request) throws IOException {
    String answer = exchange(request);
    assertThat(answer).doesNotContain("200 OK");
    assertThat(answer).matches("(?s)(HTTP/1.1 (400|413|505) .*)?");
    assertThat(exchange("GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 200 OK");
  }

  @Test
  void takesARequestLineUpToTheLimit() throws IOException {
    int rest = "GET /livez? HTTP/1.1".length();
    String longest = "x".repeat(AdminServer.MAX_LINE - rest);
    assertThat(
            exchange("GET /livez?" + longest + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 200 OK");
    assertThat(exchange("GET /livez?" + longest + "x HTTP/1.1\r\nHost: a\r\n\r\n"))
        .startsWith("HTTP/1.1 414 ");
  }

  @Test
  void refusesHeadersBeyondTheLimit() throws IOException {
    String fits = "x".repeat(AdminServer.MAX_HEADERS - 100);
    assertThat(
            exchange(
                "GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: " + fits + "\r\n\r\n"))
        .startsWith("HTTP/1.1 200 OK");
    String tooLong = "x".repeat(AdminServer.MAX_HEADERS);
    assertThat(exchange("GET /livez HTTP/1.1\r\nHost: a\r\nX: " + tooLong + "\r\n\r\n"))
        .startsWith("HTTP/1.1 431 ");
  }

  @Test
  void answersPipelinedRequestsInOrder() throws IOException {
    StringBuilder requests = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      requests.append("GET /p").append(i).append(" HTTP/1.1\r\nHost: a\r\n\r\n");
      requests.append("HEAD /livez HTTP/1.1\r\nHost: a\r\n\r\n");
    }
    requests.append("GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    String answers = exchange(requests.toString());
    assertThat(answers.split("HTTP/1.1 404 Not Found", -1)).hasSize(21);
    assertThat(answers.split("HTTP/1.1 200 OK", -1)).hasSize(22);
    assertThat(answers).endsWith("ok\n");
  }

  @Test
  void closesAfterAnHttp10RequestUnlessAskedNotTo() throws IOException {
    assertThat(exchange("GET /livez HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 200").endsWith("ok\n");
  }

  @Test
  void turnsAwayConnectionsBeyondTheLimitAndTakesNewOnesLater() throws IOException {
    List<Socket> open = new ArrayList<>();
    try {
      for (int i = 0; i < AdminServer.MAX_CONNECTIONS; i++) {
        Socket socket = connect();
        open.add(socket);
        send(socket, "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(socket.getInputStream().read()).isEqualTo('H');
      }
      try (Socket surplus = connect()) {
        assertThat(readAll(surplus)).isEmpty();
      }
    } finally {
      for (Socket socket : open) {
        socket.close();
      }
    }
    String answer = "";
    while (answer.isEmpty()) { // until the server has seen them go
      answer = exchange("GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    }
    assertThat(answer).startsWith("HTTP/1.1 200");
  }

  @Test
  void survivesAnyBytes() throws IOException {
    Random random = new Random(20261124);
    String sound = "GET /livez HTTP/1.1\r\nHost: a\r\nAccept: text/plain;q=0.5\r\n\r\n";
    for (int round = 0; round < 300; round++) {
      byte[] bytes = sound.getBytes(StandardCharsets.ISO_8859_1);
      for (int i = random.nextInt(6); i >= 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try (Socket socket = connect()) {
        socket.getOutputStream().write(bytes);
        socket.shutdownOutput();
        String answer = readAll(socket);
        assertThat(answer).matches("(?s)(HTTP/1.1 [2-5][0-9][0-9] .*)?");
      }
    }
    assertThat(exchange("GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 200");
  }

  @Test
  void readsAcceptHeadersByWeight() {
    String prometheus =
        "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
    assertThat(AcceptHeader.quality(prometheus, "application/openmetrics-text")).isEqualTo(1);
    assertThat(AcceptHeader.quality(prometheus, "text/plain")).isEqualTo(0.5);
    assertThat(AcceptHeader.quality(prometheus, "text/html")).isZero();
    assertThat(AcceptHeader.quality("GZIP ; Q=0.2", "gzip")).isEqualTo(0.2);
    assertThat(AcceptHeader.quality("gzip;q=nonsense", "gzip")).isZero();
    assertThat(AcceptHeader.quality("gzip;q=1.9", "gzip")).isEqualTo(1);
    assertThat(AcceptHeader.quality("", "gzip")).isZero();
  }

  private String exchange(String request) throws IOException {
    try (Socket socket = connect()) {
      send(socket, request);
      return readAll(socket);
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), admin.port());
    socket.setSoTimeout(TIMEOUT_MILLIS);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Until the server closes; a reset, because it did not read to the end, counts as a close. */
  private static String readAll(Socket socket) throws IOException {
    StringBuilder all = new StringBuilder();
    try {
      int next = socket.getInputStream().read();
      while (next >= 0) {
        all.append((char) next);
        next = socket.getInputStream().read();
      }
    } catch (java.net.SocketException reset) {
      assertThat(reset).hasMessageContaining("reset");
    }
    return all.toString();
  }
}
