package io.countersign.connector;

import static io.countersign.protocol.Samples.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.config.Connector;
import io.countersign.connector.QueryOutcome.Failed;
import io.countersign.connector.QueryOutcome.Finished;
import io.countersign.connector.QueryOutcome.StillRunning;
import io.countersign.protocol.BadInputException;
import io.countersign.protocol.GarbledAnswerException;
import io.countersign.protocol.Json;
import io.countersign.protocol.Samples;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the recipe does with either service, shown with Redshift Data. */
class QueryRecipeTest {
  private static final String ID = "a1b2c3d4-1111-2222-3333-444455556666";
  private static final String STARTED = "{'Id':'" + ID + "'}";
  private static final String RUNNING = "{'Id':'" + ID + "','Status':'STARTED'}";
  private static final String FINISHED =
      "{'Id':'" + ID + "','Status':'FINISHED','HasResultSet':true}";
  private static final String COLUMNS =
      "'ColumnMetadata':[{'name':'n','label':'n','typeName':'int8'},"
          + "{'name':'name','label':'name','typeName':'varchar'}]";
  private static final Connector CONNECTOR =
      Samples.connector(
          "redshift-data",
          Map.of("ClusterIdentifier", "analytics", "Database", "dev", "ResultFormat", "CSV"),
          Set.of("Database"));

  private final ManualPace pace = new ManualPace();
  private final ScriptedCaller caller = new ScriptedCaller();
  private final QueryRecipe recipe = recipe(QueryRecipe.DEFAULT_MAX_BYTES);

  private QueryRecipe recipe(long maxBytes) {
    return QueryRecipe.of(Samples.service("redshift-data"), pace, () -> "token-1", maxBytes)
        .orElseThrow();
  }

  private static String rows(int from, int to, String rest) {
    StringBuilder records = new StringBuilder();
    for (int i = from; i < to; i++) {
      records
          .append(i == from ? "" : ",")
          .append("[{'longValue':" + i + "},{'stringValue':'row " + i + "'}]");
    }
    return "{'Records':[" + records + "]," + COLUMNS + rest + "}";
  }

  private QueryOutcome start(String input) throws Exception {
    return recipe.start(CONNECTOR, QueryInput.parse(json(input)), caller);
  }

