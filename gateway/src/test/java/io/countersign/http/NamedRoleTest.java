package io.countersign.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.config.Arn;
import io.countersign.config.ConfigLoader;
import io.countersign.config.Environment;
import io.countersign.config.GatewayConfig;
import io.countersign.config.RoleHop;
import io.countersign.credentials.CredentialCache;
import io.countersign.credentials.StsCalls;
import io.countersign.credentials.StsReply;
import io.countersign.credentials.StsTarget;
import io.countersign.gateway.Gateway;
import io.countersign.signer.AwsCredentials;
import io.countersign.signer.HeaderSelection;
import io.countersign.signer.PayloadHash;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A role that the agent names, at both doors. */
@Timeout(60)
class NamedRoleTest {
  private static final String BLUE = "arn:aws:iam::123456789012:role/team-blue";
  private static final String TOKEN = "token-of-the-analyst-0123456789abcdef";
  private static final String OTHER = "token-of-another-one-0123456789abcdef";
  private static final byte[] BODY = "{}".getBytes(StandardCharsets.UTF_8);

  /** Gives each role and session name an access key of its own. */
  private static final class Sts implements StsCalls {
    final List<RoleHop> hops = new CopyOnWriteArrayList<>();

    @Override
    public CompletableFuture<StsReply<StsReply.Assumed>> assumeRole(
        StsTarget sts, AwsCredentials caller, RoleHop hop, Duration duration) {
      hops.add(hop);
      return CompletableFuture.completedFuture(
          new StsReply.Answered<>(
              new StsReply.Assumed(
                  AwsCredentials.of("SESSION" + hops.size(), "secret", "token"),
                  Instant.now().plusSeconds(3600),
                  Instant.now(),
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

  @TempDir private Path folder;
  private final Sts sts = new Sts();
  private FakeUpstream upstream;
  private GatewayConfig config;
  private Gateway gateway;
  private boolean closed;

  @BeforeEach
  void start() throws Exception {
    upstream = FakeUpstream.answering("application/x-amz-json-1.0", "{\"TableNames\":[]}");
    String source =
        "credentials: {static: {access-key-id: AKIAX, secret-access-key: s}}, pinned: false,"
            + " endpoint: '"
            + upstream.endpoint()
            + "'";
    config =
        ConfigLoader.parse(
                """
                listen: 127.0.0.1:0
                admin: 127.0.0.1:0
                virtual-credentials: {key: a-key-for-virtual-credentials-of-the-tests}
                log: {access: 'off', audit: {file: %1$s}}
                agents:
                  analyst: {token: %2$s, allow: [{connector: '*'}]}
                  other: {token: %3$s, allow: [{connector: '*'}]}
                connectors:
                  tables:
                    {service: dynamodb, region: us-east-1, %4$s,
                     roles-per-call: {allow: ['arn:aws:iam::123456789012:role/team-*'],
                                      external-id: of-the-configuration, at-once: 2}}
                  fixed:
                    {service: dynamodb, region: us-west-2, %4$s,
                     role: 'arn:aws:iam::123456789012:role/base'}
                  both:
                    {service: dynamodb, region: eu-west-1, %4$s,
                     role: 'arn:aws:iam::123456789012:role/base',
                     roles-per-call: {allow: ['arn:aws:iam::123456789012:role/team-*']}}
                """
                    .formatted(folder.resolve("audit"), TOKEN, OTHER, source),
                folder,
                Environment.of(Map.of()))
            .config();
    gateway = Gateway.builder(config).credentials(CredentialCache.builder().sts(sts)).start();
  }

  @AfterEach
  void stop() throws IOException {
    close();
    upstream.close();
  }

  private void close() {
    if (!closed) {
      closed = true;
      gateway.close();
    }
  }

  private RawClient.Answer exchange(String request) throws IOException {
    try (RawClient client = RawClient.to(gateway)) {
      return Objects.requireNonNull(client.send(request).read());
    }
  }

  private RawClient.Answer tool(String token, String connector, String... roles)
      throws IOException {
    StringBuilder request =
        new StringBuilder("POST /v1/connectors/")
            .append(connector)
            .append("/ListTables HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ")
            .append(token)
            .append("\r\n");
    for (String role : roles) {
      request.append("X-Countersign-Role: ").append(role).append("\r\n");
    }
    return exchange(request.append("Content-Length: 2\r\n\r\n{}").toString());
  }

  private String signedBy() throws InterruptedException {
    return String.valueOf(upstream.next().headers().get("authorization"))
        .replaceAll(".*Credential=(\\w+)/.*", "$1");
  }

  @Test
  void theToolDoorSignsWithTheRoleThatIsNamed() throws Exception {
    assertThat(tool(TOKEN, "tables", BLUE).status()).isEqualTo(200);
    assertThat(signedBy()).isEqualTo("SESSION1");
    RoleHop hop = sts.hops.getFirst();
    assertThat(hop.arn()).hasToString(BLUE);
    assertThat(hop.externalId()).isEqualTo("of-the-configuration");
    assertThat(hop.sessionName()).isEqualTo("countersign-analyst");

    assertThat(tool(TOKEN, "tables", BLUE).status()).isEqualTo(200);
    assertThat(signedBy()).as("the same session").isEqualTo("SESSION1");
    assertThat(tool(OTHER, "tables", BLUE).status()).isEqualTo(200);
    assertThat(signedBy()).as("another agent has its own").isEqualTo("SESSION2");
    assertThat(tool(TOKEN, "tables", BLUE + "2").status()).isEqualTo(200);
    assertThat(signedBy()).isEqualTo("SESSION3");
  }

  @Test
  void aNamedRoleIsAssumedAfterTheConnectorsOwn() throws Exception {
    assertThat(tool(TOKEN, "both", BLUE).status()).isEqualTo(200);
    assertThat(sts.hops)
        .extracting(hop -> hop.arn().toString())
        .containsExactly("arn:aws:iam::123456789012:role/base", BLUE);
    assertThat(signedBy()).isEqualTo("SESSION2");
    assertThat(tool(TOKEN, "both").status()).isEqualTo(200);
    assertThat(signedBy()).as("without a name the connector's own").isEqualTo("SESSION1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          tables | arn:aws:iam::123456789012:role/admin              | 403 | role-not-allowed | lets nobody name the role arn:aws:iam::123456789012:role/admin
          tables | arn:aws:iam::123456789012:role/Team-blue          | 403 | role-not-allowed | lets nobody name
          tables | arn:aws:iam::123456789012:role/team-blue/x        | 403 | role-not-allowed | lets nobody name
          tables | arn:aws:iam::210987654321:role/team-blue          | 403 | role-not-allowed | lets nobody name
          tables | arn:aws-cn:iam::123456789012:role/team-blue       | 403 | role-not-allowed | another partition
          tables | arn:aws:iam::123456789012:role/team-*             | 400 | bad-role         | has a wildcard
          tables | arn:aws:iam::123456789012:role/team-?             | 400 | bad-role         | has a wildcard
          tables | team-blue                                         | 400 | bad-role         | is not an ARN
          tables | arn:aws:sts::123456789012:assumed-role/team-b/s   | 400 | bad-role         | is a session of a role
          tables | arn:aws:iam::123456789012:user/team-blue          | 400 | bad-role         | is not the ARN of a role
          fixed  | arn:aws:iam::123456789012:role/team-blue          | 403 | role-not-allowed | lets nobody name a role
          """)
  void whatMayNotBeNamedIsRefusedBeforeAnythingIsFetched(
      String connector, String role, int status, String code, String why) throws Exception {
    RawClient.Answer answer = tool(TOKEN, connector, role);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.text()).contains("\"code\":\"" + code + "\"", why, "\"hint\":");
    assertThat(answer.text()).doesNotContain("of-the-configuration");
    assertThat(sts.hops).isEmpty();
    assertThat(upstream.connections()).isZero();
  }

  @Test
  void aConnectorWithoutARoleOfItsOwnWantsOneNamed() throws Exception {
    RawClient.Answer answer = tool(TOKEN, "tables");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).contains("role-required", "x-countersign-role", "role/team-*");
    assertThat(tool(TOKEN, "tables", "").text()).contains("bad-role");
    assertThat(tool(TOKEN, "tables", BLUE, BLUE).text()).contains("bad-role", "is there twice");
    assertThat(sts.hops).isEmpty();
  }

  @Test
  void oneMoreThanAtOnceIsTurnedAwayForAWhile() throws Exception {
    assertThat(tool(TOKEN, "tables", BLUE + "1").status()).isEqualTo(200);
    assertThat(tool(TOKEN, "tables", BLUE + "2").status()).isEqualTo(200);
    RawClient.Answer answer = tool(TOKEN, "tables", BLUE + "3");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.headers()).containsKey("retry-after");
    assertThat(answer.text()).contains("has used 2 roles of connector 'tables'", "at-once");
    assertThat(sts.hops).hasSize(2);
  }

  private String signed(String target, Map<String, String> more) throws Exception {
    AwsCredentials virtual =
        RawClient.virtual(config, "tables", Duration.ofHours(1), Clock.systemUTC());
    Map<String, String> headers = new java.util.LinkedHashMap<>(more);
    headers.put("Content-Type", "application/x-amz-json-1.0");
    headers.put("X-Amz-Target", "DynamoDB_20120810.ListTables");
    return RawClient.signed(
        virtual,
        "dynamodb",
        Instant.now(),
        "POST",
        target,
        headers,
        PayloadHash.ofBody(BODY),
        HeaderSelection.ALL);
  }

  @Test
  void theSdkDoorTakesARoleThatTheSignatureCovers() throws Exception {
    String request = signed("/", Map.of("x-countersign-role", BLUE));
    assertThat(request).containsPattern("SignedHeaders=[^,]*x-countersign-role");
    assertThat(exchange(request + "Content-Length: 2\r\n\r\n{}").status()).isEqualTo(200);
    FakeUpstream.Received received = upstream.next();
    assertThat(received.headers().get("authorization")).contains("SESSION1/");
    assertThat(received.headers()).doesNotContainKey("x-countersign-role");
    assertThat(received.headers().toString()).doesNotContain(BLUE);
  }

  @Test
  void theSdkDoorRefusesARoleThatTheSignatureDoesNotCover() throws Exception {
    String request = signed("/", Map.of()) + "x-countersign-role: " + BLUE + "\r\n";
    RawClient.Answer answer = exchange(request + "Content-Length: 2\r\n\r\n{}");
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.text()).contains("x-countersign-role", "SignedHeaders");
    assertThat(sts.hops).isEmpty();
    String changed = signed("/", Map.of("x-countersign-role", BLUE)).replace(BLUE, BLUE + "2");
    assertThat(exchange(changed + "Content-Length: 2\r\n\r\n{}").text())
        .contains("InvalidSignatureException");
    assertThat(sts.hops).isEmpty();
  }

  @Test
  void theAuditLineHasTheRoleAndTheListingWhatMayBeNamed() throws Exception {
    tool(TOKEN, "tables", BLUE);
    tool(TOKEN, "tables", "arn:aws:iam::123456789012:role/admin");
    RawClient.Answer listing =
        exchange(
            "GET /v1/connectors/tables HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                + TOKEN
                + "\r\n\r\n");
    assertThat(listing.text())
        .contains(
            "\"role\":{\"header\":\"x-countersign-role\",\"required\":true,"
                + "\"allow\":[\"arn:aws:iam::123456789012:role/team-*\"]}")
        .doesNotContain("of-the-configuration");
    close(); // which writes what is to be written
    List<String> audit = Files.readAllLines(folder.resolve("audit"));
    assertThat(audit.getFirst())
        .contains("\"role\":\"" + BLUE + "\"", "\"roleAccessKeyId\":\"SESSION1\"");
    assertThat(audit.get(1)).contains("\"decisionCode\":\"role-not-allowed\"", "\"deny\"");
  }
}
