package io.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every default is a promise; changing one must change a line here. */
class DefaultsTest {
  private static final Logging.Sink STDOUT = new Logging.Sink(Logging.Sink.Kind.STDOUT, null);

  @Test
  void everyKeyOfTheGatewayHasASafeDefault() throws Exception {
    GatewayConfig config = Given.config("agents: {}");

    assertThat(config)
        .isEqualTo(
            new GatewayConfig(
                new HostPort("127.0.0.1", 7070),
                new HostPort("127.0.0.1", 7071),
                null,
                List.of("localhost"),
                0,
                new VirtualCredentials(null, Duration.ofHours(1), Duration.ofHours(12)),
                new Sts(null, null),
                Map.of(),
                Map.of(),
                new Limits(
                    4096,
                    64 << 10,
                    5L << 30,
                    1 << 20,
                    64,
                    1 << 20,
                    32 << 20,
                    256 << 20,
                    Path.of(System.getProperty("java.io.tmpdir"))),
                new Timeouts(
                    Duration.ofSeconds(5),
                    Duration.ofMinutes(2),
                    Duration.ofMinutes(1),
                    Duration.ofMinutes(30),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(25)),
                new Logging(Logging.Format.AUTO, Logging.Level.INFO, STDOUT, STDOUT)));
  }

  @Test
  void aConnectorReadsOnlyUntilItIsToldOtherwise() throws Exception {
    Connector connector = Given.connector(Given.config(Given.connector()), "c");

    assertThat(connector)
        .isEqualTo(
            new Connector(
                "c",
                "s3",
                "eu-west-1",
                Access.READ_ONLY,
                new CredentialSource.DefaultChain(),
                List.of(),
                null,
                null,
                null,
                Map.of(),
                Set.of(),
                Set.of(),
                false));
  }

  @Test
  void aRoleLastsAnHourAndItsConnectorIsPinned() throws Exception {
    String arn = "arn:aws:iam::123456789012:role/reader";
    for (String role :
        List.of("role: " + arn, "role: {arn: '" + arn + "'}", "role: ['" + arn + "']")) {
      Connector connector = Given.connector(Given.config(Given.connector(role)), "c");

      assertThat(connector.roles())
          .containsExactly(
              new RoleHop(
                  Arn.parse(arn),
                  null,
                  "countersign-${agent}",
                  Duration.ofHours(1),
                  new java.util.TreeMap<>(),
                  Set.of(),
                  null));
      assertThat(connector.pinned()).isTrue();
    }
  }

  @Test
  void anAgentMayCallNothingUntilItIsAllowed() throws Exception {
    Loaded loaded = Given.loaded("agents: {a: {token: '${env:TOKEN}'}}");

    assertThat(Given.agent(loaded.config(), "a").allow()).isEmpty();
    assertThat(loaded.warnings())
        .extracting(Problem::toString)
        .containsExactly(
            "agents.a: line 1: the agent may call nothing; add allow: [{connector: …}]");
  }

  @Test
  void aGrantWithoutOperationsMeansAllThatTheConnectorAllows() throws Exception {
    GatewayConfig config =
        Given.config(
            Given.connector() + "agents: {a: {token: '${env:TOKEN}', allow: [{connector: c}]}}");

    assertThat(Given.agent(config, "a").allow()).containsExactly(new Grant("c", List.of("*")));
  }
}
