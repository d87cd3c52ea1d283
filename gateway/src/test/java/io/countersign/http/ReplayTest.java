package io.countersign.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.config.Access;
import io.countersign.config.GatewayConfig;
import io.countersign.config.VirtualCredentials;
import io.countersign.gateway.Gateway;
import io.countersign.signer.AwsCredentials;
import io.countersign.signer.PayloadHash;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Threats 10 and 18: requests at the SDK door that are sent again, or signed in two ways. */
class ReplayTest {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private FakeUpstream upstream;
  private GatewayConfig config;
  private Gateway gateway;

  @BeforeEach
  void start() throws IOException {
    upstream = FakeUpstream.answering("application/x-amz-json-1.0", "{}");
    config =
        new TestGateway()
            .connector("tables", "dynamodb", upstream.endpoint(), Access.READ_WRITE)
            .connector("files", "s3", upstream.endpoint(), Access.READ_WRITE)
            .config();
    gateway = Gateway.builder(config).clock(CLOCK).start();
  }

  @AfterEach
  void stop() throws IOException {
    gateway.close();
    upstream.close();
  }

  private AwsCredentials virtual() {
    return RawClient.virtual(config, null, Duration.ofHours(1), CLOCK);
  }

  private String dynamo(String operation, Instant at) throws Exception {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/x-amz-json-1.0");
    headers.put("X-Amz-Target", "DynamoDB_20120810." + operation);
    return RawClient.signed(
            virtual(),
            "dynamodb",
            at,
            "POST",
            "/",
            headers,
            PayloadHash.ofBody("{}".getBytes(StandardCharsets.UTF_8)))
        + "Content-Length: 2\r\n\r\n{}";
  }

  private RawClient.Answer send(String request) throws IOException {
    try (RawClient client = RawClient.to(gateway)) {
      return Objects.requireNonNull(client.send(request).read());
    }
  }

  @Test
  void aSettingTakesCopies() throws Exception {
    VirtualCredentials before = config.virtualCredentials();
    gateway.reload(
        config.with(
            new VirtualCredentials(
                before.key(), before.ttl(), before.maxTtl(), VirtualCredentials.Replay.ALLOW)));
    String captured = dynamo("PutItem", NOW);
    assertThat(send(captured).status()).isEqualTo(200);
    assertThat(send(captured).status()).isEqualTo(200);
  }

  @Test
  void refusesACapturedWriteThatIsSentAgain() throws Exception {
    String captured = dynamo("PutItem", NOW);
    assertThat(send(captured).status()).isEqualTo(200);
    assertThat(upstream.next().text()).isEqualTo("{}");
    for (int i = 0; i < 3; i++) {
      RawClient.Answer again = send(captured);
      assertThat(again.status()).isEqualTo(503);
      assertThat(again.text()).contains("ServiceUnavailable", "is taken once");
    }
    assertThat(upstream.nothingMore()).isTrue();
  }

  @Test
  void refusesACopyWhoseUnsignedHeadersWereChanged() throws Exception {
    String captured = dynamo("PutItem", NOW);
    assertThat(send(captured).status()).isEqualTo(200);
    assertThat(
            send(captured.replace("\r\n\r\n", "\r\namz-sdk-invocation-id: another\r\n\r\n"))
                .status())
        .isEqualTo(503);
  }

  @Test
  void theSameCallSignedAnewIsTaken() throws Exception {
    assertThat(send(dynamo("PutItem", NOW)).status()).isEqualTo(200);
    assertThat(send(dynamo("PutItem", NOW.plusSeconds(1))).status()).isEqualTo(200);
  }

  @Test
  void aReadMayBeSentAgainWithinFiveMinutes() throws Exception {
    String read = dynamo("ListTables", NOW);
    assertThat(send(read).status()).isEqualTo(200);
    assertThat(send(read).status()).isEqualTo(200);
  }

  @Test
  void aRequestThatWasRefusedForItsSignatureTakesNoOnesPlace() throws Exception {
    String request = dynamo("PutItem", NOW);
    assertThat(send(request.replace("\r\n\r\n{}", "\r\n\r\n[]")).status()).isEqualTo(403);
    assertThat(send(request).status()).isEqualTo(200);
  }

  @Test
  void refusesAnyRegion() throws Exception {
    String request = dynamo("ListTables", NOW).replace("/us-east-1/", "/*/");
    RawClient.Answer answer = send(request);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(upstream.nothingMore()).isTrue();
  }

  @Test
  void refusesAnotherAlgorithmThanTheOneForVirtualCredentials() throws Exception {
    for (String algorithm : new String[] {"AWS4-ECDSA-P256-SHA256", "AWS4-HMAC-SHA1", "AWS5"}) {
      RawClient.Answer answer =
          send(dynamo("ListTables", NOW).replace("AWS4-HMAC-SHA256", algorithm));
      assertThat(answer.status()).as(algorithm).isEqualTo(400);
    }
    assertThat(upstream.nothingMore()).isTrue();
  }

  @Test
  void refusesASignatureInTheHeaderAndInTheQuery() throws Exception {
    String request =
        dynamo("ListTables", NOW)
            .replace("POST / ", "POST /?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=00 ");
    RawClient.Answer answer = send(request);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(upstream.nothingMore()).isTrue();
  }
}
