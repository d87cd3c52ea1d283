package io.countersign.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Types;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** What Athena says of workgroups, databases, tables and columns, and how it writes values. */
final class AthenaCatalog {
  private AthenaCatalog() {}

  static ObjectNode answer(
      String operation,
      JsonNode input,
      List<SqlDatabase.Table> tables,
      Map<String, String> workgroups)
      throws AwsError {
    ObjectNode output = JsonRpc.object();
    switch (operation) {
      case "ListWorkGroups" -> {
        ArrayNode list = output.putArray("WorkGroups");
        new TreeMap<>(workgroups)
            .keySet()
            .forEach(name -> list.addObject().put("Name", name).put("State", "ENABLED"));
      }
      case "GetWorkGroup" -> {
        String name = JsonRpc.need(input, "WorkGroup", "InvalidRequestException");
        String location = workgroups.get(name);
        if (location == null) {
          throw AthenaService.invalid("WorkGroup is not found: " + name);
        }
        ObjectNode group = output.putObject("WorkGroup").put("Name", name).put("State", "ENABLED");
        ObjectNode result = group.putObject("Configuration").putObject("ResultConfiguration");
        if (!location.isEmpty()) {
          result.put("OutputLocation", location);
        }
      }
      case "ListDataCatalogs" ->
          output
              .putArray("DataCatalogsSummary")
              .addObject()
              .put("CatalogName", "AwsDataCatalog")
              .put("Type", "GLUE");
      case "ListDatabases" -> {
        checkCatalog(input);
        database(output.putArray("DatabaseList").addObject());
      }
      case "GetDatabase" -> {
        checkCatalog(input);
        checkDatabase(input);
        database(output.putObject("Database"));
      }
      case "ListTableMetadata" -> {
        checkCatalog(input);
        checkDatabase(input);
        ArrayNode list = output.putArray("TableMetadataList");
        for (SqlDatabase.Table table : tables) {
          if (matches(JsonRpc.text(input, "Expression"), table.name())) {
            table(table, list.addObject());
          }
        }
      }
      case "GetTableMetadata" -> {
        checkCatalog(input);
        checkDatabase(input);
        String name = JsonRpc.need(input, "TableName", "InvalidRequestException");
        for (SqlDatabase.Table table : tables) {
          if (table.name().equals(name)) {
            table(table, output.putObject("TableMetadata"));
          }
        }
        if (output.isEmpty()) {
          throw new AwsError(
              400, "MetadataException", "EntityNotFoundException: Entity Not Found: table " + name);
        }
      }
      default -> throw JsonRpc.unknownOperation(operation);
    }
    return output;
  }

  private static void database(ObjectNode target) {
    target.put("Name", "lake").put("Description", "a shop's web events and campaigns");
  }

  private static void checkCatalog(JsonNode input) throws AwsError {
    String catalog = JsonRpc.need(input, "CatalogName", "InvalidRequestException");
    if (!catalog.equalsIgnoreCase("AwsDataCatalog")) {
      throw AthenaService.invalid("Catalog " + catalog + " does not exist");
    }
  }

  private static void checkDatabase(JsonNode input) throws AwsError {
    String name = JsonRpc.need(input, "DatabaseName", "InvalidRequestException");
    if (!name.equals("lake")) {
      throw new AwsError(
          400, "MetadataException", "EntityNotFoundException: Database " + name + " not found.");
    }
  }

  private static void table(SqlDatabase.Table table, ObjectNode target) {
    target.put("Name", table.name()).put("TableType", "EXTERNAL_TABLE");
    ArrayNode columns = target.putArray("Columns");
    for (SqlResult.Column column : table.columns()) {
      columns.addObject().put("Name", column.name()).put("Type", typeName(column.type()));
    }
    target.putArray("PartitionKeys");
  }

  private static boolean matches(String expression, String name) throws AwsError {
    try {
      return expression.isEmpty() || name.matches(expression);
    } catch (PatternSyntaxException e) {
      throw AthenaService.invalid("Expression is not a regular expression: " + expression);
    }
  }

  static void describe(List<SqlResult.Column> columns, ArrayNode target) {
    for (SqlResult.Column column : columns) {
      target
          .addObject()
          .put("CatalogName", "hive")
          .put("SchemaName", "")
          .put("TableName", "")
          .put("Name", column.name())
          .put("Label", column.name())
          .put("Type", typeName(column.type()))
          .put("Precision", column.precision())
          .put("Scale", column.scale())
          .put("Nullable", "UNKNOWN")
          .put("CaseSensitive", typeName(column.type()).equals("varchar"));
    }
  }

  /** Athena's names for its types. */
  static String typeName(int type) {
    return switch (type) {
      case Types.TINYINT -> "tinyint";
      case Types.SMALLINT -> "smallint";
      case Types.INTEGER -> "integer";
      case Types.BIGINT -> "bigint";
      case Types.REAL -> "float";
      case Types.FLOAT, Types.DOUBLE -> "double";
      case Types.NUMERIC, Types.DECIMAL -> "decimal";
      case Types.BOOLEAN, Types.BIT -> "boolean";
      case Types.CHAR -> "char";
      case Types.DATE -> "date";
      case Types.TIMESTAMP -> "timestamp";
      case Types.TIMESTAMP_WITH_TIMEZONE -> "timestamp with time zone";
      default -> "varchar";
    };
  }

  /** All of Athena's values are text; null stays null. */
  static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }

  /** Always with milliseconds. */
  static String timestamp(String text) {
    int point = text.indexOf('.');
    return point < 0 ? text + ".000" : (text + "000").substring(0, point + 4);
  }
}
