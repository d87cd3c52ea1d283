package io.countersign.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.countersign.config.Access;
import io.countersign.config.Agent;
import io.countersign.config.Connector;
import io.countersign.config.CredentialSource;
import io.countersign.config.GatewayConfig;
import io.countersign.config.Grant;
import io.countersign.config.Secret;
import io.countersign.gateway.Gateway;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** JSON calls, and each way in which one is refused before anything reaches AWS. */
class ToolDoorTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String LISTER = "token-of-the-lister-0123456789abcdef";
  private static final int BODY_BYTES = 128 * 1024;

  private FakeUpstream upstream;
  private Gateway gateway;

  @BeforeEach
  void start() throws IOException {
    upstream =
        FakeUpstream.answering("application/x-amz-json-1.0", "{\"TableNames\":[\"orders\"]}");
    TestGateway made = new TestGateway();
    GatewayConfig config =
        made.connector("tables", "dynamodb", upstream.endpoint(), Access.READ_WRITE)
            .connector("archive", "dynamodb", upstream.endpoint(), Access.READ_ONLY)
            .connector("secrets", "secretsmanager", upstream.endpoint(), Access.READ_WRITE)
            .connector("files", "s3", upstream.endpoint(), Access.READ_WRITE)
            .connector("talk", "bedrock-runtime", upstream.endpoint(), Access.READ_WRITE)
            .connector(
                new Connector(
                    "vault",
                    "secretsmanager",
                    "us-east-1",
                    Access.READ_ONLY,
                    new CredentialSource.Static("AKIAVAULT", new Secret("secret-of-vault"), null),
                    List.of(),
                    null,
                    upstream.endpoint(),
                    null,
                    Map.of(),
                    Set.of(),
                    Set.of("GetSecretValue"),
                    false))
            .agent(
                new Agent(
                    "lister",
                    List.of(new Secret(LISTER)),
                    List.of(new Grant("archive", List.of("List*")))))
            .limits(Bodies.limits(made.limits(), BODY_BYTES, 32 * 1024, 1024 * 1024, 1024 * 1024))
            .config();
    gateway = Gateway.start(config);
  }

  @AfterEach
  void stop() throws IOException {
    gateway.close();
    upstream.close();
  }

  private RawClient.Answer send(String token, String method, String path, String body)
      throws IOException {
    return send(token, method, path, body.getBytes(StandardCharsets.UTF_8));
  }

  private RawClient.Answer send(String token, String method, String path, byte[] body)
      throws IOException {
    try (RawClient client = RawClient.to(gateway)) {
      client.send(
          method
              + " "
              + path
              + " HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer "
              + token
              + "\r\nContent-Length: "
              + body.length
              + "\r\n\r\n");
      client.send(body);
      return Objects.requireNonNull(client.read());
    }
  }

  private RawClient.Answer call(String connector, String operation, String body)
      throws IOException {
    return send(TestGateway.TOKEN, "POST", "/v1/connectors/" + connector + "/" + operation, body);
  }

  /** That it is a problem with each of its fields, and that AWS heard nothing of it. */
  private JsonNode problem(RawClient.Answer answer, int status, String code) throws IOException {
    assertThat(answer.text()).isNotEmpty();
    JsonNode problem = JSON.readTree(answer.text());
    assertThat(answer.headers())
        .containsEntry("content-type", "application/problem+json")
        .containsEntry("x-countersign-request-id", problem.path("requestId").asText());
    assertThat(problem.path("code").asText()).isEqualTo(code);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(problem.path("status").asInt()).isEqualTo(status);
    assertThat(problem.path("type").asText()).isEqualTo("about:blank");
    assertThat(problem.path("title").asText()).isNotEmpty();
    assertThat(problem.path("detail").asText()).isNotEmpty();
    assertThat(problem.path("hint").asText()).isNotEmpty();
    assertThat(problem.path("retryable").isBoolean()).isTrue();
    assertThat(upstream.nothingMore()).isTrue();
    return problem;
  }

  @Test
  void sendsTheOperationSignedAndAnswersItsJson() throws Exception {
    RawClient.Answer answer = call("tables", "ListTables", "{\"Limit\":3}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(JSON.readTree(answer.text()).at("/TableNames/0").textValue()).isEqualTo("orders");
    assertThat(answer.headers()).containsKey("x-countersign-request-id");
    FakeUpstream.Received sent = upstream.next();
    assertThat(sent.requestLine()).isEqualTo("POST / HTTP/1.1");
    assertThat(sent.headers())
        .containsEntry("x-amz-target", "DynamoDB_20120810.ListTables")
        .containsEntry("host", "127.0.0.1:" + upstream.endpoint().getPort());
    assertThat(sent.headers().get("authorization"))
        .startsWith("AWS4-HMAC-SHA256 Credential=AKIAROLEOFTHEGATEWAY/")
        .contains("/us-east-1/dynamodb/aws4_request");
    assertThat(sent.text()).isEqualTo("{\"Limit\":3}");
  }

  @Test
  void anEmptyBodyIsAnInputWithoutMembers() throws Exception {
    assertThat(call("tables", "ListTables", "").status()).isEqualTo(200);
    assertThat(upstream.next().text()).isEqualTo("{}");
  }

  // ---- who ----

  @Test
  void refusesAMissingToken() throws Exception {
    try (RawClient client = RawClient.to(gateway)) {
      client.send("GET /v1/connectors HTTP/1.1\r\nHost: x\r\n\r\n");
      RawClient.Answer answer = Objects.requireNonNull(client.read());
      JsonNode problem = problem(answer, 401, "unauthenticated");
      assertThat(problem.path("hint").asText()).contains("Authorization: Bearer");
      assertThat(problem.path("source").asText()).isEqualTo("agent");
      assertThat(answer.headers()).containsEntry("www-authenticate", "Bearer");
    }
  }

  @Test
  void refusesAWrongTokenAndDoesNotRepeatIt() throws Exception {
    RawClient.Answer answer =
        send("token-of-nobody-0123456789abcdef", "POST", "/v1/connectors/tables/ListTables", "{}");
    problem(answer, 401, "unauthenticated");
    assertThat(answer.text()).doesNotContain("token-of-nobody");
  }

  @Test
  void anAgentWithoutGrantsFindsNoConnector() throws Exception {
    RawClient.Answer answer =
        send(TestGateway.STRANGER, "POST", "/v1/connectors/tables/ListTables", "{}");
    assertThat(problem(answer, 404, "unknown-connector").path("hint").asText()).contains("none");
    RawClient.Answer list = send(TestGateway.STRANGER, "GET", "/v1/connectors", "");
    assertThat(list.text()).isEqualTo("{\"connectors\":[]}");
  }

  @Test
  void aConnectorThatTheAgentMayNotUseAnswersLikeOneThatIsNotThere() throws Exception {
    JsonNode forbidden =
        problem(
            send(LISTER, "POST", "/v1/connectors/tables/ListTables", "{}"),
            404,
            "unknown-connector");
    JsonNode absent =
        problem(
            send(LISTER, "POST", "/v1/connectors/no-such/ListTables", "{}"),
            404,
            "unknown-connector");
    assertThat(forbidden.path("detail").asText().replace("tables", "?"))
        .isEqualTo(absent.path("detail").asText().replace("no-such", "?"));
    assertThat(forbidden.path("hint")).isEqualTo(absent.path("hint"));
    assertThat(forbidden.path("hint").asText()).isEqualTo("it may use archive");
  }

  // ---- what ----

  @ParameterizedTest
  @CsvSource({"Listtables, ListTables", "ListTable, ListTables", "getItem, GetItem"})
  void anUnknownOperationIsRefusedWithTheNearestName(String given, String near) throws Exception {
    JsonNode problem = problem(call("tables", given, "{}"), 404, "unknown-operation");
    assertThat(problem.path("hint").asText()).isEqualTo("did you mean " + near + "?");
  }

  @ParameterizedTest
  @CsvSource({
    "DELETE, /v1/connectors, GET",
    "POST, /v1/connectors/tables, GET",
    "GET, /v1/connectors/tables/ListTables, POST",
    "PUT, /v1/connectors/tables/ListTables, POST",
    "POST, /v1/connectors/tables/query/x, GET",
    "POST, /v1/credentials, GET",
  })
  void aWrongMethodIsRefusedWithTheRightOne(String method, String path, String right)
      throws Exception {
    JsonNode problem = problem(send(TestGateway.TOKEN, method, path, ""), 405, "wrong-method");
    assertThat(problem.path("hint").asText()).isEqualTo("use " + right);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/v1",
        "/v2/connectors",
        "/v1/connectors/tables/ListTables/more",
        "/v1/connectors/tables/other/x",
        "/v1/credentials/tables/more",
        "/latest/meta-data/iam/security-credentials/",
        "/metrics",
        "//v1/connectors",
        "/v1/../v1/connectors"
      })
  void anUnknownPathIsRefused(String path) throws Exception {
    problem(send(TestGateway.TOKEN, "GET", path, ""), 404, "unknown-path");
  }

  @Test
  void aBrokenEscapeInThePathIsRefused() throws Exception {
    problem(send(TestGateway.TOKEN, "GET", "/v1/connectors/%zz", ""), 400, "bad-escape");
  }

  @Test
  void aStatementIsTakenUpOnlyWhereThereIsARecipe() throws Exception {
    problem(
        send(TestGateway.TOKEN, "GET", "/v1/connectors/files/query/x", ""),
        403,
        "unrecognized-operation");
  }

  @Test
  void anOperationWithoutJsonPointsToTheSdkDoor() throws Exception {
    JsonNode problem =
        problem(
            call("talk", "InvokeModelWithBidirectionalStream", "{}"),
            404,
            "operation-not-at-this-door");
    assertThat(problem.path("hint").asText()).contains("SDK door");
  }

  // ---- the body ----

  @Test
  void jsonThatIsNotJsonIsRefusedWithLineAndColumn() throws Exception {
    JsonNode problem =
        problem(call("tables", "ListTables", "{\n  \"Limit\": 3,,\n}"), 400, "malformed-json");
    assertThat(problem.path("detail").asText()).contains("line 2, column 14");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{\"Limit\":3}}",
        "{\"Limit\":3} {}",
        "{'Limit':3}",
        "{\"Limit\":NaN}",
        "{\"Limit\":03}",
        "{Limit:3}",
        "{\"Limit\":3,}",
        "{\"Limit\":3} // why",
        "\u0000"
      })
  void whatIsAlmostJsonIsRefused(String body) throws Exception {
    problem(call("tables", "ListTables", body), 400, "malformed-json");
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() throws Exception {
    byte[] body = "{\"TableName\":\"?\"}".getBytes(StandardCharsets.UTF_8);
    body[14] = (byte) 0xff;
    problem(
        send(TestGateway.TOKEN, "POST", "/v1/connectors/tables/DescribeTable", body),
        400,
        "malformed-json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "3", "\"{}\"", "null", "true", " "})
  void whatIsNotAnObjectIsRefused(String body) throws Exception {
    problem(call("tables", "ListTables", body), 400, "malformed-json");
  }

  @Test
  void aMemberThatIsThereTwiceIsRefused() throws Exception {
    JsonNode problem =
        problem(call("tables", "ListTables", "{\"Limit\":3,\"Limit\":4}"), 400, "malformed-json");
    assertThat(problem.path("detail").asText()).contains("Limit");
  }

  @Test
  void nestingUpToTheLimitPassesAndOneLevelMoreIsRefused() throws Exception {
    // {"TableName":"t","Item":{"a":<lists>}}: two objects around the value
    assertThat(call("tables", "PutItem", nested(32)).status()).isEqualTo(200);
    upstream.next();
    JsonNode problem = problem(call("tables", "PutItem", nested(33)), 400, "malformed-json");
    assertThat(problem.path("detail").asText()).contains("nested too deep");
  }

  private static String nested(int depth) {
    // Each attribute value is {"M":{"a":...}}: two levels; {"L":[ ... ]} likewise.
    StringBuilder value = new StringBuilder("{\"S\":\"x\"}");
    int levels = 1;
    while (levels + 2 <= depth - 2) {
      value.insert(0, "{\"M\":{\"a\":").append("}}");
      levels += 2;
    }
    String item = value.toString();
    if (levels < depth - 2) {
      item = item.replace("{\"S\":\"x\"}", "{\"SS\":[\"x\"]}");
    }
    return "{\"TableName\":\"t\",\"Item\":{\"a\":" + item + "}}";
  }

  @Test
  void aBodyOfTheLimitPassesAndOneByteMoreIsRefused() throws Exception {
    // Larger than what is held in memory, so that it goes through a file.
    byte[] fits = padded(BODY_BYTES);
    assertThat(send(TestGateway.TOKEN, "POST", "/v1/connectors/tables/ListTables", fits).status())
        .isEqualTo(200);
    assertThat(upstream.next().text()).isEqualTo("{\"Limit\":3}");
    JsonNode problem =
        problem(
            send(
                TestGateway.TOKEN,
                "POST",
                "/v1/connectors/tables/ListTables",
                padded(BODY_BYTES + 1)),
            413,
            "body-too-large");
    assertThat(problem.path("detail").asText()).contains(Integer.toString(BODY_BYTES));
  }

  @Test
  void aChunkedBodyOfTheLimitPassesAndOneByteMoreIsRefused() throws Exception {
    assertThat(chunked(padded(BODY_BYTES)).status()).isEqualTo(200);
    upstream.next();
    problem(chunked(padded(BODY_BYTES + 1)), 413, "body-too-large");
  }

  private static byte[] padded(int bytes) {
    String text = "{\"Limit\":3}";
    return (text + " ".repeat(bytes - text.length())).getBytes(StandardCharsets.UTF_8);
  }

  private RawClient.Answer chunked(byte[] body) throws IOException {
    try (RawClient client = RawClient.to(gateway)) {
      client.send(
          "POST /v1/connectors/tables/ListTables HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
              + TestGateway.TOKEN
              + "\r\nTransfer-Encoding: chunked\r\n\r\n");
      client.send(Bodies.chunks(body, 10_000));
      return Objects.requireNonNull(client.read());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DescribeTable | {\"TableNam\":\"t\"} | TableNam",
        "DescribeTable | {} | TableName",
        "DescribeTable | {\"TableName\":3} | TableName",
        "ListTables | {\"Limit\":\"3\"} | Limit",
        "PutItem | {\"TableName\":\"t\",\"Item\":[]} | Item",
      })
  void anInputThatIsNotTheOperationsIsRefusedWithTheMember(
      String operation, String body, String member) throws Exception {
    JsonNode problem = problem(call("tables", operation, body), 400, "bad-input");
    assertThat(problem.path("detail").asText()).contains(member);
    assertThat(problem.path("hint").asText()).contains("/v1/connectors/tables");
  }

  // ---- the policy ----

  @Test
  void aDeniedOperationIsA403WithReasonAndMend() throws Exception {
    JsonNode problem =
        problem(
            send(LISTER, "POST", "/v1/connectors/archive/DescribeTable", "{\"TableName\":\"t\"}"),
            403,
            "operation-not-allowed");
    assertThat(problem.path("source").asText()).isEqualTo("policy");
    assertThat(problem.path("detail").asText()).contains("lister", "DescribeTable");
    assertThat(problem.path("retryable").asBoolean()).isFalse();
  }

  @Test
  void aReadOnlyConnectorRefusesAWriteAndTakesAPostThatReads() throws Exception {
    JsonNode problem =
        problem(
            call("archive", "DeleteTable", "{\"TableName\":\"t\"}"), 403, "read-only-connector");
    assertThat(problem.path("detail").asText()).contains("archive");
    assertThat(call("archive", "Query", "{\"TableName\":\"t\"}").status()).isEqualTo(200);
  }

  @Test
  void anOperationThatAnswersACredentialIsRefusedUnlessTheConnectorNamesIt() throws Exception {
    JsonNode problem =
        problem(
            call("secrets", "GetSecretValue", "{\"SecretId\":\"s\"}"), 403, "credential-operation");
    assertThat(problem.path("hint").asText()).contains("credential-operations");
    assertThat(call("vault", "GetSecretValue", "{\"SecretId\":\"s\"}").status()).isEqualTo(200);
  }

  // ---- the listing ----

  @Test
  void listsOnlyWhatMayBeCalled() throws Exception {
    JsonNode mine = JSON.readTree(send(LISTER, "GET", "/v1/connectors", "").text());
    assertThat(mine.path("connectors")).hasSize(1);
    JsonNode archive = mine.at("/connectors/0");
    assertThat(archive.path("name").asText()).isEqualTo("archive");
    assertThat(archive.path("access").asText()).isEqualTo("read-only");
    assertThat(names(archive)).isNotEmpty().allMatch(n -> n.startsWith("List"));

    JsonNode all = JSON.readTree(send(TestGateway.TOKEN, "GET", "/v1/connectors", "").text());
    for (JsonNode connector : all.path("connectors")) {
      switch (connector.path("name").asText()) {
        case "archive" -> assertThat(names(connector)).contains("Query").doesNotContain("PutItem");
        case "secrets" ->
            assertThat(names(connector)).contains("ListSecrets").doesNotContain("GetSecretValue");
        case "vault" -> assertThat(names(connector)).contains("GetSecretValue");
        case "files" -> assertThat(names(connector)).contains("GetObject");
        case "talk" ->
            assertThat(names(connector))
                .contains("ConverseStream")
                .doesNotContain("InvokeModelWithBidirectionalStream");
        default -> assertThat(names(connector)).contains("PutItem");
      }
    }
  }

  @Test
  void everyListedOperationIsOneThatThePolicyLetsThrough() throws Exception {
    JsonNode archive =
        JSON.readTree(send(TestGateway.TOKEN, "GET", "/v1/connectors/archive", "").text());
    for (JsonNode operation : archive.path("operations")) {
      assertThat(operation.path("input").path("type").asText()).isEqualTo("object");
      assertThat(operation.path("access_level").asText()).isNotEmpty();
      RawClient.Answer answer = call("archive", operation.path("name").asText(), "{}");
      assertThat(answer.status()).as(operation.path("name").asText()).isIn(200, 400);
    }
    assertThat(send(LISTER, "GET", "/v1/connectors/tables", "").text())
        .contains("unknown-connector");
  }

  private static List<String> names(JsonNode connector) {
    List<String> names = new ArrayList<>();
    connector.path("operations").forEach(o -> names.add(o.asText()));
    return names;
  }

  // ---- HTTP ----

  @Test
  void aConnectionServesManyRequestsRefusalsAmongThem() throws Exception {
    try (RawClient client = RawClient.to(gateway)) {
      String auth = "Host: x\r\nAuthorization: Bearer " + TestGateway.TOKEN + "\r\n";
      for (int i = 0; i < 3; i++) {
        client.send(
            "POST /v1/connectors/tables/ListTables HTTP/1.1\r\n"
                + auth
                + "Content-Length: 2\r\n\r\n{}");
        assertThat(Objects.requireNonNull(client.read()).status()).isEqualTo(200);
        client.send("GET /nowhere HTTP/1.1\r\n" + auth + "\r\n");
        assertThat(Objects.requireNonNull(client.read()).status()).isEqualTo(404);
      }
      client.send("GET /v1/connectors HTTP/1.1\r\n" + auth + "Connection: close\r\n\r\n");
      RawClient.Answer last = Objects.requireNonNull(client.read());
      assertThat(last.headers()).containsEntry("connection", "close");
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void anAnswerToHeadHasNoBodyAndTheConnectionGoesOn() throws Exception {
    try (RawClient client = RawClient.to(gateway)) {
      String auth = "Host: x\r\nAuthorization: Bearer " + TestGateway.TOKEN + "\r\n";
      client.send("HEAD /v1/connectors HTTP/1.1\r\n" + auth + "\r\n");
      RawClient.Answer head = Objects.requireNonNull(client.readHead());
      assertThat(head.status()).isEqualTo(405);
      assertThat(head.headers()).containsKey("x-countersign-request-id");
      client.send("GET /v1/connectors HTTP/1.1\r\n" + auth + "\r\n");
      assertThat(Objects.requireNonNull(client.read()).status()).isEqualTo(200);
    }
  }

  @Test
  void theCallersIdentityIsAnsweredAsJson() throws Exception {
    try (FakeUpstream sts =
            FakeUpstream.answering(
                "text/xml",
                "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"
                    + "<GetCallerIdentityResult><Arn>arn:aws:sts::1:assumed-role/r/s</Arn>"
                    + "<UserId>AROA:s</UserId><Account>1</Account></GetCallerIdentityResult>"
                    + "<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>"
                    + "</GetCallerIdentityResponse>");
        Gateway own =
            Gateway.start(
                new TestGateway()
                    .connector("who", "sts", sts.endpoint(), Access.READ_ONLY)
                    .config());
        RawClient client = RawClient.to(own)) {
      client.send(
          "POST /v1/connectors/who/GetCallerIdentity HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
              + TestGateway.TOKEN
              + "\r\nContent-Length: 0\r\n\r\n");
      RawClient.Answer answer = Objects.requireNonNull(client.read());
      assertThat(answer.status()).isEqualTo(200);
      assertThat(JSON.readTree(answer.text()).path("Arn").asText())
          .isEqualTo("arn:aws:sts::1:assumed-role/r/s");
      assertThat(sts.next().text()).contains("Action=GetCallerIdentity");
    }
  }
}
