package io.countersign.http;

import static io.countersign.testkit.Waiting.counter;
import static io.countersign.testkit.Waiting.gauge;
import static io.countersign.testkit.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.config.Access;
import io.countersign.config.GatewayConfig;
import io.countersign.config.Limits;
import io.countersign.gateway.Gateway;
import io.countersign.signer.PayloadHash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bodies that must be known whole: where they are kept, up to which size, and that they go. */
class HeldBodyTest {
  private static final int HOLD = 16 * 1024;
  private static final int HOLD_TOTAL = 40 * 1024;
  private static final int SPOOL = 3 * 1024 * 1024;
  private static final Clock CLOCK = Clock.systemUTC();

  @TempDir private Path directory;
  private FakeUpstream upstream;
  private GatewayConfig config;
  private Gateway gateway;

  @BeforeEach
  void start() throws IOException {
    upstream =
        new FakeUpstream(
            connection -> {
              while (connection.read() != null) {
                connection.answer(200, "application/x-amz-json-1.0", "{}");
              }
            });
    config =
        new TestGateway()
            .connector("tables", "dynamodb", upstream.endpoint(), Access.READ_WRITE)
            .connector("who", "sts", upstream.endpoint(), Access.READ_WRITE)
            .limits(
                new Limits(64, 16 * 1024, 64 << 20, 1024, 32, HOLD, HOLD_TOTAL, SPOOL, directory))
            .config();
    gateway = Gateway.start(config);
  }

  @AfterEach
  void everythingHasBeenGivenBack() throws IOException {
    until("held memory is given back", () -> gauge(gateway, "countersign.body.held") == 0);
    until("files are given back", () -> gauge(gateway, "countersign.body.spooled") == 0);
    until("no request is active", () -> gauge(gateway, "countersign.requests.active") == 0);
    // It loses its name as soon as it is open, on a thread of its own.
    until("no file has a name", () -> files() == 0);
    gateway.close();
    upstream.close();
  }

