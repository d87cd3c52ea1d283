package io.countersign.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Amazon Athena over the sample lake: catalog {@code AwsDataCatalog}, database {@code lake}; the
 * workgroup {@code primary} has no output location of its own, {@code analysts} has one.
 *
 * @see <a href="https://docs.aws.amazon.com/athena/latest/APIReference/Welcome.html">AWS: Athena
 *     API</a>
 */
final class AthenaService implements Service, AutoCloseable {
  private static final int MAX_PAGE = 1000;
  private static final Map<String, String> WORKGROUPS =
      Map.of("primary", "", "analysts", "s3://athena-results/analysts/");
  private static final Pattern CATALOG = Pattern.compile("(?i)\"?\\bawsdatacatalog\"?\\.");
  private static final Pattern SHOW =
      Pattern.compile(
          "(?i)\\s*show\\s+(tables|databases|schemas)(?:\\s+(?:in|from)\\s+[\\w\"`]+)?\\s*;?\\s*");

  /** What was asked for, beside the SQL. */
  private record Asked(String workGroup, String database, String output, boolean utility) {}

  private final SqlRuns runs;
  private final Clock clock;
  private final S3Store store;
  private final Map<String, Asked> asked = new ConcurrentHashMap<>();

  AthenaService(Clock clock, Duration statementTime, S3Store store) {
    this.clock = clock;
    this.store = store;
    this.runs = new SqlRuns(SqlDatabase::lake, clock, statementTime);
  }

  @Override
  public HttpResponse answer(Call call) throws AwsError, IOException {
    JsonNode input = JsonRpc.input(call.request());
    String workGroup = input.path("WorkGroup").asText("primary");
    call.need(
        Dialect.JSON,
        "athena:" + call.operation(),
        "arn:aws:athena:"
            + call.region()
            + ":"
            + call.caller().account()
            + ":workgroup/"
            + workGroup);
    ObjectNode output =
        switch (call.operation()) {
          case "StartQueryExecution" -> start(call, input, workGroup);
          case "GetQueryExecution" -> {
            ObjectNode wrapper = JsonRpc.object();
            wrapper.set(
                "QueryExecution", describe(run(call, JsonRpc.text(input, "QueryExecutionId"))));
            yield wrapper;
          }
          case "BatchGetQueryExecution" -> batch(call, input);
          case "GetQueryResults" ->
              results(run(call, JsonRpc.text(input, "QueryExecutionId")), input);
          case "StopQueryExecution" -> stop(run(call, JsonRpc.text(input, "QueryExecutionId")));
          case "ListQueryExecutions" -> {
            ObjectNode wrapper = JsonRpc.object();
            ArrayNode ids = wrapper.putArray("QueryExecutionIds");
            runs.all(call.caller().principal()).stream().limit(50).forEach(run -> ids.add(run.id));
            yield wrapper;
          }
          case "ListWorkGroups",
              "GetWorkGroup",
              "ListDataCatalogs",
              "ListDatabases",
              "GetDatabase",
              "ListTableMetadata",
              "GetTableMetadata" ->
              AthenaCatalog.answer(call.operation(), input, tables(), WORKGROUPS);
          default -> throw JsonRpc.unknownOperation(call.operation());
        };
    return JsonRpc.output(call.request(), output);
  }

  private List<SqlDatabase.Table> tables() throws IOException {
    try {
      return runs.database().tables();
    } catch (SQLException e) {
      throw new IOException("reading the sample tables", e);
    }
  }

  private ObjectNode start(Call call, JsonNode input, String workGroup) throws AwsError {
    String sql = JsonRpc.need(input, "QueryString", "InvalidRequestException");
    if (SqlText.hasSeveralStatements(sql)) {
      throw invalid("Only one sql statement is allowed. Got: " + sql);
    }
    String home = WORKGROUPS.get(workGroup);
    if (home == null) {
      throw invalid("WorkGroup is not found: " + workGroup);
    }
    String location = input.path("ResultConfiguration").path("OutputLocation").asText(home);
    if (location.isEmpty()) {
      throw invalid(
          "No output location provided. You did not provide an output location for your query"
              + " results. Provide one, or use a workgroup that has one.");
    }
    if (!location.matches("s3://[a-z0-9.-]{3,63}(/.*)?")) {
      throw invalid("outputLocation is not a valid S3 path.");
    }
    String catalog = input.path("QueryExecutionContext").path("Catalog").asText("AwsDataCatalog");
    if (!catalog.equalsIgnoreCase("AwsDataCatalog")) {
      throw invalid("Catalog " + catalog + " does not exist");
    }
    String database = input.path("QueryExecutionContext").path("Database").asText("lake");
    Matcher show = SHOW.matcher(sql);
    boolean utility = show.matches();
    String text = utility ? show(show.group(1)) : CATALOG.matcher(sql).replaceAll("");
    SqlText.Bound bound = new SqlText.Bound(text, values(input));
    String output =
        (location.endsWith("/") ? location : location + "/")
            + call.requestId()
            + (utility ? ".txt" : ".csv");
    SqlRun run =
        runs.start(
            call.requestId(),
            sql,
            bound,
            database,
            call.caller().principal(),
            JsonRpc.text(input, "ClientRequestToken"),
            done -> writeOutput(done, output));
    asked.putIfAbsent(run.id, new Asked(workGroup, database, output, utility));
    return JsonRpc.object().put("QueryExecutionId", run.id);
  }

