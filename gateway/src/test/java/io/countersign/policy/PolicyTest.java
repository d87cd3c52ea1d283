package io.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.catalog.AccessLevel;
import io.countersign.catalog.Catalog;
import io.countersign.catalog.Operation;
import io.countersign.catalog.Service;
import io.countersign.config.Access;
import io.countersign.config.Agent;
import io.countersign.config.Connector;
import io.countersign.config.GatewayConfig;
import io.countersign.config.Grant;
import io.countersign.identity.Configs;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyTest {
  private static final Catalog CATALOG = Catalog.load();

  private static final Connector LAKE = Configs.connector("lake", "s3", Access.READ_ONLY);
  private static final Connector BUCKET = Configs.connector("bucket", "s3", Access.READ_WRITE);
  private static final Connector WAREHOUSE =
      Configs.connector("warehouse", "redshift-data", Access.READ_ONLY);
  private static final Connector ATHENA = Configs.connector("athena", "athena", Access.READ_WRITE);
  private static final List<Connector> CONNECTORS = List.of(LAKE, BUCKET, WAREHOUSE, ATHENA);

  private static final Facts NO_FACTS = Facts.nothingBut(Instant.EPOCH);

  private static final Agent ADMIN = Configs.agent("admin", grant("*", "*"));
  private static final Agent ANALYST =
      Configs.agent(
          "analyst",
          grant("warehouse", "*"),
          grant("lake", "Get*", "ListObjectsV2"),
          grant("b*", "put*"));
  private static final Agent NOBODY = Configs.agent("nobody", new Grant[0]);

  private static final Policy POLICY =
      Policy.of(Configs.of(List.of(ADMIN, ANALYST, NOBODY), CONNECTORS));

  private static Grant grant(String connector, String... operations) {
    return new Grant(connector, List.of(operations));
  }

  private static Operation operation(String id) {
    String[] parts = id.split(":", 2);
    return CATALOG.service(parts[0]).flatMap(s -> s.operation(parts[1])).orElseThrow();
  }

  private static Collection<Operation> operations(String service) {
    return CATALOG.service(service).orElseThrow().operations();
  }

  private static Decision.Deny denied(Decision decision, DenyCode code) {
    assertThat(decision).isInstanceOf(Decision.Deny.class);
    Decision.Deny deny = (Decision.Deny) decision;
    assertThat(deny.code()).isEqualTo(code.code());
    assertThat(deny.reason()).isNotBlank();
    assertThat(deny.hint()).isNotBlank();
    return deny;
  }

  private static void allowed(Decision decision, String rule) {
    assertThat(decision).isEqualTo(new Decision.Allow(rule));
  }

  @Test
  void allowsWhatAGrantNamesAndSaysWhichRule() {
    allowed(
        POLICY.decide(ANALYST, LAKE, operation("s3:GetObject")), "agents.analyst.allow[1]: Get*");
    allowed(
        POLICY.decide(ANALYST, LAKE, operation("s3:ListObjectsV2")),
        "agents.analyst.allow[1]: ListObjectsV2");
  }

  @Test
  void makesNothingAnewForAnAllowedCall() {
    Operation get = operation("s3:GetObject");
    assertThat(POLICY.decide(ANALYST, LAKE, get)).isSameAs(POLICY.decide(ANALYST, LAKE, get));
  }

  @Test
  void deniesByDefaultAndSaysWhatWouldAllowIt() {
    Decision.Deny operation =
        denied(
            POLICY.decide(ANALYST, LAKE, operation("s3:ListBuckets")),
            DenyCode.OPERATION_NOT_ALLOWED);
    assertThat(operation.hint()).isEqualTo("add ListBuckets to agents.analyst.allow[1].operations");
    Decision.Deny connector =
        denied(
            POLICY.decide(ANALYST, ATHENA, operation("athena:GetQueryResults")),
            DenyCode.CONNECTOR_NOT_ALLOWED);
    assertThat(connector.reason()).contains("'analyst'").contains("'athena'");
    assertThat(connector.hint()).contains("- { connector: athena }").contains("agents.analyst");
  }

  /** Threat 8: an empty list that permits all. */
  @Test
  void anAgentWithoutGrantsMayDoNothing() {
    for (Connector connector : CONNECTORS) {
      assertThat(POLICY.mayUse(NOBODY, connector)).isFalse();
      for (Operation operation : operations(connector.service())) {
        denied(POLICY.decide(NOBODY, connector, operation), DenyCode.CONNECTOR_NOT_ALLOWED);
      }
      denied(
          POLICY.decideQuery(NOBODY, connector, "SELECT 1", NO_FACTS),
          DenyCode.CONNECTOR_NOT_ALLOWED);
    }
    assertThat(POLICY.connectors(NOBODY)).isEmpty();
  }

  /** Threat 8: unrecognised operations passed through. */
  @Test
  void refusesAnUnrecognizedOperationEvenWhereEverythingIsGranted() {
    denied(POLICY.decide(ADMIN, BUCKET, null), DenyCode.UNRECOGNIZED_OPERATION);
    denied(POLICY.decideRecipe(ADMIN, BUCKET, "query"), DenyCode.UNRECOGNIZED_OPERATION);
    Decision.Deny deny =
        denied(POLICY.decideRecipe(ADMIN, WAREHOUSE, "<script>"), DenyCode.UNRECOGNIZED_OPERATION);
    assertThat(deny.reason() + deny.hint()).doesNotContain("script");
  }

  @Test
  void refusesAnOperationOfAnotherServiceThanTheConnectors() {
    denied(
        POLICY.decide(ADMIN, BUCKET, operation("sts:GetCallerIdentity")), DenyCode.WRONG_SERVICE);
  }

  @Test
  void refusesAnAgentOrConnectorThatIsNotConfigured() {
    Operation get = operation("s3:GetObject");
    Agent stranger = Configs.agent("stranger", grant("*", "*"));
    denied(POLICY.decide(stranger, LAKE, get), DenyCode.UNKNOWN_AGENT);
    Connector other = Configs.connector("other", "s3", Access.READ_WRITE);
    denied(POLICY.decide(ADMIN, other, get), DenyCode.UNKNOWN_CONNECTOR);
    assertThat(POLICY.mayUse(stranger, LAKE)).isFalse();
    assertThat(POLICY.mayUse(ADMIN, other)).isFalse();
  }

  @Test
  void believesTheConfigurationAndNotTheConnectorThatItIsHanded() {
    Connector widened = Configs.connector("lake", "s3", Access.READ_WRITE);
    denied(POLICY.decide(ADMIN, widened, operation("s3:PutObject")), DenyCode.READ_ONLY_CONNECTOR);
  }

  /** Threat 9: read-only decided by HTTP verb. POST can read, and GET can write. */
  @Test
  void readOnlyGoesByTheModelledOperationAndNotByItsVerb() {
    for (Connector connector : List.of(LAKE, WAREHOUSE)) {
      int denied = 0;
      for (Operation operation : operations(connector.service())) {
        boolean allowed = POLICY.decide(ADMIN, connector, operation) instanceof Decision.Allow;
        if (allowed) {
          assertThat(operation.level()).isIn(AccessLevel.LIST, AccessLevel.READ);
        } else {
          denied++;
        }
      }
      assertThat(denied).as("refusals of %s", connector.service()).isPositive();
    }
    Operation describe = operation("redshift-data:DescribeStatement");
    assertThat(describe.httpMethod()).isEqualTo("POST");
    assertThat(POLICY.decide(ADMIN, WAREHOUSE, describe)).isInstanceOf(Decision.Allow.class);
  }

  /** Threat 9: read-only decided in the listing only. What is listed is what may be called. */
  @Test
  void listsExactlyWhatMayBeCalled() {
    for (Agent agent : List.of(ADMIN, ANALYST, NOBODY)) {
      for (Connector connector : CONNECTORS) {
        Collection<Operation> all = operations(connector.service());
        List<Operation> listed = POLICY.allowedOperations(agent, connector, all);
        for (Operation operation : all) {
          assertThat(POLICY.decide(agent, connector, operation) instanceof Decision.Allow)
              .isEqualTo(listed.contains(operation));
        }
      }
    }
    assertThat(POLICY.connectors(ANALYST)).containsExactly(LAKE, BUCKET, WAREHOUSE);
    assertThat(POLICY.allowedRecipes(ANALYST, WAREHOUSE)).containsExactly("query");
    assertThat(POLICY.allowedRecipes(ADMIN, ATHENA)).containsExactly("query");
    assertThat(POLICY.allowedRecipes(ANALYST, LAKE)).isEmpty();
    assertThat(POLICY.allowedRecipes(ANALYST, ATHENA)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = AccessLevel.class,
      names = {"WRITE", "TAGGING", "PERMISSIONS_MANAGEMENT"})
  void aReadOnlyConnectorRefusesEveryOtherLevel(AccessLevel level) {
    Operation operation =
        operations("s3").stream()
            .filter(o -> o.level() == level && !o.mustBeNamed())
            .findFirst()
            .orElseThrow();
    denied(POLICY.decide(ADMIN, LAKE, operation), DenyCode.READ_ONLY_CONNECTOR);
    assertThat(POLICY.decide(ADMIN, BUCKET, operation)).isInstanceOf(Decision.Allow.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"redshift-data:ExecuteStatement", "redshift-data:BatchExecuteStatement"})
  void aReadOnlyConnectorSendsAStatementToQuery(String id) {
    Decision.Deny deny =
        denied(POLICY.decide(ADMIN, WAREHOUSE, operation(id)), DenyCode.READ_ONLY_CONNECTOR);
    assertThat(deny.hint()).contains("/v1/connectors/warehouse/query");
  }

  @Test
  void aReadOnlyConnectorRefusesStatementsOfServicesWithoutARecipe() {
    Connector table = Configs.connector("table", "dynamodb", Access.READ_ONLY);
    Policy policy = Policy.of(Configs.of(List.of(ADMIN), List.of(table)));
    for (String id :
        List.of(
            "dynamodb:ExecuteStatement",
            "dynamodb:BatchExecuteStatement",
            "dynamodb:ExecuteTransaction")) {
      Decision.Deny deny =
          denied(policy.decide(ADMIN, table, operation(id)), DenyCode.READ_ONLY_CONNECTOR);
      assertThat(deny.hint()).contains("access: read-write").doesNotContain("/query");
    }
    assertThat(policy.decide(ADMIN, table, operation("dynamodb:Query")))
        .isInstanceOf(Decision.Allow.class);
  }

  @Test
  void aReadOnlyConnectorRunsAQueryThatOnlyReads() {
    allowed(
        POLICY.decideQuery(ANALYST, WAREHOUSE, "SELECT * FROM sales", NO_FACTS),
        "agents.analyst.allow[0]: *");
    Decision.Deny deny =
        denied(
            POLICY.decideQuery(ANALYST, WAREHOUSE, "SELECT 1; DROP TABLE canary", NO_FACTS),
            DenyCode.SQL_NOT_READ_ONLY);
    assertThat(deny.reason() + deny.hint()).doesNotContain("canary");
  }

  @Test
  void aReadWriteConnectorRunsAnyQuery() {
    allowed(
        POLICY.decideQuery(ADMIN, ATHENA, "CREATE TABLE t AS SELECT 1", NO_FACTS),
        "agents.admin.allow[0]: *");
  }

  /** Threat 12: operations whose answer is a credential. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "sts:AssumeRole",
        "sts:AssumeRoleWithWebIdentity",
        "sts:AssumeRoleWithSAML",
        "sts:GetSessionToken",
        "sts:GetFederationToken",
        "iam:CreateAccessKey",
        "secretsmanager:GetSecretValue",
        "secretsmanager:BatchGetSecretValue",
        "ssm:GetParameter",
        "ssm:GetParameters",
        "ssm:GetParametersByPath",
        "ssm:GetParameterHistory",
        "lambda:GetFunction"
      })
  void refusesAnOperationThatAnswersACredentialUnlessTheConnectorNamesIt(String id) {
    Operation operation = operation(id);
    for (Access access : Access.values()) {
      Connector plain = Configs.connector("c", operation.service(), access);
      Policy policy = Policy.of(Configs.of(List.of(ADMIN), List.of(plain)));
      Decision.Deny deny =
          denied(policy.decide(ADMIN, plain, operation), DenyCode.CREDENTIAL_OPERATION);
      assertThat(deny.hint()).contains("credential-operations: [" + operation.name() + "]");
    }
    Connector naming = credentialConnector(operation.service(), operation.name());
    Policy policy = Policy.of(Configs.of(List.of(ADMIN, NOBODY), List.of(naming)));
    assertThat(policy.decide(ADMIN, naming, operation)).isInstanceOf(Decision.Allow.class);
    denied(policy.decide(NOBODY, naming, operation), DenyCode.CONNECTOR_NOT_ALLOWED);
  }

  private static Connector credentialConnector(String service, String... names) {
    return Configs.connector("c", service, "eu-west-1", Access.READ_WRITE, Set.of(names));
  }

  /** Threat 12: a pattern or another case in credential-operations lifts nothing. */
  @Test
  void aCredentialOperationIsNamedExactlyOrNotAtAll() {
    Connector loose =
        credentialConnector("secretsmanager", "*", "Get*", "getsecretvalue", "BatchGetSecretValue");
    Policy policy = Policy.of(Configs.of(List.of(ADMIN), List.of(loose)));
    denied(
        policy.decide(ADMIN, loose, operation("secretsmanager:GetSecretValue")),
        DenyCode.CREDENTIAL_OPERATION);
  }

  /** Threat 12: of STS, GetCallerIdentity alone goes through unnamed. */
  @Test
  void allowsOfStsTheCallersIdentityAndNoCredential() {
    Connector sts = Configs.connector("sts", "sts", Access.READ_ONLY);
    Policy policy = Policy.of(Configs.of(List.of(ADMIN), List.of(sts)));
    allowed(
        policy.decide(ADMIN, sts, operation("sts:GetCallerIdentity")), "agents.admin.allow[0]: *");
    for (Operation operation : operations("sts")) {
      if (operation.answersCredential()) {
        denied(policy.decide(ADMIN, sts, operation), DenyCode.CREDENTIAL_OPERATION);
      }
    }
  }

  /** Threat 12: what hands a role to a thing that then acts with it. */
  @Test
  void refusesToHandOnARoleUnlessTheConnectorNamesTheOperation() {
    Operation create = operation("lambda:CreateFunction");
    assertThat(create.passesRole()).isTrue();
    Connector lambda = Configs.connector("lambda", "lambda", Access.READ_WRITE);
    Policy policy = Policy.of(Configs.of(List.of(ADMIN), List.of(lambda)));
    Decision.Deny deny =
        denied(policy.decide(ADMIN, lambda, create), DenyCode.CREDENTIAL_OPERATION);
    assertThat(deny.reason()).contains("hands a role");
  }

  @Test
  void saysWhenOnlyTheCaseOfAPatternIsWrong() {
    Decision.Deny deny =
        denied(
            POLICY.decide(ANALYST, BUCKET, operation("s3:PutObject")),
            DenyCode.OPERATION_NOT_ALLOWED);
    assertThat(deny.hint())
        .isEqualTo("agents.analyst.allow[2]: put* has it in another case: write 'PutObject'");
  }

  @Test
  void aGrantOfAnOperationIsNoneOfTheRecipeThatDiffersInCase() {
    Agent agent = Configs.agent("a", grant("warehouse", "Query*"));
    Policy policy = Policy.of(Configs.of(List.of(agent), CONNECTORS));
    denied(
        policy.decideQuery(agent, WAREHOUSE, "SELECT 1", NO_FACTS), DenyCode.OPERATION_NOT_ALLOWED);
  }

  @Test
  void findsTheConnectorsThatACredentialWithoutOneMayMean() {
    Connector far = Configs.connector("far", "s3", "us-east-2", Access.READ_ONLY, Set.of());
    Connector iam = Configs.connector("iam", "iam", Access.READ_ONLY);
    List<Connector> all = List.of(LAKE, BUCKET, WAREHOUSE, far, iam);
    Policy policy = Policy.of(Configs.of(List.of(ADMIN, ANALYST, NOBODY), all));
    assertThat(policy.candidates(ADMIN, "s3", "eu-west-1")).containsExactly(LAKE, BUCKET);
    assertThat(policy.candidates(ADMIN, "s3", "us-east-2")).containsExactly(far);
    assertThat(policy.candidates(ADMIN, "s3", "*")).isEmpty();
    assertThat(policy.candidates(ANALYST, "s3", "us-east-2")).isEmpty();
    assertThat(policy.candidates(NOBODY, "s3", "eu-west-1")).isEmpty();
    List<Service> s3 = CATALOG.bySigningName("s3");
    assertThat(policy.candidates(ADMIN, s3, "us-east-2")).containsExactly(far);
    assertThat(policy.candidates(ADMIN, CATALOG.bySigningName("iam"), "us-east-1"))
        .as("a service without Regions is found by any")
        .containsExactly(iam);
    assertThat(policy.candidates(ADMIN, List.of(), "eu-west-1")).isEmpty();
  }

  @Test
  void everyCodeIsOneOfItsOwnAndInKebabCase() {
    Set<String> codes = new HashSet<>();
    for (DenyCode code : DenyCode.values()) {
      assertThat(code.code()).matches("[a-z]+(-[a-z]+)+");
      assertThat(codes.add(code.code())).isTrue();
    }
  }

  @Test
  void isTheSameForAnAgentWhoseTokensWereTakenAway() {
    GatewayConfig config = Configs.of(List.of(ANALYST), CONNECTORS);
    Agent bare = new Agent("analyst", List.of(), ANALYST.allow());
    assertThat(Policy.of(config).decide(bare, LAKE, operation("s3:GetObject")))
        .isInstanceOf(Decision.Allow.class);
  }
}
