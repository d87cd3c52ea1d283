package io.countersign.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.countersign.config.Access;
import io.countersign.config.Agent;
import io.countersign.config.ClientCertificates;
import io.countersign.config.GatewayConfig;
import io.countersign.config.Grant;
import io.countersign.config.Identity;
import io.countersign.config.Tls;
import io.countersign.gateway.Gateway;
import io.countersign.identity.PeerCertificate;
import io.countersign.testkit.TestAuthority;
import io.countersign.testkit.TestCertificate;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Agents that are known by the certificate of their connection. */
@Timeout(60)
class ClientCertificateTest {
  private static final String SPIFFE = "spiffe://example.org/ns/data/sa/analyst";
  private static final TestCertificate SERVER = TestCertificate.make();
  private static final TestAuthority AUTHORITY = new TestAuthority("agents");
  private final Instant tomorrow =
      Instant.now().plus(Duration.ofHours(20)).truncatedTo(ChronoUnit.SECONDS);
  private final TestCertificate ofRobot = AUTHORITY.issue(tomorrow, SPIFFE);

  @TempDir private Path folder;
  private FakeUpstream upstream;
  private @Nullable Gateway gateway;

  @BeforeEach
  void start() throws IOException {
    upstream = FakeUpstream.answering("application/x-amz-json-1.0", "{}");
    SERVER.write(folder.resolve("tls.crt"), folder.resolve("tls.key"));
    trust(AUTHORITY);
  }

  @AfterEach
  void stop() throws IOException {
    if (gateway != null) {
      gateway.close();
    }
    upstream.close();
  }

  private void trust(TestAuthority authority) throws IOException {
    authority.certificate().write(folder.resolve("ca.crt"), folder.resolve("ca.key"));
  }

  private GatewayConfig config(boolean required) {
    return new TestGateway()
        .connector("tables", "dynamodb", upstream.endpoint(), Access.READ_WRITE)
        .agent(new Agent("robot", List.of(), List.of(new Grant("*", List.of("*")))))
        .tls(new Tls(folder.resolve("tls.crt"), folder.resolve("tls.key")))
        .audit(folder.resolve("audit.jsonl"))
        .config()
        .with(
            new Identity(
                Map.of(),
                null,
                new ClientCertificates(
                    folder.resolve("ca.crt"),
                    required,
                    Map.of(SPIFFE, "robot", "dns:robot.data", "robot", "dns:a.data", "analyst"))));
  }

  private Gateway started(boolean required) throws IOException {
    Gateway started = Gateway.start(config(required));
    gateway = started;
    return started;
  }

