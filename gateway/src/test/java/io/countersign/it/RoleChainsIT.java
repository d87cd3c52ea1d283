package io.countersign.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.testkit.AdminSlots;
import io.countersign.testkit.FaultProxy;
import io.countersign.testkit.LocalStack;
import io.countersign.testkit.Moto;
import io.countersign.testkit.NettyLeaks;
import io.countersign.testkit.Places;
import io.countersign.testkit.RunningGateway;
import io.countersign.testkit.ToolDoorClient;
import io.countersign.testkit.WebIdentityToken;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Chains of roles and web identities at moto, which checks signatures, sessions, trust policies and
 * tokens, and at LocalStack. A proxy that breaks nothing shows what STS is asked.
 */
@ExtendWith(NettyLeaks.class)
@TestInstance(Lifecycle.PER_CLASS)
class RoleChainsIT {
  private static final String ANALYST = "analyst-0123456789abcdef0123456789abcdef";
  private static final String VISITOR = "visitor-0123456789abcdef0123456789abcdef";
  private static final String SUBJECT = "system:serviceaccount:agents:countersign";

  private final Moto moto = Moto.start();
  private final LocalStack localStack = LocalStack.start();
  private final FaultProxy sts = FaultProxy.before(moto.endpoint());
  private final FaultProxy otherSts = FaultProxy.before(localStack.endpoint());
  private final Path token = Places.target("it-home").resolve("web-identity-token");
  private final Path strangeToken = Places.target("it-home").resolve("web-identity-token-strange");
  private RunningGateway gateway;
  private AdminSlots slots;

  @BeforeAll
  void start() throws IOException {
    localStack.awaitSts();
    Files.writeString(
        token, WebIdentityToken.of(SUBJECT, "sts.amazonaws.com", Duration.ofHours(1)));
    Files.writeString(
        strangeToken,
        WebIdentityToken.of(SUBJECT, "https://elsewhere.example", Duration.ofHours(1)));
    String chain =
        """
              - { arn: '%s', session-tags: { team: analytics }, transitive-tags: [team] }
              - { arn: '%s', external-id: %s, session-tags: { agent: '${agent}' } }
        """;
    String roles =
        chain.formatted(moto.role("adapter"), moto.role("warehouse"), moto.fact("externalId"));
    String wrong =
        chain.formatted(moto.role("adapter"), moto.role("warehouse"), "of-another-customer");
    String keys =
        "static: { access-key-id: '${env:KEY_ID}', secret-access-key: '${env:KEY_SECRET}' }";
    String web = "web-identity: { role-arn: '%s', token-file: '%s' }";
    String yaml =
        """
        sts: { region: us-east-1, endpoint: '%s' }
        agents:
          analyst: { token: '${env:ANALYST}', allow: [{ connector: '*' }] }
          visitor: { token: '${env:VISITOR}', allow: [{ connector: '*' }] }
        connectors:
        """
                .formatted(sts.endpoint())
            + connector("chain", moto.endpoint(), keys, roles, "pinned: true")
            + connector("wrong-id", moto.endpoint(), keys, wrong, "pinned: false")
            + connector(
                "pod", moto.endpoint(), web.formatted(moto.role("pod"), token), "", "pinned: true")
            + connector(
                "pod-chain",
                moto.endpoint(),
                web.formatted(moto.role("pod"), token),
                "      - { arn: '%s', session-name: countersign }\n"
                    .formatted(moto.role("adapter")),
                "pinned: false")
            + connector(
                "strange-pod",
                moto.endpoint(),
                web.formatted(moto.role("pod"), strangeToken),
                "",
                "pinned: false")
            + connector(
                "elsewhere",
                localStack.endpoint(),
                "static: { access-key-id: test, secret-access-key: test }",
                chain.formatted(
                    "arn:aws:iam::000000000000:role/adapter",
                    "arn:aws:iam::000000000000:role/warehouse",
                    "of-no-consequence"),
                "pinned: false\n    sts: { region: us-east-1, endpoint: '"
                    + otherSts.endpoint()
                    + "' }");
    gateway =
        RunningGateway.start(
            "role-chains",
            yaml,
            Map.of(
                "ANALYST",
                ANALYST,
                "VISITOR",
                VISITOR,
                "KEY_ID",
                moto.fact("accessKeyId"),
                "KEY_SECRET",
                moto.fact("secretAccessKey")));
    slots = new AdminSlots(gateway);
  }

  private static String connector(
      String name, URI endpoint, String source, String roles, String more) {
    return "  %s:\n    service: sts\n    region: us-east-1\n    endpoint: '%s'\n"
            .formatted(name, endpoint)
        + "    credentials: { %s }\n".formatted(source)
        + (roles.isEmpty() ? "" : "    role:\n" + roles)
        + "    "
        + more
        + "\n";
  }

  @AfterAll
  void stop() {
    gateway.close();
    sts.close();
    otherSts.close();
  }

  private ToolDoorClient agent(String secret) {
    return new ToolDoorClient(gateway, secret);
  }

  private static List<Map<String, String>> asked(FaultProxy proxy, String role) {
    return proxy.requests().stream()
        .filter(form -> form.getOrDefault("RoleArn", "").endsWith("/" + role))
        .toList();
  }

