package io.countersign.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.countersign.config.Access;
import io.countersign.config.Agent;
import io.countersign.config.GatewayConfig;
import io.countersign.config.Grant;
import io.countersign.config.Identity;
import io.countersign.config.TokenIssuer;
import io.countersign.config.TokenIssuer.Algorithm;
import io.countersign.gateway.Gateway;
import io.countersign.testkit.TestIssuer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Agents that come with a token of an issuer, through the whole gateway. */
@Timeout(60)
class SignedTokenTest {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final TestIssuer.Key KEY = TestIssuer.Key.rsa("one", 2048);

  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir private Path folder;
  private TestIssuer issuer;
  private FakeUpstream upstream;
  private Gateway gateway;
  private boolean closed;

  @BeforeEach
  void start() throws IOException {
    issuer = new TestIssuer(KEY);
    upstream = FakeUpstream.answering("application/x-amz-json-1.0", "{\"TableNames\":[]}");
    GatewayConfig config =
        new TestGateway()
            .connector("tables", "dynamodb", upstream.endpoint(), Access.READ_WRITE)
            .agent(new Agent("robot", List.of(), List.of(new Grant("*", List.of("*")))))
            .audit(folder.resolve("audit.jsonl"))
            .config()
            .with(
                new Identity(
                    Map.of(
                        "corporate",
                        new TokenIssuer(
                            issuer.name(),
                            List.of("countersign"),
                            issuer.jwks(),
                            Set.of(Algorithm.RS256),
                            Duration.ofSeconds(30),
                            Duration.ofHours(1),
                            null,
                            null,
                            List.of("sub"),
                            Map.of(),
                            List.of("user"),
                            Map.of())),
                    null));
    gateway = Gateway.builder(config).clock(Clock.fixed(NOW, ZoneOffset.UTC)).start();
  }

  @AfterEach
  void stop() throws IOException {
    close();
    upstream.close();
    issuer.close();
  }

  private void close() {
    if (!closed) {
      closed = true;
      gateway.close();
    }
  }

  private String token(long seconds, String more) {
    return KEY.token(
        "{\"iss\":\"%s\",\"aud\":\"countersign\",\"sub\":\"robot\",\"exp\":%d%s}"
            .formatted(issuer.name(), NOW.plusSeconds(seconds).getEpochSecond(), more));
  }

  private RawClient.Answer call(String token) throws IOException {
    try (RawClient client = RawClient.to(gateway)) {
      return Objects.requireNonNull(
          client
              .send(
                  "POST /v1/connectors/tables/ListTables HTTP/1.1\r\nHost: x\r\nAuthorization:"
                      + " Bearer "
                      + token
                      + "\r\nContent-Length: 2\r\n\r\n{}")
              .read());
    }
  }

  private RawClient.Answer credentials(String token) throws IOException {
    try (RawClient client = RawClient.to(gateway)) {
      return Objects.requireNonNull(
          client
              .send(
                  "GET /v1/credentials HTTP/1.1\r\nHost: x\r\nAuthorization: " + token + "\r\n\r\n")
              .read());
    }
  }

  @Test
  void anAgentCallsWithATokenOfTheIssuerAndTheAuditLineSaysHowAndForWhom() throws Exception {
    String token = token(600, ",\"user\":\"ann@example.com\"");
    assertThat(call(token).status()).isEqualTo(200);
    assertThat(call(token).status()).isEqualTo(200);
    assertThat(issuer.fetches()).isEqualTo(1);
    close();
    String audit = Files.readString(folder.resolve("audit.jsonl"));
    assertThat(audit.lines())
        .hasSize(2)
        .allSatisfy(
            line ->
                assertThat(line)
                    .contains(
                        "\"agent\":\"robot\"",
                        "\"identityKind\":\"jwt\"",
                        "\"user\":\"ann@example.com\""));
    assertThat(audit).doesNotContain(token, token.substring(token.lastIndexOf('.') + 1));
  }

  @Test
  void credentialsLiveNoLongerThanTheTokenThatTheyWereIssuedOn() throws Exception {
    JsonNode longer = JSON.readTree(credentials(token(7200, "")).text());
    assertThat(longer.path("Expiration").asText()).isEqualTo(NOW.plusSeconds(3600).toString());
    JsonNode shorter = JSON.readTree(credentials(token(600, "")).text());
    assertThat(shorter.path("Expiration").asText()).isEqualTo(NOW.plusSeconds(600).toString());
  }

  @Test
  void refusesToIssueCredentialsOnATokenWhoseTimeIsOver() throws Exception {
    // Within the skew of the clocks the token still names its agent.
    assertThat(call(token(-10, "")).status()).isEqualTo(200);
    RawClient.Answer answer = credentials(token(-10, ""));
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.text()).contains("token-expired");
  }

  @Test
  void refusesATokenOfAnotherIssuerAndAnExpiredOne() throws Exception {
    assertThat(
            call(TestIssuer.Key.rsa("one", 2048).token("{\"iss\":\"" + issuer.name() + "\"}"))
                .text())
        .contains("bad-signature");
    RawClient.Answer answer = call(token(-30, ""));
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.text()).contains("token-expired");
    assertThat(upstream.nothingMore()).isTrue();
  }

  @Test
  void anIssuerThatDoesNotAnswerIsAnErrorThatMayPass() throws Exception {
    issuer.status(503);
    RawClient.Answer answer = call(token(600, ""));
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.text()).contains("issuer-unreachable", "\"retryable\":true");
  }

  @Test
  void aBodyThatComesWhileTheTokenIsVerifiedArrivesWhole() throws Exception {
    try (RawClient client = RawClient.to(gateway)) {
      String body = "{\"Limit\":7" + " ".repeat(100_000) + "}";
      client.send(
          "POST /v1/connectors/tables/ListTables HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
              + token(600, "")
              + "\r\nContent-Length: "
              + body.length()
              + "\r\n\r\n"
              + body);
      assertThat(Objects.requireNonNull(client.read()).status()).isEqualTo(200);
      assertThat(upstream.next().text()).isEqualTo("{\"Limit\":7}");
    }
  }
}
