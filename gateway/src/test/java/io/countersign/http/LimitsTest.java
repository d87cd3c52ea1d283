package io.countersign.http;

import static io.countersign.testkit.Waiting.gauge;
import static io.countersign.testkit.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.config.Access;
import io.countersign.config.GatewayConfig;
import io.countersign.config.Limits;
import io.countersign.config.Timeouts;
import io.countersign.gateway.Gateway;
import io.countersign.signer.PayloadHash;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What one client may take of the gateway, and for how long. */
@Timeout(60)
class LimitsTest {
  private static final String CALL =
      "POST /v1/connectors/tables/ListTables HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
          + TestGateway.TOKEN
          + "\r\nContent-Length: 2\r\n\r\n{}";

  private static Limits limits(int connections, long bodyBytes) {
    Limits base = new TestGateway().limits();
    return new Limits(
        connections,
        base.headerBytes(),
        bodyBytes,
        base.toolBodyBytes(),
        base.jsonDepth(),
        base.holdBytes(),
        base.holdTotalBytes(),
        base.spoolBytes(),
        base.spoolDirectory());
  }

  private static Timeouts timeouts(Duration idle, Duration request, Duration drain) {
    return new Timeouts(
        Duration.ofSeconds(2), Duration.ofSeconds(30), idle, request, Duration.ofSeconds(5), drain);
  }

  private static final Timeouts PATIENT =
      timeouts(Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(10));

  private static GatewayConfig config(URI upstream, Limits limits, Timeouts timeouts) {
    return new TestGateway()
        .connector("tables", "dynamodb", upstream, Access.READ_WRITE)
        .connector("files", "s3", upstream, Access.READ_WRITE)
        .limits(limits)
        .timeouts(timeouts)
        .config();
  }

  @Test
  void connectionsPastTheLimitAreClosedAndAPlaceThatIsFreeIsTakenAgain() throws Exception {
    try (FakeUpstream upstream = FakeUpstream.answering("application/x-amz-json-1.0", "{}");
        Gateway gateway = Gateway.start(config(upstream.endpoint(), limits(2, 1 << 20), PATIENT))) {
      try (RawClient first = RawClient.to(gateway);
          RawClient second = RawClient.to(gateway)) {
        until("both are open", () -> gauge(gateway, "countersign.connections") == 2);
        try (RawClient third = RawClient.to(gateway)) {
          assertThat(third.ended()).isTrue();
        }
        assertThat(Objects.requireNonNull(first.send(CALL).read()).status()).isEqualTo(200);
        assertThat(Objects.requireNonNull(second.send(CALL).read()).status()).isEqualTo(200);
      }
      until("they are closed", () -> gauge(gateway, "countersign.connections") == 0);
      try (RawClient again = RawClient.to(gateway)) {
        assertThat(Objects.requireNonNull(again.send(CALL).read()).status()).isEqualTo(200);
      }
    }
  }

  @Test
  void aConnectionThatSaysNothingIsClosed() throws Exception {
    try (FakeUpstream upstream = FakeUpstream.answering("application/x-amz-json-1.0", "{}");
        Gateway gateway =
            Gateway.start(
                config(
                    upstream.endpoint(),
                    limits(8, 1 << 20),
                    timeouts(
                        Duration.ofMillis(300), Duration.ofSeconds(30), Duration.ofSeconds(2))))) {
      try (RawClient silent = RawClient.to(gateway)) {
        assertThat(silent.ended()).isTrue();
      }
      try (RawClient halfAHead = RawClient.to(gateway)) {
        halfAHead.send("POST /v1/connectors HTTP/1.1\r\nHost: x\r\n");
        assertThat(halfAHead.ended()).isTrue();
      }
      try (RawClient afterAnAnswer = RawClient.to(gateway)) {
        assertThat(Objects.requireNonNull(afterAnAnswer.send(CALL).read()).status()).isEqualTo(200);
        assertThat(afterAnAnswer.ended()).isTrue();
      }
      try (RawClient halfABody = RawClient.to(gateway)) {
        halfABody.send(CALL.substring(0, CALL.length() - 1));
        RawClient.Answer answer = Objects.requireNonNull(halfABody.read());
        assertThat(answer.status()).isEqualTo(408);
        assertThat(answer.text()).contains("client-timeout");
      }
    }
  }

  @Test
  void anExchangeThatTakesTooLongIsA504() throws Exception {
    try (FakeUpstream upstream =
            new FakeUpstream(
                connection -> {
                  connection.read();
                  connection.waitForEnd();
                });
        Gateway gateway =
            Gateway.start(
                config(
                    upstream.endpoint(),
                    limits(8, 1 << 20),
                    timeouts(
                        Duration.ofSeconds(20), Duration.ofMillis(300), Duration.ofSeconds(2))));
        RawClient client = RawClient.to(gateway)) {
      RawClient.Answer answer = Objects.requireNonNull(client.send(CALL).read());
      assertThat(answer.status()).isEqualTo(504);
      assertThat(answer.text()).contains("request-timeout");
    }
  }

