package io.countersign.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.config.Access;
import io.countersign.config.Timeouts;
import io.countersign.gateway.Gateway;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Whatever an upstream does, the agent gets a clear error, and the gateway stays up. */
class UpstreamFaultsTest {
  private static final String AUTH = "Authorization: Bearer " + TestGateway.TOKEN + "\r\n";
  private static final Timeouts SHORT =
      new Timeouts(
          Duration.ofSeconds(1),
          Duration.ofMillis(300),
          Duration.ofMillis(600),
          Duration.ofSeconds(20),
          Duration.ofSeconds(1),
          Duration.ofSeconds(1));

  private static Gateway gateway(URI endpoint, Timeouts timeouts) throws IOException {
    return Gateway.start(
        new TestGateway()
            .connector("tables", "dynamodb", endpoint, Access.READ_WRITE)
            .timeouts(timeouts)
            .config());
  }

  private static RawClient.Answer call(Gateway gateway, String operation) throws IOException {
    try (RawClient client = RawClient.to(gateway)) {
      client.send(
          "POST /v1/connectors/tables/"
              + operation
              + " HTTP/1.1\r\nHost: x\r\n"
              + AUTH
              + "Content-Length: 2\r\n\r\n{}");
      return Objects.requireNonNull(client.read());
    }
  }

  @Test
  void anUpstreamThatRefusesIsA502() throws Exception {
    URI nobody;
    try (FakeUpstream closed = FakeUpstream.answering("x", "")) {
      nobody = closed.endpoint();
    }
    try (Gateway gateway = gateway(nobody, SHORT)) {
      RawClient.Answer answer = call(gateway, "ListTables");
      assertThat(answer.status()).isEqualTo(502);
      assertThat(answer.text())
          .contains("upstream-unreachable", "\"source\":\"gateway\"", "\"retryable\":true");
    }
  }

  @Test
  void aNameThatDoesNotResolveIsA502ThatSaysSo() throws Exception {
    try (Gateway gateway = gateway(URI.create("http://no-such-host.invalid"), SHORT)) {
      RawClient.Answer answer = call(gateway, "ListTables");
      assertThat(answer.status()).isIn(502, 504);
      assertThat(answer.text()).contains("no-such-host.invalid");
    }
  }

  @Test
  void anUpstreamThatHangsIsA504() throws Exception {
    try (FakeUpstream upstream =
            new FakeUpstream(
                connection -> {
                  connection.read();
                  connection.waitForEnd();
                });
        Gateway gateway = gateway(upstream.endpoint(), SHORT)) {
      RawClient.Answer answer = call(gateway, "ListTables");
      assertThat(answer.status()).isEqualTo(504);
      assertThat(answer.text()).contains("upstream-timeout", "did not answer in time");
    }
  }

  @Test
  void anUpstreamThatResetsIsA502() throws Exception {
    try (FakeUpstream upstream =
            new FakeUpstream(
                connection -> {
                  connection.read();
                  connection.reset();
                });
        Gateway gateway = gateway(upstream.endpoint(), SHORT)) {
      RawClient.Answer answer = call(gateway, "CreateTable");
      assertThat(answer.status()).isIn(400, 502);
      answer = call(gateway, "ListTables");
      assertThat(answer.status()).isEqualTo(502);
      assertThat(answer.text()).contains("upstream-reset");
    }
  }

  @Test
  void anUpstreamThatAnswersGarbageIsA502() throws Exception {
    try (FakeUpstream upstream =
            new FakeUpstream(
                connection -> {
                  connection.read();
                  connection.write("SSH-2.0-OpenSSH_9.2\r\n\r\n");
                  connection.waitForEnd();
                });
        Gateway gateway = gateway(upstream.endpoint(), SHORT)) {
      RawClient.Answer answer = call(gateway, "ListTables");
      assertThat(answer.status()).isEqualTo(502);
      assertThat(answer.text()).contains("upstream-garbage");
    }
  }

  @Test
  void anUpstreamThatAnswersAnotherFormatIsA502() throws Exception {
    try (FakeUpstream upstream =
            FakeUpstream.answering("text/html", "<html>captive portal</html>");
        Gateway gateway = gateway(upstream.endpoint(), SHORT)) {
      RawClient.Answer answer = call(gateway, "ListTables");
      assertThat(answer.status()).isEqualTo(502);
      assertThat(answer.text()).contains("upstream-garbage", "not JSON");
    }
  }

