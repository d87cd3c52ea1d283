package io.countersign.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.testkit.AdminSlots;
import io.countersign.testkit.InstanceMetadata;
import io.countersign.testkit.Moto;
import io.countersign.testkit.NettyLeaks;
import io.countersign.testkit.Places;
import io.countersign.testkit.PodIdentityAgent;
import io.countersign.testkit.RoleSession;
import io.countersign.testkit.RunningGateway;
import io.countersign.testkit.ToolDoorClient;
import io.countersign.testkit.Waiting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gateways whose first credentials come from the node: from the Pod Identity agent, and from the
 * metadata service of an instance. Both speak their real protocols on loopback; their sessions are
 * moto's, which checks every signature that is made with them.
 */
@ExtendWith(NettyLeaks.class)
class PodCredentialsIT {
  private static final String TOKEN = "analyst-0123456789abcdef0123456789abcdef";

  private final Moto moto = Moto.start();
  private final RoleSession node = moto.assume("agents", "node");
  private final AtomicReference<RoleSession> given = new AtomicReference<>(node);

  /** Two connectors: the source's credentials as they are, and a role assumed with them. */
  private RunningGateway gateway(String source, Map<String, String> environment) {
    String connector =
        """
          %s:
            service: sts
            region: us-east-1
            endpoint: '%s'
            pinned: %s
            credentials: %s
        """;
    return RunningGateway.start(
        "pod-credentials-" + source,
        """
        sts: { region: us-east-1, endpoint: '%1$s' }
        timeouts: { credentials: 5s }
        agents:
          analyst: { token: '${env:TOKEN}', allow: [{ connector: '*' }] }
        connectors:
        """
                .formatted(moto.endpoint())
            + connector.formatted("itself", moto.endpoint(), "true", source)
            + connector.formatted("role", moto.endpoint(), "false", source)
            + "    role: '"
            + moto.role("adapter")
            + "'\n",
        Map.of("TOKEN", TOKEN),
        environment);
  }

  private static String whoIs(RunningGateway gateway, String connector) throws Exception {
    ToolDoorClient.Answer answer = new ToolDoorClient(gateway, TOKEN).whoAmI(connector);
    assertThat(answer.status()).as(answer.raw().body()).isEqualTo(200);
    return answer.body().get("Arn").asText();
  }

  @Test
  void thePodIdentityAgentIsAskedWithTheTokenAsItIsNow() throws Exception {
    Path file = Places.target("it-home").resolve("pod-identity-token");
    Files.writeString(file, "first-token");
    try (PodIdentityAgent agent = PodIdentityAgent.start(given::get)) {
      agent.accept("first-token");
      try (RunningGateway gateway =
          gateway(
              "container",
              Map.of(
                  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                  agent.endpoint().toString(),
                  "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
                  file.toString()))) {
        AdminSlots slots = new AdminSlots(gateway);
        assertThat(whoIs(gateway, "itself")).endsWith(":assumed-role/agents/node");
        assertThat(whoIs(gateway, "role")).endsWith(":assumed-role/adapter/countersign-analyst");

        // The token is renewed: the next fetch reads the file anew.
        Files.writeString(file, "second-token");
        agent.accept("second-token");
        slots.refreshUntil(
            "the second token",
            () -> slots.of("container", "null"),
            () -> agent.answered().contains("second-token"));

        // The file and the agent disagree for a while: what is held serves on.
        agent.accept("third-token");
        slots.refreshUntil(
            "the refusal",
            () -> slots.of("container", "null"),
            () -> slots.of("container", "null").has("last_error"));
        assertThat(slots.of("container", "null").get("last_error").get("message").asText())
            .contains("400", "Service account token")
            .doesNotContain("second-token");
        assertThat(whoIs(gateway, "itself")).endsWith(":assumed-role/agents/node");

        // The file is gone for a while, as when it is written anew.
        Files.delete(file);
        slots.refreshUntil(
            "the missing file",
            () -> slots.of("container", "null"),
            () ->
                slots
                    .of("container", "null")
                    .get("last_error")
                    .get("message")
                    .asText()
                    .contains(file.toString()));
        assertThat(whoIs(gateway, "itself")).endsWith(":assumed-role/agents/node");

        Files.writeString(file, "third-token");
        slots.refreshUntil(
            "the recovery",
            () -> slots.of("container", "null"),
            () ->
                agent.answered().contains("third-token")
                    && !slots.of("container", "null").has("last_error"));
        assertThat(whoIs(gateway, "itself")).endsWith(":assumed-role/agents/node");
      }
    }
  }

