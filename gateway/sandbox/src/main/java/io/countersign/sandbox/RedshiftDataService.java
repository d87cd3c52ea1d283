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
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The Redshift Data API over the sample warehouse: cluster or workgroup {@code analytics}, database
 * {@code dev}.
 *
 * @see <a href="https://docs.aws.amazon.com/redshift-data/latest/APIReference/Welcome.html">AWS:
 *     Redshift Data API</a>
 */
final class RedshiftDataService implements Service, AutoCloseable {
  static final int PAGE_ROWS = 1000;
  private static final String NAME = "analytics";
  private static final String DATABASE = "dev";
  private static final int MAX_SQL_CHARS = 100_000;
  private static final Pattern DATABASE_PREFIX = Pattern.compile("(?i)\\bdev\\.(?=public\\.)");

  private final SqlRuns runs;
  private final Clock clock;
  private final Map<String, JsonNode> inputs = new ConcurrentHashMap<>();

  RedshiftDataService(Clock clock, Duration statementTime) {
    this.clock = clock;
    this.runs = new SqlRuns(SqlDatabase::warehouse, clock, statementTime);
  }

  @Override
  public HttpResponse answer(Call call) throws AwsError, IOException {
    JsonNode input = JsonRpc.input(call.request());
    call.need(Dialect.JSON, "redshift-data:" + call.operation(), resource(call, input));
    ObjectNode output =
        switch (call.operation()) {
          case "ExecuteStatement" -> execute(call, input);
          case "DescribeStatement" -> describe(run(call, input));
          case "GetStatementResult" -> result(run(call, input), input);
          case "CancelStatement" -> cancel(run(call, input));
          case "ListStatements" -> statements(call, input);
          case "ListDatabases", "ListSchemas", "ListTables", "DescribeTable" -> {
            checkEndpoint(input);
            yield RedshiftCatalog.answer(call.operation(), input, tables());
          }
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

  private static String resource(Call call, JsonNode input) {
    String cluster = JsonRpc.text(input, "ClusterIdentifier");
    String prefix = "arn:aws:redshift";
    String middle = ":" + call.region() + ":" + call.caller().account();
    if (!cluster.isEmpty()) {
      return prefix + middle + ":cluster:" + cluster;
    }
    String workgroup = JsonRpc.text(input, "WorkgroupName");
    return workgroup.isEmpty() ? "*" : prefix + "-serverless" + middle + ":workgroup/" + workgroup;
  }

  private ObjectNode execute(Call call, JsonNode input) throws AwsError {
    String sql = JsonRpc.need(input, "Sql", "ValidationException");
    checkEndpoint(input);
    if (sql.length() > MAX_SQL_CHARS) {
      throw invalid("The SQL statement is longer than " + MAX_SQL_CHARS + " characters.");
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    for (JsonNode parameter : input.path("Parameters")) {
      String name = JsonRpc.need(parameter, "name", "ValidationException");
      if (!parameter.path("value").isTextual()) {
        throw new AwsError(
            400,
            "SerializationException",
            "STRING_VALUE is expected for the value of parameter " + name);
      }
      parameters.put(name, parameter.path("value").textValue());
    }
    SqlText.Bound bound = SqlText.bind(DATABASE_PREFIX.matcher(sql).replaceAll(""), parameters);
    String token = JsonRpc.text(input, "ClientToken");
    SqlRun run =
        SqlText.hasSeveralStatements(sql)
            ? runs.refuse(
                call.requestId(),
                sql,
                owner(call),
                "ERROR: cannot insert multiple commands into a prepared statement")
            : runs.start(call.requestId(), sql, bound, "public", owner(call), token, done -> {});
    inputs.put(run.id, input);
    ObjectNode output = endpoint(input, JsonRpc.object());
    output.put("Id", run.id);
    output.put("CreatedAt", seconds(run.snapshot().submitted()));
    return output;
  }

  private static void checkEndpoint(JsonNode input) throws AwsError {
    String cluster = JsonRpc.text(input, "ClusterIdentifier");
    String workgroup = JsonRpc.text(input, "WorkgroupName");
    if (cluster.isEmpty() == workgroup.isEmpty()) {
      throw invalid("Specify either ClusterIdentifier or WorkgroupName, and not both.");
    }
    if (!cluster.isEmpty() && !cluster.equals(NAME)) {
      throw invalid("Redshift endpoint doesn't exist in this region.");
    }
    if (!workgroup.isEmpty() && !workgroup.equals(NAME)) {
      throw invalid("Redshift endpoint doesn't exist in this region.");
    }
    String database = JsonRpc.text(input, "Database");
    if (database.isEmpty() && JsonRpc.text(input, "SecretArn").isEmpty()) {
      throw invalid("Database name is required when using temporary credentials.");
    }
    if (!database.isEmpty() && !database.equals(DATABASE)) {
      throw invalid("FATAL: database \"" + database + "\" does not exist");
    }
    if (!workgroup.isEmpty() && !JsonRpc.text(input, "DbUser").isEmpty()) {
      throw invalid("DbUser is not supported for a workgroup.");
    }
  }

  private SqlRun run(Call call, JsonNode input) throws AwsError {
    String id = JsonRpc.need(input, "Id", "ValidationException");
    if (!id.matches("[0-9a-f-]{36}(:[0-9]+)?")) {
      throw invalid(
          "id must satisfy regex pattern: ^[a-z0-9]{8}(-[a-z0-9]{4}){3}-[a-z0-9]{12}(:\\d+)?$");
    }
    SqlRun run = runs.find(id, owner(call));
    if (run == null) {
      throw new AwsError(400, "ResourceNotFoundException", "Query does not exist.");
    }
    return run;
  }

  /** A statement belongs to the role that ran it, whatever the session's name. */
  private static String owner(Call call) {
    return call.caller().principal();
  }

  private ObjectNode describe(SqlRun run) {
    SqlRun.Snapshot now = run.snapshot();
    JsonNode input = inputs.getOrDefault(run.id, JsonRpc.object());
    SqlResult result = now.result();
    ObjectNode output = endpoint(input, JsonRpc.object());
    output.put("Id", run.id);
    output.put("Status", status(now.state()));
    output.put("CreatedAt", seconds(now.submitted()));
    output.put("UpdatedAt", seconds(now.updated()));
    output.put(
        "Duration",
        now.state().isFinal()
            ? Math.max(1, Duration.between(now.submitted(), now.updated()).toNanos())
            : -1);
    output.put("HasResultSet", result != null && result.isQuery());
    output.put("QueryString", run.sql);
    output.put("RedshiftPid", 1_073_750_000 + Math.floorMod(run.id.hashCode(), 10_000));
    output.put(
        "RedshiftQueryId", result == null ? -1 : Math.floorMod(run.id.hashCode(), 1_000_000));
    output.put(
        "ResultRows",
        result == null ? -1 : result.isQuery() ? result.rows().size() : result.updated());
    output.put("ResultSize", result == null ? -1 : size(result));
    output.put("ResultFormat", "JSON");
    if (now.error() != null) {
      output.put("Error", now.error());
    }
    if (input.has("Parameters")) {
      output.set("QueryParameters", input.path("Parameters"));
    }
    return output;
  }

  private static ObjectNode endpoint(JsonNode input, ObjectNode output) {
    for (String member :
        List.of("ClusterIdentifier", "WorkgroupName", "Database", "DbUser", "SecretArn")) {
      if (input.hasNonNull(member)) {
        output.set(member, input.path(member));
      }
    }
    return output;
  }

  static String status(SqlRun.State state) {
    return switch (state) {
      case QUEUED -> "PICKED";
      case RUNNING -> "STARTED";
      case SUCCEEDED -> "FINISHED";
      case FAILED -> "FAILED";
      case CANCELLED -> "ABORTED";
    };
  }

  private static ObjectNode result(SqlRun run, JsonNode input) throws AwsError {
    SqlResult result = run.snapshot().result();
    if (result == null || !result.isQuery()) {
      throw new AwsError(
          400,
          "ResourceNotFoundException",
          "Query does not have result. Please check query status with DescribeStatement.");
    }
    int from = offset(run, JsonRpc.text(input, "NextToken"), result.rows().size());
    int to = Math.min(from + PAGE_ROWS, result.rows().size());
    ObjectNode output = JsonRpc.object();
    ArrayNode columns = output.putArray("ColumnMetadata");
    result.columns().forEach(column -> RedshiftCatalog.describe(column, columns.addObject()));
    ArrayNode records = output.putArray("Records");
    for (List<@Nullable Object> row : result.rows().subList(from, to)) {
      ArrayNode fields = records.addArray();
      for (int i = 0; i < row.size(); i++) {
        field(row.get(i), result.columns().get(i).type(), fields.addObject());
      }
    }
    output.put("TotalNumRows", result.rows().size());
    if (to < result.rows().size()) {
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
      // Not one of our tokens: the same refusal as for one of another statement.
    }
    throw invalid("NextToken is invalid.");
  }

  private static void field(@Nullable Object value, int type, ObjectNode field) {
    switch (value) {
      case null -> field.put("isNull", true);
      case Long number -> field.put("longValue", number);
      case Double number -> field.put("doubleValue", number);
      case Boolean flag -> field.put("booleanValue", flag);
      default ->
          field.put(
              "stringValue",
              type == Types.CHAR ? value.toString().stripTrailing() : value.toString());
    }
  }

  private ObjectNode cancel(SqlRun run) throws AwsError {
    try {
      if (!run.cancel(clock.instant())) {
        throw invalid(
            "Could not cancel a query that is already in "
                + status(run.snapshot().state())
                + " state.");
      }
    } catch (SQLException e) {
      throw new AwsError(500, "InternalServerException", "The statement could not be cancelled");
    }
    return JsonRpc.object().put("Status", true);
  }

  private ObjectNode statements(Call call, JsonNode input) throws AwsError {
    int max = input.path("MaxResults").asInt(100);
    if (max < 0 || max > 100) {
      throw invalid("MaxResults must be 0 to 100");
    }
    String wanted = JsonRpc.text(input, "Status").toUpperCase(Locale.ROOT);
    ObjectNode output = JsonRpc.object();
    ArrayNode list = output.putArray("Statements");
    for (SqlRun run : runs.all(owner(call))) {
      SqlRun.Snapshot now = run.snapshot();
      boolean match =
          wanted.isEmpty() || wanted.equals("ALL") || wanted.equals(status(now.state()));
      if (match && list.size() < (max == 0 ? 100 : max)) {
        list.addObject()
            .put("Id", run.id)
            .put("QueryString", run.sql)
            .put("Status", status(now.state()))
            .put("IsBatchStatement", false)
            .put("CreatedAt", seconds(now.submitted()))
            .put("UpdatedAt", seconds(now.updated()));
      }
    }
    return output;
  }

  private static long size(SqlResult result) {
    long size = 0;
    for (List<@Nullable Object> row : result.rows()) {
      for (Object value : row) {
        size += value instanceof String text ? text.length() : 8;
      }
    }
    return size;
  }

  private static double seconds(Instant instant) {
    return instant.toEpochMilli() / 1000.0;
  }

  private static AwsError invalid(String message) {
    return new AwsError(400, "ValidationException", message);
  }

  void prepare() {
    runs.database();
  }

  @Override
  public void close() {
    runs.close();
  }
}
