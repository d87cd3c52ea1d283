package io.countersign.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.config.Access;
import io.countersign.config.GatewayConfig;
import io.countersign.config.VirtualCredentials;
import io.countersign.gateway.Gateway;
import io.countersign.identity.VirtualKeys;
import io.countersign.signer.AwsCredentials;
import io.countersign.signer.PayloadHash;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
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

/** Signed requests in, signed anew out; and each way in which a signed request is refused. */
class SdkDoorTest {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private FakeUpstream upstream;
  private GatewayConfig config;
  private Gateway gateway;

  @BeforeEach
  void start() throws IOException {
    upstream = FakeUpstream.answering("application/x-amz-json-1.0", "{\"ok\":true}");
    config =
        new TestGateway()
            .connector("tables", "dynamodb", upstream.endpoint(), Access.READ_WRITE)
            .connector("files", "s3", upstream.endpoint(), Access.READ_WRITE)
            .connector("readonly-queue", "sqs", upstream.endpoint(), Access.READ_ONLY)
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

  private static Map<String, String> json(String target) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/x-amz-json-1.0");
    headers.put("X-Amz-Target", target);
    return headers;
  }

  private RawClient.Answer listTables(AwsCredentials credentials, Instant at) throws Exception {
    String body = "{}";
    String head =
        RawClient.signed(
            credentials,
            "dynamodb",
            at,
            "POST",
            "/",
            json("DynamoDB_20120810.ListTables"),
            PayloadHash.ofBody(body.getBytes(StandardCharsets.UTF_8)));
    return exchange(head + "Content-Length: 2\r\n\r\n" + body);
  }

  private RawClient.Answer exchange(String request) throws IOException {
    try (RawClient client = RawClient.to(gateway)) {
      return Objects.requireNonNull(client.send(request).read());
    }
  }

  @Test
  void signsAnewWithTheRoleAndKeepsTheVirtualKeyToItself() throws Exception {
    AwsCredentials virtual = virtual();
    RawClient.Answer answer = listTables(virtual, NOW);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("{\"ok\":true}");
    assertThat(answer.headers()).containsKey("x-countersign-request-id");
    FakeUpstream.Received sent = upstream.next();
    assertThat(sent.headers().get("authorization"))
        .contains("Credential=AKIAROLEOFTHEGATEWAY/")
        .doesNotContain(virtual.accessKeyId());
    assertThat(sent.headers().get("host")).isEqualTo("127.0.0.1:" + upstream.endpoint().getPort());
    assertThat(sent.text()).isEqualTo("{}");
  }