  private static SSLContext presenting(@Nullable TestCertificate client) throws Exception {
    KeyStore anchors = KeyStore.getInstance("PKCS12");
    anchors.load(null, null);
    anchors.setCertificateEntry("gateway", SERVER.certificate());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(anchors);
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    if (client != null) {
      own.setKeyEntry(
          "own", client.keys().getPrivate(), new char[0], new Certificate[] {client.certificate()});
    }
    keys.init(own, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private static HttpClient client(@Nullable TestCertificate certificate) throws Exception {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .sslContext(presenting(certificate))
        .build();
  }

  private static HttpResponse<String> get(
      HttpClient client, Gateway gateway, String path, @Nullable String token) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
            URI.create("https://localhost:" + gateway.address().getPort() + path));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void anAgentIsKnownByTheSpiffeIdOfItsCertificate() throws Exception {
    Gateway running = started(true);
    try (HttpClient robot = client(ofRobot)) {
      assertThat(get(robot, running, "/v1/connectors", null).body()).contains("tables");
      HttpResponse<String> credentials = get(robot, running, "/v1/credentials/tables", null);
      assertThat(credentials.statusCode()).isEqualTo(200);
    }
    running.close();
    gateway = null;
    assertThat(Files.readString(folder.resolve("audit.jsonl")).lines())
        .hasSize(2)
        .allSatisfy(
            line ->
                assertThat(line)
                    .contains("\"agent\":\"robot\"", "\"identityKind\":\"client-certificate\""));
  }

  @Test
  void aSecondConnectionOfTheSameClientIsKnownAsTheFirst() throws Exception {
    Gateway running = started(true);
    SSLContext same = presenting(AUTHORITY.issue(tomorrow, "robot.data"));
    for (int i = 0; i < 3; i++) {
      try (HttpClient robot = HttpClient.newBuilder().sslContext(same).build()) {
        assertThat(get(robot, running, "/v1/connectors", null).statusCode()).isEqualTo(200);
      }
    }
  }

  @Test
  void refusesAConnectionWithoutACertificateWhereOneIsRequired() throws Exception {
    Gateway running = started(true);
    try (HttpClient nobody = client(null)) {
      assertThatThrownBy(() -> get(nobody, running, "/v1/connectors", TestGateway.TOKEN))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void refusesACertificateOfAnotherAuthorityAndOneThatHasEnded() throws Exception {
    for (boolean required : new boolean[] {true, false}) {
      try (Gateway running = Gateway.start(config(required))) {
        for (TestCertificate bad :
            List.of(
                new TestAuthority("agents").issue(tomorrow, SPIFFE),
                AUTHORITY.issue(Instant.now().minusSeconds(30), SPIFFE))) {
          try (HttpClient client = client(bad)) {
            assertThatThrownBy(() -> get(client, running, "/v1/connectors", TestGateway.TOKEN))
                .isInstanceOf(IOException.class);
          }
        }
      }
    }
  }

  @Test
  void withoutACertificateATokenServesWhereNoneIsRequired() throws Exception {
    Gateway running = started(false);
    try (HttpClient nobody = client(null)) {
      assertThat(get(nobody, running, "/v1/connectors", TestGateway.TOKEN).statusCode())
          .isEqualTo(200);
      assertThat(get(nobody, running, "/v1/connectors", null).statusCode()).isEqualTo(401);
    }
  }

  @Test
  void refusesTheTokenOfOneAgentOnTheConnectionOfAnother() throws Exception {
    Gateway running = started(false);
    try (HttpClient robot = client(ofRobot);
        HttpClient analyst = client(AUTHORITY.issue(tomorrow, "a.data"))) {
      HttpResponse<String> answer = get(robot, running, "/v1/connectors", TestGateway.TOKEN);
      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.body()).contains("two-identities");
      assertThat(get(analyst, running, "/v1/connectors", TestGateway.TOKEN).statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void aWrongTokenIsNotMadeGoodByACertificate() throws Exception {
    Gateway running = started(false);
    try (HttpClient robot = client(ofRobot)) {
      assertThat(get(robot, running, "/v1/connectors", "no-such-token").statusCode())
          .isEqualTo(401);
    }
  }

  @Test
  void refusesACertificateThatNamesNoAgentOrTwo() throws Exception {
    Gateway running = started(true);
    for (TestCertificate unknown :
        List.of(
            AUTHORITY.issue(tomorrow),
            AUTHORITY.issue(tomorrow, SPIFFE + "/more"),
            AUTHORITY.issue(tomorrow, "x.robot.data"),
            AUTHORITY.issue(tomorrow, "a.data", "robot.data"),
            AUTHORITY.issue(tomorrow, "a.data", SPIFFE),
            AUTHORITY.issue(tomorrow, SPIFFE, "spiffe://example.org/other"))) {
      try (HttpClient client = client(unknown)) {
        assertThat(get(client, running, "/v1/connectors", null).statusCode()).isEqualTo(401);
      }
    }
  }

  @Test
  void credentialsEndWithTheCertificateAndAnOpenConnectionDoesToo() throws Exception {
    Instant end = Instant.now().plusSeconds(1800).truncatedTo(ChronoUnit.SECONDS);
    Gateway running = started(true);
    try (HttpClient robot = client(AUTHORITY.issue(end, SPIFFE))) {
      String answer = get(robot, running, "/v1/credentials", null).body();
      assertThat(JsonMapper.builder().build().readTree(answer).path("Expiration").asText())
          .isEqualTo(end.toString());
    }
    Clock after = Clock.offset(Clock.systemUTC(), Duration.ofHours(1));
    try (Gateway late = Gateway.builder(config(true)).clock(after).start();
        HttpClient robot = client(AUTHORITY.issue(end, SPIFFE))) {
      // TLS judges by the machine's clock; the gateway's own says that it is over.
      assertThat(get(robot, late, "/v1/connectors", null).statusCode()).isEqualTo(401);
    }
  }

  @Test
  void anAgentOfTheMappingThatWasTakenOutIsNobodyOnItsOpenConnection() throws Exception {
    Gateway running = started(true);
    try (HttpClient robot = client(ofRobot)) {
      assertThat(get(robot, running, "/v1/connectors", null).statusCode()).isEqualTo(200);
      running.reload(
          config(true)
              .with(
                  new Identity(
                      Map.of(),
                      null,
                      new ClientCertificates(
                          folder.resolve("ca.crt"), true, Map.of("dns:a.data", "analyst")))));
      assertThat(get(robot, running, "/v1/connectors", null).statusCode()).isEqualTo(401);
    }
  }

  @Test
  void anAuthorityThatIsReplacedIsTakenUpForNewConnections() throws Exception {
    Gateway running = started(true);
    TestAuthority next = new TestAuthority("next");
    trust(next);
    running.reload(config(true));
    try (HttpClient old = client(ofRobot);
        HttpClient fresh = client(next.issue(tomorrow, SPIFFE))) {
      assertThatThrownBy(() -> get(old, running, "/v1/connectors", null))
          .isInstanceOf(IOException.class);
      assertThat(get(fresh, running, "/v1/connectors", null).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void readsTheNamesOfACertificate() {
    assertThat(PeerCertificate.of(AUTHORITY.issue(tomorrow, "Robot.Data", SPIFFE).certificate()))
        .isEqualTo(new PeerCertificate(List.of("dns:robot.data", SPIFFE), tomorrow));
    assertThat(
            PeerCertificate.of(AUTHORITY.issue(tomorrow, "a.data", "https://x.org").certificate())
                .names())
        .isEmpty();
  }
}
