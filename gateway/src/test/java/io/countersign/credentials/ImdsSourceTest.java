package io.countersign.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.credentials.CredentialFailure.Kind;
import io.countersign.credentials.LoopbackServer.Request;
import io.countersign.credentials.LoopbackServer.Response;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** IMDS, version 2 only. */
class ImdsSourceTest {
  private static final String ENDPOINT = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
  private static final String PROFILES = "/latest/meta-data/iam/security-credentials/";

  private String profile = "node-role";
  private String expiration = "2099-01-01T00:00:00Z";

  /** The real protocol: nothing without a session token that it gave out by PUT. */
  private Response imds(Request request) {
    if (request.method().equals("PUT") && request.uri().equals("/latest/api/token")) {
      return "21600".equals(request.header("x-aws-ec2-metadata-token-ttl-seconds"))
          ? Response.of(200, "session-token==")
          : Response.of(400, "");
    }
    if (!"session-token==".equals(request.header("x-aws-ec2-metadata-token"))) {
      return Response.of(401, "");
    }
    if (request.uri().equals(PROFILES)) {
      return Response.of(200, profile);
    }
    if (request.uri().equals(PROFILES + profile)) {
      return Response.of(
          200,
          """
          {"Code":"Success","Type":"AWS-HMAC","AccessKeyId":"ASIANODE","SecretAccessKey":"s",
           "Token":"t","Expiration":"%s"}
          """
              .formatted(expiration));
    }
    return Response.of(404, "");
  }

  private static FetchOutcome fetch(Map<String, String> environment) {
    return new ImdsSource(environment, TimeSource.system()).fetch().join();
  }

  private static CredentialFailure failure(Map<String, String> environment) {
    FetchOutcome outcome = fetch(environment);
    assertThat(outcome).isInstanceOf(CredentialFailure.class);
    return (CredentialFailure) outcome;
  }

  @Test
  void asksForATokenThenTheProfileThenItsCredentials() throws Exception {
    try (LoopbackServer imds = new LoopbackServer(this::imds)) {
      assertThat(fetch(Map.of(ENDPOINT, imds.uri().toString())))
          .isInstanceOfSatisfying(
              Fetched.class, f -> assertThat(f.credentials().accessKeyId()).isEqualTo("ASIANODE"));
      assertThat(imds.requests)
          .extracting(r -> r.method() + " " + r.uri())
          .containsExactly(
              "PUT /latest/api/token", "GET " + PROFILES, "GET " + PROFILES + "node-role");
    }
  }

  @Test
  void profileIsFoundAnewAtEachFetch() throws Exception {
    try (LoopbackServer imds = new LoopbackServer(this::imds)) {
      Map<String, String> environment = Map.of(ENDPOINT, imds.uri() + "/");
      fetch(environment);
      profile = "other-role";
      assertThat(fetch(environment)).isInstanceOf(Fetched.class);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 404, 405, 500, 503})
  void neverFallsBackToVersionOne(int status) throws Exception {
    try (LoopbackServer imds =
        new LoopbackServer(
            r -> r.method().equals("PUT") ? Response.of(status, "") : Response.of(200, "role"))) {
      CredentialFailure failure = failure(Map.of(ENDPOINT, imds.uri().toString()));
      assertThat(failure.kind()).isEqualTo(Kind.ENDPOINT_FAILED);
      assertThat(failure.message()).contains("version 1 is never used");
      assertThat(imds.requests).extracting(Request::method).containsExactly("PUT");
    }
  }

  @Test
  void neverFallsBackToVersionOneWhenTheTokenRequestIsCutOff() throws Exception {
    try (LoopbackServer imds =
        new LoopbackServer(
            r -> r.method().equals("PUT") ? Response.of(0, "") : Response.of(200, "role"))) {
      CredentialFailure failure = failure(Map.of(ENDPOINT, imds.uri().toString()));
      assertThat(failure.kind()).isEqualTo(Kind.ENDPOINT_UNREACHABLE);
      assertThat(failure.mend()).contains("hop-limit 2");
      assertThat(imds.requests).extracting(Request::method).containsOnly("PUT");
    }
  }

  @Test
  void tokenWithALineBreakIsNotSentOn() throws Exception {
    try (LoopbackServer imds = new LoopbackServer(r -> Response.of(200, "to\r\nX: y"))) {
      assertThat(failure(Map.of(ENDPOINT, imds.uri().toString())).kind())
          .isEqualTo(Kind.ENDPOINT_FAILED);
      assertThat(imds.requests).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../user-data", "a b", "", "role?x", "role\nother"})
  void strangeProfileNameIsNotAskedFor(String name) throws Exception {
    profile = name;
    try (LoopbackServer imds = new LoopbackServer(this::imds)) {
      assertThat(failure(Map.of(ENDPOINT, imds.uri().toString())).kind())
          .isEqualTo(Kind.ENDPOINT_FAILED);
      assertThat(imds.requests).hasSize(2);
    }
  }

  @Test
  void instanceWithoutAProfileIsToldSo() throws Exception {
    try (LoopbackServer imds =
        new LoopbackServer(r -> r.uri().equals(PROFILES) ? Response.of(404, "") : imds(r))) {
      assertThat(failure(Map.of(ENDPOINT, imds.uri().toString())).message())
          .contains("no instance profile");
    }
  }

  @Test
  void nothingListeningIsUnreachable() throws Exception {
    int closed;
    try (ServerSocket socket = new ServerSocket(0)) {
      closed = socket.getLocalPort();
    }
    CredentialFailure failure = failure(Map.of(ENDPOINT, "http://127.0.0.1:" + closed));
    assertThat(failure.kind()).isEqualTo(Kind.ENDPOINT_UNREACHABLE);
    assertThat(failure.retryable()).isTrue();
  }

  @Test
  void disabledMetadataAreNotAsked() {
    CredentialFailure failure =
        failure(Map.of("AWS_EC2_METADATA_DISABLED", "TRUE", ENDPOINT, "http://127.0.0.1:1"));
    assertThat(failure.kind()).isEqualTo(Kind.NOT_CONFIGURED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"not a uri", "ftp://127.0.0.1", "http://u@127.0.0.1", "127.0.0.1"})
  void endpointThatIsNoAddressIsRefused(String endpoint) {
    assertThat(failure(Map.of(ENDPOINT, endpoint)).kind()).isEqualTo(Kind.ENDPOINT_REFUSED);
  }

  @Test
  void expiredCredentialsOfAnOutageAreUsedAndAskedForAgainInMinutes() throws Exception {
    expiration = "2020-01-01T00:00:00Z";
    try (LoopbackServer imds = new LoopbackServer(this::imds)) {
      CacheWorld world = new CacheWorld(1, Map.of(ENDPOINT, imds.uri().toString()));
      Slot slot =
          world.cache.slot(
              new CredentialKey.OfSource(new io.countersign.config.CredentialSource.Imds(), null));
      slot.pin(true);
      world.time.settle();
      assertThat(slot.current()).isNotNull();
      int asked = imds.requests.size();
      world.time.advance(java.time.Duration.ofMinutes(5).minusSeconds(1));
      assertThat(imds.requests).hasSize(asked);
      world.time.advance(java.time.Duration.ofMinutes(5).plusSeconds(1));
      assertThat(imds.requests).hasSizeGreaterThan(asked);
      assertThat(slot.current()).isNotNull();
    }
  }
}