  private static String show(String what) {
    return what.toLowerCase(Locale.ROOT).equals("tables")
        ? "SELECT table_name AS tab_name FROM information_schema.tables WHERE table_schema = 'lake'"
            + " ORDER BY 1"
        : "SELECT 'lake' AS database_name";
  }

  /** Execution parameters are literals: text stands in single quotes. */
  private static List<String> values(JsonNode input) {
    List<String> values = new ArrayList<>();
    for (JsonNode value : input.path("ExecutionParameters")) {
      String text = value.asText();
      boolean quoted = text.length() >= 2 && text.startsWith("'") && text.endsWith("'");
      values.add(quoted ? text.substring(1, text.length() - 1).replace("''", "'") : text);
    }
    return values;
  }

  /** Athena leaves the result in S3 as well. */
  private void writeOutput(SqlResult result, String location) {
    StringBuilder csv = new StringBuilder();
    row(result.columns().stream().map(SqlResult.Column::name).toList(), csv);
    for (List<@Nullable Object> row : result.rows()) {
      List<@Nullable String> texts = new ArrayList<>();
      row.forEach(value -> texts.add(AthenaCatalog.text(value)));
      row(texts, csv);
    }
    String path = location.substring("s3://".length());
    int slash = path.indexOf('/');
    Body body = Body.of(csv.toString());
    try {
      S3Store.Stored stored =
          new S3Store.Stored(
              body,
              body.digestHex("MD5"),
              clock.instant(),
              Map.of("content-type", "text/csv"),
              Map.of());
      store.bucket(path.substring(0, slash)).put(path.substring(slash + 1), stored);
    } catch (AwsError | IOException e) {
      // Athena would fail such a query; here the bucket may be one that nobody made, and the rows
      // are still there.
      return;
    }
  }

  private static void row(List<? extends @Nullable String> values, StringBuilder csv) {
    for (int i = 0; i < values.size(); i++) {
      String value = values.get(i);
      csv.append(i == 0 ? "" : ",")
          .append(value == null ? "" : "\"" + value.replace("\"", "\"\"") + "\"");
    }
    csv.append('\n');
  }

  private SqlRun run(Call call, String id) throws AwsError {
    SqlRun run = runs.find(id, call.caller().principal());
    if (run == null) {
      throw invalid("QueryExecution " + id + " was not found");
    }
    return run;
  }

  private ObjectNode batch(Call call, JsonNode input) {
    ObjectNode output = JsonRpc.object();
    ArrayNode found = output.putArray("QueryExecutions");
    ArrayNode missing = output.putArray("UnprocessedQueryExecutionIds");
    for (JsonNode id : input.path("QueryExecutionIds")) {
      SqlRun run = runs.find(id.asText(), call.caller().principal());
      if (run == null) {
        missing.addObject().put("QueryExecutionId", id.asText()).put("ErrorCode", "INVALID_INPUT");
      } else {
        found.add(describe(run));
      }
    }
    return output;
  }

