package io.countersign.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.config.Agent;
import io.countersign.config.GatewayConfig;
import io.countersign.config.Identity;
import io.countersign.config.Kubernetes;
import io.countersign.testkit.TestIssuer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Service-account tokens, by the cluster's keys and by its TokenReview. */
class ClusterTokensTest {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final String ISSUER = "https://kubernetes.default.svc.cluster.local";
  private static final String ACCOUNT = "system:serviceaccount:data:analyst";

  @TempDir private Path folder;
  private final TestIssuer.Key key = TestIssuer.Key.rsa("cluster-key", 2048);
  private final TestIssuer api = new TestIssuer(key);
  private final TickingClock clock = new TickingClock(NOW);

  @BeforeEach
  void givePodToken() throws IOException {
    Files.writeString(folder.resolve("token"), "token-of-the-gateways-pod\n");
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private AgentDirectory directory(@Nullable Duration reviewFor) {
    GatewayConfig config =
        Configs.of(List.of(new Agent("analyst", List.of(), List.of())), List.of())
            .with(
                new Identity(
                    Map.of(),
                    new Kubernetes(
                        "countersign",
                        Map.of("data/analyst", "analyst"),
                        URI.create(api.name()),
                        ISSUER,
                        null,
                        folder.resolve("token"),
                        reviewFor)));
    return AgentDirectory.of(config, new Issuers(clock));
  }

  /** As the API server writes it into a projected volume. */
  private String projected(String subject) {
    long now = NOW.getEpochSecond();
    return key.token(
        """
        {"aud":["countersign"],"exp":%d,"iat":%d,"nbf":%d,"iss":"%s","jti":"x",
         "kubernetes.io":{"namespace":"data","pod":{"name":"p","uid":"u"},
         "serviceaccount":{"name":"analyst","uid":"v"}},"sub":"%s"}\
        """
            .formatted(now + 3600, now, now, ISSUER, subject));
  }

  private static Identification identify(AgentDirectory directory, String token) {
    Identification first = directory.identify("Bearer " + token);
    return first instanceof Identification.Unverified unverified
        ? directory.verify(unverified)
        : first;
  }

  private static void refused(Identification found, String code) {
    assertThat(found)
        .isInstanceOfSatisfying(
            Identification.Refused.class, r -> assertThat(r.code()).isEqualTo(code));
  }

  @Test
  void takesAProjectedTokenByTheClustersKeysFetchedWithThePodsOwnToken() {
    assertThat(identify(directory(null), projected(ACCOUNT)))
        .isInstanceOfSatisfying(
            Identification.Known.class,
            known -> {
              assertThat(known.agent().name()).isEqualTo("analyst");
              assertThat(known.caller().kind()).isEqualTo(Caller.Kind.KUBERNETES);
            });
    assertThat(api.asked())
        .containsExactly(
            new TestIssuer.Asked("/openid/v1/jwks", "Bearer token-of-the-gateways-pod", ""));
  }

  @Test
  void refusesTheServiceAccountOfAnotherNamespace() {
    AgentDirectory byKeys = directory(null);
    refused(identify(byKeys, projected("system:serviceaccount:other:analyst")), "unknown-agent");
    refused(identify(byKeys, projected("system:serviceaccount:data:analyst:x")), "unknown-agent");
    refused(identify(byKeys, projected("analyst")), "unknown-agent");
  }

  private void reviewSays(String user, String audiences) {
    api.review(
        """
        {"kind":"TokenReview","status":{"authenticated":true,"audiences":%s,
         "user":{"username":"%s","uid":"v","groups":["system:serviceaccounts"]}}}\
        """
            .formatted(audiences, user));
  }

  @Test
  void asksTheClusterWhetherATokenIsGood() {
    reviewSays(ACCOUNT, "[\"countersign\"]");
    AgentDirectory byReview = directory(Duration.ofMinutes(1));
    String token = projected(ACCOUNT);
    assertThat(identify(byReview, token)).isInstanceOf(Identification.Known.class);
    assertThat(api.asked())
        .singleElement()
        .satisfies(
            asked -> {
              assertThat(asked.path()).isEqualTo("/apis/authentication.k8s.io/v1/tokenreviews");
              assertThat(asked.authorization()).isEqualTo("Bearer token-of-the-gateways-pod");
              assertThat(asked.body())
                  .contains("\"token\":\"" + token + "\"", "\"audiences\":[\"countersign\"]");
            });
  }

  @Test
  void theAnswerOfAReviewHoldsAsLongAsItIsSaidTo() {
    reviewSays(ACCOUNT, "[\"countersign\"]");
    AgentDirectory byReview = directory(Duration.ofMinutes(1));
    String token = projected(ACCOUNT);
    identify(byReview, token);
    clock.advance(Duration.ofSeconds(60).minusMillis(1));
    assertThat(byReview.identify(token)).isInstanceOf(Identification.Known.class);
    clock.advance(Duration.ofMillis(1));
    api.review("{\"status\":{\"authenticated\":false,\"error\":\"pod is gone\"}}");
    refused(identify(byReview, token), "token-not-authenticated");
  }

  @Test
  void refusesWhatTheClusterDoesNotSay() {
    AgentDirectory byReview = directory(Duration.ofMinutes(1));
    String token = projected(ACCOUNT);
    reviewSays(ACCOUNT, "[\"https://kubernetes.default.svc\"]");
    refused(identify(byReview, token), "wrong-audience");
    reviewSays("system:serviceaccount:other:analyst", "[\"countersign\"]");
    refused(identify(byReview, token), "unknown-agent");
    api.review("{\"status\":{\"authenticated\":\"true\"}}");
    refused(identify(byReview, token), "token-not-authenticated");
    api.review("{\"status\":{\"authenticated\":true}}");
    refused(identify(byReview, token), "wrong-audience");
    api.review("{}");
    refused(identify(byReview, token), "token-not-authenticated");
    for (String broken : List.of("[]", "<html>", "{\"status\":3}")) {
      api.review(broken);
      assertThat(identify(byReview, token)).isInstanceOf(Identification.Refused.class);
    }
    api.review("");
    refused(identify(byReview, token), "issuer-unreachable");
    api.status(403);
    refused(identify(byReview, token), "issuer-unreachable");
  }

  @Test
  void sendsNoTokenToTheClusterThatClaimsToBeOfNoAccountInTheConfiguration() {
    refused(
        identify(directory(Duration.ofMinutes(1)), projected("system:serviceaccount:x:y")),
        "unknown-agent");
    assertThat(api.asked()).isEmpty();
  }
}
