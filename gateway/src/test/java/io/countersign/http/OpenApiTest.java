package io.countersign.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.countersign.config.Access;
import io.countersign.config.Agent;
import io.countersign.config.Grant;
import io.countersign.config.Secret;
import io.countersign.gateway.Gateway;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The document of what an agent may call: that, and nothing else. */
class OpenApiTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String READER = "token-of-the-reader-0123456789abcdef";
  private static final URI NOWHERE = URI.create("http://127.0.0.1:9");

  private Gateway gateway;

  @BeforeEach
  void start() throws IOException {
    gateway =
        Gateway.start(
            new TestGateway()
                .connector("tables", "dynamodb", NOWHERE, Access.READ_WRITE)
                .connector("files", "s3", NOWHERE, Access.READ_WRITE)
                .connector("machines", "ec2", NOWHERE, Access.READ_WRITE)
                .connector("talk", "bedrock-runtime", NOWHERE, Access.READ_WRITE)
                .connector("sql", "athena", NOWHERE, Access.READ_ONLY)
                .agent(
                    new Agent(
                        "reader",
                        List.of(new Secret(READER)),
                        List.of(
                            new Grant("tables", List.of("List*", "Describe*", "Scan")),
                            new Grant("files", List.of("GetObject", "ListObjectsV2")),
                            new Grant("talk", List.of("Converse*")),
                            new Grant("sql", List.of("query")))))
                .config());
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private RawClient.Answer get(String token, String target, String more) throws IOException {
    try (RawClient client = RawClient.to(gateway)) {
      client.send(
          "GET "
              + target
              + " HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer "
              + token
              + "\r\n"
              + more
              + "\r\n");
      return Objects.requireNonNull(client.read());
    }
  }

  private JsonNode document(String target) throws IOException {
    RawClient.Answer answer = get(READER, target, "");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return JSON.readTree(answer.text());
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void hasEachOperationThatTheAgentMayCallAndNoOther() throws Exception {
    JsonNode document = document("/openapi.json");

    assertThat(document.path("openapi").textValue()).startsWith("3.1.");
    assertThat(names(document.path("paths")))
        .contains(
            "/v1/connectors/tables/ListTables",
            "/v1/connectors/tables/Scan",
            "/v1/connectors/files/GetObject",
            "/v1/connectors/talk/ConverseStream",
            "/v1/connectors/sql/query",
            "/v1/connectors/sql/query/{statement_id}")
        .noneMatch(path -> path.contains("PutItem") || path.contains("machines"))
        .filteredOn(path -> path.startsWith("/v1/connectors/files/"))
        .hasSize(2);
    assertThat(document.at("/components/securitySchemes/token/scheme").textValue())
        .isEqualTo("bearer");
  }

  @Test
  void everyReferenceLeadsSomewhereAndEveryNameIsUnique() throws Exception {
    JsonNode document = document("/openapi.json");

    Set<String> references = new HashSet<>();
    document.findValuesAsText("$ref").forEach(references::add);
    assertThat(references)
        .isNotEmpty()
        .allMatch(ref -> ref.startsWith("#/") && !document.at(ref.substring(1)).isMissingNode());
    List<String> ids = document.findValuesAsText("operationId");
    assertThat(ids)
        .doesNotHaveDuplicates()
        .allMatch(id -> id.matches("[A-Za-z0-9_-]{1,64}"))
        .contains("tables_Scan", "sql_query", "sql_query_rows");
  }

  @Test
  void tellsInputsAndOutputsWithTheirStructures() throws Exception {
    JsonNode document = document("/openapi.json?connector=tables&operation=Scan");

    JsonNode scan = document.at("/paths/~1v1~1connectors~1tables~1Scan/post");
    JsonNode input = scan.at("/requestBody/content/application~1json/schema");
    assertThat(scan.at("/requestBody/required").booleanValue()).isTrue();
    assertThat(input.path("required").toString()).isEqualTo("[\"TableName\"]");
    assertThat(input.at("/properties/ExclusiveStartKey/additionalProperties/$ref").textValue())
        .isEqualTo("#/components/schemas/dynamodb.in.AttributeValue");
    assertThat(
            document
                .at("/components/schemas/dynamodb.Scan.Output/properties/Items/type")
                .textValue())
        .isEqualTo("array");
    assertThat(names(document.path("paths"))).hasSize(1);
  }

  @Test
  void namesTheParametersThatEachOperationTakes() throws Exception {
    JsonNode document = document("/openapi.json?connector=tables");

    assertThat(parameters(document, "Scan"))
        .containsExactly("select", "max_bytes", "empty", "pages", "max_items", "next");
    assertThat(parameters(document, "DescribeTable"))
        .containsExactly("select", "max_bytes", "empty", "wait", "wait_seconds");
    JsonNode describe = document.at("/paths/~1v1~1connectors~1tables~1DescribeTable/post");
    assertThat(describe.at("/parameters/3/schema/enum").toString())
        .isEqualTo("[\"TableExists\",\"TableNotExists\"]");
    assertThat(describe.path("responses").has("202")).isTrue();
  }

  private static List<String> parameters(JsonNode document, String operation) {
    List<String> names = new ArrayList<>();
    for (JsonNode parameter :
        document.at("/paths/~1v1~1connectors~1tables~1" + operation + "/post/parameters")) {
      names.add(
          parameter.has("name")
              ? parameter.path("name").textValue()
              : parameter.path("$ref").textValue().replaceAll(".*/", ""));
    }
    return names;
  }

  @Test
  void tellsWhichAnswersStream() throws Exception {
    JsonNode paths = document("/openapi.json").path("paths");

    assertThat(names(paths.at("/~1v1~1connectors~1files~1GetObject/post/responses/200/content")))
        .containsExactly("application/json", "application/octet-stream");
    assertThat(
            names(paths.at("/~1v1~1connectors~1talk~1ConverseStream/post/responses/200/content")))
        .containsExactly("application/json", "text/event-stream", "application/x-ndjson");
  }

  @Test
  void isAskedForAgainByItsTag() throws Exception {
    RawClient.Answer first = get(READER, "/openapi.json", "");
    String tag = first.headers().get("etag");

    RawClient.Answer again = get(READER, "/openapi.json", "If-None-Match: " + tag + "\r\n");
    RawClient.Answer other = get(READER, "/openapi.json", "If-None-Match: \"x\"\r\n");

    assertThat(again.status()).isEqualTo(304);
    assertThat(again.text()).isEmpty();
    assertThat(other.status()).isEqualTo(200);
    assertThat(other.headers()).containsEntry("etag", tag);
  }

  @Test
  void saysHowToNameFewerWhereItWouldBeHuge() throws Exception {
    JsonNode problem = JSON.readTree(get(TestGateway.TOKEN, "/openapi.json", "").text());

    assertThat(problem.path("code").textValue()).isEqualTo("document-too-large");
    assertThat(problem.path("hint").textValue())
        .contains("?connector=", "?operation=", "?schema=compact");
    assertThat(get(TestGateway.TOKEN, "/openapi.json?schema=compact", "").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({"?schema=huge", "?connectors=a", "?operation=a&operation=b", "?schema=%zz"})
  void refusesAParameterThatItDoesNotHave(String query) throws Exception {
    assertThat(get(READER, "/openapi.json" + query, "").status()).isEqualTo(400);
  }

  @Test
  void isForAgentsOnly() throws Exception {
    assertThat(get("nobody's", "/openapi.json", "").status()).isEqualTo(401);
  }

  @Test
  void listsAllOfEc2OffTheEventLoop() throws Exception {
    RawClient.Answer answer = get(TestGateway.TOKEN, "/v1/connectors/machines", "");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(JSON.readTree(answer.text()).path("operations").size()).isGreaterThan(600);
  }
}
