package io.countersign.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.testkit.AgentClient;
import io.countersign.testkit.LocalStack;
import io.countersign.testkit.NettyLeaks;
import io.countersign.testkit.RunningGateway;
import io.countersign.testkit.Steps;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/** Both doors in front of LocalStack, whose services behave as AWS's do in more than moto's. */
@ExtendWith(NettyLeaks.class)
@TestInstance(Lifecycle.PER_CLASS)
class LocalStackIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TOKEN = "analyst-0123456789abcdef0123456789abcdef";
  private static final String ROLE = "arn:aws:iam::000000000000:role/agents";

  private RunningGateway gateway;
  private HttpClient http;
  private String queueUrl;
  private Steps s3;
  private Steps services;

  @BeforeAll
  void start() throws IOException {
    LocalStack localStack = LocalStack.start();
    makeResources(localStack);
    StringBuilder yaml =
        new StringBuilder(
            """
            sts: { region: us-east-1, endpoint: '%s' }
            agents:
              analyst:
                token: ${env:TOKEN}
                allow:
                  - connector: "*"
            connectors:
            """
                .formatted(localStack.endpoint()));
    for (String service : new String[] {"s3", "sqs", "sts", "secretsmanager"}) {
      yaml.append(
          """
            %1$s:
              service: %1$s
              region: us-east-1
              access: read-write
              credentials:
                static: { access-key-id: test, secret-access-key: '${env:SECRET}' }
              role: %2$s
              endpoint: '%3$s'
              credential-operations: [GetSecretValue]
          """
              .formatted(service, ROLE, localStack.endpoint()));
    }
    gateway =
        RunningGateway.start(
            "localstack-gateway",
            yaml.toString(),
            Map.of("TOKEN", TOKEN, "SECRET", LocalStack.SECRET_ACCESS_KEY));
    http = HttpClient.newHttpClient();
    Map<String, String> agent = AgentClient.environment(gateway.endpoint(), "", TOKEN);
    s3 = Steps.of(agent, "boto3_s3.py", "us-east-1", "lake", "localstack/", "20000000");
    String facts =
        JSON.writeValueAsString(
            Map.of("queue", "jobs", "queueUrl", queueUrl, "secret", "warehouse/password"));
    services =
        Steps.of(agent, "boto3_services.py", "us-east-1", facts, "sqs", "sts", "secretsmanager");
  }

  @AfterAll
  void stop() {
    http.close();
    gateway.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "key.plain",
        "key.space",
        "key.plus",
        "key.percent",
        "key.unicode",
        "key.double-slash",
        "key.reserved",
        "metadata",
        "range",
        "empty",
        "pages",
        "multipart",
        "large",
        "copy",
        "delete",
        "presigned.get",
        "presigned.put"
      })
  void speaksS3AtTheSdkDoor(String step) {
    JsonNode line = s3.passed(step);
    assertThat(line.path("same").asBoolean(true)).isTrue();
    assertThat(line.path("listed").asBoolean(true)).isTrue();
  }

  @Test
  void speaksToSqsStsAndSecretsManagerAtTheSdkDoor() {
    assertThat(services.passed("sqs.message").get("body").asText()).contains("<welcome>");
    assertThat(services.passed("sts.caller").get("arn").asText()).contains(":assumed-role/agents/");
    assertThat(services.passed("secretsmanager.value").get("value").asText())
        .isEqualTo("correct horse");
  }

  @Test
  void speaksToSqsStsAndSecretsManagerAtTheToolDoor() throws IOException, InterruptedException {
    String message = "by tool & <door> 🦀";
    call("sqs", "SendMessage", Map.of("QueueUrl", queueUrl, "MessageBody", message));
    JsonNode received = call("sqs", "ReceiveMessage", Map.of("QueueUrl", queueUrl));
    assertThat(received.at("/Messages/0/Body").asText()).isEqualTo(message);
    assertThat(call("sts", "GetCallerIdentity", Map.of()).get("Arn").asText())
        .contains(":assumed-role/agents/");
    assertThat(
            call("secretsmanager", "GetSecretValue", Map.of("SecretId", "warehouse/password"))
                .get("SecretString")
                .asText())
        .isEqualTo("correct horse");
  }

  @Test
  void listsTheConnectorsOfTheAgent() throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(request("/v1/connectors").GET().build(), BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("secretsmanager", "sqs", "sts", "s3");
  }

  private JsonNode call(String connector, String operation, Map<String, Object> input)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            request("/v1/connectors/" + connector + "/" + operation)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(JSON.writeValueAsString(input)))
                .build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(gateway.endpoint().resolve(path))
        .header("Authorization", "Bearer " + TOKEN);
  }

  private void makeResources(LocalStack localStack) {
    StaticCredentialsProvider owner =
        StaticCredentialsProvider.create(
            AwsBasicCredentials.create(LocalStack.ACCESS_KEY_ID, LocalStack.SECRET_ACCESS_KEY));
    Region region = Region.of(LocalStack.REGION);
    try (S3Client s3Client =
            S3Client.builder()
                .endpointOverride(localStack.endpoint())
                .region(region)
                .credentialsProvider(owner)
                .httpClient(UrlConnectionHttpClient.create())
                .build();
        SqsClient sqs =
            SqsClient.builder()
                .endpointOverride(localStack.endpoint())
                .region(region)
                .credentialsProvider(owner)
                .httpClient(UrlConnectionHttpClient.create())
                .build();
        SecretsManagerClient secrets =
            SecretsManagerClient.builder()
                .endpointOverride(localStack.endpoint())
                .region(region)
                .credentialsProvider(owner)
                .httpClient(UrlConnectionHttpClient.create())
                .build()) {
      s3Client.createBucket(r -> r.bucket("lake"));
      queueUrl = sqs.createQueue(r -> r.queueName("jobs")).queueUrl();
      secrets.createSecret(r -> r.name("warehouse/password").secretString("correct horse"));
    }
  }
}
