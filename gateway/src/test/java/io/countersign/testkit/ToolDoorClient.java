package io.countersign.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** An agent at the tool door. */
public final class ToolDoorClient {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Far above every deadline of a gateway under test. */
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** What came back. */
  public record Answer(int status, JsonNode body, HttpResponse<String> raw) {}

  private final URI gateway;
  private final String token;
  private final HttpClient http = HttpClient.newHttpClient();

  /** One that shows this token. */
  public ToolDoorClient(RunningGateway gateway, String token) {
    this.gateway = gateway.endpoint();
    this.token = token;
  }

  /** Calls an operation without input. */
  public Answer call(String connector, String operation) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(gateway.resolve("/v1/connectors/" + connector + "/" + operation))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .timeout(LIMIT)
                .POST(BodyPublishers.ofString("{}"))
                .build(),
            BodyHandlers.ofString());
    return new Answer(answer.statusCode(), JSON.readTree(answer.body()), answer);
  }

  /** Who AWS says that the caller is. */
  public Answer whoAmI(String connector) throws IOException, InterruptedException {
    return call(connector, "GetCallerIdentity");
  }
}
