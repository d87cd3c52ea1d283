package io.countersign.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.config.Access;
import io.countersign.config.Agent;
import io.countersign.config.GatewayConfig;
import io.countersign.config.Grant;
import io.countersign.config.Secret;
import io.countersign.config.Tls;
import io.countersign.gateway.Gateway;
import io.countersign.testkit.TestCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A new configuration while requests are under way. */
@Timeout(60)
class ReloadTest {
  private static final String NEWCOMER = "token-of-a-newcomer-0123456789abcdef";

  private FakeUpstream upstream;
  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch answer = new CountDownLatch(1);

  @BeforeEach
  void start() throws IOException {
    upstream =
        new FakeUpstream(
            connection -> {
              FakeUpstream.Received request;
              while ((request = connection.read()) != null) {
                if (request.text().contains("slow")) {
                  asked.countDown();
                  await(answer);
                }
                connection.answer(200, "application/x-amz-json-1.0", "{}");
              }
            });
  }

  @AfterEach
  void stop() throws IOException {
    upstream.close();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private TestGateway with(String connector) {
    return new TestGateway()
        .connector(connector, "dynamodb", upstream.endpoint(), Access.READ_WRITE);
  }

  private static String call(String token, String connector, String body) {
    return "POST /v1/connectors/"
        + connector
        + "/DescribeTable HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
        + token
        + "\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  private static RawClient.Answer send(Gateway gateway, String token, String connector)
      throws IOException {
    try (RawClient client = RawClient.to(gateway)) {
      client.send(call(token, connector, "{\"TableName\":\"quick\"}"));
      return Objects.requireNonNull(client.read());
    }
  }

  @Test
  void aReloadSwapsAgentsAndConnectors() throws Exception {
    try (Gateway gateway = Gateway.start(with("before").config())) {
      assertThat(send(gateway, TestGateway.TOKEN, "before").status()).isEqualTo(200);
      assertThat(send(gateway, NEWCOMER, "after").status()).isEqualTo(401);

      gateway.reload(
          with("after")
              .agent(
                  new Agent(
                      "newcomer",
                      List.of(new Secret(NEWCOMER)),
                      List.of(new Grant("after", List.of("Describe*")))))
              .config());

      assertThat(send(gateway, TestGateway.TOKEN, "before").status()).isEqualTo(404);
      assertThat(send(gateway, TestGateway.TOKEN, "after").status()).isEqualTo(200);
      assertThat(send(gateway, NEWCOMER, "after").status()).isEqualTo(200);
    }
  }

  @Test
  void aRequestInFlightEndsByTheConfigurationThatItBeganWith() throws Exception {
    try (Gateway gateway = Gateway.start(with("before").config());
        RawClient client = RawClient.to(gateway)) {
      client.send(call(TestGateway.TOKEN, "before", "{\"TableName\":\"slow\"}"));
      await(asked);
      gateway.reload(with("after").config());
      answer.countDown();
      assertThat(Objects.requireNonNull(client.read()).status()).isEqualTo(200);
      client.send(call(TestGateway.TOKEN, "before", "{\"TableName\":\"quick\"}"));
      assertThat(Objects.requireNonNull(client.read()).status()).isEqualTo(404);
    }
  }

  @Test
  void aConfigurationThatCannotBeTakenUpLeavesTheOld() throws Exception {
    try (Gateway gateway = Gateway.start(with("before").config())) {
      GatewayConfig unknown =
          new TestGateway()
              .connector("after", "no-such-service", upstream.endpoint(), Access.READ_WRITE)
              .config();
      assertThatThrownBy(() -> gateway.reload(unknown))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("connectors.after.service");
      assertThat(send(gateway, TestGateway.TOKEN, "before").status()).isEqualTo(200);
    }
  }

  @Test
  void aCertificateThatCannotBeReadLeavesTheOldConfigurationWhole(@TempDir Path directory)
      throws Exception {
    Path certificate = directory.resolve("tls.crt");
    Path key = directory.resolve("tls.key");
    TestCertificate.make().write(certificate, key);
    try (Gateway gateway = Gateway.start(with("before").tls(new Tls(certificate, key)).config())) {
      Files.writeString(key, "not a key");
      assertThatThrownBy(
              () -> gateway.reload(with("after").tls(new Tls(certificate, key)).config()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("tls.key");
      assertThat(gateway.metrics().registry().get("countersign.credential.slots").gauge().value())
          .isEqualTo(1);
    }
  }
}