  @Test
  void anAnswerThatBreaksOffIsA502AndNotAShortAnswer() throws Exception {
    try (FakeUpstream upstream =
            new FakeUpstream(
                connection -> {
                  connection.read();
                  connection.write(
                      "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"TableNames\":[");
                });
        Gateway gateway = gateway(upstream.endpoint(), SHORT)) {
      RawClient.Answer answer = call(gateway, "ListTables");
      assertThat(answer.status()).isEqualTo(502);
      assertThat(answer.text()).contains("upstream-truncated");
    }
  }

  @Test
  void anAnswerThatStandsStillIsA504() throws Exception {
    try (FakeUpstream upstream =
            new FakeUpstream(
                connection -> {
                  connection.read();
                  connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
                  connection.waitForEnd();
                });
        Gateway gateway = gateway(upstream.endpoint(), SHORT)) {
      RawClient.Answer answer = call(gateway, "ListTables");
      assertThat(answer.status()).isEqualTo(504);
    }
  }

  @Test
  void aRedirectIsNotFollowed() throws Exception {
    try (FakeUpstream elsewhere = FakeUpstream.answering("application/json", "{}");
        FakeUpstream upstream =
            new FakeUpstream(
                connection -> {
                  while (connection.read() != null) {
                    connection.write(
                        "HTTP/1.1 307 X\r\nLocation: "
                            + elsewhere.endpoint()
                            + "/\r\nContent-Length: 0\r\n\r\n");
                  }
                });
        Gateway gateway = gateway(upstream.endpoint(), SHORT)) {
      RawClient.Answer answer = call(gateway, "ListTables");
      assertThat(answer.status()).isEqualTo(307);
      assertThat(elsewhere.connections()).isZero();
    }
  }

  @Test
  void aConnectionIsUsedAgainAfterAWholeAnswer() throws Exception {
    try (FakeUpstream upstream = FakeUpstream.answering("application/x-amz-json-1.0", "{}");
        Gateway gateway = gateway(upstream.endpoint(), SHORT)) {
      for (int i = 0; i < 5; i++) {
        assertThat(call(gateway, "ListTables").status()).isEqualTo(200);
      }
      assertThat(upstream.connections()).isEqualTo(1);
    }
  }

  @Test
  void anIdempotentCallOnAConnectionThatWasClosedIdleIsSentAgain() throws Exception {
    AtomicInteger answered = new AtomicInteger();
    try (FakeUpstream upstream =
            new FakeUpstream(
                connection -> {
                  connection.read();
                  answered.incrementAndGet();
                  connection.answer(200, "application/x-amz-json-1.0", "{}");
                  // Takes the next request and then ends without a word, as a server does that
                  // closes an idle
                  // connection just when a request is on its way.
                  connection.read();
                });
        Gateway gateway = gateway(upstream.endpoint(), SHORT)) {
      for (int i = 0; i < 4; i++) {
        assertThat(call(gateway, "ListTables").status()).isEqualTo(200);
      }
      assertThat(answered.get()).isEqualTo(4);
    }
  }

  @Test
  void aThrottledIdempotentCallIsMadeAgainAfterAPause() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    try (FakeUpstream upstream =
            new FakeUpstream(
                connection -> {
                  while (connection.read() != null) {
                    if (calls.incrementAndGet() < 3) {
                      connection.answer(
                          400,
                          "application/x-amz-json-1.0",
                          "{\"__type\":\"ThrottlingException\",\"message\":\"Rate exceeded\"}");
                    } else {
                      connection.answer(200, "application/x-amz-json-1.0", "{\"ok\":1}");
                    }
                  }
                });
        Gateway gateway = gateway(upstream.endpoint(), SHORT)) {
      RawClient.Answer answer = call(gateway, "ListTables");
      assertThat(answer.status()).isEqualTo(200);
      assertThat(calls.get()).isEqualTo(3);
    }
  }

  @Test
  void anErrorOfAwsIsAProblemWithItsCodeAndRequestId() throws Exception {
    try (FakeUpstream upstream =
            new FakeUpstream(
                connection -> {
                  while (connection.read() != null) {
                    connection.answer(
                        400,
                        "application/x-amz-json-1.0",
                        "{\"__type\":\"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException\",\"message\":\"Requested"
                            + " resource not found\"}");
                  }
                });
        Gateway gateway = gateway(upstream.endpoint(), SHORT)) {
      RawClient.Answer answer = call(gateway, "ListTables");
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.headers()).containsEntry("content-type", "application/problem+json");
      assertThat(answer.text())
          .contains(
              "\"code\":\"ResourceNotFoundException\"",
              "\"source\":\"aws\"",
              "\"awsRequestId\":\"aws-1\"",
              "Requested resource not found");
    }
  }
}
