package io.countersign.protocol;

import static io.countersign.protocol.Samples.connector;
import static io.countersign.protocol.Samples.json;
import static io.countersign.protocol.Samples.operation;
import static io.countersign.protocol.Samples.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.Operation;
import io.countersign.catalog.OperationModel;
import io.countersign.config.Connector;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class InputMergeTest {
  private static final Operation EXECUTE = operation("redshift-data", "ExecuteStatement");
  private static final Operation START = operation("athena", "StartQueryExecution");
  private static final Map<String, Object> CLUSTER =
      Map.of("ClusterIdentifier", "analytics", "Database", "dev", "Unrelated", "x");

  private static Connector redshift(String... locked) {
    return connector("redshift-data", CLUSTER, Set.of(locked));
  }

  private static Connector athena(Map<String, Object> parameters, String... locked) {
    return connector("athena", parameters, Set.of(locked));
  }

  private static ObjectNode merge(Operation operation, Connector connector, ObjectNode input)
      throws BadInputException {
    return InputMerge.merge(operation, model(operation), connector, input);
  }

  private static OperationModel model(Operation operation) {
    return service(operation.service()).model().operation(operation.name()).orElseThrow();
  }

  private static void refused(ThrowingCallable call, String pointer, String... words) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            BadInputException.class, e -> assertThat(e.pointer()).isEqualTo(pointer))
        .hasMessageContainingAll(words);
  }

  @Test
  void fillsWhatTheInputLeavesOutAndNothingElse() throws BadInputException {
    ObjectNode input = json("{'Sql':'select 1','Database':'mine','DbUser':null}");
    assertThat(merge(EXECUTE, redshift(), input))
        .isEqualTo(json("{'Sql':'select 1','Database':'mine','ClusterIdentifier':'analytics'}"));
    assertThat(input.has("ClusterIdentifier")).isFalse();
  }

  @Test
  void takesTheIdsOfRoute53AsItAnswersThem() throws BadInputException {
    Operation zone = operation("route53", "GetHostedZone");
    Connector connector = connector("route53", Map.of(), Set.of());
    assertThat(merge(zone, connector, json("{'Id':'/hostedzone/Z1'}")))
        .isEqualTo(json("{'Id':'Z1'}"));
    assertThat(merge(zone, connector, json("{'Id':'Z1'}"))).isEqualTo(json("{'Id':'Z1'}"));
  }

  @Test
  void refusesAnUnknownMemberAndSuggestsTheNearest() {
    refused(
        () -> merge(EXECUTE, redshift(), json("{'sql':'select 1'}")),
        "/sql",
        "redshift-data:ExecuteStatement",
        "did you mean Sql?");
    refused(() -> merge(EXECUTE, redshift(), json("{'a/b~c':1}")), "/a~1b~0c", "it has");
  }

  @Test
  void refusesAMissingMember() {
    refused(() -> merge(EXECUTE, redshift(), json("{}")), "/Sql", "missing", "a string");
  }

  @Test
  void refusesAMemberOfTheWrongType() {
    for (String wrong : new String[] {"1", "true", "[]", "{}"}) {
      refused(
          () -> merge(EXECUTE, redshift(), json("{'Sql':" + wrong + "}")),
          "/Sql",
          "must be a string");
    }
    refused(
        () -> merge(EXECUTE, redshift(), json("{'Sql':'s','Parameters':{}}")),
        "/Parameters",
        "is an object",
        "must be an array");
    refused(
        () -> merge(EXECUTE, redshift(), json("{'Sql':'s','WithEvent':'true'}")),
        "/WithEvent",
        "must be a boolean");
    Operation list = operation("redshift-data", "ListStatements");
    refused(
        () -> merge(list, redshift(), json("{'MaxResults':1.5}")),
        "/MaxResults",
        "must be an integer");
  }

  @Test
  void refusesToOverrideWhatIsLocked() throws BadInputException {
    refused(
        () -> merge(EXECUTE, redshift("Database"), json("{'Sql':'s','Database':'o'}")),
        "/Database",
        "locks");
    assertThat(merge(EXECUTE, redshift("Database"), json("{'Sql':'s','Database':'dev'}")))
        .isEqualTo(json("{'Sql':'s','Database':'dev','ClusterIdentifier':'analytics'}"));
  }

  @Test
  void takesALockedNumberForTheSameInAnyForm() throws BadInputException {
    Operation list = operation("redshift-data", "ListStatements");
    Connector connector =
        connector("redshift-data", Map.of("MaxResults", 7L), Set.of("MaxResults"));
    assertThat(merge(list, connector, json("{'MaxResults':7}"))).hasSize(1);
    assertThat(merge(list, connector, json("{'MaxResults':7.0}"))).hasSize(1);
    refused(() -> merge(list, connector, json("{'MaxResults':8}")), "/MaxResults", "locks");
  }

  @Test
  void refusesAnotherWayAroundALockedTarget() {
    for (String member : new String[] {"WorkgroupName", "SecretArn", "DbUser", "SessionId"}) {
      refused(
          () ->
              merge(
                  EXECUTE,
                  redshift("ClusterIdentifier"),
                  json("{'Sql':'s','" + member + "':'other'}")),
          "/" + member,
          "locks");
    }
  }

  @Test
  void refusesWhatIsLockedWithoutAValue() {
    refused(
        () ->
            merge(
                START, athena(Map.of(), "WorkGroup"), json("{'QueryString':'s','WorkGroup':'w'}")),
        "/WorkGroup",
        "locks");
  }

  @Test
  void putsFlatAthenaParametersWhereTheyBelong() throws BadInputException {
    Connector connector =
        athena(Map.of("WorkGroup", "w", "Database", "d", "OutputLocation", "s3://b/"), "Database");
    assertThat(merge(START, connector, json("{'QueryString':'s'}")))
        .isEqualTo(
            json(
                "{'QueryString':'s','WorkGroup':'w','QueryExecutionContext':{'Database':'d'},"
                    + "'ResultConfiguration':{'OutputLocation':'s3://b/'}}"));
    assertThat(
            merge(
                START,
                connector,
                json("{'QueryString':'s','QueryExecutionContext':{'Catalog':'c'}}")))
        .isEqualTo(
            json(
                "{'QueryString':'s','QueryExecutionContext':{'Catalog':'c','Database':'d'},"
                    + "'WorkGroup':'w','ResultConfiguration':{'OutputLocation':'s3://b/'}}"));
    refused(
        () ->
            merge(
                START,
                connector,
                json("{'QueryString':'s','QueryExecutionContext':{'Database':'other'}}")),
        "/QueryExecutionContext/Database",
        "locks");
    refused(
        () -> merge(START, connector, json("{'QueryString':'s','QueryExecutionContext':'d'}")),
        "/QueryExecutionContext",
        "must be an object");
  }

  @Test
  void refusesWhatIsNoTimestamp() throws BadInputException {
    Operation get = operation("cloudwatch", "GetMetricStatistics");
    String rest = ",'EndTime':1767225600.5,'Namespace':'n','MetricName':'m','Period':60}";
    Connector connector = connector("cloudwatch", Map.of(), Set.of());
    assertThat(merge(get, connector, json("{'StartTime':'2026-01-01T00:00:00.25Z'" + rest)))
        .hasSize(5);
    refused(
        () -> merge(get, connector, json("{'StartTime':'yesterday'" + rest)),
        "/StartTime",
        "no timestamp");
  }

  @Test
  void refusesAnUnknownMemberInsideAMember() {
    Operation put = operation("dynamodb", "PutItem");
    refused(
        () ->
            merge(
                put,
                connector("dynamodb", Map.of(), Set.of()),
                json("{'TableName':'t','Item':{'k':{'N':'1'},'l':{'Num':'1'}}}")),
        "/Item/l/Num",
        "AttributeValue has no such member");
  }

  @Test
  void doesNotMissAnIdempotencyToken() throws BadInputException {
    assertThat(merge(START, athena(Map.of()), json("{'QueryString':'s'}"))).hasSize(1);
  }

  @Test
  void describesTheInputThatIsLeftToWrite() {
    ObjectNode schema =
        Schemas.input(EXECUTE, model(EXECUTE), redshift("ClusterIdentifier"), Schemas.Form.COMPACT);
    assertThat(schema.get("$schema").textValue()).isEqualTo(Schemas.DIALECT);
    assertThat(schema.get("required")).hasSize(1).first().asString().isEqualTo("\"Sql\"");
    assertThat(schema.get("additionalProperties").booleanValue()).isFalse();
    assertThat(schema.at("/properties").has("ClusterIdentifier")).isFalse();
    assertThat(schema.at("/properties/Database"))
        .isEqualTo(json("{'type':'string','default':'dev'}"));
    assertThat(schema.at("/properties/Parameters")).isEqualTo(json("{'type':'array'}"));
    assertThat(schema.at("/properties/WithEvent")).isEqualTo(json("{'type':'boolean'}"));
  }
}