  @Test
  void aChainIsAssumedHopByHopWithItsTagsAndItsExternalId() throws Exception {
    ToolDoorClient.Answer answer = agent(ANALYST).whoAmI("chain");
    assertThat(answer.status()).as(answer.raw().body()).isEqualTo(200);
    assertThat(answer.body().get("Arn").asText())
        .endsWith(":assumed-role/warehouse/countersign-analyst");
    assertThat(asked(sts, "adapter"))
        .anySatisfy(
            form ->
                assertThat(form)
                    .containsEntry("RoleSessionName", "countersign")
                    .containsEntry("Tags.member.1.Key", "team")
                    .containsEntry("Tags.member.1.Value", "analytics")
                    .containsEntry("TransitiveTagKeys.member.1", "team")
                    .doesNotContainKey("ExternalId"));
    assertThat(asked(sts, "warehouse"))
        .anySatisfy(
            form ->
                assertThat(form)
                    .containsEntry("RoleSessionName", "countersign-analyst")
                    .containsEntry("ExternalId", moto.fact("externalId"))
                    .containsEntry("Tags.member.1.Key", "agent")
                    .containsEntry("Tags.member.1.Value", "analyst")
                    .containsEntry("DurationSeconds", "3600"));
  }

  @Test
  void agentsShareTheFirstHopAndHaveSessionsOfTheirOwnAfterIt() throws Exception {
    assertThat(agent(VISITOR).whoAmI("chain").body().get("Arn").asText())
        .endsWith("/countersign-visitor");
    assertThat(agent(ANALYST).whoAmI("chain").body().get("Arn").asText())
        .endsWith("/countersign-analyst");
    assertThat(slots.all())
        .filteredOn(
            slot ->
                slot.required("role").asText().equals(moto.role("adapter"))
                    && slot.required("source").asText().equals("static"))
        .as("the slot of the first hop")
        .hasSize(1);
  }

  @Test
  void aWrongExternalIdIsRefusedInWordsThatNameIt() throws Exception {
    ToolDoorClient.Answer answer = agent(ANALYST).whoAmI("wrong-id");
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.body().get("code").asText()).isEqualTo("credentials-unavailable");
    assertThat(answer.body().get("source").asText()).isEqualTo("credentials");
    assertThat(answer.body().get("retryable").asBoolean()).isFalse();
    assertThat(answer.body().get("detail").asText()).contains("warehouse", "AccessDenied");
    assertThat(answer.body().get("hint").asText()).containsIgnoringCase("external");
    assertThat(answer.raw().body()).doesNotContain("of-another-customer");
    assertThat(agent(ANALYST).whoAmI("chain").status())
        .as("the right external ID in the same chain")
        .isEqualTo(200);
  }

  @Test
  void aWebIdentityIsARoleAndMayAssumeTheNext() throws Exception {
    ToolDoorClient.Answer pod = agent(ANALYST).whoAmI("pod");
    assertThat(pod.status()).as(pod.raw().body()).isEqualTo(200);
    assertThat(pod.body().get("Arn").asText()).contains(":assumed-role/pod/");
    ToolDoorClient.Answer next = agent(ANALYST).whoAmI("pod-chain");
    assertThat(next.status()).as(next.raw().body()).isEqualTo(200);
    assertThat(next.body().get("Arn").asText()).endsWith(":assumed-role/adapter/countersign");
  }

  @Test
  void aTokenThatIsRotatedIsReadAnewAndABadOneHarmsNobody() throws Exception {
    ToolDoorClient agent = agent(ANALYST);
    assertThat(agent.whoAmI("pod").status()).isEqualTo(200);
    String second = WebIdentityToken.of(SUBJECT, "sts.amazonaws.com", Duration.ofHours(2));
    Files.writeString(token, second);
    slots.refreshUntil(
        "the second token at STS",
        this::pod,
        () ->
            asked(sts, "pod").stream()
                .anyMatch(form -> second.equals(form.get("WebIdentityToken"))));

    Files.writeString(
        token, WebIdentityToken.of(SUBJECT, "sts.amazonaws.com", Duration.ofMinutes(-5)));
    slots.refreshUntil(
        "the refusal of a token that is over", this::pod, () -> pod().has("last_error"));
    assertThat(pod().get("last_error").get("message").asText()).contains("Token expired");
    assertThat(pod().get("last_error").get("mend").asText()).contains(token.toString());
    assertThat(agent.whoAmI("pod").status()).as("a session that serves").isEqualTo(200);

    Files.writeString(
        token, WebIdentityToken.of(SUBJECT, "sts.amazonaws.com", Duration.ofHours(3)));
    slots.refreshUntil("the recovery", this::pod, () -> !pod().has("last_error"));
    assertThat(agent.whoAmI("pod").status()).isEqualTo(200);
  }

  private JsonNode pod() {
    return slots.all().stream()
        .filter(slot -> slot.required("role").asText().equals("web-identity"))
        .filter(slot -> slot.required("pinned").asBoolean())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aTokenForAnotherAudienceIsRefusedInWordsThatNameIt() throws Exception {
    ToolDoorClient.Answer answer = agent(ANALYST).whoAmI("strange-pod");
    assertThat(answer.status()).isIn(403, 503);
    assertThat(answer.body().get("code").asText()).isEqualTo("credentials-unavailable");
    assertThat(answer.body().get("detail").asText() + answer.body().get("hint").asText())
        .contains("audience");
  }

  @Test
  void localStackTakesTheSameChain() throws Exception {
    ToolDoorClient.Answer answer = agent(ANALYST).whoAmI("elsewhere");
    assertThat(answer.status()).as(answer.raw().body()).isEqualTo(200);
    assertThat(answer.body().get("Arn").asText())
        .endsWith(":assumed-role/warehouse/countersign-analyst");
    assertThat(asked(otherSts, "adapter"))
        .anySatisfy(form -> assertThat(form).containsEntry("TransitiveTagKeys.member.1", "team"));
    assertThat(asked(otherSts, "warehouse"))
        .anySatisfy(form -> assertThat(form).containsEntry("Tags.member.1.Value", "analyst"));
  }
}
