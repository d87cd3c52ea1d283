package io.countersign.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.config.Access;
import io.countersign.gateway.Gateway;
import java.io.IOException;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What two readers could read in two ways is refused, and the connection ends (threats 1 and 17).
 */
class SmugglingTest {
  private static final String AUTH = "Authorization: Bearer " + TestGateway.TOKEN + "\r\n";
  private FakeUpstream upstream;
  private Gateway gateway;

  @BeforeEach
  void start() throws IOException {
    upstream = FakeUpstream.answering("application/x-amz-json-1.0", "{}");
    gateway =
        Gateway.start(
            new TestGateway()
                .connector("tables", "dynamodb", upstream.endpoint(), Access.READ_WRITE)
                .config());
  }

  @AfterEach
  void stop() throws IOException {
    gateway.close();
    upstream.close();
  }

  private RawClient.Answer answerTo(String request) throws IOException {
    try (RawClient client = RawClient.to(gateway)) {
      RawClient.Answer answer = Objects.requireNonNull(client.send(request).read());
      assertThat(client.ended()).isTrue();
      return answer;
    }
  }

  private static String post(String headers, String body) {
    return "POST /v1/connectors/tables/ListTables HTTP/1.1\r\n" + headers + "\r\n" + body;
  }

  @Test
  void refusesContentLengthBesideTransferEncoding() throws IOException {
    RawClient.Answer answer =
        answerTo(
            post(
                "Host: x\r\n" + AUTH + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
                "2\r\n{}\r\n0\r\n\r\n"));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).contains("Content-Length and Transfer-Encoding");
    assertThat(upstream.nothingMore()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n",
        "Host: x\r\nContent-Length: 2, 2\r\n",
        "Host: x\r\nContent-Length: +2\r\n",
        "Host: x\r\nContent-Length: -2\r\n",
        "Host: x\r\nContent-Length: 0x2\r\n",
        "Host: x\r\nContent-Length: 99999999999999999999\r\n",
        "Host: x\r\nTransfer-Encoding: gzip\r\n",
        "Host: x\r\nTransfer-Encoding: chunked, gzip\r\n",
        "Host: x\r\nAuthorization : Bearer y\r\n",
        "Host: x\r\nBad\u0000Name: y\r\n",
        "Host: x\r\nX-Value: a\u0000b\r\n",
        "Host: x\nX-Bare: y\r\n",
        "Host: x\r\nHost: y\r\n",
        "Host: x@attacker.example.com\r\n",
        "Host: attacker.example.com/path\r\n",
        "Host: s3.amazonaws.com?x\r\n",
        "X-No-Host: x\r\n"
      })
  void refusesHeadersThatCanBeReadInTwoWays(String headers) throws IOException {
    RawClient.Answer answer = answerTo(post(headers + AUTH, "{}"));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.headers()).containsKey("x-countersign-request-id");
    assertThat(upstream.nothingMore()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET http://169.254.169.254/latest HTTP/1.1",
        "GET http://attacker.example.com://s3.amazonaws.com/ HTTP/1.1",
        "CONNECT attacker.example.com:443 HTTP/1.1",
        "OPTIONS * HTTP/1.1",
        "TRACE / HTTP/1.1",
        "GET /a#b HTTP/1.1",
        "GET / HTTP/2.0",
        "GET /",
        "nonsense"
      })
  void refusesTargetsThatNameAnotherServer(String requestLine) throws IOException {
    RawClient.Answer answer = answerTo(requestLine + "\r\nHost: x\r\n\r\n");
    assertThat(answer.status()).isIn(400, 431);
  }

  @Test
  void aHostThatIsForwardedDecidesNothing() throws Exception {
    try (RawClient client = RawClient.to(gateway)) {
      client.send(
          post(
              "Host: x\r\n"
                  + AUTH
                  + "X-Forwarded-Host: attacker.example.com://s3.amazonaws.com\r\n"
                  + "Content-Length: 2\r\n",
              "{}"));
      assertThat(Objects.requireNonNull(client.read()).status()).isEqualTo(200);
    }
    FakeUpstream.Received sent = upstream.next();
    assertThat(sent.headers().get("host")).isEqualTo("127.0.0.1:" + upstream.endpoint().getPort());
    assertThat(sent.headers()).doesNotContainKey("x-forwarded-host");
  }

  @Test
  void answersPipelinedRequestsOneAfterTheOther() throws Exception {
    String one = post("Host: x\r\n" + AUTH + "Content-Length: 2\r\n", "{}");
    String two = "GET /v1/connectors HTTP/1.1\r\nHost: x\r\n" + AUTH + "\r\n";
    try (RawClient client = RawClient.to(gateway)) {
      client.send(one + two + one);
      assertThat(Objects.requireNonNull(client.read()).text()).isEqualTo("{}");
      assertThat(Objects.requireNonNull(client.read()).text()).contains("\"connectors\"");
      assertThat(Objects.requireNonNull(client.read()).text()).isEqualTo("{}");
    }
  }

  @Test
  void headersUpToTheLimitPassAndOneByteMoreIsRefused() throws IOException {
    int limit = 16 * 1024;
    String before = "GET /v1/connectors HTTP/1.1\r\n";
    String rest = "Host: x\r\n" + AUTH + "X-Pad: ";
    // Netty counts header bytes without line ends, so the exact bound is found by halving.
    int fits = 0;
    int tooMany = limit * 2;
    while (tooMany - fits > 1) {
      int middle = (fits + tooMany) / 2;
      try (RawClient client = RawClient.to(gateway)) {
        client.send(before + rest + "p".repeat(middle) + "\r\n\r\n");
        int status = Objects.requireNonNull(client.read()).status();
        assertThat(status).isIn(200, 431);
        if (status == 200) {
          fits = middle;
        } else {
          tooMany = middle;
        }
      }
    }
    assertThat(rest.length() + fits).isBetween(limit - 64, limit + 64);
  }

  @Test
  void survivesAnyBytes() throws Exception {
    long seed = 20_261_124L;
    Random random = new Random(seed);
    String valid = post("Host: x\r\n" + AUTH + "Content-Length: 2\r\n", "{}");
    for (int i = 0; i < 300; i++) {
      byte[] bytes = valid.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
      int changes = 1 + random.nextInt(6);
      for (int c = 0; c < changes; c++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try (RawClient client = RawClient.to(gateway)) {
        client.send(bytes).endOutput();
        RawClient.Answer answer = client.read();
        if (answer != null) {
          assertThat(answer.status()).as("seed %s, case %s", seed, i).isBetween(200, 505);
        }
      }
    }
    // It is still there.
    try (RawClient client = RawClient.to(gateway)) {
      client.send(valid);
      assertThat(Objects.requireNonNull(client.read()).status()).isEqualTo(200);
    }
  }
}
