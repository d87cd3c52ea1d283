package io.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.countersign.config.ConfigLoader;
import io.countersign.config.Environment;
import io.countersign.config.GatewayConfig;
import io.countersign.credentials.CredentialCache;
import io.countersign.credentials.RoleCheck;
import io.countersign.credentials.RoleCheck.Outcome;
import io.countersign.credentials.RoleCheck.Step;
import io.countersign.gateway.Gateway;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * Each way in which a role can fail, provoked in a running gateway: {@code check --live}, the tool
 * door and the SDK door say the same of it, what it is and how to mend it.
 */
@Timeout(120)
class RoleErrorsTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String TOKEN = "token-of-the-analyst-0123456789abcdef";
  @TempDir private Path folder;
  private final RoleWorld world = new RoleWorld();
  private @Nullable HttpServer aws;

  @BeforeEach
  void start() throws IOException {
    world.folder = folder;
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    aws = server;
    world.sts = "{endpoint: '" + address() + "'}";
  }

  @AfterEach
  void stop() throws Exception {
    if (aws != null) {
      aws.stop(0);
    }
    world.stop();
  }

  private String address() {
    return "http://127.0.0.1:" + (aws == null ? 0 : aws.getAddress().getPort());
  }

  /** STS and the service in one. */
  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    boolean service = exchange.getRequestHeaders().containsKey("X-Amz-Target");
    boolean identity = body.contains("Action=GetCallerIdentity") && !world.role.isEmpty();
    if (service) {
      RoleWorld.send(
          exchange,
          400,
          "application/x-amz-json-1.0",
          "{\"__type\":\"" + world.serviceCode + "\",\"message\":\"no\"}");
    } else if (identity) {
      RoleWorld.send(
          exchange,
          200,
          "text/xml",
          "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/"
              + "gateway</Arn><Account>123456789012</Account></GetCallerIdentityResult>"
              + "</GetCallerIdentityResponse>");
    } else {
      RoleWorld.send(
          exchange,
          world.stsCode.equals("AccessDenied") ? 403 : 400,
          "text/xml",
          "<ErrorResponse><Error><Code>"
              + world.stsCode
              + "</Code><Message>"
              + world.stsMessage
              + "</Message></Error><RequestId>r-1</RequestId></ErrorResponse>");
    }
  }

  private GatewayConfig config() throws Exception {
    String text =
        """
        listen: 127.0.0.1:0
        admin: 127.0.0.1:0
        timeouts: {credentials: 1s, drain: 1s}
        agents:
          analyst: {token: %s, allow: [{connector: '*'}]}
        connectors:
          tables:
            service: dynamodb
            region: us-east-1
            endpoint: %s
            credentials: %s
        """
            .formatted(TOKEN, address(), world.credentials);
    if (!world.role.isEmpty()) {
      text += "    role: " + world.role + "\n";
    }
    text += "    sts: " + world.sts + "\n";
    return ConfigLoader.parse(text, folder, Environment.of(Map.of())).config();
  }

  private CredentialCache.Builder cache() {
    return CredentialCache.builder().environment(world.environment).home(folder);
  }

  @ParameterizedTest
  @MethodSource("io.countersign.cli.FailingRole#all")
  void checkAndBothDoorsSayTheSame(FailingRole failing) throws Exception {
    failing.in(world);
    GatewayConfig config = config();

    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    List<Step> failed = new ArrayList<>();
    try (RoleCheck check = RoleCheck.on(cache())) {
      LiveCheck live =
          new LiveCheck(
              new PrintStream(printed, true, StandardCharsets.UTF_8),
              (connector, sts, agent) -> {
                RoleCheck.Report report = check.check(connector, sts, agent);
                report.steps().stream()
                    .filter(step -> step.outcome() == Outcome.FAILED)
                    .forEach(failed::add);
                return report;
              });
      assertThat(live.run(config)).isEqualTo(ExitCode.FAILED);
    }
    assertThat(failed).hasSize(1);
    String message = failed.getFirst().answer();
    List<String> mends = failed.getFirst().mends();
    String live = printed.toString(StandardCharsets.UTF_8);
    assertThat(live).contains(message);
    mends.forEach(mend -> assertThat(live).contains("- " + mend));

    try (Gateway gateway = Gateway.builder(config).credentials(cache()).start()) {
      URI address = URI.create("http://127.0.0.1:" + gateway.address().getPort());
      JsonNode problem = problem(address);
      assertThat(problem.path("detail").asText())
          .isEqualTo("connector 'tables' has no credentials: " + message);
      String hint = problem.path("hint").asText();
      mends.forEach(mend -> assertThat(hint).contains(mend));
      assertThat(message + " " + hint).contains(failing.says());

      String error = sdkError(address);
      assertThat(error).contains(message);
      mends.forEach(mend -> assertThat(error).contains(mend));
      assertThat(live + problem + error).doesNotContain(RoleWorld.CANARY);
    }
  }

  private static JsonNode problem(URI gateway) throws Exception {
    return JSON.readTree(
        HTTP.send(
                HttpRequest.newBuilder(gateway.resolve("/v1/connectors/tables/ListTables"))
                    .header("Authorization", "Bearer " + TOKEN)
                    .POST(HttpRequest.BodyPublishers.ofString("{}"))
                    .build(),
                BodyHandlers.ofString())
            .body());
  }

  /** What the AWS SDK raises of the gateway's answer. */
  private static String sdkError(URI gateway) throws Exception {
    JsonNode keys =
        JSON.readTree(
            HTTP.send(
                    HttpRequest.newBuilder(gateway.resolve("/v1/credentials"))
                        .header("Authorization", "Bearer " + TOKEN)
                        .build(),
                    BodyHandlers.ofString())
                .body());
    try (DynamoDbClient client =
        DynamoDbClient.builder()
            .endpointOverride(gateway)
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(
                        keys.path("AccessKeyId").asText(), keys.path("SecretAccessKey").asText())))
            .httpClient(UrlConnectionHttpClient.create())
            .overrideConfiguration(c -> c.retryStrategy(DefaultRetryStrategy.doNotRetry()))
            .build()) {
      client.listTables();
      throw new AssertionError("the call did not fail");
    } catch (AwsServiceException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