  private ObjectNode describe(SqlRun run) {
    SqlRun.Snapshot now = run.snapshot();
    Asked what = asked.getOrDefault(run.id, new Asked("primary", "lake", "", false));
    ObjectNode execution = JsonRpc.object();
    execution
        .put("QueryExecutionId", run.id)
        .put("Query", run.sql)
        .put("WorkGroup", what.workGroup());
    execution.put("StatementType", what.utility() ? "UTILITY" : "DML");
    execution.putObject("ResultConfiguration").put("OutputLocation", what.output());
    execution
        .putObject("QueryExecutionContext")
        .put("Database", what.database())
        .put("Catalog", "AwsDataCatalog");
    execution
        .putObject("EngineVersion")
        .put("SelectedEngineVersion", "AUTO")
        .put("EffectiveEngineVersion", "Athena engine version 3");
    ObjectNode status = execution.putObject("Status");
    status.put("State", now.state().name()).put("SubmissionDateTime", seconds(now.submitted()));
    if (now.error() != null) {
      status.put("StateChangeReason", now.error());
      status
          .putObject("AthenaError")
          .put("ErrorCategory", 2)
          .put("ErrorType", 1006)
          .put("Retryable", false)
          .put("ErrorMessage", now.error());
    }
    if (now.state() == SqlRun.State.CANCELLED) {
      status.put("StateChangeReason", "Query cancelled by user");
    }
    ObjectNode statistics = execution.putObject("Statistics");
    if (now.state().isFinal()) {
      status.put("CompletionDateTime", seconds(now.updated()));
      long millis = Math.max(1, Duration.between(now.submitted(), now.updated()).toMillis());
      statistics
          .put("EngineExecutionTimeInMillis", millis)
          .put("TotalExecutionTimeInMillis", millis);
      statistics.put("QueryQueueTimeInMillis", 0).put("ServiceProcessingTimeInMillis", 0);
      SqlResult result = now.result();
      statistics.put("DataScannedInBytes", result == null ? 0 : 64L * SampleData.EVENTS);
    }
    return execution;
  }

  private ObjectNode stop(SqlRun run) throws AwsError {
    try {
      run.cancel(clock.instant());
      return JsonRpc.object();
    } catch (SQLException e) {
      throw new AwsError(500, "InternalServerException", "The query could not be stopped");
    }
  }

  private ObjectNode results(SqlRun run, JsonNode input) throws AwsError {
    SqlRun.Snapshot now = run.snapshot();
    SqlResult result = now.result();
    if (result == null) {
      throw invalid(
          now.state().isFinal()
              ? "Query did not finish successfully. Final query state: " + now.state()
              : "Query has not yet finished. Current state: " + now.state());
    }
    int max = input.path("MaxResults").asInt(MAX_PAGE);
    if (max < 1 || max > MAX_PAGE) {
      throw invalid("MaxResults is more than maximum allowed length " + MAX_PAGE);
    }
    Asked what = asked.get(run.id);
    boolean header = result.isQuery() && what != null && !what.utility();
    int total = result.rows().size() + (header ? 1 : 0);
    int from = offset(run, JsonRpc.text(input, "NextToken"), total);
    int to = Math.min(total, from + max);
    ObjectNode output = JsonRpc.object();
    output.put("UpdateCount", Math.max(0, result.updated()));
    ObjectNode set = output.putObject("ResultSet");
    ArrayNode rows = set.putArray("Rows");
    for (int i = from; i < to; i++) {
      ArrayNode data = rows.addObject().putArray("Data");
      if (header && i == 0) {
        result.columns().forEach(column -> data.addObject().put("VarCharValue", column.name()));
        continue;
      }
      List<@Nullable Object> row = result.rows().get(header ? i - 1 : i);
      for (int c = 0; c < row.size(); c++) {
        ObjectNode cell = data.addObject();
        String text = AthenaCatalog.text(row.get(c));
        if (text != null) {
          boolean timestamp = result.columns().get(c).type() == Types.TIMESTAMP;
          cell.put("VarCharValue", timestamp ? AthenaCatalog.timestamp(text) : text);
        }
      }
    }
    AthenaCatalog.describe(
        result.columns(), set.putObject("ResultSetMetadata").putArray("ColumnInfo"));
    if (to < total) {
      output.put(
          "NextToken",
          Base64.getEncoder().encodeToString((run.id + "/" + to).getBytes(StandardCharsets.UTF_8)));
    }
    return output;
  }

  private static int offset(SqlRun run, String token, int rows) throws AwsError {
    if (token.isEmpty()) {
      return 0;
    }
    try {
      String text = new String(Base64.getDecoder().decode(token), StandardCharsets.UTF_8);
      int offset =
          text.startsWith(run.id + "/")
              ? Integer.parseInt(text.substring(run.id.length() + 1))
              : -1;
      if (offset >= 0 && offset <= rows) {
        return offset;
      }
    } catch (IllegalArgumentException e) {
      // Not one of our tokens: the same refusal as for one of another query.
    }
    throw invalid("Invalid NextToken");
  }

  private static double seconds(Instant instant) {
    return instant.toEpochMilli() / 1000.0;
  }

  static AwsError invalid(String message) {
    return new AwsError(400, "InvalidRequestException", message);
  }

  void prepare() {
    runs.database();
  }

  @Override
  public void close() {
    runs.close();
  }
}