  private long files() {
    try (Stream<Path> listed = Files.list(directory)) {
      return listed.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The head of a signed request that names no hash, so that its body must be held. */
  private String head(byte[] body, String framing) throws Exception {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/x-amz-json-1.0");
    headers.put("X-Amz-Target", "DynamoDB_20120810.ListTables");
    String head =
        RawClient.signed(
            RawClient.virtual(config, null, Duration.ofHours(1), CLOCK),
            "dynamodb",
            Instant.now(),
            "POST",
            "/",
            headers,
            PayloadHash.ofBody(body));
    assertThat(head).doesNotContainIgnoringCase("x-amz-content-sha256");
    return head + framing + "\r\n\r\n";
  }

  private RawClient.Answer send(byte[] body) throws Exception {
    try (RawClient client = RawClient.to(gateway)) {
      client.send(head(body, "Content-Length: " + body.length)).send(body);
      return Objects.requireNonNull(client.read());
    }
  }

  private RawClient.Answer sendChunked(byte[] body, int chunk) throws Exception {
    try (RawClient client = RawClient.to(gateway)) {
      client.send(head(body, "Transfer-Encoding: chunked")).send(Bodies.chunks(body, chunk));
      return Objects.requireNonNull(client.read());
    }
  }

  private static byte[] body(int bytes) {
    byte[] body = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      body[i] = (byte) ('a' + i % 23);
    }
    return body;
  }

  private double spools() {
    return counter(gateway, "countersign.body.spools");
  }

  @Test
  void aBodyOfTheLimitStaysInMemoryAndOneByteMoreGoesToAFile() throws Exception {
    byte[] fits = body(HOLD);
    assertThat(send(fits).status()).isEqualTo(200);
    assertThat(upstream.next().body()).isEqualTo(fits);
    assertThat(spools()).isZero();

    byte[] more = body(HOLD + 1);
    assertThat(send(more).status()).isEqualTo(200);
    assertThat(upstream.next().body()).isEqualTo(more);
    assertThat(spools()).isEqualTo(1);
  }

  @Test
  void aBodyInManySmallPiecesArrivesAsItWas() throws Exception {
    byte[] body = body(HOLD);
    assertThat(sendChunked(body, 1).status()).isEqualTo(200);
    assertThat(upstream.next().body()).isEqualTo(body);
    assertThat(spools()).isZero();
  }

  @Test
  void aLargeBodyGoesThroughAFileByteForByte() throws Exception {
    byte[] body = body(SPOOL);
    assertThat(send(body).status()).isEqualTo(200);
    assertThat(upstream.next().body()).isEqualTo(body);
    assertThat(sendChunked(body, 50_000).status()).isEqualTo(200);
    FakeUpstream.Received sent = upstream.next();
    assertThat(sent.body()).isEqualTo(body);
    assertThat(sent.headers()).doesNotContainKey("transfer-encoding");
  }

  @Test
  void theFileOfABodyHasNoName() throws Exception {
    byte[] body = body(1024 * 1024);
    try (RawClient client = RawClient.to(gateway)) {
      client.send(head(body, "Content-Length: " + body.length));
      client.send(java.util.Arrays.copyOf(body, body.length - 1));
      until("it is spooled", () -> gauge(gateway, "countersign.body.spooled") > 500_000);
      assertThat(files()).isZero();
      client.send(new byte[] {body[body.length - 1]});
      assertThat(Objects.requireNonNull(client.read()).status()).isEqualTo(200);
    }
    assertThat(upstream.next().body()).isEqualTo(body);
  }

  @Test
  void aBodyPastTheLimitOfFilesIsRefused() throws Exception {
    byte[] body = body(SPOOL + 1);
    RawClient.Answer announced = send(body);
    assertThat(announced.status()).isEqualTo(413);
    assertThat(announced.text()).contains(Integer.toString(SPOOL));
    assertThat(sendChunked(body, 50_000).status()).isEqualTo(413);
    assertThat(upstream.nothingMore()).isTrue();
  }

  @Test
  void aBodyForWhichTheBudgetIsExhaustedGoesToAFile() throws Exception {
    byte[] body = body(HOLD);
    try (RawClient first = RawClient.to(gateway);
        RawClient second = RawClient.to(gateway)) {
      for (RawClient client : new RawClient[] {first, second}) {
        client.send(head(body, "Content-Length: " + body.length));
        client.send(java.util.Arrays.copyOf(body, body.length - 1));
      }
      until("two are held", () -> gauge(gateway, "countersign.body.held") == 2 * (HOLD - 1));
      assertThat(send(body).status()).isEqualTo(200);
      assertThat(upstream.next().body()).isEqualTo(body);
      assertThat(spools()).isEqualTo(1);
    }
  }

  @Test
  void aClientThatBreaksOffGetsNothingSentAndGivesEverythingBack() throws Exception {
    for (int bytes : new int[] {HOLD, 1024 * 1024}) {
      byte[] body = body(bytes);
      try (RawClient client = RawClient.to(gateway)) {
        client.send(head(body, "Content-Length: " + body.length));
        client.send(java.util.Arrays.copyOf(body, bytes / 2));
        until("a request is active", () -> gauge(gateway, "countersign.requests.active") == 1);
      }
      until("it is over", () -> gauge(gateway, "countersign.requests.active") == 0);
    }
    assertThat(upstream.nothingMore()).isTrue();
  }

  @Test
  void aToolBodyForWhichNoMemoryIsLeftIsReadBackFromItsFile() throws Exception {
    byte[] body = body(HOLD);
    try (RawClient first = RawClient.to(gateway);
        RawClient second = RawClient.to(gateway);
        RawClient third = RawClient.to(gateway)) {
      int part = HOLD - 1;
      int sent = 0;
      for (RawClient client : new RawClient[] {first, second, third}) {
        int now = Math.min(part, HOLD_TOTAL - sent);
        client.send(head(body, "Content-Length: " + body.length));
        client.send(java.util.Arrays.copyOf(body, now));
        sent += now;
      }
      until("no memory is left", () -> gauge(gateway, "countersign.body.held") == HOLD_TOTAL);
      try (RawClient tool = RawClient.to(gateway)) {
        tool.send(
            "POST /v1/connectors/tables/ListTables HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                + TestGateway.TOKEN
                + "\r\nContent-Length: 11\r\n\r\n{\"Limit\":3}");
        assertThat(Objects.requireNonNull(tool.read()).status()).isEqualTo(200);
      }
      assertThat(upstream.next().text()).isEqualTo("{\"Limit\":3}");
      assertThat(spools()).isEqualTo(1);
    }
  }

  @Test
  void aFolderThatCannotBeWrittenIsAnErrorOfTheGatewayAndSmallBodiesGoOn() throws Exception {
    Limits limits = config.limits();
    GatewayConfig broken =
        new TestGateway()
            .connector("tables", "dynamodb", upstream.endpoint(), Access.READ_WRITE)
            .limits(
                new Limits(
                    64,
                    limits.headerBytes(),
                    limits.bodyBytes(),
                    limits.toolBodyBytes(),
                    limits.jsonDepth(),
                    HOLD,
                    HOLD_TOTAL,
                    SPOOL,
                    directory.resolve("no-such-folder")))
            .config();
    byte[] large = body(SPOOL);
    byte[] small = body(10);
    try (Gateway own = Gateway.start(broken);
        RawClient client = RawClient.to(own)) {
      client.send(head(large, "Content-Length: " + large.length)).send(large);
      RawClient.Answer answer = Objects.requireNonNull(client.read());
      assertThat(answer.status()).isEqualTo(500);
      assertThat(answer.text()).contains("limits.spool-directory");
      client.send(head(small, "Content-Length: " + small.length)).send(small);
      assertThat(Objects.requireNonNull(client.read()).status()).isEqualTo(200);
      assertThat(gauge(own, "countersign.body.spooled")).isZero();
    }
    assertThat(upstream.next().body()).isEqualTo(small);
  }

  // ---- forms ----

  private RawClient.Answer form(String target, String form) throws Exception {
    byte[] body = form.getBytes(StandardCharsets.UTF_8);
    String head =
        RawClient.signed(
            RawClient.virtual(config, null, Duration.ofHours(1), CLOCK),
            "sts",
            Instant.now(),
            "POST",
            target,
            Map.of("Content-Type", "application/x-www-form-urlencoded"),
            PayloadHash.ofBody(body));
    try (RawClient client = RawClient.to(gateway)) {
      client.send(head + "Content-Length: " + body.length + "\r\n\r\n").send(body);
      return Objects.requireNonNull(client.read());
    }
  }

  @Test
  void theActionOfAFormIsReadWhereverTheFormIsHeld() throws Exception {
    assertThat(form("/", "Action=GetCallerIdentity&Version=2011-06-15").status()).isEqualTo(200);
    String padded = "Action=GetCallerIdentity&Version=2011-06-15&Pad=" + "x".repeat(HOLD);
    assertThat(form("/", padded).status()).isEqualTo(200);
    assertThat(form("/", padded.replace("GetCallerIdentity", "AssumeRole")).status())
        .isEqualTo(403);
  }

  @Test
  void aFormTooLargeToBeReadIsNotRecognisedByItsQueryAlone() throws Exception {
    String target = "/?Action=GetCallerIdentity&Version=2011-06-15";
    String form = "Pad=" + "x".repeat(1024 * 1024) + "&Action=AssumeRole";
    assertThat(form(target, form).status()).isEqualTo(403);
    assertThat(upstream.nothingMore()).isTrue();
  }

  @Test
  void anAssumeRoleAtTheSdkDoorIsRefused() throws Exception {
    RawClient.Answer answer =
        form("/", "Action=AssumeRole&Version=2011-06-15&RoleArn=arn:aws:iam::1:role/r");
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.text()).contains("<Code>AccessDenied</Code>", "credential");
    assertThat(form("/", "Action=GetSessionToken&Version=2011-06-15").status()).isEqualTo(403);
    assertThat(upstream.nothingMore()).isTrue();
  }
}
