package io.countersign.http;

import static io.countersign.testkit.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.countersign.config.Access;
import io.countersign.config.Agent;
import io.countersign.config.Arn;
import io.countersign.config.Connector;
import io.countersign.config.CredentialSource;
import io.countersign.config.Grant;
import io.countersign.config.RoleHop;
import io.countersign.config.Secret;
import io.countersign.config.Sts;
import io.countersign.config.Timeouts;
import io.countersign.gateway.Gateway;
import io.countersign.sandbox.Accounts;
import io.countersign.sandbox.Fault;
import io.countersign.sandbox.ReceivedRequest;
import io.countersign.sandbox.Sandbox;
import io.countersign.sandbox.SandboxOptions;
import io.countersign.sandbox.Target;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The recipe query from the agent's POST to a SQL engine behind a stand-in for AWS, and back. */
@Timeout(60)
class QueryDoorTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String OTHER = "token-of-another-analyst-0123456789";
  private static Sandbox sandbox;
  private static Gateway gateway;

  @BeforeAll
  static void start() throws IOException {
    sandbox = Sandbox.start(SandboxOptions.defaults().withStatementTime(Duration.ofMillis(300)));
    sandbox.prepare();
    gateway = Gateway.start(config(sandbox).config());
  }

  @AfterAll
  static void stop() throws IOException {
    gateway.close();
    sandbox.close();
  }

  @AfterEach
  void mendEverything() {
    sandbox.faults().clear();
  }

  private static TestGateway config(Sandbox aws) {
    Map<String, Object> cluster =
        Map.of("ClusterIdentifier", "analytics", "Database", "dev", "DbUser", "agent");
    Map<String, Object> workgroup = Map.of("WorkGroup", "analysts", "Database", "lake");
    return new TestGateway()
        .connector(
            connector(
                aws, "warehouse", "redshift-data", "warehouse-read", Access.READ_ONLY, cluster))
        .connector(
            connector(
                aws, "warehouse-rw", "redshift-data", "warehouse-read", Access.READ_WRITE, cluster))
        .connector(connector(aws, "lake", "athena", "lake-read", Access.READ_ONLY, workgroup))
        .agent(
            new Agent("other", List.of(new Secret(OTHER)), List.of(new Grant("*", List.of("*")))));
  }

  private static Connector connector(
      Sandbox aws,
      String name,
      String service,
      String role,
      Access access,
      Map<String, Object> parameters) {
    Accounts.User user = aws.accounts().users().getFirst();
    return new Connector(
        name,
        service,
        "us-east-1",
        access,
        new CredentialSource.Static(user.accessKeyId(), new Secret(user.secretAccessKey()), null),
        List.of(
            hop("arn:aws:iam::" + Accounts.HOME + ":role/adapter", null),
            hop("arn:aws:iam::" + Accounts.DATA + ":role/" + role, Accounts.EXTERNAL_ID)),
        new Sts("us-east-1", aws.endpoint()),
        aws.endpoint(),
        null,
        parameters,
        Set.of("Database"),
        Set.of(),
        false);
  }

  private static RoleHop hop(String arn, @Nullable String externalId) {
    return new RoleHop(
        Arn.parse(arn),
        externalId,
        "countersign",
        Duration.ofHours(1),
        new TreeMap<>(),
        Set.of(),
        null);
  }

  private static String request(String token, String connector, String body) {
    return "POST /v1/connectors/"
        + connector
        + "/query HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
        + token
        + "\r\nContent-Length: "
        + body.getBytes(StandardCharsets.UTF_8).length
        + "\r\n\r\n"
        + body;
  }

  private static RawClient.Answer query(String connector, String body) throws IOException {
    return query(gateway, connector, body);
  }

  private static RawClient.Answer query(Gateway at, String connector, String body)
      throws IOException {
    try (RawClient client = RawClient.to(at)) {
      return Objects.requireNonNull(
          client.send(request(TestGateway.TOKEN, connector, body)).read());
    }
  }

  private static RawClient.Answer resume(String token, String connector, String id, String options)
      throws IOException {
    try (RawClient client = RawClient.to(gateway)) {
      client.send(
          "GET /v1/connectors/"
              + connector
              + "/query/"
              + id
              + options
              + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
              + token
              + "\r\n\r\n");
      return Objects.requireNonNull(client.read());
    }
  }

  private static JsonNode ok(RawClient.Answer answer) throws IOException {
    assertThat(answer.text()).isNotEmpty();
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return JSON.readTree(answer.text());
  }

  private static JsonNode problem(RawClient.Answer answer, int status, String code)
      throws IOException {
    JsonNode problem = JSON.readTree(answer.text());
    assertThat(problem.path("code").asText()).as(answer.text()).isEqualTo(code);
    assertThat(answer.status()).isEqualTo(status);
    return problem;
  }

  // ---- rows ----

  @Test
  void redshiftRowsComeBackAsTypedJson() throws Exception {
    JsonNode answer =
        ok(
            query(
                "warehouse",
                "{\"sql\":\"SELECT order_id, amount, discount, status FROM orders WHERE discount"
                    + " IS NOT NULL ORDER BY 1 LIMIT 2\"}"));
    assertThat(answer.path("columns").toString())
        .isEqualTo(
            "[{\"name\":\"order_id\",\"type\":\"int8\"},{\"name\":\"amount\",\"type\":\"numeric\"},"
                + "{\"name\":\"discount\",\"type\":\"float8\"},"
                + "{\"name\":\"status\",\"type\":\"varchar\"}]");
    assertThat(answer.path("row_count").asInt()).isEqualTo(2);
    assertThat(answer.path("rows")).hasSize(2);
    assertThat(answer.at("/rows/0/0").isIntegralNumber()).isTrue();
    assertThat(answer.at("/rows/0/2").isNumber()).isTrue();
    assertThat(answer.path("truncated").asBoolean()).isFalse();
    assertThat(answer.path("next").isNull()).isTrue();
    assertThat(answer.path("statement_id").asText()).isNotEmpty();
  }

  @Test
  void athenaRowsComeBackWithoutTheRowOfNames() throws Exception {
    JsonNode answer =
        ok(
            query(
                "lake",
                "{\"sql\":\"SELECT device, count(*) AS events FROM web_events GROUP BY device"
                    + " ORDER BY device\"}"));
    assertThat(answer.path("row_count").asInt()).isEqualTo(3);
    assertThat(answer.at("/rows/0/0").asText()).isEqualTo("desktop");
    assertThat(answer.at("/columns/0/name").asText()).isEqualTo("device");
  }

  @Test
  void parametersAreBoundAndNotPastedIn() throws Exception {
    JsonNode redshift =
        ok(
            query(
                "warehouse",
                "{\"sql\":\"SELECT name FROM regions WHERE name = :name\","
                    + "\"parameters\":{\"name\":\"North\"}}"));
    assertThat(redshift.at("/rows/0/0").asText()).isEqualTo("North");
    JsonNode injected =
        ok(
            query(
                "warehouse",
                "{\"sql\":\"SELECT name FROM regions WHERE name = :name\","
                    + "\"parameters\":{\"name\":\"x' OR '1'='1\"}}"));
    assertThat(injected.path("row_count").asInt()).isZero();
    JsonNode athena =
        ok(
            query(
                "lake",
                "{\"sql\":\"SELECT DISTINCT device FROM web_events WHERE device = ?\","
                    + "\"parameters\":[\"tablet\"]}"));
    assertThat(athena.at("/rows/0/0").asText()).isEqualTo("tablet");
  }

  @Test
  void maxRowsCutsTheAnswerAndNextGoesOnWhereItEnded() throws Exception {
    JsonNode page =
        ok(
            query(
                "warehouse",
                "{\"sql\":\"SELECT name FROM regions ORDER BY region_id\",\"max_rows\":2}"));
    assertThat(page.path("rows").toString()).isEqualTo("[[\"North\"],[\"South\"]]");
    assertThat(page.path("truncated").asBoolean()).isTrue();
    String id = page.path("statement_id").asText();
    page = ok(resume(TestGateway.TOKEN, "warehouse", id, next(page) + "&max_rows=2"));
    assertThat(page.path("rows").toString()).isEqualTo("[[\"East\"],[\"West\"]]");
    assertThat(page.path("statement_id").asText()).isEqualTo(id);
    page = ok(resume(TestGateway.TOKEN, "warehouse", id, next(page)));
    assertThat(page.path("rows").toString()).isEqualTo("[[\"Online\"]]");
    assertThat(page.path("next").isNull()).isTrue();
  }

  private static String next(JsonNode page) {
    return "?next=" + page.path("next").asText();
  }

  // ---- time ----

  @Test
  void aStatementThatOutlivesItsTimeIsA202AndIsTakenUpAgain() throws Exception {
    RawClient.Answer first =
        query("warehouse", "{\"sql\":\"SELECT count(*) FROM orders\",\"timeout_ms\":0}");
    assertThat(first.status()).isEqualTo(202);
    JsonNode running = JSON.readTree(first.text());
    assertThat(running.path("status").asText()).isEqualTo("running");
    String id = running.path("statement_id").asText();
    JsonNode done = ok(resume(TestGateway.TOKEN, "warehouse", id, ""));
    assertThat(done.at("/rows/0/0").asInt()).isPositive();
  }

  @Test
  void nobodyTakesUpTheStatementOfAnotherAgentOrOfAnotherConnector() throws Exception {
    JsonNode answer = ok(query("warehouse", "{\"sql\":\"SELECT 1\"}"));
    String id = answer.path("statement_id").asText();
    problem(resume(OTHER, "warehouse", id, ""), 404, "unknown-statement");
    problem(resume(TestGateway.TOKEN, "warehouse-rw", id, ""), 404, "unknown-statement");
    String awsId = id.substring(0, id.lastIndexOf('.'));
    problem(resume(TestGateway.TOKEN, "warehouse", awsId, ""), 404, "unknown-statement");
    problem(resume(TestGateway.TOKEN, "warehouse", awsId + ".AAAA", ""), 404, "unknown-statement");
    ok(resume(TestGateway.TOKEN, "warehouse", id, ""));
  }

  @Test
  void aNextThatNoAnswerGaveIsRefused() throws Exception {
    String id = ok(query("lake", "{\"sql\":\"SELECT 1\"}")).path("statement_id").asText();
    problem(resume(TestGateway.TOKEN, "lake", id, "?next=nonsense"), 400, "bad-input");
    problem(resume(TestGateway.TOKEN, "lake", id, "?max_rows=many"), 400, "bad-input");
    problem(
        resume(TestGateway.TOKEN, "lake", id, "?max_rows=1&max_rows=2"), 400, "repeated-parameter");
  }

  // ---- what goes wrong ----

  @Test
  void sqlThatTheEngineRefusesIsA422WithItsMessage() throws Exception {
    JsonNode redshift =
        problem(
            query("warehouse", "{\"sql\":\"SELECT nothing FROM nowhere\"}"), 422, "query-failed");
    assertThat(redshift.path("detail").asText()).contains("FAILED", "nowhere");
    assertThat(redshift.path("source").asText()).isEqualTo("aws");
    problem(query("lake", "{\"sql\":\"SELECT nothing FROM nowhere\"}"), 422, "query-failed");
  }

  @Test
  void aWriteOnAReadOnlyConnectorNeverReachesAws() throws Exception {
    sandbox.forgetRequests();
    for (String sql :
        List.of(
            "DELETE FROM orders",
            "WITH x AS (SELECT 1) INSERT INTO orders SELECT * FROM x",
            "SELECT 1; DROP TABLE orders",
            "/* SELECT */ UPDATE orders SET amount = 0",
            "COPY orders FROM 's3://bucket/x'",
            "UNLOAD ('SELECT 1') TO 's3://bucket/x'")) {
      RawClient.Answer answer =
          query("warehouse", JSON.createObjectNode().put("sql", sql).toString());
      assertThat(answer.status()).as(sql).isEqualTo(403);
      assertThat(answer.text()).contains("read-only");
    }
    assertThat(sandbox.requests("redshift-data", "ExecuteStatement")).isEmpty();
    assertThat(query("warehouse-rw", "{\"sql\":\"DELETE FROM orders WHERE 1 = 0\"}").status())
        .isEqualTo(200);
  }

  @Test
  void theRawOperationsOfAReadOnlyConnectorRunNoStatement() throws Exception {
    try (RawClient client = RawClient.to(gateway)) {
      String body = "{\"Sql\":\"DELETE FROM orders\"}";
      client.send(
          request(TestGateway.TOKEN, "warehouse", body).replace("/query", "/ExecuteStatement"));
      assertThat(Objects.requireNonNull(client.read()).status()).isEqualTo(403);
    }
  }

  @Test
  void anInputThatIsNotOneOfQueryIsRefused() throws Exception {
    problem(query("warehouse", "{\"sql\":\"SELECT 1\",\"maxrows\":2}"), 400, "bad-input");
    problem(query("warehouse", "{\"sql\":\"SELECT 1\",\"max_rows\":0}"), 400, "bad-input");
    problem(query("warehouse-rw", "{}"), 400, "bad-input");
    problem(query("warehouse-rw", "{\"sql\":\"SELECT 1\",\"parameters\":[1]}"), 400, "bad-input");
  }

  @Test
  void aClientThatDisconnectsCancelsItsStatement() throws Exception {
    try (Sandbox slow =
            Sandbox.start(SandboxOptions.defaults().withStatementTime(Duration.ofMinutes(5)));
        Gateway own = Gateway.start(config(slow).config())) {
      for (String[] each :
          new String[][] {
            {"warehouse", "redshift-data", "DescribeStatement", "CancelStatement"},
            {"lake", "athena", "GetQueryExecution", "StopQueryExecution"}
          }) {
        try (RawClient client = RawClient.to(own)) {
          client.send(request(TestGateway.TOKEN, each[0], "{\"sql\":\"SELECT 1\"}"));
          until("it is under way", () -> !slow.requests(each[1], each[2]).isEmpty());
        }
        until("it is cancelled", () -> !slow.requests(each[1], each[3]).isEmpty());
        ReceivedRequest cancelled = slow.requests(each[1], each[3]).getFirst();
        assertThat(cancelled.status()).isEqualTo(200);
      }
    }
  }

  @Test
  void aThrottledStartIsMadeAgainAndTheRowsCome() throws Exception {
    sandbox
        .faults()
        .next(2, Target.operation("redshift-data", "ExecuteStatement"), new Fault.Throttle());
    sandbox
        .faults()
        .next(1, Target.operation("redshift-data", "GetStatementResult"), new Fault.Throttle());
    ok(query("warehouse", "{\"sql\":\"SELECT 1\"}"));
    assertThat(sandbox.faults().pending()).isZero();
  }

  @Test
  void anErrorOfAwsKeepsItsCode() throws Exception {
    sandbox
        .faults()
        .next(
            1,
            Target.operation("redshift-data", "ExecuteStatement"),
            new Fault.Refuse(400, "ActiveStatementsExceededException", "too many statements"));
    RawClient.Answer answer = query("warehouse", "{\"sql\":\"SELECT 1\",\"timeout_ms\":0}");
    assertThat(answer.text()).contains("ActiveStatementsExceededException");
    assertThat(JSON.readTree(answer.text()).path("source").asText()).isEqualTo("aws");
  }

  // ---- STS ----

  private static Gateway cold(Sandbox aws) throws IOException {
    TestGateway made = config(aws);
    return Gateway.start(
        made.timeouts(
                new Timeouts(
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(30),
                    Duration.ofMillis(500),
                    Duration.ofSeconds(2)))
            .config());
  }

  @Test
  void anStsThatIsDownIsA503ThatNamesIt() throws Exception {
    Sandbox gone = Sandbox.start(SandboxOptions.defaults());
    gone.close();
    try (Gateway own = cold(gone)) {
      JsonNode problem =
          problem(
              query(own, "warehouse", "{\"sql\":\"SELECT 1\"}"), 503, "credentials-unavailable");
      assertThat(problem.path("source").asText()).isEqualTo("credentials");
      assertThat(problem.path("retryable").asBoolean()).isTrue();
      assertThat(problem.path("hint").asText()).isNotEmpty();
    }
  }

  @Test
  void anStsThatHangsIsA503AfterTheTimeForCredentials() throws Exception {
    try (Sandbox own = Sandbox.start(SandboxOptions.defaults());
        Gateway waiting = cold(own)) {
      own.faults().always(Target.service("sts"), new Fault.Hang());
      problem(
          query(waiting, "warehouse", "{\"sql\":\"SELECT 1\"}"), 503, "credentials-unavailable");
      own.faults().clear();
    }
  }

  @Test
  void anStsThatDeniesIsA403WithItsReasonAndAMend() throws Exception {
    try (Sandbox own = Sandbox.start(SandboxOptions.defaults());
        Gateway denied = cold(own)) {
      own.faults()
          .always(
              Target.service("sts"),
              new Fault.Refuse(403, "AccessDenied", "is not authorized to perform sts:AssumeRole"));
      RawClient.Answer answer = query(denied, "warehouse", "{\"sql\":\"SELECT 1\"}");
      JsonNode problem = problem(answer, 403, "credentials-unavailable");
      assertThat(problem.path("detail").asText()).contains("sts:AssumeRole");
      assertThat(problem.path("hint").asText()).contains("trust");
      assertThat(answer.text()).doesNotContain("wJalrXUtnFEMI");
    }
  }
}
