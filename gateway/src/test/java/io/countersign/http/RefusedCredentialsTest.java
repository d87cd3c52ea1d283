package io.countersign.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.config.Access;
import io.countersign.config.Arn;
import io.countersign.config.Connector;
import io.countersign.config.CredentialSource;
import io.countersign.config.RoleHop;
import io.countersign.config.Secret;
import io.countersign.credentials.CredentialCache;
import io.countersign.credentials.StsCalls;
import io.countersign.credentials.StsFailure;
import io.countersign.credentials.StsReply;
import io.countersign.credentials.StsTarget;
import io.countersign.credentials.TimeSource;
import io.countersign.gateway.Gateway;
import io.countersign.signer.AwsCredentials;
import io.countersign.signer.PayloadHash;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens when AWS does not take the role's credentials any more. */
class RefusedCredentialsTest {
  private static final String JSON = "application/x-amz-json-1.0";

  /** Sessions named SESSION1, SESSION2 and so on, and a clock that can be put forward. */
  private static final class World implements StsCalls, TimeSource {
    final AtomicInteger sessions = new AtomicInteger();
    final AtomicLong ahead = new AtomicLong();
    volatile boolean down;
    private boolean trueDates;
    private volatile boolean clientKnowsTheTime;

    World withTrueDates() {
      trueDates = true;
      return this;
    }

    private Instant awsNow() {
      return trueDates ? Instant.now() : now();
    }

    @Override
    public long nanos() {
      return System.nanoTime() + ahead.get();
    }

    @Override
    public Instant now() {
      return Instant.now().plusNanos(ahead.get());
    }

    void later(Duration by) {
      ahead.addAndGet(by.toNanos());
    }

    @Override
    public CompletableFuture<StsReply<StsReply.Assumed>> assumeRole(
        StsTarget sts, AwsCredentials caller, RoleHop hop, Duration duration) {
      if (down) {
        return CompletableFuture.completedFuture(
            new StsReply.Failed<>(new StsFailure("AccessDenied", 403, "no more", "r")));
      }
      if (trueDates && !clientKnowsTheTime) {
        clientKnowsTheTime = true; // as the SDK's does after such an answer
        return CompletableFuture.completedFuture(
            new StsReply.Failed<>(
                new StsFailure("SignatureDoesNotMatch", 403, "expired", "r", awsNow())));
      }
      return CompletableFuture.completedFuture(
          new StsReply.Answered<>(
              new StsReply.Assumed(
                  AwsCredentials.of("SESSION" + sessions.incrementAndGet(), "secret", "token"),
                  awsNow().plusSeconds(3600),
                  awsNow(),
                  "arn")));
    }

    @Override
    public CompletableFuture<StsReply<StsReply.Assumed>> assumeRoleWithWebIdentity(
        StsTarget sts, Arn role, String sessionName, String token) {
      throw new AssertionError("not called");
    }

    @Override
    public CompletableFuture<StsReply<StsReply.Identity>> getCallerIdentity(
        StsTarget sts, AwsCredentials caller) {
      throw new AssertionError("not called");
    }

    @Override
    public void close() {}
  }

  private static final URI NOWHERE = URI.create("http://127.0.0.1:1");

  private static Connector connector(String name, String service, URI endpoint) {
    return new Connector(
        name,
        service,
        "us-east-1",
        Access.READ_WRITE,
        new CredentialSource.Static("AKIAROLEOFTHEGATEWAY", new Secret("of-the-gateway"), null),
        List.of(
            new RoleHop(
                Arn.parse("arn:aws:iam::123456789012:role/reader"),
                null,
                "countersign",
                Duration.ofHours(1),
                new TreeMap<>(),
                Set.of(),
                null)),
        null,
        endpoint,
        null,
        Map.of(),
        Set.of(),
        Set.of(),
        false);
  }

  private static Gateway gateway(World world, URI endpoint) throws IOException {
    return Gateway.builder(
            new TestGateway()
                .connector(connector("tables", "dynamodb", endpoint))
                .connector(connector("objects", "s3", endpoint))
                .config())
        .credentials(CredentialCache.builder().sts(world).time(world))
        .start();
  }

  private static RawClient.Answer call(Gateway gateway) throws IOException {
    try (RawClient client = RawClient.to(gateway)) {
      client.send(
          "POST /v1/connectors/tables/ListTables HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
              + TestGateway.TOKEN
              + "\r\nContent-Length: 2\r\n\r\n{}");
      return Objects.requireNonNull(client.read());
    }
  }

