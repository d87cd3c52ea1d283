package io.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.config.TokenIssuer.Algorithm;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code identity}, and tokens that the configuration holds as hashes only. */
class IdentityTest {
  private static final String HASH = "sha256:" + "0123456789abcdef".repeat(4);
  private static final String AGENT = "agents: {analyst: {allow: [{connector: c}]}}\n";
  private static final String CONNECTOR = "connectors: {c: {service: s3, region: eu-west-1}}\n";

  private static String issuer(String keys) {
    return AGENT + CONNECTOR + "identity: {issuers: {corporate: {" + keys + "}}}\n";
  }

  @Test
  void fewLinesMakeAnIssuerAndTheRestHasItsDefaults() throws Exception {
    GatewayConfig config =
        Given.config(issuer("issuer: 'https://login.example.com/', audience: countersign"));
    assertThat(config.identity().issuers().get("corporate"))
        .isEqualTo(
            new TokenIssuer(
                "https://login.example.com/",
                List.of("countersign"),
                null,
                Set.of(Algorithm.RS256, Algorithm.ES256),
                Duration.ofSeconds(30),
                Duration.ofHours(24),
                null,
                null,
                List.of("sub"),
                Map.of(),
                null,
                Map.of()));
  }

  @Test
  void everyKeyOfAnIssuerIsRead() throws Exception {
    GatewayConfig config =
        Given.config(
            issuer(
                "issuer: 'https://login.example.com', audience: [a, b], "
                    + "jwks: 'https://keys.example.com:8443/k?v=1', algorithms: [PS512], "
                    + "clock-skew: 0s, keep-keys: 1h, agent-claim: [act, sub], "
                    + "agents: {'0oa|7': analyst}, user-claim: email, "
                    + "attributes: {team: [org, team]}"));
    TokenIssuer issuer = Objects.requireNonNull(config.identity().issuers().get("corporate"));
    assertThat(issuer.audiences()).containsExactly("a", "b");
    assertThat(issuer.jwks()).isEqualTo(URI.create("https://keys.example.com:8443/k?v=1"));
    assertThat(issuer.algorithms()).containsExactly(Algorithm.PS512);
    assertThat(issuer.agentClaim()).containsExactly("act", "sub");
    assertThat(issuer.agents()).containsExactly(Map.entry("0oa|7", "analyst"));
    assertThat(issuer.userClaim()).containsExactly("email");
    assertThat(issuer.attributes()).containsExactly(Map.entry("team", List.of("org", "team")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "issuer: 'http://login.example.com', audience: a|plain http",
        "issuer: 'https://a.example', audience: a, jwks: 'http://a.example/k'|plain http",
        "issuer: 'https://a.example', audience: a, jwks: 'https://u@a.example/k'|has a user",
        "issuer: 'ftp://a.example', audience: a|not the address of an issuer",
        "issuer: 'https://a.example'|audience",
        "audience: a|issuer",
        "issuer: 'https://a.example', audience: []|is empty",
        "issuer: 'https://a.example', audience: a, algorithms: []|is empty",
        "issuer: 'https://a.example', audience: a, algorithms: [none]|not one of",
        "issuer: 'https://a.example', audience: a, algorithms: [HS256]|not one of",
        "issuer: 'https://a.example', audience: a, clock-skew: 6m|not within",
        "issuer: 'https://a.example', audience: a, keep-keys: 8d|not within",
        "issuer: 'https://a.example', audience: a, agents: {x: nobody}|no agent 'nobody'",
        "issuer: 'https://a.example', audience: a, agents: {}|is empty",
        "issuer: 'https://a.example', audience: a, ca-file: /no/such/file|does not exist",
        "issuer: 'https://a.example', audience: a, secret: x|unknown"
      })
  void refusesAnIssuerThatCouldNotBeTrusted(String keys, String because) {
    assertThat(Given.refusals(issuer(keys)))
        .anySatisfy(refusal -> assertThat(refusal).contains(because));
  }

  @Test
  void takesPlainHttpToThisMachine() throws Exception {
    assertThat(
            Given.config(issuer("issuer: 'http://127.0.0.1:8080', audience: a"))
                .identity()
                .issuers())
        .hasSize(1);
  }

  @Test
  void refusesOneIssuerUnderTwoNames() {
    String one = "{issuer: 'https://a.example', audience: a}";
    assertThat(
            Given.refusals(
                AGENT + CONNECTOR + "identity: {issuers: {x: " + one + ", y: " + one + "}}"))
        .anySatisfy(refusal -> assertThat(refusal).contains("stands here twice"));
  }

  @Test
  void aServiceAccountIsAnAgentInOneLine(@TempDir Path folder) throws Exception {
    Path ca = folder.resolve("ca.crt");
    String bundle =
        "identity: {kubernetes: {ca-file: '" + ca + "', agents: {data/analyst: analyst}}}\n";
    assertThat(Given.refusals(AGENT + CONNECTOR + bundle))
        .anySatisfy(refusal -> assertThat(refusal).contains("does not exist"));
    Files.writeString(ca, "no certificate");
    assertThat(Given.refusals(AGENT + CONNECTOR + bundle))
        .anySatisfy(refusal -> assertThat(refusal).contains("a certificate that cannot be read"));
    Files.writeString(ca, "");
    assertThat(Given.refusals(AGENT + CONNECTOR + bundle))
        .singleElement()
        .asString()
        .contains("holds no certificate");

    Kubernetes cluster =
        Given.config(
                AGENT
                    + CONNECTOR
                    + "identity: {kubernetes: {api-server: 'http://127.0.0.1:1',"
                    + " token-review: true, agents: {data/analyst: analyst}}}")
            .identity()
            .kubernetes();
    assertThat(cluster)
        .isEqualTo(
            new Kubernetes(
                "countersign",
                Map.of("data/analyst", "analyst"),
                URI.create("http://127.0.0.1:1"),
                "https://kubernetes.default.svc.cluster.local",
                null,
                Path.of("/var/run/secrets/kubernetes.io/serviceaccount/token"),
                Duration.ofMinutes(1)));
  }

  @Test
  void refusesAServiceAccountWithoutItsNamespaceAndAClusterOverPlainHttp() {
    for (String keys :
        List.of(
            "agents: {analyst: analyst}",
            "agents: {'data/*': analyst}",
            "agents: {}",
            "api-server: 'http://10.0.0.1', agents: {data/analyst: analyst}")) {
      assertThat(Given.refusals(AGENT + CONNECTOR + "identity: {kubernetes: {" + keys + "}}"))
          .as(keys)
          .isNotEmpty();
    }
  }

  @Test
  void refusesAnAgentThatNobodyCouldBe() {
    assertThat(Given.refusals(AGENT + CONNECTOR))
        .anySatisfy(refusal -> assertThat(refusal).contains("nobody could be it"));
    assertThat(
            Given.refusals(
                "agents: {analyst: {}, loader: {token: x}}\nidentity: {issuers: {c: {issuer:"
                    + " 'https://a.example', audience: a, agents: {x: loader}}}}"))
        .anySatisfy(refusal -> assertThat(refusal).contains("analyst", "nobody could be it"));
  }

  @Test
  void refusesClientCertificatesWithoutTlsAndNamesThatNoCertificateHas() {
    for (String agents :
        List.of(
            "{'spiffe://example.org/a': analyst}",
            "{'spiffe://example.org': analyst}",
            "{'dns:*.data': analyst}",
            "{analyst: analyst}")) {
      assertThat(
              Given.refusals(
                  AGENT
                      + CONNECTOR
                      + "identity: {client-certificates: {ca-file: /no/such, agents: "
                      + agents
                      + "}}"))
          .as(agents)
          .isNotEmpty();
    }
  }

  @Test
  void aHashInTheFileIsNoSecretAndNeedsNoWarning() throws Exception {
    String yaml =
        "agents: {analyst: {token: '" + HASH + "', allow: [{connector: c}]}}\n" + CONNECTOR;
    assertThat(Given.warnings(yaml)).isEmpty();
    assertThat(Given.agent(Given.config(yaml), "analyst").plainToken()).isEmpty();
  }

  @Test
  void refusesAHashThatWouldElseBeTakenForAToken() {
    for (String bad :
        List.of("sha256:", HASH + "0", HASH.substring(0, 70), "sha256:" + "G".repeat(64))) {
      assertThat(Given.refusals("agents: {analyst: {token: '" + bad + "'}}"))
          .as(bad)
          .anySatisfy(refusal -> assertThat(refusal).contains("malformed"));
    }
  }
}
