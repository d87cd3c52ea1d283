package io.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.catalog.Catalog;
import io.countersign.config.Access;
import io.countersign.config.Agent;
import io.countersign.config.Condition;
import io.countersign.config.Connector;
import io.countersign.config.Grant;
import io.countersign.config.Operator;
import io.countersign.config.Problem;
import io.countersign.identity.Configs;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PolicyReviewTest {
  private static final Connector LAKE = Configs.connector("lake", "s3", Access.READ_ONLY);
  private static final Connector WAREHOUSE =
      Configs.connector("warehouse", "redshift-data", Access.READ_ONLY);

  private static List<Problem> review(List<Agent> agents, Connector... connectors) {
    return PolicyReview.warnings(Configs.of(agents, List.of(connectors)), Catalog.load());
  }

  private static Agent analyst(String connector, String... operations) {
    return Configs.agent("analyst", new Grant(connector, List.of(operations)));
  }

  private static void assertOne(List<Problem> warnings, String path, String... words) {
    assertThat(warnings).hasSize(1);
    assertThat(warnings.getFirst().path()).isEqualTo(path);
    assertThat(warnings.getFirst().toString()).contains(words);
  }

  @Test
  void findsNothingWrongWithRulesThatAllowSomething() {
    List<Agent> agents =
        List.of(
            analyst("*", "*"),
            Configs.agent(
                "loader",
                new Grant("lake", List.of("Get*", "ListObjectsV2")),
                new Grant("warehouse", List.of("query", "Describe*"))));
    assertThat(review(agents, LAKE, WAREHOUSE)).isEmpty();
  }

  private static List<Problem> reviewDenial(String operation, String key) {
    Grant denial =
        new Grant(
            "lake",
            List.of(operation),
            Set.of(),
            List.of(),
            List.of(new Condition(Operator.STRING_LIKE, false, key, List.of("x"))),
            null);
    return review(
        List.of(
            new Agent(
                "analyst", List.of(), List.of(new Grant("lake", List.of("*"))), List.of(denial))),
        LAKE);
  }

  @Test
  void warnsOfAConditionOnAMemberThatNoInputHas() {
    assertOne(
        reviewDenial("ListObjects*", "input.Prefx"),
        "agents.analyst.deny[0].when.StringLike.input.Prefx",
        "no operation that the rule names has 'Prefx'",
        "is 'Prefix' meant?");
    assertThat(reviewDenial("ListObjects*", "input.Prefix")).isEmpty();
    assertThat(reviewDenial("DeleteObjects", "input.Delete.Objects[].Key")).isEmpty();
    assertThat(reviewDenial("DeleteObjects", "input.Delete.Objects.Key")).hasSize(1);
    assertThat(reviewDenial("PutObject", "input.Metadata{}")).isEmpty();
    assertThat(reviewDenial("PutObject", "input.Metadata.team")).isEmpty();
    assertThat(reviewDenial("PutObject", "input.Key.x")).hasSize(1);
  }

  @Test
  void warnsOfAPatternThatFitsNothing() {
    assertOne(
        review(List.of(analyst("lake", "GetObject", "GetObjct")), LAKE),
        "agents.analyst.allow[0].operations[1]",
        "'GetObjct' fits no operation",
        "is 'GetObject' meant?");
    assertOne(
        review(List.of(analyst("lake", "get*")), LAKE),
        "agents.analyst.allow[0].operations[0]",
        "upper and lower case differ");
    assertOne(
        review(List.of(analyst("lake", "query")), LAKE),
        "agents.analyst.allow[0].operations[0]",
        "'query' fits no operation");
  }

  @Test
  void warnsOfAGrantThatTheConnectorsRefuse() {
    assertOne(
        review(List.of(analyst("lake", "PutObject")), LAKE),
        "agents.analyst.allow[0].operations[0]",
        "the connectors refuse",
        "lake");
    assertOne(
        review(List.of(analyst("warehouse", "ExecuteStatement")), WAREHOUSE),
        "agents.analyst.allow[0].operations[0]",
        "the connectors refuse");
    Connector vault = Configs.connector("vault", "secretsmanager", Access.READ_WRITE);
    assertOne(
        review(List.of(analyst("vault", "GetSecretValue")), vault),
        "agents.analyst.allow[0].operations[0]",
        "credential-operations");
  }

  @Test
  void warnsOfCredentialOperationsThatAreNone() {
    Connector vault =
        Configs.connector(
            "vault",
            "secretsmanager",
            "eu-west-1",
            Access.READ_ONLY,
            Set.of("GetSecretValue", "GetSecretValu", "ListSecrets"));
    List<Problem> warnings = review(List.of(), vault);
    assertThat(warnings)
        .extracting(Problem::path)
        .containsOnly("connectors.vault.credential-operations")
        .hasSize(2);
    assertThat(warnings.get(0).toString()).contains("is 'GetSecretValue' meant?");
    assertThat(warnings.get(1).toString()).contains("ListSecrets answers no credential");
  }

  @Test
  void warnsOfAServiceThatTheCatalogDoesNotKnow() {
    assertOne(
        review(
            List.of(analyst("*", "*")), Configs.connector("c", "redshift-dat", Access.READ_ONLY)),
        "connectors.c.service",
        "every call of it is refused",
        "is 'redshift-data' meant?");
  }
}
