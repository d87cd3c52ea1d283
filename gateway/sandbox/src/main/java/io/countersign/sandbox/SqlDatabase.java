package io.countersign.sandbox;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An H2 database in memory, alone for one sandbox. Agents' statements run as a user who is no
 * administrator: that keeps them from H2's functions that read and write files.
 */
final class SqlDatabase implements AutoCloseable {
  private static final int MAX_ROWS = 100_000;
  private static final String USER = "agent";

  private final String url;
  private final String password = UUID.randomUUID().toString();
  private final SqlFailure.Voice voice;
  private final Connection owner;

  private SqlDatabase(SqlFailure.Voice voice, String schema) throws SQLException {
    this.voice = voice;
    this.url =
        "jdbc:h2:mem:"
            + UUID.randomUUID()
            + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH";
    this.owner = DriverManager.getConnection(url, "owner", password);
    try (Statement statement = owner.createStatement()) {
      statement.execute("CREATE SCHEMA IF NOT EXISTS " + schema);
      statement.execute("SET SCHEMA " + schema);
      statement.execute("CREATE USER " + USER + " PASSWORD '" + password + "'");
      statement.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON SCHEMA " + schema + " TO " + USER);
    }
  }

  static SqlDatabase warehouse() {
    try {
      SqlDatabase database = new SqlDatabase(SqlFailure.Voice.REDSHIFT, "public");
      SampleData.fillWarehouse(database.owner);
      return database;
    } catch (SQLException e) {
      throw new IllegalStateException("the warehouse's sample data cannot be made", e);
    }
  }

  static SqlDatabase lake() {
    try {
      SqlDatabase database = new SqlDatabase(SqlFailure.Voice.ATHENA, "lake");
      SampleData.fillLake(database.owner);
      return database;
    } catch (SQLException e) {
      throw new IllegalStateException("the lake's sample data cannot be made", e);
    }
  }

  /** A table or view. */
  record Table(String schema, String name, List<SqlResult.Column> columns) {
    Table {
      columns = List.copyOf(columns);
    }
  }

  List<Table> tables() throws SQLException {
    List<Table> tables = new ArrayList<>();
    try (ResultSet rows =
        owner.getMetaData().getTables(null, null, null, new String[] {"BASE TABLE"})) {
      while (rows.next()) {
        String schema = rows.getString("TABLE_SCHEM");
        if (!schema.equals("information_schema") && !schema.equals("pg_catalog")) {
          String name = rows.getString("TABLE_NAME");
          tables.add(new Table(schema, name, columns(schema, name)));
        }
      }
    }
    return tables;
  }

  private List<SqlResult.Column> columns(String schema, String table) throws SQLException {
    List<SqlResult.Column> columns = new ArrayList<>();
    try (ResultSet rows = owner.getMetaData().getColumns(null, schema, table, null)) {
      while (rows.next()) {
        columns.add(
            new SqlResult.Column(
                rows.getString("COLUMN_NAME"),
                rows.getInt("DATA_TYPE"),
                rows.getInt("COLUMN_SIZE"),
                rows.getInt("DECIMAL_DIGITS"),
                rows.getInt("NULLABLE") != 0,
                table));
      }
    }
    return columns;
  }

  /** Runs one statement as the agents' user; {@code run} can cancel it from another thread. */
  SqlResult run(SqlText.Bound bound, String schema, SqlRun run) throws SqlFailure {
    try (Connection connection = DriverManager.getConnection(url, USER, password)) {
      connection.setSchema(schema.toLowerCase(Locale.ROOT));
      try (PreparedStatement statement = connection.prepareStatement(bound.sql())) {
        statement.setMaxRows(MAX_ROWS);
        for (int i = 0; i < bound.values().size(); i++) {
          statement.setString(i + 1, bound.values().get(i));
        }
        run.running(statement);
        if (!statement.execute()) {
          return new SqlResult(List.of(), List.of(), Math.max(0, statement.getUpdateCount()));
        }
        try (ResultSet rows = statement.getResultSet()) {
          return read(rows);
        }
      }
    } catch (SQLException e) {
      throw SqlFailure.of(e, voice);
    }
  }

  /** An expression without a name is {@code ?column?} to PostgreSQL and {@code _col0} to Trino. */
  private String label(String label, int index) {
    return voice == SqlFailure.Voice.ATHENA && label.equals("?column?") ? "_col" + index : label;
  }

  private SqlResult read(ResultSet rows) throws SQLException {
    ResultSetMetaData meta = rows.getMetaData();
    List<SqlResult.Column> columns = new ArrayList<>();
    for (int i = 1; i <= meta.getColumnCount(); i++) {
      columns.add(
          new SqlResult.Column(
              label(meta.getColumnLabel(i), i - 1),
              meta.getColumnType(i),
              meta.getPrecision(i),
              meta.getScale(i),
              meta.isNullable(i) != ResultSetMetaData.columnNoNulls,
              meta.getTableName(i) == null ? "" : meta.getTableName(i)));
    }
    List<List<@Nullable Object>> all = new ArrayList<>();
    while (rows.next()) {
      List<@Nullable Object> row = new ArrayList<>(columns.size());
      for (int i = 1; i <= columns.size(); i++) {
        row.add(value(rows, i, columns.get(i - 1).type()));
      }
      all.add(row);
    }
    return new SqlResult(columns, all, -1);
  }

  private static @Nullable Object value(ResultSet rows, int i, int type) throws SQLException {
    return switch (type) {
      case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT -> {
        long value = rows.getLong(i);
        yield rows.wasNull() ? null : (Object) value;
      }
      case Types.REAL, Types.FLOAT, Types.DOUBLE -> {
        double value = rows.getDouble(i);
        yield rows.wasNull() ? null : (Object) value;
      }
      case Types.BOOLEAN, Types.BIT -> {
        boolean value = rows.getBoolean(i);
        yield rows.wasNull() ? null : (Object) value;
      }
      default -> rows.getString(i);
    };
  }

  @Override
  public void close() throws SQLException {
    owner.close();
  }
}
