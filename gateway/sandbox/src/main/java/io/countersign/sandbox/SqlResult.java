package io.countersign.sandbox;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a statement gave.
 *
 * @param columns empty when it was not a query
 * @param rows values as JDBC gave them
 * @param updated how many rows were changed; -1 for a query
 */
record SqlResult(List<Column> columns, List<List<@Nullable Object>> rows, long updated) {
  /**
   * A column of a result.
   *
   * @param name its label
   * @param type of {@link java.sql.Types}
   * @param precision in digits or characters
   * @param scale digits after the point
   * @param nullable whether it may be null
   * @param table empty for an expression
   */
  record Column(String name, int type, int precision, int scale, boolean nullable, String table) {}

  SqlResult {
    columns = List.copyOf(columns);
    List<List<@Nullable Object>> copy = new ArrayList<>(rows);
    rows = Collections.unmodifiableList(copy);
  }

  boolean isQuery() {
    return updated < 0;
  }
}
