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
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Amazon Redshift Data API 2019-12-20. */
final class RedshiftData implements Engine {
  private static final Pattern PARAMETER_NAME = Pattern.compile("\\A[0-9a-zA-Z_]{1,128}\\z");

  @Override
  public String startOperation() {
    return "ExecuteStatement";
  }

  @Override
  public ObjectNode startInput(String sql, @Nullable JsonNode parameters, String idempotencyToken)
      throws BadInputException {
    ObjectNode input =
        Json.nodes().objectNode().put("Sql", sql).put("ClientToken", idempotencyToken);
    if (parameters != null) {
      if (!(parameters instanceof ObjectNode named)) {
        throw new BadInputException(
            "/parameters",
            "must be an object: Redshift Data has named parameters, such as :day in the SQL and"
                + " {\"day\": \"2026-01-31\"} here (Athena takes an array)");
      }
      ArrayNode list = input.putArray("Parameters");
      for (Map.Entry<String, JsonNode> entry : named.properties()) {
        list.addObject().put("name", entry.getKey()).put("value", value(entry));
      }
    }
    return input;
  }

  /** Every value goes as text; Redshift converts it to the type that the place in the SQL has. */
  private static String value(Map.Entry<String, JsonNode> entry) throws BadInputException {
    String pointer = "/parameters" + BadInputException.pointerTo(entry.getKey());
    if (!PARAMETER_NAME.matcher(entry.getKey()).matches()) {
      throw new BadInputException(pointer, "a parameter's name has only letters, digits and _");
    }
    JsonNode value = entry.getValue();
    if (!value.isTextual() && !value.isNumber() && !value.isBoolean()) {
      throw new BadInputException(
          pointer,
          "must be a string, a number or a boolean"
              + (value.isNull() ? "; write NULL in the SQL itself" : ""));
    }
    if (value.isTextual() && value.textValue().isEmpty()) {
      throw new BadInputException(
          pointer, "must not be empty (AWS refuses it); write '' in the SQL itself");
    }
    return value.asText();
  }

  @Override
  public List<String> leftOut() {
    return List.of("ResultFormat", "WaitTimeSeconds");
  }

  @Override
  public String idMember() {
    return "Id";
  }

  @Override
  public String progressOperation() {
    return "DescribeStatement";
  }

  @Override
  public Progress progress(JsonNode answer) throws GarbledAnswerException {
    String status = Answers.text(answer, progressOperation(), "Status");
    return switch (status) {
      case "SUBMITTED", "PICKED", "STARTED" -> new Progress.Running();
      case "FINISHED" -> new Progress.Done(answer.path("HasResultSet").asBoolean(false), false);
      case "FAILED", "ABORTED" -> {
        String error = Answers.optional(answer, "Error");
        String without =
            status.equals("ABORTED") ? "the statement was cancelled" : "AWS gave no reason";
        yield new Progress.Failed(status, error == null ? without : error);
      }
      default ->
          throw new GarbledAnswerException(
              "the answer of " + progressOperation() + " has an unknown Status");
    };
  }

  @Override
  public String resultOperation() {
    return "GetStatementResult";
  }

  @Override
  public ObjectNode resultInput(PageToken from, int rowsWanted) {
    ObjectNode input = Json.nodes().objectNode();
    if (from.page() != null) {
      input.put("NextToken", from.page());
    }
    return input;
  }

  @Override
  public Page page(JsonNode answer, boolean dropHeader) throws GarbledAnswerException {
    List<Column> columns = new ArrayList<>();
    for (JsonNode column : Answers.array(answer, resultOperation(), "ColumnMetadata")) {
      String label = Answers.optional(column, "label");
      columns.add(
          new Column(
              label == null ? column.path("name").asText("") : label,
              column.path("typeName").asText("")));
    }
    List<ArrayNode> rows = new ArrayList<>();
    for (JsonNode record : Answers.array(answer, resultOperation(), "Records")) {
      if (!record.isArray() || record.size() != columns.size()) {
        throw new GarbledAnswerException(
            "the answer of " + resultOperation() + " has a row that does not fit its columns");
      }
      ArrayNode row = Json.nodes().arrayNode(record.size());
      for (JsonNode field : record) {
        row.add(value(field));
      }
      rows.add(row);
    }
    return new Page(columns, rows, Answers.optional(answer, "NextToken"));
  }

  /**
   * A field is a union. Decimals, dates and times come as {@code stringValue} and stay strings; a
   * blob stays base64.
   */
  private static JsonNode value(JsonNode field) throws GarbledAnswerException {
    if (field.path("isNull").asBoolean(false)) {
      return Json.nodes().nullNode();
    }
    for (String member :
        List.of("stringValue", "longValue", "doubleValue", "booleanValue", "blobValue")) {
      JsonNode value = field.get(member);
      if (value != null && value.isValueNode()) {
        return value;
      }
    }
    throw new GarbledAnswerException("the answer of GetStatementResult has a field of no type");
  }

  @Override
  public String cancelOperation() {
    return "CancelStatement";
  }

  @Override
  public ObjectNode parametersSchema() {
    ObjectNode schema =
        Json.nodes()
            .objectNode()
            .put("type", "object")
            .put("description", "values of the named parameters, such as :day, in the SQL");
    schema
        .putObject("additionalProperties")
        .putArray("type")
        .add("string")
        .add("number")
        .add("boolean");
    return schema;
  }
}
