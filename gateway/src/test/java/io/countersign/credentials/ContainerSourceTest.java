package io.countersign.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.credentials.CredentialFailure.Kind;
import io.countersign.credentials.LoopbackServer.Response;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** EKS Pod Identity and ECS. */
class ContainerSourceTest {
  private static final String FULL = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
  private static final String RELATIVE = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
  private static final String TOKEN_FILE = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
  private static final String TOKEN = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
  private static final String DOCUMENT =
      """
      {"AccessKeyId":"ASIAPOD","SecretAccessKey":"pod-secret","Token":"pod-token",
       "AccountId":"123456789012","Expiration":"2026-03-01T18:00:00Z"}
      """;

  @TempDir Path folder;

  private static FetchOutcome fetch(Map<String, String> environment) {
    return new ContainerSource(environment, TimeSource.system()).fetch().join();
  }

  private static CredentialFailure failure(Map<String, String> environment) {
    assertThat(fetch(environment)).isInstanceOf(CredentialFailure.class);
    return (CredentialFailure) fetch(environment);
  }

  private static Fetched fetched(Map<String, String> environment) {
    FetchOutcome outcome = fetch(environment);
    assertThat(outcome).isInstanceOf(Fetched.class);
    return (Fetched) outcome;
  }

  @Test
  void readsTheTokenFileAnewAtEachFetch() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "first");
    try (LoopbackServer agent = new LoopbackServer(r -> Response.of(200, DOCUMENT))) {
      Map<String, String> environment =
          Map.of(FULL, agent.uri() + "/v1/credentials", TOKEN_FILE, token.toString());
      Fetched first = fetched(environment);
      Files.writeString(token, "second");
      fetched(environment);

      assertThat(first.credentials().accessKeyId()).isEqualTo("ASIAPOD");
      assertThat(first.credentials().sessionToken()).isEqualTo("pod-token");
      assertThat(first.expiration()).isEqualTo(Instant.parse("2026-03-01T18:00:00Z"));
      assertThat(first.usableExpired()).isTrue();
      assertThat(agent.requests)
          .extracting(r -> r.method() + " " + r.uri() + " " + r.header("authorization"))
          .containsExactly("GET /v1/credentials first", "GET /v1/credentials second");
    }
  }

  @Test
  void tokenOfTheVariableIsUsedWithoutAFile() throws Exception {
    try (LoopbackServer agent = new LoopbackServer(r -> Response.of(200, DOCUMENT))) {
      fetched(Map.of(FULL, agent.uri() + "/c", TOKEN, "Basic abc"));
      assertThat(agent.requests.getFirst().header("authorization")).isEqualTo("Basic abc");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/v1/credentials",
        "http://example.com/v1/credentials",
        "http://169.254.170.23.example.com/v1/credentials",
        "http://169.254.170.22/v1/credentials",
        "http://169.254.170.23@example.com/v1/credentials",
        "http://user@169.254.170.23/v1/credentials",
        "http://[fd00:ec2::24]/v1/credentials",
        "http://[::ffff:10.0.0.1]/",
        "http://127.0.0.1.example.com/",
        "http://127.example.com/",
        "http://localhost.example.com/",
        "http://2852039166/",
        "http://0x7f000001/",
        "http:///v1/credentials",
        "https://user:password@agent.example/",
        "https://agent.example/#fragment",
        "ftp://127.0.0.1/credentials",
        "file:///etc/passwd",
        "169.254.170.23/v1/credentials",
        "http://127.0.0.1:port/",
        "http://127.0.0.1\r\nX: y/",
      })
  void refusesToSendTheTokenToAnyOtherHost(String uri) {
    assertThat(failure(Map.of(FULL, uri, TOKEN, "canary-token")))
        .satisfies(
            f -> {
              assertThat(f.kind()).isEqualTo(Kind.ENDPOINT_REFUSED);
              assertThat(f.message()).contains(FULL).doesNotContain("canary-token");
              assertThat(f.retryable()).isFalse();
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://169.254.170.2/v2/credentials/x",
        "http://169.254.170.23/v1/credentials",
        "http://[fd00:ec2::23]/v1/credentials",
        "http://127.0.0.1:8080/c",
        "http://127.8.9.10/c",
        "http://localhost:8080/c",
        "http://[::1]:8080/c",
        "https://agent.example/c",
        "https://10.0.0.1:8443/c",
      })
  void acceptsTheAddressesOfTheAgentsAndHttps(String uri) throws Exception {
    assertThat(new ContainerSource(Map.of(FULL, uri), TimeSource.system()).endpoint().toString())
        .isEqualTo(uri);
  }

  @ParameterizedTest
  @CsvSource({
    "/v2/credentials/abc,http://169.254.170.2/v2/credentials/abc",
    "/get?a=b,http://169.254.170.2/get?a=b",
    "//example.com/x,http://169.254.170.2//example.com/x"
  })
  void relativeUriStaysAtTheEcsAgent(String relative, String uri) throws Exception {
    ContainerSource source =
        new ContainerSource(
            Map.of(RELATIVE, relative, FULL, "https://elsewhere.example/"), TimeSource.system());
    assertThat(source.endpoint().toString()).isEqualTo(uri);
    assertThat(source.endpoint().getHost()).isEqualTo("169.254.170.2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"@example.com/", ".example.com/", ":80@example.com/", "v2/credentials"})
  void refusesARelativeUriThatWouldChangeTheHost(String relative) {
    assertThat(failure(Map.of(RELATIVE, relative)).kind()).isEqualTo(Kind.ENDPOINT_REFUSED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"to\rken", "to\nken", "token\n", "token\r\nX-Other: y", "to\u0000ken"})
  void refusesALineBreakInTheToken(String token) throws Exception {
    Path file = Files.writeString(folder.resolve("token"), token);
    try (LoopbackServer agent = new LoopbackServer(r -> Response.of(200, DOCUMENT))) {
      CredentialFailure failure =
          failure(Map.of(FULL, agent.uri() + "/", TOKEN_FILE, file.toString()));
      assertThat(failure.kind()).isEqualTo(Kind.TOKEN_FILE);
      assertThat(failure.message()).contains(file.toString()).doesNotContain("X-Other");
      assertThat(agent.requests).isEmpty();
    }
  }

  @Test
  void missingTokenFileIsNamed() {
    Path missing = folder.resolve("missing");
    CredentialFailure failure =
        failure(Map.of(FULL, "http://127.0.0.1:1/", TOKEN_FILE, missing.toString()));
    assertThat(failure.kind()).isEqualTo(Kind.TOKEN_FILE);
    assertThat(failure.message()).contains(missing.toString());
  }

  @Test
  void redirectIsNotFollowed() throws Exception {
    try (LoopbackServer thief = new LoopbackServer(r -> Response.of(200, DOCUMENT));
        LoopbackServer agent =
            new LoopbackServer(
                r -> new Response(302, Map.of("Location", thief.uri() + "/"), "gone"))) {
      CredentialFailure failure = failure(Map.of(FULL, agent.uri() + "/", TOKEN, "t"));
      assertThat(failure.kind()).isEqualTo(Kind.ENDPOINT_FAILED);
      assertThat(thief.requests).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "400,false",
    "401,false",
    "403,false",
    "404,false",
    "429,true",
    "500,true",
    "503,true"
  })
  void retriesOnlyTooManyRequestsAndServerErrors(int status, boolean retryable) throws Exception {
    try (LoopbackServer agent =
        new LoopbackServer(r -> Response.of(status, "said " + r.header("authorization")))) {
      CredentialFailure failure = failure(Map.of(FULL, agent.uri() + "/", TOKEN, "canary-token"));
      assertThat(failure.kind()).isEqualTo(Kind.ENDPOINT_FAILED);
      assertThat(failure.retryable()).isEqualTo(retryable);
      assertThat(failure.message()).contains("" + status).doesNotContain("canary-token");
    }
  }

  @Test
  void agentThatIsNotThereIsUnreachable() throws IOException {
    int closed;
    try (ServerSocket socket = new ServerSocket(0)) {
      closed = socket.getLocalPort();
    }
    CredentialFailure failure = failure(Map.of(FULL, "http://127.0.0.1:" + closed + "/"));
    assertThat(failure.kind()).isEqualTo(Kind.ENDPOINT_UNREACHABLE);
    assertThat(failure.retryable()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>canary-secret</html>",
        "[]",
        "{}",
        "null",
        "{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"\"}",
        "{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"canary-secret\",\"Expiration\":\"soon\"}",
        "{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"canary-secret\\nX\"}",
        "{\"Code\":\"Failed\",\"Message\":\"canary-secret\"}",
      })
  void garbageIsAFailureThatRepeatsNothing(String body) throws Exception {
    try (LoopbackServer agent = new LoopbackServer(r -> Response.of(200, body))) {
      CredentialFailure failure = failure(Map.of(FULL, agent.uri() + "/"));
      assertThat(failure.kind()).isEqualTo(Kind.ENDPOINT_FAILED);
      assertThat(failure.toString()).doesNotContain("canary-secret");
    }
  }

  @Test
  void endlessAnswerIsCutOff() throws Exception {
    String endless = "x".repeat(65 * 1024);
    try (LoopbackServer agent = new LoopbackServer(r -> Response.of(200, endless))) {
      assertThat(failure(Map.of(FULL, agent.uri() + "/")).message()).contains("longer than");
    }
  }

  @Test
  void cutOffAnswerIsUnreachable() throws Exception {
    try (LoopbackServer agent = new LoopbackServer(r -> Response.of(0, ""))) {
      assertThat(failure(Map.of(FULL, agent.uri() + "/")).kind())
          .isEqualTo(Kind.ENDPOINT_UNREACHABLE);
    }
  }

  @Test
  void parsingOfAnyTextEndsInCredentialsOrARefusal() {
    Random random = new Random(7);
    for (int i = 0; i < 10_000; i++) {
      StringBuilder text = new StringBuilder(DOCUMENT);
      for (int change = 1 + random.nextInt(4); change > 0; change--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.setCharAt(at, (char) random.nextInt(128));
          case 1 -> text.deleteCharAt(at);
          default -> text.insert(at, (char) random.nextInt(0x300));
        }
      }
      try {
        CredentialDocument.parse(text.toString(), "fuzz", null, 0);
      } catch (SourceRefusal e) {
        assertThat(e.failure().kind()).isEqualTo(Kind.ENDPOINT_FAILED);
      }
    }
    assertThatThrownBy(() -> CredentialDocument.parse("[".repeat(100_000), "fuzz", null, 0))
        .isInstanceOf(SourceRefusal.class);
  }
}
