package io.countersign.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultsTest {
  private Sandbox sandbox;
  private RawClient client;

  @BeforeEach
  void start() throws Exception {
    sandbox = Sandbox.start(SandboxOptions.defaults());
    client = new RawClient(sandbox);
  }

  @AfterEach
  void stop() throws Exception {
    sandbox.close();
  }

  private RawClient.Answer call() throws IOException {
    return client.send(RawClient.callerIdentity());
  }

  /** All that came until the server closed. */
  private String rawCall() throws IOException {
    byte[] bytes = client.sign(RawClient.callerIdentity()).bytes();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), sandbox.port())) {
      socket.getOutputStream().write(bytes);
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  private void next(Fault fault) {
    sandbox.faults().next(1, Target.operation("sts", "GetCallerIdentity"), fault);
  }

  @Test
  void happensAsOftenAsAskedAndThenNoMore() throws Exception {
    sandbox.faults().next(2, Target.service("sts"), new Fault.Throttle());
    assertThat(call().body()).contains("<Code>Throttling</Code>");
    assertThat(call().status()).isEqualTo(400);
    assertThat(call().status()).isEqualTo(200);
    assertThat(sandbox.faults().pending()).isZero();
    assertThat(sandbox.requests("sts", "GetCallerIdentity"))
        .extracting(ReceivedRequest::status)
        .containsExactly(400, 400, 200);
  }

  @Test
  void leavesOtherTargetsAlone() throws Exception {
    sandbox.faults().next(1, Target.operation("sts", "AssumeRole"), new Fault.Reset());
    sandbox.faults().next(1, Target.path("/bucket"), new Fault.Reset());
    assertThat(call().status()).isEqualTo(200);
    assertThat(sandbox.faults().pending()).isEqualTo(2);
  }

  @Test
  void refusesInTheShapeOfTheService() throws Exception {
    next(new Fault.ServerError(503));
    assertThat(call().body()).contains("<Code>ServiceUnavailable</Code>");
    next(
        new Fault.Refuse(
            400, "ExpiredToken", "The security token included in the request is expired"));
    assertThat(call().body()).contains("<Code>ExpiredToken</Code>");
    sandbox.faults().next(1, Target.service("secretsmanager"), new Fault.Throttle());
    assertThat(
            client
                .send(RawClient.json("secretsmanager", "secretsmanager.ListSecrets", "{}"))
                .body())
        .contains("\"ThrottlingException\"");
    sandbox.faults().next(1, Target.path("/b/"), new Fault.Throttle());
    assertThat(
            client
                .send(
                    RawClient.plan("s3", "GET", "/b/k", java.util.Map.of(), java.util.Map.of(), ""))
                .body())
        .contains("<Code>SlowDown</Code>");
  }

  @Test
  void resetsBeforeAndAfterTheHead() throws Exception {
    next(new Fault.Reset());
    assertThatThrownBy(this::rawCall).isInstanceOf(SocketException.class);
    next(new Fault.ResetAfterHead());
    assertThatThrownBy(this::rawCall).isInstanceOf(SocketException.class);
    next(new Fault.ResetAfterActing());
    assertThatThrownBy(this::rawCall).isInstanceOf(SocketException.class);
    assertThat(sandbox.requests()).extracting(ReceivedRequest::status).containsExactly(0, 200, 200);
  }

  @Test
  void closesWithoutAnAnswerOrInTheMiddleOfOne() throws Exception {
    next(new Fault.CloseWithoutAnswer());
    assertThat(rawCall()).isEmpty();
    next(new Fault.CloseMidBody(10));
    String part = rawCall();
    assertThat(part.substring(part.indexOf("\r\n\r\n") + 4)).hasSize(10);
  }

  @Test
  void sendsGarbageAndWhatItIsGiven() throws Exception {
    next(new Fault.Garbage(500));
    assertThat(rawCall()).hasSize(500).doesNotStartWith("HTTP");
    next(new Fault.Raw("HTTP/1.1 301 Moved\r\nLocation: http://example.com/\r\n\r\n"));
    assertThat(rawCall()).startsWith("HTTP/1.1 301").contains("example.com");
  }

  @Test
  void announcesALengthThatIsWrong() throws Exception {
    next(new Fault.WrongContentLength(7));
    String answer = rawCall();
    String head = answer.substring(0, answer.indexOf("\r\n\r\n"));
    int announced = Integer.parseInt(head.replaceAll("(?s).*Content-Length: ([0-9]+).*", "$1"));
    assertThat(announced).isEqualTo(answer.length() - head.length() - 4 + 7);
  }

  @Test
  void dripsAndDelaysButAnswersWhole() throws Exception {
    next(new Fault.Drip(50, Duration.ofMillis(1)));
    byte[] bytes = client.sign(RawClient.callerIdentity()).remove("Connection").bytes();
    assertThat(new String(bytes, StandardCharsets.US_ASCII)).contains("Connection: close");
    assertThat(call().body()).contains("user/gateway").endsWith("</GetCallerIdentityResponse>");
    next(new Fault.Delay(Duration.ofMillis(5)));
    assertThat(call().status()).isEqualTo(200);
  }

  @Test
  void hangsUntilThePeerLeavesOrTheFaultsAreCleared() throws Exception {
    next(new Fault.Hang());
    byte[] bytes = client.sign(RawClient.callerIdentity()).bytes();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), sandbox.port())) {
      socket.getOutputStream().write(bytes);
      InputStream in = socket.getInputStream();
      while (sandbox.requests().isEmpty()) {
        Thread.onSpinWait();
      }
      assertThat(in.available()).isZero();
      sandbox.faults().clear();
      assertThat(in.read()).isNegative();
    }
    next(new Fault.Hang());
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), sandbox.port())) {
      socket.getOutputStream().write(bytes);
      while (sandbox.requests().size() < 2) {
        Thread.onSpinWait();
      }
    }
    while (sandbox.openConnections() > 0) {
      Thread.onSpinWait();
    }
  }

  @Test
  void refusesBeforeTheBodyIsReadAndSaysNoContinue() throws Exception {
    sandbox
        .faults()
        .next(1, Target.path("/demo-files/"), new Fault.RefuseEarly(403, "AccessDenied", "no"));
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), sandbox.port())) {
      socket
          .getOutputStream()
          .write(
              "PUT /demo-files/k HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 100\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      byte[] head = socket.getInputStream().readNBytes(12);
      assertThat(new String(head, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 403");
    }
  }

  @Test
  void saysContinueWhenAskedTo() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), sandbox.port())) {
      socket
          .getOutputStream()
          .write(
              "PUT /demo-files/k HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      byte[] go = socket.getInputStream().readNBytes(25);
      assertThat(new String(go, StandardCharsets.US_ASCII))
          .isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
      socket.getOutputStream().write('x');
      assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
          .isEqualTo("HTTP/1.1 403");
    }
  }

  @Test
  void resetsOnTheHeadAlone() throws Exception {
    sandbox.faults().next(1, Target.path("/demo-files/"), new Fault.ResetEarly());
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), sandbox.port())) {
      socket
          .getOutputStream()
          .write(
              "PUT /demo-files/k HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
    }
  }

  @Test
  void sendsAPartOfTheBodyAndThenNothing() throws Exception {
    next(new Fault.HangMidBody(5));
    byte[] bytes = client.sign(RawClient.callerIdentity()).bytes();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), sandbox.port())) {
      socket.getOutputStream().write(bytes);
      StringBuilder text = new StringBuilder();
      while (text.indexOf("\r\n\r\n") < 0) {
        text.append((char) socket.getInputStream().read());
      }
      assertThat(new String(socket.getInputStream().readNBytes(5), StandardCharsets.US_ASCII))
          .isEqualTo("<GetC");
      // The connection may not hang yet when its bytes are here: it is released until it ends.
      socket.setSoTimeout(100);
      int next = 0;
      for (int i = 0; i < 100 && next == 0; i++) {
        sandbox.faults().clear();
        try {
          next = socket.getInputStream().read();
        } catch (SocketTimeoutException notYet) {
          next = 0;
        }
      }
      assertThat(next).isNegative();
    }
  }

  @Test
  void refusesToBeUsedUpNever() {
    assertThatThrownBy(() -> sandbox.faults().next(0, Target.any(), new Fault.Hang()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void answersBadHttpWith400() throws Exception {
    assertThat(
            client
                .send("GET / HTTP/1.1\r\nbad\r\n\r\n".getBytes(StandardCharsets.US_ASCII))
                .status())
        .isEqualTo(400);
  }

  @Test
  void servesSeveralRequestsOnOneConnection() throws Exception {
    byte[] bytes =
        new String(client.sign(RawClient.callerIdentity()).bytes(), StandardCharsets.UTF_8)
            .replace("Connection: close\r\n", "")
            .getBytes(StandardCharsets.UTF_8);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), sandbox.port())) {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().write(client.sign(RawClient.callerIdentity()).bytes());
      String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(all.split("HTTP/1.1 200 OK", -1)).hasSize(4);
    }
  }
}
