package io.countersign.connector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.connector.QueryOutcome.Column;
import io.countersign.protocol.BadInputException;
import io.countersign.protocol.GarbledAnswerException;
import io.countersign.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Amazon Athena API 2017-05-18. */
final class Athena implements Engine {
  /** GetQueryResults gives no more at once. */
  private static final int LARGEST_PAGE = 1_000;

  @Override
  public String startOperation() {
    return "StartQueryExecution";
  }

  @Override
  public ObjectNode startInput(String sql, @Nullable JsonNode parameters, String idempotencyToken)
      throws BadInputException {
    ObjectNode input =
        Json.nodes()
            .objectNode()
            .put("QueryString", sql)
            .put("ClientRequestToken", idempotencyToken);
    if (parameters != null) {
      if (!(parameters instanceof ArrayNode values)) {
        throw new BadInputException(
            "/parameters",
            "must be an array: Athena has positional parameters, a ? in the SQL for each value"
                + " here (Redshift Data takes an object)");
      }
      ArrayNode list = input.putArray("ExecutionParameters");
      for (int i = 0; i < values.size(); i++) {
        list.add(literal("/parameters/" + i, values.get(i)));
      }
    }
    return input;
  }

  /**
   * Athena takes each parameter as a SQL expression, so a string has to be quoted, or it could be
   * more than a value.
   */
  private static String literal(String pointer, JsonNode value) throws BadInputException {
    if (!value.isValueNode()) {
      throw new BadInputException(pointer, "must be a string, a number, a boolean or null");
    }
    String text =
        value.isTextual()
            ? "'" + value.textValue().replace("'", "''") + "'"
            : value.isNull() ? "NULL" : value.asText();
    if (text.length() > 1_024) {
      throw new BadInputException(pointer, "is too long; AWS takes 1,024 characters with quotes");
    }
    return text;
  }

  @Override
  public List<String> leftOut() {
    return List.of("ResultReuseConfiguration");
  }

  @Override
  public String idMember() {
    return "QueryExecutionId";
  }

  @Override
  public String progressOperation() {
    return "GetQueryExecution";
  }

  @Override
  public Progress progress(JsonNode answer) throws GarbledAnswerException {
    JsonNode execution = answer.path("QueryExecution");
    JsonNode status = execution.path("Status");
    String state = Answers.text(status, progressOperation(), "State");
    return switch (state) {
      case "QUEUED", "RUNNING" -> new Progress.Running();
      case "SUCCEEDED" -> {
        // Only results of DML repeat the column names in their first row.
        String type = Answers.optional(execution, "StatementType");
        yield new Progress.Done(true, type == null || type.equals("DML"));
      }
      case "FAILED", "CANCELLED" -> {
        String reason = Answers.optional(status, "StateChangeReason");
        String error = Answers.optional(status.path("AthenaError"), "ErrorMessage");
        String without =
            state.equals("CANCELLED") ? "the statement was cancelled" : "AWS gave no reason";
        yield new Progress.Failed(state, reason != null ? reason : error != null ? error : without);
      }
      default ->
          throw new GarbledAnswerException(
              "the answer of " + progressOperation() + " has an unknown State");
    };
  }

  @Override
  public String resultOperation() {
    return "GetQueryResults";
  }

  @Override
  public ObjectNode resultInput(PageToken from, int rowsWanted) {
    int header = from.page() == null ? 1 : 0;
    long wanted = (long) from.row() + rowsWanted + header;
    ObjectNode input =
        Json.nodes().objectNode().put("MaxResults", (int) Math.min(LARGEST_PAGE, wanted));
    if (from.page() != null) {
      input.put("NextToken", from.page());
    }
    return input;
  }

  @Override
  public Page page(JsonNode answer, boolean dropHeader) throws GarbledAnswerException {
    JsonNode set = answer.path("ResultSet");
    List<Column> columns = new ArrayList<>();
    JsonNode metadata = set.path("ResultSetMetadata");
    for (JsonNode column : Answers.array(metadata, resultOperation(), "ColumnInfo")) {
      String label = Answers.optional(column, "Label");
      columns.add(
          new Column(
              label == null ? column.path("Name").asText("") : label,
              column.path("Type").asText("")));
    }
    List<ArrayNode> rows = new ArrayList<>();
    boolean first = true;
    for (JsonNode row : Answers.array(set, resultOperation(), "Rows")) {
      JsonNode data = Answers.array(row, resultOperation(), "Data");
      if (!(first && dropHeader && isHeader(data, columns))) {
        rows.add(row(data, columns));
      }
      first = false;
    }
    return new Page(columns, rows, Answers.optional(answer, "NextToken"));
  }

  private static boolean isHeader(JsonNode data, List<Column> columns) {
    if (columns.isEmpty() || data.size() != columns.size()) {
      return false;
    }
    for (int i = 0; i < columns.size(); i++) {
      if (!columns.get(i).name().equals(data.get(i).path("VarCharValue").textValue())) {
        return false;
      }
    }
    return true;
  }

  private static ArrayNode row(JsonNode data, List<Column> columns) throws GarbledAnswerException {
    if (data.size() > columns.size()) {
      throw new GarbledAnswerException(
          "the answer of GetQueryResults has a row that does not fit its columns");
    }
    ArrayNode row = Json.nodes().arrayNode(columns.size());
    for (int i = 0; i < columns.size(); i++) {
      String text = data.path(i).path("VarCharValue").textValue();
      row.add(text == null ? Json.nodes().nullNode() : value(text, columns.get(i).type()));
    }
    return row;
  }

  /** Everything comes as text. What does not read as its type says stays text. */
  private static JsonNode value(String text, String type) {
    return switch (type.toLowerCase(Locale.ROOT)) {
      case "boolean" ->
          text.equals("true") || text.equals("false")
              ? Json.nodes().booleanNode(text.equals("true"))
              : Json.nodes().textNode(text);
      case "tinyint", "smallint", "int", "integer", "bigint" -> whole(text);
      case "float", "real", "double" -> real(text);
      default -> Json.nodes().textNode(text);
    };
  }

  private static JsonNode whole(String text) {
    try {
      return Json.nodes().numberNode(Long.parseLong(text));
    } catch (NumberFormatException e) {
      return Json.nodes().textNode(text);
    }
  }

  /** JSON has no NaN and no infinity. */
  private static JsonNode real(String text) {
    try {
      double number = Double.parseDouble(text);
      return Double.isFinite(number)
          ? Json.nodes().numberNode(number)
          : Json.nodes().textNode(text);
    } catch (NumberFormatException e) {
      return Json.nodes().textNode(text);
    }
  }

  @Override
  public String cancelOperation() {
    return "StopQueryExecution";
  }

  @Override
  public ObjectNode parametersSchema() {
    ObjectNode schema =
        Json.nodes()
            .objectNode()
            .put("type", "array")
            .put("description", "a value for each ? in the SQL, in their order");
    schema
        .putObject("items")
        .putArray("type")
        .add("string")
        .add("number")
        .add("boolean")
        .add("null");
    return schema;
  }
}