  @AfterEach
  void everyScriptedCallWasMade() {
    caller.assertDone();
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void startsWaitsAndTakesTheRows() throws Exception {
    caller
        .then("ExecuteStatement", STARTED)
        .then("DescribeStatement", RUNNING)
        .then("DescribeStatement", FINISHED)
        .then("GetStatementResult", rows(0, 2, ""));
    QueryOutcome outcome = start("{'sql':'select :a','parameters':{'a':'x','b':2.50,'c':true}}");
    assertThat(((Finished) outcome).toJson())
        .isEqualTo(
            json(
                "{'columns':[{'name':'n','type':'int8'},{'name':'name','type':'varchar'}],"
                    + "'rows':[[0,'row 0'],[1,'row 1']],'row_count':2,'truncated':false,"
                    + "'statement_id':'"
                    + ID
                    + "','next':null}"));
    assertThat(caller.input(0))
        .isEqualTo(
            json(
                "{'Sql':'select :a','ClientToken':'token-1','ClusterIdentifier':'analytics',"
                    + "'Database':'dev','Parameters':[{'name':'a','value':'x'},"
                    + "{'name':'b','value':'2.50'},{'name':'c','value':'true'}]}"));
    assertThat(caller.input(1)).isEqualTo(json("{'Id':'" + ID + "'}"));
  }

  @Test
  void pollsFasterAtFirstAndEverySecondInTheEnd() throws Exception {
    caller.then("ExecuteStatement", STARTED);
    for (int i = 0; i < 12; i++) {
      caller.then("DescribeStatement", RUNNING);
    }
    caller.then("DescribeStatement", "{'Id':'x','Status':'FINISHED','HasResultSet':false}");
    assertThat(start("{'sql':'create table t(i int)'}"))
        .isEqualTo(new Finished(ID, List.of(), Json.nodes().arrayNode(), null));
    assertThat(pace.sleeps()).isSorted().startsWith(Duration.ofMillis(50));
    assertThat(pace.sleeps().getLast()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void goesOnFromPageToPage() throws Exception {
    caller
        .then("ExecuteStatement", STARTED)
        .then("DescribeStatement", FINISHED)
        .then("GetStatementResult", rows(0, 3, ",'NextToken':'t1'"))
        .then("GetStatementResult", rows(3, 3, ",'NextToken':'t2'"))
        .then("GetStatementResult", rows(3, 5, ""));
    Finished finished = (Finished) start("{'sql':'select 1'}");
    assertThat(finished.rows()).hasSize(5);
    assertThat(finished.truncated()).isFalse();
    assertThat(caller.input(3).get("NextToken").textValue()).isEqualTo("t1");
    assertThat(caller.input(4).get("NextToken").textValue()).isEqualTo("t2");
  }

  @Test
  void cutsAtMaxRowsInTheMiddleOfAPageAndGoesOnThere() throws Exception {
    caller
        .then("ExecuteStatement", STARTED)
        .then("DescribeStatement", FINISHED)
        .then("GetStatementResult", rows(0, 3, ",'NextToken':'t1'"))
        .then("GetStatementResult", rows(3, 6, ",'NextToken':'t2'"));
    Finished first = (Finished) start("{'sql':'select 1','max_rows':4}");
    assertThat(first.truncated()).isTrue();
    assertThat(first.rows()).hasSize(4);
    caller
        .then("DescribeStatement", FINISHED)
        .then("GetStatementResult", rows(3, 6, ",'NextToken':'t2'"))
        .then("GetStatementResult", rows(6, 7, ""));
    Finished rest = (Finished) recipe.resume(ID, first.next(), QueryInput.Limits.DEFAULT, caller);
    assertThat(rest.rows().toString()).isEqualTo("[[4,\"row 4\"],[5,\"row 5\"],[6,\"row 6\"]]");
    assertThat(rest.columns()).hasSize(2);
    assertThat(rest.next()).isNull();
    assertThat(caller.input(5).get("NextToken").textValue()).isEqualTo("t1");
  }

  @Test
  void cutsAtTheEndOfAPageWithoutReadingTheNext() throws Exception {
    caller
        .then("ExecuteStatement", STARTED)
        .then("DescribeStatement", FINISHED)
        .then("GetStatementResult", rows(0, 2, ",'NextToken':'t1'"));
    Finished first = (Finished) start("{'sql':'select 1','max_rows':2}");
    assertThat(first.truncated()).isTrue();
    caller.then("DescribeStatement", FINISHED).then("GetStatementResult", rows(2, 3, ""));
    Finished rest = (Finished) recipe.resume(ID, first.next(), QueryInput.Limits.DEFAULT, caller);
    assertThat(rest.rows().toString()).isEqualTo("[[2,\"row 2\"]]");
  }

  @Test
  void cutsAtTheByteBudgetButGivesAtLeastOneRow() throws Exception {
    caller
        .then("DescribeStatement", FINISHED)
        .then("GetStatementResult", rows(0, 5, ""))
        .then("DescribeStatement", FINISHED)
        .then("GetStatementResult", rows(0, 5, ""));
    Finished two = (Finished) recipe(50).resume(ID, null, QueryInput.Limits.DEFAULT, caller);
    assertThat(two.rows()).hasSize(2);
    assertThat(two.truncated()).isTrue();
    Finished one = (Finished) recipe(1).resume(ID, null, QueryInput.Limits.DEFAULT, caller);
    assertThat(one.rows()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"FAILED", "ABORTED"})
  void reportsAStatementThatAwsCouldNotFinish(String status) throws Exception {
    caller
        .then("ExecuteStatement", STARTED)
        .then("DescribeStatement", "{'Status':'" + status + "','Error':'relation t is not there'}");
    assertThat(start("{'sql':'select 1'}"))
        .isEqualTo(new Failed(ID, status, "relation t is not there"));
  }

  @Test
  void answersWithTheIdWhenTheTimeIsOverAndTakesItUpAgain() throws Exception {
    caller.then("ExecuteStatement", STARTED);
    for (int i = 0; i < 4; i++) {
      caller.then("DescribeStatement", RUNNING);
    }
    QueryOutcome outcome = start("{'sql':'select 1','timeout_ms':200}");
    assertThat(outcome).isEqualTo(new StillRunning(ID));
    // 50, 75 and what is left: the last poll is at the deadline, not past it.
    assertThat(pace.sleeps())
        .containsExactly(Duration.ofMillis(50), Duration.ofMillis(75), Duration.ofMillis(75));
    caller.then("DescribeStatement", FINISHED).then("GetStatementResult", rows(0, 1, ""));
    assertThat(recipe.resume(outcome.statementId(), null, QueryInput.Limits.DEFAULT, caller))
        .isInstanceOf(Finished.class);
  }

  @Test
  void looksOnceWhenThereIsNoTime() throws Exception {
    caller.then("ExecuteStatement", STARTED).then("DescribeStatement", RUNNING);
    assertThat(start("{'sql':'select 1','timeout_ms':0}")).isEqualTo(new StillRunning(ID));
    assertThat(pace.sleeps()).isEmpty();
  }

  @Test
  void cancelsTheStatementWhenTheClientHasGone() {
    caller
        .then("ExecuteStatement", STARTED)
        .then("DescribeStatement", RUNNING)
        .then("CancelStatement", "{'Status':true}");
    pace.interruptAfter(0);
    assertThatThrownBy(() -> start("{'sql':'select 1'}")).isInstanceOf(InterruptedException.class);
    assertThat(caller.input(2)).isEqualTo(json("{'Id':'" + ID + "'}"));
  }

  @Test
  void cancelsAlsoWhenTheInterruptHitsACall() {
    caller
        .then("ExecuteStatement", STARTED)
        .then("DescribeStatement", FINISHED)
        .thenInterrupt("GetStatementResult")
        .then("CancelStatement", "{}");
    assertThatThrownBy(() -> start("{'sql':'select 1'}")).isInstanceOf(InterruptedException.class);
  }

  @Test
  void cancelsWhatItCanNoLongerWatch() {
    caller
        .then("ExecuteStatement", STARTED)
        .thenError("DescribeStatement", 403, "AccessDeniedException")
        .thenError("CancelStatement", 400, "ValidationException");
    assertThatThrownBy(() -> start("{'sql':'select 1'}"))
        .isInstanceOf(AwsCallException.class)
        .hasMessage("AccessDeniedException: as scripted");
  }

  @Test
  void reportsWhatWentWrongFirstAlsoWhenCancellingFails() {
    RuntimeException first = new IllegalStateException("the gateway refuses");
    RuntimeException second = new IllegalStateException("again");
    caller
        .then("ExecuteStatement", STARTED)
        .thenThrow("DescribeStatement", first)
        .thenThrow("CancelStatement", second);
    assertThatThrownBy(() -> start("{'sql':'select 1'}"))
        .isSameAs(first)
        .satisfies(e -> assertThat(e.getSuppressed()).containsExactly(second));
  }

  @Test
  void leavesAStatementAloneThatIsOnlyTakenUpAgain() {
    caller.thenInterrupt("DescribeStatement");
    assertThatThrownBy(() -> recipe.resume(ID, null, QueryInput.Limits.DEFAULT, caller))
        .isInstanceOf(InterruptedException.class);
    assertThat(caller.operations()).containsExactly("DescribeStatement");
  }

  @Test
  void cancelsOnDemand() throws Exception {
    caller.then("CancelStatement", "{'Status':true}");
    recipe.cancel(ID, caller);
  }

  @Test
  void waitsAndTriesAgainWhenAwsIsBusy() throws Exception {
    caller
        .thenError("ExecuteStatement", 400, "ThrottlingException")
        .thenError("ExecuteStatement", 500, "InternalServerException")
        .then("ExecuteStatement", STARTED)
        .thenError("DescribeStatement", 429, "TooManyRequestsException")
        .then("DescribeStatement", FINISHED)
        .thenError("GetStatementResult", 400, "ThrottlingException")
        .then("GetStatementResult", rows(0, 1, ""));
    assertThat(((Finished) start("{'sql':'select 1'}")).rows()).hasSize(1);
    assertThat(pace.sleeps())
        .containsExactly(
            Duration.ofMillis(75),
            Duration.ofMillis(150),
            Duration.ofMillis(75),
            Duration.ofMillis(75));
    assertThat(caller.input(2)).isEqualTo(caller.input(0));
  }

  @Test
  void givesUpWhereAwsStaysBusy() {
    for (int i = 0; i < 9; i++) {
      caller.thenError("ExecuteStatement", 400, "ThrottlingException");
    }
    assertThatThrownBy(() -> start("{'sql':'select 1'}"))
        .isInstanceOfSatisfying(
            AwsCallException.class, e -> assertThat(e.error().throttled()).isTrue());
  }

  @Test
  void doesNotRetryWhatCannotSucceed() {
    caller.thenError("ExecuteStatement", 400, "ValidationException");
    assertThatThrownBy(() -> start("{'sql':'select 1'}")).isInstanceOf(AwsCallException.class);
    assertThat(pace.sleeps()).isEmpty();
  }

  @Test
  void countsAStatementThatCannotBePolledInTimeAsRunning() throws Exception {
    caller
        .then("ExecuteStatement", STARTED)
        .thenError("DescribeStatement", 400, "ThrottlingException")
        .thenError("DescribeStatement", 400, "ThrottlingException");
    assertThat(start("{'sql':'select 1','timeout_ms':60}")).isEqualTo(new StillRunning(ID));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'Status':7}",
        "{'Status':'SOMETHING'}",
      })
  void saysThatAnAnswerIsGarbledWhenItsStatusIs(String answer) {
    caller
        .then("ExecuteStatement", STARTED)
        .then("DescribeStatement", answer)
        .then("CancelStatement", "{}");
    assertThatThrownBy(() -> start("{'sql':'select 1'}"))
        .isInstanceOf(GarbledAnswerException.class)
        .hasMessageContaining("DescribeStatement");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'Records':{}}",
        "{'Records':[[{'longValue':1}]],'ColumnMetadata':[]}",
        "{'Records':[7],'ColumnMetadata':[]}",
        "{'Records':[[{'strange':1}]],'ColumnMetadata':[{'name':'a'}]}",
        "{'Records':[[7]],'ColumnMetadata':[{'name':'a'}]}",
        "{'Records':[],'ColumnMetadata':'x'}"
      })
  void saysThatAnAnswerIsGarbledWhenItsRowsAre(String answer) {
    caller
        .then("ExecuteStatement", STARTED)
        .then("DescribeStatement", FINISHED)
        .then("GetStatementResult", answer)
        .then("CancelStatement", "{}");
    assertThatThrownBy(() -> start("{'sql':'select 1'}"))
        .isInstanceOf(GarbledAnswerException.class)
        .hasMessageContaining("GetStatementResult");
  }

  @Test
  void saysThatAnAnswerIsGarbledWhenItHasNoId() {
    caller.then("ExecuteStatement", "{}");
    assertThatThrownBy(() -> start("{'sql':'select 1'}"))
        .isInstanceOf(GarbledAnswerException.class)
        .hasMessageContaining("no Id");
  }

  @Test
  void doesNotTurnInCirclesOverAPageThatNamesItself() {
    caller
        .then("ExecuteStatement", STARTED)
        .then("DescribeStatement", FINISHED)
        .then("GetStatementResult", rows(0, 1, ",'NextToken':'t'"))
        .then("GetStatementResult", rows(0, 1, ",'NextToken':'t'"))
        .then("CancelStatement", "{}");
    assertThatThrownBy(() -> start("{'sql':'select 1'}"))
        .isInstanceOf(GarbledAnswerException.class)
        .hasMessageContaining("next page");
  }

  @Test
  void typesTheValuesOfRedshift() throws Exception {
    String columns = "{'name':'a','typeName':'t'}" + ",{'name':'a','typeName':'t'}".repeat(5);
    caller
        .then("DescribeStatement", FINISHED)
        .then(
            "GetStatementResult",
            "{'Records':[[{'isNull':true},{'longValue':9007199254740993},{'doubleValue':1.5},"
                + "{'booleanValue':false},{'stringValue':'12.50'},{'blobValue':'AAE='}]],"
                + "'ColumnMetadata':["
                + columns
                + "]}");
    Finished finished = (Finished) recipe.resume(ID, null, QueryInput.Limits.DEFAULT, caller);
    assertThat(finished.rows().toString())
        .isEqualTo("[[null,9007199254740993,1.5,false,\"12.50\",\"AAE=\"]]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "../../etc",
        "a1b2c3d4-1111-2222-3333-444455556666/../x",
        "a1b2c3d4-1111-2222-3333-444455556666\n",
        "a1b2c3d4-1111-2222-3333-444455556666:",
        "a1b2c3d4-1111-2222-3333-444455556666:123",
        "a1b2c3d4-1111-2222-3333-44445555666é"
      })
  void refusesWhatIsNoStatementId(String id) {
    assertThatThrownBy(() -> recipe.resume(id, null, QueryInput.Limits.DEFAULT, caller))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("/statement_id");
    assertThatThrownBy(() -> recipe.cancel(id, caller)).isInstanceOf(BadInputException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "%%%", "e30", "eyJyIjotMX0", "bnVsbA", "eyJyIjowLCJwIjoxfQ"})
  void refusesANextThatItDidNotGive(String next) {
    assertThatThrownBy(() -> recipe.resume(ID, next, QueryInput.Limits.DEFAULT, caller))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("/next");
  }

  @Test
  void takesNoArrayOfParametersForRedshift() {
    for (String parameters : new String[] {"[1]", "'x'", "7"}) {
      assertThatThrownBy(() -> start("{'sql':'s','parameters':" + parameters + "}"))
          .isInstanceOf(BadInputException.class)
          .hasMessageContainingAll("/parameters", "must be an object", "Athena takes an array");
    }
    for (String value : new String[] {"null", "[]", "{}", "''"}) {
      assertThatThrownBy(() -> start("{'sql':'s','parameters':{'a':" + value + "}}"))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("/parameters/a");
    }
    assertThatThrownBy(() -> start("{'sql':'s','parameters':{'a b':'x'}}"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("letters");
  }

  @Test
  void describesItsInput() {
    ObjectNode schema = recipe.inputSchema();
    assertThat(schema.at("/properties/parameters/type").textValue()).isEqualTo("object");
    assertThat(schema.at("/properties/max_rows/default").intValue()).isEqualTo(1_000);
    assertThat(schema.at("/properties/timeout_ms/maximum").intValue()).isEqualTo(900_000);
    assertThat(recipe.startOperation().id()).isEqualTo("redshift-data:ExecuteStatement");
  }

  @Test
  void isThereOnlyForServicesThatRunSql() {
    assertThat(QueryRecipe.of(Samples.service("athena"), pace, () -> "t", 1)).isPresent();
    assertThat(QueryRecipe.of(Samples.service("dynamodb"), pace, () -> "t", 1)).isEmpty();
  }
}