  @Test
  void credentialsThatEndSoonAreFetchedAnewBeforeTheyDo() throws Exception {
    try (PodIdentityAgent agent =
        PodIdentityAgent.start(() -> node.endingIn(Duration.ofSeconds(25)))) {
      agent.accept("token");
      try (RunningGateway gateway =
          gateway(
              "container",
              Map.of(
                  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                  agent.endpoint().toString(),
                  "AWS_CONTAINER_AUTHORIZATION_TOKEN",
                  "token"))) {
        assertThat(whoIs(gateway, "itself")).endsWith(":assumed-role/agents/node");
        int asked = agent.answered().size();
        AdminSlots slots = new AdminSlots(gateway);
        String obtained = slots.of("container", "null").get("obtained").asText();
        Waiting.until(
            "the renewal by itself",
            Duration.ofSeconds(40),
            () ->
                agent.answered().size() > asked
                    && !slots.of("container", "null").get("obtained").asText().equals(obtained));

        // Expired in an outage of the agent: they are used, and AWS decides.
        agent.fail(500);
        slots.refreshUntil(
            "the failure",
            () -> slots.of("container", "null"),
            () -> slots.of("container", "null").has("last_error"));
        Waiting.until(
            "the end",
            Duration.ofSeconds(40),
            () ->
                java.time.Instant.parse(slots.of("container", "null").get("expiration").asText())
                    .isBefore(java.time.Instant.now()));
        assertThat(whoIs(gateway, "itself")).endsWith(":assumed-role/agents/node");
      }
    }
  }

  @Test
  void anAgentThatIsNotThereIsNamed() throws Exception {
    try (RunningGateway gateway =
        gateway(
            "container",
            Map.of(
                "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                "http://127.0.0.1:" + Places.freePort() + "/v1/credentials"))) {
      JsonNode problem = problem(gateway, 503);
      assertThat(problem.get("detail").asText()).contains("gives no answer", "refused");
      assertThat(problem.get("retryable").asBoolean()).isTrue();
    }
  }

  @Test
  void theMetadataServiceIsAskedByVersionTwo() throws Exception {
    try (InstanceMetadata metadata = InstanceMetadata.start("node-role", given::get)) {
      try (RunningGateway gateway = imds(metadata)) {
        assertThat(whoIs(gateway, "itself")).endsWith(":assumed-role/agents/node");
        assertThat(whoIs(gateway, "role")).endsWith(":assumed-role/adapter/countersign-analyst");
      }
      assertThat(metadata.requests())
          .startsWith(
              "PUT /latest/api/token 200",
              "GET /latest/meta-data/iam/security-credentials/ 200",
              "GET /latest/meta-data/iam/security-credentials/node-role 200")
          .allMatch(request -> request.endsWith(" 200"), "none is asked without a token");
    }
  }

  @Test
  void aContainerOneHopTooFarIsToldOfTheHopLimit() throws Exception {
    try (InstanceMetadata metadata = InstanceMetadata.start("node-role", given::get)) {
      metadata.tooFar(true);
      try (RunningGateway gateway = imds(metadata)) {
        JsonNode problem = problem(gateway, 503);
        assertThat(problem.get("detail").asText()).contains("PUT /latest/api/token");
        assertThat(problem.get("hint").asText()).contains("--http-put-response-hop-limit 2");
        assertThat(metadata.requests())
            .as("version 1 is never tried")
            .isNotEmpty()
            .containsOnly("PUT /latest/api/token lost");

        metadata.tooFar(false);
        AdminSlots slots = new AdminSlots(gateway);
        Waiting.until(
            "the recovery by itself",
            Duration.ofSeconds(40),
            () -> slots.of("imds", "null").get("state").asText().equals("warm"));
        assertThat(whoIs(gateway, "itself")).endsWith(":assumed-role/agents/node");
      }
    }
  }

  @Test
  void expiredCredentialsOfTheInstanceAreUsedBecauseAwsDecides() throws Exception {
    given.set(node.endingIn(Duration.ofMinutes(-10)));
    try (InstanceMetadata metadata = InstanceMetadata.start("node-role", given::get);
        RunningGateway gateway = imds(metadata)) {
      assertThat(whoIs(gateway, "itself")).endsWith(":assumed-role/agents/node");
    }
  }

  private RunningGateway imds(InstanceMetadata metadata) {
    return gateway(
        "imds", Map.of("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.endpoint().toString()));
  }

  private static JsonNode problem(RunningGateway gateway, int status) throws Exception {
    ToolDoorClient.Answer answer = new ToolDoorClient(gateway, TOKEN).whoAmI("itself");
    assertThat(answer.status()).as(answer.raw().body()).isEqualTo(status);
    assertThat(answer.body().get("code").asText()).isEqualTo("credentials-unavailable");
    assertThat(answer.body().get("source").asText()).isEqualTo("credentials");
    return answer.body();
  }
}