  /** Refuses SESSION1 with this answer, and takes every other. */
  private static FakeUpstream refusing(int status, String contentType, String body)
      throws IOException {
    return new FakeUpstream(
        connection -> {
          FakeUpstream.Received request;
          while ((request = connection.read()) != null) {
            if (String.valueOf(request.headers().get("authorization")).contains("SESSION1/")) {
              connection.answer(status, contentType, body);
            } else {
              connection.answer(200, JSON, "{\"TableNames\":[]}");
            }
          }
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "400 {\"__type\":\"com.amazonaws.x#ExpiredTokenException\",\"message\":\"m\"}",
        "400 {\"__type\":\"com.amazon.coral.service#UnrecognizedClientException\"}",
        "403 {\"code\":\"InvalidClientTokenId\"}",
        "403 <ErrorResponse><Error><Code>ExpiredToken</Code></Error></ErrorResponse>",
        "400 <?xml version=\"1.0\"?><Error><Code>ExpiredToken</Code></Error>",
        "403 <Error><Code>InvalidAccessKeyId</Code></Error>",
        "401 <Response><Errors><Error><Code>InvalidClientTokenId</Code></Error></Errors></Response>",
      })
  void aRefusedSessionIsRenewedAndTheCallMadeAgain(String refusal) throws Exception {
    World world = new World();
    int status = Integer.parseInt(refusal.substring(0, 3));
    try (FakeUpstream upstream = refusing(status, "x/y", refusal.substring(4));
        Gateway gateway = gateway(world, upstream.endpoint())) {
      assertThat(call(gateway).status())
          .as("seconds old, so AWS's word is given on")
          .isNotEqualTo(200);
      world.later(Duration.ofMinutes(1));
      assertThat(call(gateway).status()).isEqualTo(200);
      assertThat(world.sessions).hasValue(2);
      upstream.next();
      upstream.next();
      assertThat(upstream.next().headers().get("authorization")).contains("SESSION2/");
    }
  }

  @Test
  void whoeverAsksAgainFindsTheNewSession() throws Exception {
    World world = new World();
    try (FakeUpstream upstream = refusing(400, JSON, "{\"__type\":\"ExpiredTokenException\"}");
        Gateway gateway = gateway(world, upstream.endpoint())) {
      call(gateway);
      world.later(Duration.ofMinutes(1));
      for (int i = 0; i < 5; i++) {
        assertThat(call(gateway).status()).isEqualTo(200);
      }
      assertThat(world.sessions).hasValue(2);
    }
  }

  @Test
  void aSessionThatIsRefusedForeverCostsOneRetry() throws Exception {
    World world = new World();
    AtomicInteger calls = new AtomicInteger();
    try (FakeUpstream upstream =
            new FakeUpstream(
                connection -> {
                  while (connection.read() != null) {
                    calls.incrementAndGet();
                    connection.answer(400, JSON, "{\"__type\":\"ExpiredTokenException\"}");
                  }
                });
        Gateway gateway = gateway(world, upstream.endpoint())) {
      call(gateway);
      world.later(Duration.ofMinutes(1));
      RawClient.Answer answer = call(gateway);
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.text()).contains("ExpiredTokenException", "\"source\":\"aws\"");
      assertThat(calls).hasValue(3);
      assertThat(world.sessions).hasValue(2);
    }
  }

  @Test
  void anotherErrorIsGivenOnAsItCame() throws Exception {
    World world = new World();
    // An agent can have any text in an error, so only the code counts.
    String body = "{\"__type\":\"ValidationException\",\"message\":\"no table ExpiredToken\"}";
    try (FakeUpstream upstream = refusing(400, JSON, body);
        Gateway gateway = gateway(world, upstream.endpoint())) {
      call(gateway);
      world.later(Duration.ofMinutes(1));
      assertThat(call(gateway).text()).contains("no table ExpiredToken");
      assertThat(world.sessions).hasValue(1);
    }
  }

  @Test
  void aLongErrorIsNotHeld() throws Exception {
    World world = new World();
    String body = "{\"__type\":\"ExpiredToken\",\"message\":\"" + "x".repeat(40_000) + "\"}";
    try (FakeUpstream upstream = refusing(400, JSON, body);
        Gateway gateway = gateway(world, upstream.endpoint())) {
      call(gateway);
      world.later(Duration.ofMinutes(1));
      assertThat(call(gateway).text()).contains("xxxxxxxxxx");
      assertThat(world.sessions).hasValue(1);
    }
  }

