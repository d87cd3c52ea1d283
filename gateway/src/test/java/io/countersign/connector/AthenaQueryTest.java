package io.countersign.connector;

import static io.countersign.protocol.Samples.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.config.Connector;
import io.countersign.connector.QueryOutcome.Failed;
import io.countersign.connector.QueryOutcome.Finished;
import io.countersign.protocol.BadInputException;
import io.countersign.protocol.GarbledAnswerException;
import io.countersign.protocol.Json;
import io.countersign.protocol.Samples;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AthenaQueryTest {
  private static final String ID = "a1b2c3d4-1111-2222-3333-444455556666";
  private static final String STARTED = "{'QueryExecutionId':'" + ID + "'}";
  private static final Connector CONNECTOR =
      Samples.connector(
          "athena",
          Map.of("WorkGroup", "agents", "Database", "sales", "OutputLocation", "s3://out/"),
          Set.of("OutputLocation"));

  private final ManualPace pace = new ManualPace();
  private final ScriptedCaller caller = new ScriptedCaller();
  private final QueryRecipe recipe =
      QueryRecipe.of(
              Samples.service("athena"),
              pace,
              () -> "00000000-0000-0000-0000-000000000001",
              QueryRecipe.DEFAULT_MAX_BYTES)
          .orElseThrow();

  private static String execution(String state, String rest) {
    return "{'QueryExecution':{'Status':{'State':'" + state + "'}" + rest + "}}";
  }

  private static String results(String columns, String rows, String rest) {
    StringBuilder info = new StringBuilder();
    for (String column : columns.split(" ", -1)) {
      String[] part = column.split(":", -1);
      info.append(info.isEmpty() ? "" : ",")
          .append("{'Name':'" + part[0] + "','Label':'" + part[0] + "','Type':'" + part[1] + "'}");
    }
    return "{'ResultSet':{'Rows':["
        + rows
        + "],'ResultSetMetadata':{'ColumnInfo':["
        + info
        + "]}}"
        + rest
        + "}";
  }

  private static String row(String... values) {
    StringBuilder data = new StringBuilder();
    for (String value : values) {
      data.append(data.isEmpty() ? "" : ",")
          .append(value.equals("-") ? "{}" : "{'VarCharValue':'" + value + "'}");
    }
    return "{'Data':[" + data + "]}";
  }

  private QueryOutcome start(String input) throws Exception {
    return recipe.start(CONNECTOR, QueryInput.parse(json(input)), caller);
  }

  @AfterEach
  void everyScriptedCallWasMade() {
    caller.assertDone();
  }

  @Test
  void startsWaitsAndTakesTheRowsWithoutTheHeader() throws Exception {
    caller
        .then("StartQueryExecution", STARTED)
        .then("GetQueryExecution", execution("QUEUED", ""))
        .then("GetQueryExecution", execution("RUNNING", ""))
        .then("GetQueryExecution", execution("SUCCEEDED", ",'StatementType':'DML'"))
        .then("GetQueryResults", results("n:bigint", row("n") + "," + row("7"), ""));
    Finished finished = (Finished) start("{'sql':'select n from t where a = ?','parameters':[1]}");
    assertThat(finished.toJson().toString().replace('"', '\''))
        .isEqualTo(
            "{'columns':[{'name':'n','type':'bigint'}],'rows':[[7]],'row_count':1,"
                + "'truncated':false,'statement_id':'"
                + ID
                + "','next':null}");
    assertThat(caller.input(0))
        .isEqualTo(
            json(
                "{'QueryString':'select n from t where a = ?','ExecutionParameters':['1'],"
                    + "'ClientRequestToken':'00000000-0000-0000-0000-000000000001',"
                    + "'WorkGroup':'agents','QueryExecutionContext':{'Database':'sales'},"
                    + "'ResultConfiguration':{'OutputLocation':'s3://out/'}}"));
    assertThat(caller.input(4))
        .isEqualTo(json("{'MaxResults':1000,'QueryExecutionId':'" + ID + "'}"));
  }

  @Test
  void quotesStringsSoThatAParameterStaysAValue() throws Exception {
    var values =
        Json.nodes()
            .arrayNode()
            .add("plain")
            .add("x' OR '1'='1")
            .add(new BigDecimal("2.50"))
            .add(true)
            .addNull();
    assertThat(new Athena().startInput("s", values, "t").get("ExecutionParameters"))
        .extracting(JsonNode::textValue)
        .containsExactly("'plain'", "'x'' OR ''1''=''1'", "2.50", "true", "NULL");
  }

  @Test
  void boundsTheLengthOfAParameter() throws Exception {
    Athena athena = new Athena();
    var fits = Json.nodes().arrayNode().add("x".repeat(1_022));
    assertThat(athena.startInput("s", fits, "t").get("ExecutionParameters")).hasSize(1);
    var tooLong = Json.nodes().arrayNode().add("x".repeat(1_023));
    assertThatThrownBy(() -> athena.startInput("s", tooLong, "t"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("/parameters/0");
  }

  @Test
  void takesNoObjectOfParameters() {
    assertThatThrownBy(() -> start("{'sql':'s','parameters':{'a':1}}"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll(
            "/parameters", "must be an array", "Redshift Data takes an object");
    assertThatThrownBy(() -> start("{'sql':'s','parameters':[[1]]}"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("/parameters/0");
  }

  @Test
  void keepsAFirstRowThatIsNoHeader() throws Exception {
    caller
        .then("GetQueryExecution", execution("SUCCEEDED", ",'StatementType':'UTILITY'"))
        .then("GetQueryResults", results("tab_name:string", row("tab_name"), ""));
    assertThat(resumed().rows().toString()).isEqualTo("[[\"tab_name\"]]");
    caller
        .then("GetQueryExecution", execution("SUCCEEDED", ",'StatementType':'DML'"))
        .then("GetQueryResults", results("a:varchar", row("b") + "," + row("a"), ""));
    assertThat(resumed().rows().toString()).isEqualTo("[[\"b\"],[\"a\"]]");
  }

  @Test
  void dropsTheHeaderOfTheFirstPageOnly() throws Exception {
    caller
        .then("GetQueryExecution", execution("SUCCEEDED", ",'StatementType':'DML'"))
        .then(
            "GetQueryResults", results("a:varchar", row("a") + "," + row("a"), ",'NextToken':'t'"))
        .then("GetQueryResults", results("a:varchar", row("a"), ""));
    assertThat(resumed().rows().toString()).isEqualTo("[[\"a\"],[\"a\"]]");
  }

  @Test
  void asksForNoMoreRowsThanAreWantedAndGoesOnAfterThem() throws Exception {
    caller
        .then("StartQueryExecution", STARTED)
        .then("GetQueryExecution", execution("SUCCEEDED", ",'StatementType':'DML'"))
        .then("GetQueryResults", results("n:int", row("n") + "," + row("1"), ",'NextToken':'t1'"));
    Finished first = (Finished) start("{'sql':'select 1','max_rows':1}");
    assertThat(caller.input(2).get("MaxResults").intValue()).isEqualTo(2);
    assertThat(first.truncated()).isTrue();
    caller
        .then("GetQueryExecution", execution("SUCCEEDED", ",'StatementType':'DML'"))
        .then("GetQueryResults", results("n:int", row("2"), ""));
    Finished rest =
        (Finished) recipe.resume(ID, first.next(), QueryInput.Limits.of(5L, null), caller);
    assertThat(rest.rows().toString()).isEqualTo("[[2]]");
    assertThat(caller.input(4).get("MaxResults").intValue()).isEqualTo(5);
    assertThat(caller.input(4).get("NextToken").textValue()).isEqualTo("t1");
  }

  @Test
  void typesTheValues() throws Exception {
    caller
        .then("GetQueryExecution", execution("SUCCEEDED", ""))
        .then(
            "GetQueryResults",
            results(
                "b:boolean i:integer l:bigint d:double f:float m:decimal t:timestamp v:varchar"
                    + " x:bigint y:double z:boolean e:varchar",
                row(
                        "true",
                        "-1",
                        "9223372036854775807",
                        "1.5E3",
                        "0.5",
                        "12.50",
                        "2026-01-01",
                        "-",
                        "99999999999999999999",
                        "NaN",
                        "maybe",
                        "")
                    + ","
                    + row("-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"),
                ""));
    assertThat(resumed().rows().toString())
        .isEqualTo(
            "[[true,-1,9223372036854775807,1500.0,0.5,\"12.50\",\"2026-01-01\",null,"
                + "\"99999999999999999999\",\"NaN\",\"maybe\",\"\"],"
                + "[null,null,null,null,null,null,null,null,null,null,null,null]]");
  }

  @Test
  void answersAStatementWithoutRowsEmpty() throws Exception {
    caller
        .then("GetQueryExecution", execution("SUCCEEDED", ",'StatementType':'DDL'"))
        .then("GetQueryResults", "{'UpdateCount':0,'ResultSet':{'Rows':[]}}");
    Finished finished = resumed();
    assertThat(finished.columns()).isEmpty();
    assertThat(finished.rows()).isEmpty();
  }

  @Test
  void reportsWhyAStatementFailed() throws Exception {
    caller.then(
        "GetQueryExecution",
        "{'QueryExecution':{'Status':{'State':'FAILED','StateChangeReason':'no such table'}}}");
    assertThat(recipe.resume(ID, null, QueryInput.Limits.DEFAULT, caller))
        .isEqualTo(new Failed(ID, "FAILED", "no such table"));
    caller.then("GetQueryExecution", execution("CANCELLED", ""));
    assertThat(recipe.resume(ID, null, QueryInput.Limits.DEFAULT, caller))
        .isEqualTo(new Failed(ID, "CANCELLED", "the statement was cancelled"));
  }

  @Test
  void stopsTheStatementWhenTheClientHasGone() {
    caller
        .then("StartQueryExecution", STARTED)
        .thenInterrupt("GetQueryExecution")
        .then("StopQueryExecution", "{}");
    assertThatThrownBy(() -> start("{'sql':'select 1'}")).isInstanceOf(InterruptedException.class);
    assertThat(caller.input(2)).isEqualTo(json("{'QueryExecutionId':'" + ID + "'}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'ResultSet':{'Rows':7}}",
        "{'ResultSet':{'Rows':[{'Data':[{},{}]}]}}",
        "{'ResultSet':{'Rows':[{'Data':7}],'ResultSetMetadata':{'ColumnInfo':[]}}}",
        "{'ResultSet':{'Rows':[],'ResultSetMetadata':{'ColumnInfo':7}}}"
      })
  void saysThatAnAnswerIsGarbled(String answer) {
    caller.then("GetQueryExecution", execution("SUCCEEDED", "")).then("GetQueryResults", answer);
    assertThatThrownBy(this::resumed).isInstanceOf(GarbledAnswerException.class);
  }

  private Finished resumed() throws Exception {
    return (Finished) recipe.resume(ID, null, QueryInput.Limits.DEFAULT, caller);
  }
}
