package io.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ConfigLoaderTest {
  @Test
  void readsTheConfigurationOfTheDesign() throws Exception {
    GatewayConfig config =
        Given.config(
            """
            listen: 127.0.0.1:7070
            admin: 127.0.0.1:7071
            agents:
              analyst:
                token: ${env:TOKEN}
                allow:
                  - connector: warehouse
                  - connector: lake
                    operations: [query, Get*, List*]
            connectors:
              warehouse:
                service: redshift-data
                region: eu-west-1
                access: read-only
                role:
                  - arn: arn:aws:iam::123456789012:role/adapter
                  - arn: arn:aws:iam::210987654321:role/warehouse-read
                    external-id: 7f1c
                    duration: 30m
                    session-tags: { team: analytics }
                    transitive-tags: [team]
                parameters: { ClusterIdentifier: analytics, Database: dev, DbUser: agent }
                locked: [DbUser]
              lake:
                service: athena
                region: eu-west-1
                access: read-write
                credentials: {profile: lake}
                sts: {region: us-east-1}
                parameters: {WorkGroup: primary, Limit: 10, Deep: {on: true, list: [1.5, x]}}
                locked: true
                pinned: true
            """);

    Connector warehouse = Given.connector(config, "warehouse");
    assertThat(warehouse.roles()).hasSize(2);
    RoleHop second = warehouse.roles().get(1);
    assertThat(second.arn().toString()).isEqualTo("arn:aws:iam::210987654321:role/warehouse-read");
    assertThat(second.externalId()).isEqualTo("7f1c");
    assertThat(second.duration()).isEqualTo(Duration.ofMinutes(30));
    assertThat(second.sessionTags()).containsExactly(Map.entry("team", "analytics"));
    assertThat(second.transitiveTags()).containsExactly("team");
    assertThat(warehouse.parameters())
        .containsExactly(
            Map.entry("ClusterIdentifier", "analytics"),
            Map.entry("Database", "dev"),
            Map.entry("DbUser", "agent"));
    assertThat(warehouse.locked()).containsExactly("DbUser");

    Connector lake = Given.connector(config, "lake");
    assertThat(lake.access()).isEqualTo(Access.READ_WRITE);
    assertThat(lake.credentials()).isEqualTo(new CredentialSource.Profile("lake"));
    assertThat(lake.sts()).isEqualTo(new Sts("us-east-1", null));
    assertThat(lake.parameters())
        .isEqualTo(
            Map.of(
                "WorkGroup",
                "primary",
                "Limit",
                10L,
                "Deep",
                Map.of("on", true, "list", List.of(1.5, "x"))));
    assertThat(lake.locked()).isEqualTo(Set.of("WorkGroup", "Limit", "Deep"));
    assertThat(Given.agent(config, "analyst").allow())
        .containsExactly(
            new Grant("warehouse", List.of("*")),
            new Grant("lake", List.of("query", "Get*", "List*")));
  }

  @Test
  void reportsEveryProblemAtOnceInTheOrderOfTheFile() {
    assertThat(
            Given.refusals(
                """
                lisen: 127.0.0.1:7070
                timeouts: {connect: soon}
                connectors:
                  warehouse:
                    service: redshift-data
                    region: eu-west-11
                    access: readonly
                    role:
                      - arn: arn:aws:iam::123456789012:role/adapter
                      - arn: arn:aws:sts::210987654321:assumed-role/warehouse-read/session
                agents:
                  analyst:
                    allow:
                      - connector: warehose
                        operations: []
                """))
        .containsExactly(
            "lisen: line 1: the key 'lisen' is unknown; did you mean 'listen'?",
            "timeouts.connect: line 2: 'soon' is not a duration; write a whole number and a unit:"
                + " 500ms, 30s, 15m or 1h",
            "connectors.warehouse.region: line 6: 'eu-west-11' is not a known Region; did you mean"
                + " 'eu-west-1'?",
            "connectors.warehouse.access: line 7: 'readonly' is not one of read-only, read-write;"
                + " did you mean 'read-only'?",
            "connectors.warehouse.role[1].arn: line 10:"
                + " 'arn:aws:sts::210987654321:assumed-role/warehouse-read/session' is a session of"
                + " a role, not the role; write arn:aws:iam::210987654321:role/warehouse-read (with"
                + " the role's path, if it has one)",
            "agents.analyst: line 12: the agent has no token, so nobody could be it; add token:"
                + " ${file:PATH} or token: ${env:NAME}, or name it under identity",
            "agents.analyst.allow[0].connector: line 14: there is no connector 'warehose'; did you"
                + " mean 'warehouse'?",
            "agents.analyst.allow[0].operations: line 15: the list is empty, which could be read as"
                + " none or as all; write ['*'] for all, or remove the grant for none");
  }
}