  @Test
  void whenNoNewSessionComesTheAnswerSaysWhy() throws Exception {
    World world = new World();
    try (FakeUpstream upstream = refusing(400, JSON, "{\"__type\":\"ExpiredTokenException\"}");
        Gateway gateway = gateway(world, upstream.endpoint())) {
      call(gateway);
      world.later(Duration.ofMinutes(1));
      world.down = true;
      RawClient.Answer answer = call(gateway);
      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.text()).contains("credentials-unavailable", "no more");
    }
  }

  @Test
  void keysThatNothingRenewsAreNotTriedAgain() throws Exception {
    World world = new World();
    AtomicInteger calls = new AtomicInteger();
    try (FakeUpstream upstream =
            new FakeUpstream(
                connection -> {
                  while (connection.read() != null) {
                    calls.incrementAndGet();
                    connection.answer(
                        403,
                        JSON,
                        "{\"__type\":\"UnrecognizedClientException\",\"message\":\"m\"}");
                  }
                });
        Gateway gateway =
            Gateway.builder(
                    new TestGateway()
                        .connector("tables", "dynamodb", upstream.endpoint(), Access.READ_WRITE)
                        .config())
                .credentials(CredentialCache.builder().sts(world).time(world))
                .start()) {
      for (int i = 0; i < 2; i++) {
        RawClient.Answer answer = call(gateway);
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.text())
            .contains("AWS does not take the static credentials", "aws iam list-access-keys");
        world.later(Duration.ofMinutes(1));
      }
      assertThat(calls).hasValue(2);
    }
  }

  /** Answers HEAD with that status and nothing else while it is signed with SESSION1. */
  private static FakeUpstream silent(int status, AtomicInteger calls) throws IOException {
    return new FakeUpstream(
        connection -> {
          FakeUpstream.Received request;
          while ((request = connection.read()) != null) {
            calls.incrementAndGet();
            boolean first =
                String.valueOf(request.headers().get("authorization")).contains("SESSION1/");
            connection.write(
                "HTTP/1.1 " + (first ? status : 200) + " X\r\nContent-Length: 0\r\n\r\n");
          }
        });
  }

  private static int head(Gateway gateway) throws Exception {
    AwsCredentials virtual =
        RawClient.virtual(
            new TestGateway()
                .connector(connector("tables", "dynamodb", NOWHERE))
                .connector(connector("objects", "s3", NOWHERE))
                .config(),
            "objects",
            Duration.ofHours(1),
            Clock.systemUTC());
    String head =
        RawClient.signed(
            virtual,
            "s3",
            Instant.now(),
            "HEAD",
            "/bucket/key",
            Map.of(),
            PayloadHash.ofBody(new byte[0]));
    try (RawClient client = RawClient.to(gateway)) {
      client.send(head + "\r\n");
      return Objects.requireNonNull(client.readHead()).status();
    }
  }

  @Test
  void aHeadThatIsAnswered400WithoutABodyIsTriedOnceMoreWithAnotherSession() throws Exception {
    World world = new World();
    AtomicInteger calls = new AtomicInteger();
    try (FakeUpstream upstream = silent(400, calls);
        Gateway gateway = gateway(world, upstream.endpoint())) {
      assertThat(head(gateway)).as("the session is seconds old").isEqualTo(400);
      assertThat(world.sessions).hasValue(1);
      world.later(Duration.ofMinutes(1));
      assertThat(head(gateway)).isEqualTo(200);
      assertThat(world.sessions).hasValue(2);
      assertThat(calls).hasValue(3);
    }
  }

  @Test
  void aHeadThatIsAnswered400DropsNoSessionWhileStsGivesNoOther() throws Exception {
    World world = new World();
    AtomicInteger calls = new AtomicInteger();
    try (FakeUpstream upstream = silent(400, calls);
        Gateway gateway = gateway(world, upstream.endpoint())) {
      head(gateway);
      world.later(Duration.ofMinutes(1));
      world.down = true;
      assertThat(head(gateway)).isEqualTo(400);
      assertThat(head(gateway)).as("the session still serves").isEqualTo(400);
      assertThat(calls).as("without another session nothing is sent again").hasValue(3);
    }
  }

  @Test
  void aHeadThatIsAnswered403SaysNothingOfTheSession() throws Exception {
    World world = new World();
    AtomicInteger calls = new AtomicInteger();
    try (FakeUpstream upstream = silent(403, calls);
        Gateway gateway = gateway(world, upstream.endpoint())) {
      head(gateway);
      world.later(Duration.ofMinutes(1));
      assertThat(head(gateway)).isEqualTo(403);
      assertThat(world.sessions).hasValue(1);
      assertThat(calls).hasValue(2);
    }
  }

  @Test
  void aMachineWhoseClockIsWrongSignsByTheClockOfAws() throws Exception {
    World world = new World();
    world.later(Duration.ofHours(-1)); // for the gateway's signatures and for its cache alike
    try (FakeUpstream upstream = FakeUpstream.answering(JSON, "{\"TableNames\":[]}");
        Gateway gateway =
            Gateway.builder(
                    new TestGateway()
                        .connector(connector("tables", "dynamodb", upstream.endpoint()))
                        .config())
                .clock(Clock.offset(Clock.systemUTC(), Duration.ofHours(-1)))
                .credentials(CredentialCache.builder().sts(world.withTrueDates()).time(world))
                .start()) {
      assertThat(call(gateway).status()).isEqualTo(200);
      String signedAt = upstream.next().headers().get("x-amz-date");
      Instant at =
          LocalDateTime.parse(
                  String.valueOf(signedAt), DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'"))
              .toInstant(ZoneOffset.UTC);
      assertThat(Duration.between(at, Instant.now()).abs()).isLessThan(Duration.ofMinutes(2));
    }
  }
}