  @Test
  void aStreamUpToTheLimitPassesAndOneByteMoreIsCutOff() throws Exception {
    int limit = 300_000;
    try (FakeUpstream upstream = FakeUpstream.answering("application/xml", "");
        Gateway gateway = Gateway.start(config(upstream.endpoint(), limits(8, limit), PATIENT))) {
      assertThat(put(gateway, limit, true).status()).isEqualTo(200);
      assertThat(upstream.next().body()).hasSize(limit);
      assertThat(put(gateway, limit, false).status()).isEqualTo(200);
      assertThat(upstream.next().body()).hasSize(limit);
      assertThat(put(gateway, limit + 1, true).status()).isEqualTo(413);
      assertThat(put(gateway, limit + 1, false).status()).isEqualTo(413);
      while (!upstream.nothingMore()) {
        assertThat(upstream.next().whole()).isFalse();
      }
    }
  }

  private static RawClient.Answer put(Gateway gateway, int bytes, boolean announced)
      throws Exception {
    String head =
        RawClient.signed(
            RawClient.virtual(
                new TestGateway()
                    .connector("files", "s3", URI.create("http://127.0.0.1"), Access.READ_WRITE)
                    .config(),
                null,
                Duration.ofHours(1),
                Clock.systemUTC()),
            "s3",
            Instant.now(),
            "PUT",
            "/bucket/" + (announced ? "announced-" : "chunked-") + bytes, // each its own signature
            Map.of("x-amz-content-sha256", "UNSIGNED-PAYLOAD"),
            PayloadHash.UNSIGNED);
    byte[] body = new byte[bytes];
    try (RawClient client = RawClient.to(gateway)) {
      if (announced) {
        client.send(head + "Content-Length: " + bytes + "\r\n\r\n").send(body);
      } else {
        client.send(head + "Transfer-Encoding: chunked\r\n\r\n").send(Bodies.chunks(body, 9_999));
      }
      return Objects.requireNonNull(client.read());
    }
  }

  @Test
  void closingLetsARunningExchangeEndAndTakesNoNewConnection() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    try (FakeUpstream upstream =
        new FakeUpstream(
            connection -> {
              connection.read();
              asked.countDown();
              await(answer);
              connection.answer(200, "application/x-amz-json-1.0", "{}");
            })) {
      Gateway gateway = Gateway.start(config(upstream.endpoint(), limits(8, 1 << 20), PATIENT));
      try (RawClient running = RawClient.to(gateway);
          RawClient idle = RawClient.to(gateway)) {
        running.send(CALL);
        await(asked);
        Thread closing = Thread.ofVirtual().start(gateway::close);
        assertThat(idle.ended()).isTrue();
        assertThatThrownBy(
                () -> {
                  try (RawClient late = RawClient.to(gateway)) {
                    late.send(CALL);
                  }
                })
            .isInstanceOf(IOException.class);
        answer.countDown();
        RawClient.Answer last = Objects.requireNonNull(running.read());
        assertThat(last.status()).isEqualTo(200);
        assertThat(last.headers()).containsEntry("connection", "close");
        assertThat(running.ended()).isTrue();
        closing.join();
      }
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aClientThatDoesNotReadHoldsTheUpstreamBackInsteadOfFillingMemory() throws Exception {
    int total = 64 << 20;
    AtomicLong written = new AtomicLong();
    String block = "x".repeat(64 << 10);
    try (FakeUpstream upstream =
            new FakeUpstream(
                connection -> {
                  connection.read();
                  connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + total + "\r\n\r\n");
                  while (written.get() < total) {
                    connection.write(block);
                    written.addAndGet(block.length());
                  }
                });
        Gateway gateway = Gateway.start(config(upstream.endpoint(), limits(8, 1 << 20), PATIENT));
        RawClient client = RawClient.to(gateway)) {
      long before = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
      client.send(
          RawClient.signed(
                  RawClient.virtual(
                      config(upstream.endpoint(), limits(8, 1 << 20), PATIENT),
                      null,
                      Duration.ofHours(1),
                      Clock.systemUTC()),
                  "s3",
                  Instant.now(),
                  "GET",
                  "/bucket/large",
                  Map.of("x-amz-content-sha256", PayloadHash.EMPTY.headerValue()),
                  PayloadHash.EMPTY)
              + "\r\n");
      // It stands still when the buffers of the system and the watermark of the channel are full.
      long seen = -1;
      for (int still = 0; still < 300; still++) {
        long now = written.get();
        if (now != seen || now == 0) {
          still = 0;
          seen = now;
        }
        LockSupport.parkNanos(1_000_000);
      }
      assertThat(seen).isLessThan(total);
      assertThat(PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory() - before)
          .isLessThan(24L << 20);
      RawClient.Answer answer = Objects.requireNonNull(client.read());
      assertThat(answer.whole()).isTrue();
      assertThat(answer.text()).hasSize(total);
    }
  }
}
