package io.countersign.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.countersign.config.Access;
import io.countersign.config.GatewayConfig;
import io.countersign.gateway.Gateway;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ToolDoorTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void sendsTheOperationSignedAndAnswersItsJson() throws Exception {
    try (FakeUpstream upstream =
            FakeUpstream.answering("application/x-amz-json-1.0", "{\"TableNames\":[\"orders\"]}");
        Gateway gateway = start(upstream)) {
      HttpResponse<String> answer =
          post(gateway, "/v1/connectors/tables/ListTables", "{\"Limit\":3}");

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(JSON.readTree(answer.body()).at("/TableNames/0").textValue()).isEqualTo("orders");
      assertThat(answer.headers().firstValue("x-countersign-request-id")).isPresent();
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
  }

  @Test
  void refusesAMissingToken() throws Exception {
    try (FakeUpstream upstream = FakeUpstream.answering("application/json", "{}");
        Gateway gateway = start(upstream)) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(uri(gateway, "/v1/connectors")).build(),
              HttpResponse.BodyHandlers.ofString());

      assertThat(answer.statusCode()).isEqualTo(401);
      JsonNode problem = JSON.readTree(answer.body());
      assertThat(problem.get("code").textValue()).isEqualTo("unauthenticated");
      assertThat(problem.get("hint").textValue()).contains("Authorization: Bearer");
      assertThat(upstream.nothingMore()).isTrue();
    }
  }

  private Gateway start(FakeUpstream upstream) throws Exception {
    GatewayConfig config =
        new TestGateway()
            .connector("tables", "dynamodb", upstream.endpoint(), Access.READ_WRITE, Map.of())
            .config();
    return Gateway.start(config);
  }

  private static URI uri(Gateway gateway, String path) {
    return URI.create("http://127.0.0.1:" + gateway.address().getPort() + path);
  }

  private HttpResponse<String> post(Gateway gateway, String path, String body) throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri(gateway, path))
            .header("Authorization", "Bearer " + TestGateway.TOKEN)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