  @Test
  void refusesACapturedRequestAfterFiveMinutes() throws Exception {
    assertThat(listTables(virtual(), NOW.minusSeconds(300)).status()).isEqualTo(200);
    RawClient.Answer answer = listTables(virtual(), NOW.minusSeconds(301));
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.text()).contains("InvalidSignatureException", "5 minutes");
  }

  @Test
  void refusesAnExpiredVirtualCredential() throws Exception {
    Clock hourAgo = Clock.fixed(NOW.minusSeconds(3601), ZoneOffset.UTC);
    RawClient.Answer answer =
        listTables(RawClient.virtual(config, null, Duration.ofHours(1), hourAgo), NOW);
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.text()).contains("ExpiredTokenException", "/v1/credentials");
  }

  @Test
  void refusesAForgedVirtualCredential() throws Exception {
    AwsCredentials real = virtual();
    char last = real.accessKeyId().charAt(real.accessKeyId().length() - 3);
    String forged =
        real.accessKeyId().substring(0, real.accessKeyId().length() - 3)
            + (last == 'A' ? 'B' : 'A')
            + real.accessKeyId().substring(real.accessKeyId().length() - 2);
    RawClient.Answer answer =
        listTables(AwsCredentials.of(forged, real.secretAccessKey(), null), NOW);
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.text()).contains("UnrecognizedClientException", "did not issue");
  }

  @Test
  void refusesAVirtualCredentialWithAnotherSecret() throws Exception {
    RawClient.Answer answer =
        listTables(AwsCredentials.of(virtual().accessKeyId(), "another-secret", null), NOW);
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.text()).contains("InvalidSignatureException", "does not fit");
    assertThat(upstream.nothingMore()).isTrue();
  }

  @Test
  void refusesAVirtualCredentialOfAnotherGateway() throws Exception {
    GatewayConfig other =
        new GatewayConfig(
            config.listen(),
            config.admin(),
            null,
            config.hostNames(),
            1,
            new VirtualCredentials(
                new io.countersign.config.Secret("the-key-of-quite-another-gateway-0001"),
                Duration.ofHours(1),
                Duration.ofHours(12)),
            config.sts(),
            config.agents(),
            config.connectors(),
            config.limits(),
            config.timeouts(),
            config.logging());
    RawClient.Answer answer =
        listTables(RawClient.virtual(other, null, Duration.ofHours(1), CLOCK), NOW);
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.text()).contains("another key than this gateway has");
  }

  @Test
  void refusesRealAwsKeysAndSaysWhatToSet() throws Exception {
    RawClient.Answer answer =
        listTables(AwsCredentials.of("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI", null), NOW);
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.text()).contains("no AWS keys", "AWS_CONTAINER_CREDENTIALS_FULL_URI");
  }

  @Test
  void refusesAHeaderThatTheSignatureDoesNotCover() throws Exception {
    String head =
        RawClient.signed(
            virtual(),
            "dynamodb",
            NOW,
            "POST",
            "/",
            json("DynamoDB_20120810.ListTables"),
            PayloadHash.ofBody("{}".getBytes(StandardCharsets.UTF_8)));
    RawClient.Answer answer =
        exchange(head + "X-Amz-Expected-Bucket-Owner: 1\r\nContent-Length: 2\r\n\r\n{}");
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.text()).contains("x-amz-expected-bucket-owner");
    assertThat(upstream.nothingMore()).isTrue();
  }

  @Test
  void refusesABodyThatWasChangedOnTheWay() throws Exception {
    String head =
        RawClient.signed(
            virtual(),
            "dynamodb",
            NOW,
            "POST",
            "/",
            json("DynamoDB_20120810.ListTables"),
            PayloadHash.ofBody("{}".getBytes(StandardCharsets.UTF_8)));
    RawClient.Answer answer = exchange(head + "Content-Length: 2\r\n\r\n[]");
    assertThat(answer.status()).isEqualTo(403);
    assertThat(upstream.nothingMore()).isTrue();
  }

  @Test
  void refusesConnectionThatNamesAnAuthorizationHeader() throws Exception {
    String head =
        RawClient.signed(
            virtual(),
            "dynamodb",
            NOW,
            "POST",
            "/",
            json("DynamoDB_20120810.ListTables"),
            PayloadHash.ofBody("{}".getBytes(StandardCharsets.UTF_8)));
    RawClient.Answer answer =
        exchange(head + "Connection: authorization\r\nContent-Length: 2\r\n\r\n{}");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).contains("names authorization");
  }

  @Test
  void tellsADenialInTheShapeOfTheProtocolSpoken() throws Exception {
    Map<String, String> target = json("AmazonSQS.SendMessage");
    String head =
        RawClient.signed(
            virtual(),
            "sqs",
            NOW,
            "POST",
            "/",
            target,
            PayloadHash.ofBody("{}".getBytes(StandardCharsets.UTF_8)));
    RawClient.Answer json = exchange(head + "Content-Length: 2\r\n\r\n{}");
    assertThat(json.status()).isEqualTo(403);
    assertThat(json.headers().get("content-type")).startsWith("application/x-amz-json");
    assertThat(json.text()).contains("\"__type\":\"AccessDeniedException\"", "read-only");

    String noBucket =
        RawClient.signed(
            RawClient.virtual(config, "tables", Duration.ofHours(1), CLOCK),
            "s3",
            NOW,
            "GET",
            "/bucket",
            Map.of("x-amz-content-sha256", PayloadHash.EMPTY.headerValue()),
            PayloadHash.EMPTY);
    RawClient.Answer xml = exchange(noBucket + "\r\n");
    assertThat(xml.status()).isEqualTo(403);
    assertThat(xml.text()).contains("<Code>AccessDenied</Code>", "connector 'tables'");
  }

  @Test
  void streamsAnS3BodyWhoseHashIsNamedAndEndsItOnlyWhenTheHashIsRight() throws Exception {
    byte[] body = "x".repeat(200_000).getBytes(StandardCharsets.UTF_8);
    PayloadHash hash = PayloadHash.ofBody(body);
    String head =
        RawClient.signed(
            virtual(),
            "s3",
            NOW,
            "PUT",
            "/bucket/a%20key",
            Map.of("x-amz-content-sha256", hash.headerValue()),
            hash);
    try (RawClient client = RawClient.to(gateway)) {
      client.send(head + "Content-Length: " + body.length + "\r\n\r\n").send(body);
      assertThat(Objects.requireNonNull(client.read()).status()).isEqualTo(200);
    }
    FakeUpstream.Received sent = upstream.next();
    assertThat(sent.requestLine()).isEqualTo("PUT /bucket/a%20key HTTP/1.1");
    assertThat(sent.body()).isEqualTo(body);
    assertThat(sent.headers()).containsEntry("x-amz-content-sha256", hash.headerValue());

    // The same head would be refused as a copy.
    head =
        RawClient.signed(
            virtual(),
            "s3",
            NOW.plusSeconds(1),
            "PUT",
            "/bucket/a%20key",
            Map.of("x-amz-content-sha256", hash.headerValue()),
            hash);
    body[0] = 'y';
    try (RawClient client = RawClient.to(gateway)) {
      client.send(head + "Content-Length: " + body.length + "\r\n\r\n").send(body);
      RawClient.Answer answer = Objects.requireNonNull(client.read());
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.text()).contains("XAmzContentSHA256Mismatch");
    }
    assertThat(upstream.next().whole()).isFalse();
  }

  @Test
  void sendsNothingAsWholeWhenTheClientBreaksOffHalfWay() throws Exception {
    byte[] half = "x".repeat(100_000).getBytes(StandardCharsets.UTF_8);
    String head =
        RawClient.signed(
            virtual(),
            "s3",
            NOW,
            "PUT",
            "/bucket/key",
            Map.of("x-amz-content-sha256", "UNSIGNED-PAYLOAD"),
            PayloadHash.UNSIGNED);
    try (RawClient client = RawClient.to(gateway)) {
      client.send(head + "Content-Length: 200000\r\n\r\n").send(half);
    }
    // Whether the upstream sees the broken request at all is a matter of who is faster; that it
    // sees none as whole is
    // not.
    assertThat(listTables(virtual(), NOW).status()).isEqualTo(200);
    FakeUpstream.Received received = upstream.next();
    while (received.requestLine().startsWith("PUT")) {
      assertThat(received.whole()).isFalse();
      received = upstream.next();
    }
  }

  @Test
  void asksForTheBodyOnlyAfterTheCallIsAllowed() throws Exception {
    PayloadHash hash = PayloadHash.ofBody(new byte[10]);
    Map<String, String> headers = Map.of("x-amz-content-sha256", hash.headerValue());
    String allowed = RawClient.signed(virtual(), "s3", NOW, "PUT", "/bucket/key", headers, hash);
    try (RawClient client = RawClient.to(gateway)) {
      client.send(allowed + "Expect: 100-continue\r\nContent-Length: 10\r\n\r\n");
      assertThat(Objects.requireNonNull(client.read()).status()).isEqualTo(100);
      client.send(new byte[10]);
      assertThat(Objects.requireNonNull(client.read()).status()).isEqualTo(200);
    }
    String denied =
        RawClient.signed(
            RawClient.virtual(config, "tables", Duration.ofHours(1), CLOCK),
            "s3",
            NOW,
            "PUT",
            "/bucket/key",
            headers,
            hash);
    try (RawClient client = RawClient.to(gateway)) {
      client.send(denied + "Expect: 100-continue\r\nContent-Length: 10\r\n\r\n");
      assertThat(Objects.requireNonNull(client.read()).status()).isEqualTo(403);
    }
  }

  @Test
  void aConnectorIsFoundByServiceAndRegionAndTwoAreAnErrorThatNamesBoth() throws Exception {
    GatewayConfig two =
        new TestGateway()
            .connector("tables", "dynamodb", upstream.endpoint(), Access.READ_WRITE)
            .connector("more-tables", "dynamodb", upstream.endpoint(), Access.READ_WRITE)
            .config();
    try (Gateway ambiguous = Gateway.builder(two).clock(CLOCK).start()) {
      String head =
          RawClient.signed(
              RawClient.virtual(two, null, Duration.ofHours(1), CLOCK),
              "dynamodb",
              NOW,
              "POST",
              "/",
              json("DynamoDB_20120810.ListTables"),
              PayloadHash.ofBody("{}".getBytes(StandardCharsets.UTF_8)));
      try (RawClient client = RawClient.to(ambiguous)) {
        RawClient.Answer answer =
            Objects.requireNonNull(client.send(head + "Content-Length: 2\r\n\r\n{}").read());
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.text()).contains("more-tables and tables");
      }
    }
  }

  @Test
  void aUrlPresignedWithVersion2IsRefusedWithTheMend() throws Exception {
    String target = "/bucket/key?AWSAccessKeyId=CSGN1X&Signature=x&Expires=1";
    RawClient.Answer answer = exchange("GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).contains("Signature Version 2", "s3v4");
  }

  @Test
  void theSecretOfNoCredentialIsInAnyAnswer() throws Exception {
    AwsCredentials virtual = virtual();
    for (RawClient.Answer answer :
        new RawClient.Answer[] {
          listTables(virtual, NOW),
          listTables(virtual, NOW.minusSeconds(9_999)),
          listTables(AwsCredentials.of(virtual.accessKeyId(), "canary-secret", null), NOW)
        }) {
      assertThat(answer.text() + answer.headers())
          .doesNotContain("secret-of-the-role")
          .doesNotContain("AKIAROLEOFTHEGATEWAY")
          .doesNotContain(virtual.secretAccessKey())
          .doesNotContain("canary-secret");
    }
  }

  @Test
  void keysOfAnotherProcessWithTheSameKeyAreTaken() throws Exception {
    // Any replica can check what another has issued.
    var other = VirtualKeys.of(config, CLOCK, new SecureRandom());
    var issued = other.issue("analyst", "tables", Duration.ofMinutes(15));
    RawClient.Answer answer =
        listTables(AwsCredentials.of(issued.accessKeyId(), issued.secretAccessKey(), null), NOW);
    assertThat(answer.status()).isEqualTo(200);
  }
}
