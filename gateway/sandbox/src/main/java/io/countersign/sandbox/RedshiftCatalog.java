package io.countersign.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Types;
import java.util.List;
import java.util.regex.Pattern;

/** What the Redshift Data API says of databases, schemas, tables and columns. */
final class RedshiftCatalog {
  private RedshiftCatalog() {}

  static ObjectNode answer(String operation, JsonNode input, List<SqlDatabase.Table> tables)
      throws AwsError {
    ObjectNode output = JsonRpc.object();
    switch (operation) {
      case "ListDatabases" -> output.putArray("Databases").add("dev");
      case "ListSchemas" -> {
        ArrayNode schemas = output.putArray("Schemas");
        tables.stream()
            .map(SqlDatabase.Table::schema)
            .distinct()
            .filter(schema -> like(JsonRpc.text(input, "SchemaPattern"), schema))
            .forEach(schemas::add);
      }
      case "ListTables" -> {
        ArrayNode list = output.putArray("Tables");
        for (SqlDatabase.Table table : tables) {
          if (like(JsonRpc.text(input, "SchemaPattern"), table.schema())
              && like(JsonRpc.text(input, "TablePattern"), table.name())) {
            list.addObject()
                .put("name", table.name())
                .put("schema", table.schema())
                .put("type", "TABLE");
          }
        }
      }
      case "DescribeTable" -> {
        String name = JsonRpc.need(input, "Table", "ValidationException");
        ArrayNode columns = output.putArray("ColumnList");
        output.put("TableName", name);
        for (SqlDatabase.Table table : tables) {
          String schema = JsonRpc.text(input, "Schema");
          if (table.name().equals(name) && (schema.isEmpty() || schema.equals(table.schema()))) {
            table
                .columns()
                .forEach(
                    column ->
                        describe(column, columns.addObject()).put("schemaName", table.schema()));
          }
        }
      }
      default -> throw JsonRpc.unknownOperation(operation);
    }
    return output;
  }

  static ObjectNode describe(SqlResult.Column column, ObjectNode target) {
    boolean number =
        !List.of("varchar", "bpchar", "bool", "date", "timestamp")
            .contains(typeName(column.type()));
    return target
        .put("name", column.name())
        .put("label", column.name())
        .put("typeName", typeName(column.type()))
        .put("length", number ? 0 : column.precision())
        .put("precision", column.precision())
        .put("scale", column.scale())
        .put("nullable", column.nullable() ? 1 : 0)
        .put("isSigned", number)
        .put("isCaseSensitive", !number)
        .put("isCurrency", false)
        .put("schemaName", column.table().isEmpty() ? "" : "public")
        .put("tableName", column.table());
  }

  /** Redshift's names for its types. */
  static String typeName(int type) {
    return switch (type) {
      case Types.TINYINT, Types.SMALLINT -> "int2";
      case Types.INTEGER -> "int4";
      case Types.BIGINT -> "int8";
      case Types.REAL -> "float4";
      case Types.FLOAT, Types.DOUBLE -> "float8";
      case Types.NUMERIC, Types.DECIMAL -> "numeric";
      case Types.BOOLEAN, Types.BIT -> "bool";
      case Types.CHAR -> "bpchar";
      case Types.DATE -> "date";
      case Types.TIMESTAMP -> "timestamp";
      case Types.TIMESTAMP_WITH_TIMEZONE -> "timestamptz";
      default -> "varchar";
    };
  }

  /** SQL's LIKE; an empty pattern matches all. */
  private static boolean like(String pattern, String text) {
    if (pattern.isEmpty()) {
      return true;
    }
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      regex.append(c == '%' ? ".*" : c == '_' ? "." : Pattern.quote(String.valueOf(c)));
    }
    return text.matches(regex.toString());
  }
}
