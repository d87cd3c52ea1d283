package io.countersign.sandbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Looks through SQL without being fooled by what stands in quotes and comments. */
final class SqlText {
  private SqlText() {}

  /** SQL with {@code ?} for its parameters, and their values in order. */
  record Bound(String sql, List<String> values) {
    Bound {
      values = List.copyOf(values);
    }
  }

  /**
   * Where the quoted text or comment that starts at {@code i} ends; {@code i} itself when none
   * starts there.
   */
  private static int skip(String sql, int i) {
    char c = sql.charAt(i);
    if (c == '\'' || c == '"') {
      int end = sql.indexOf(c, i + 1);
      return end < 0 ? sql.length() : end + 1;
    }
    if (sql.startsWith("--", i)) {
      int end = sql.indexOf('\n', i);
      return end < 0 ? sql.length() : end;
    }
    if (sql.startsWith("/*", i)) {
      int end = sql.indexOf("*/", i + 2);
      return end < 0 ? sql.length() : end + 2;
    }
    return i;
  }

  /**
   * Replaces {@code :name} by {@code ?}. Every name must have a value, and every value a use, as
   * Redshift Data asks.
   */
  static Bound bind(String sql, Map<String, String> parameters) throws AwsError {
    StringBuilder out = new StringBuilder(sql.length());
    List<String> values = new ArrayList<>();
    List<String> unused = new ArrayList<>(parameters.keySet());
    int i = 0;
    while (i < sql.length()) {
      int after = skip(sql, i);
      if (after > i) {
        out.append(sql, i, after);
        i = after;
      } else if (sql.startsWith("::", i)) {
        out.append("::");
        i += 2;
      } else if (sql.charAt(i) == ':'
          && i + 1 < sql.length()
          && Character.isJavaIdentifierStart(sql.charAt(i + 1))) {
        int end = i + 1;
        while (end < sql.length() && Character.isJavaIdentifierPart(sql.charAt(end))) {
          end++;
        }
        String name = sql.substring(i + 1, end);
        String value = parameters.get(name);
        if (value == null) {
          throw new AwsError(
              400, "ValidationException", "Parameter is not found for variable: " + name);
        }
        unused.remove(name);
        values.add(value);
        out.append('?');
        i = end;
      } else {
        out.append(sql.charAt(i++));
      }
    }
    if (!unused.isEmpty()) {
      throw new AwsError(
          400,
          "ValidationException",
          "Parameters list contains unused parameters. Unused parameters: " + unused);
    }
    return new Bound(out.toString(), values);
  }

  /** Whether more follows a semicolon. */
  static boolean hasSeveralStatements(String sql) {
    int i = 0;
    boolean ended = false;
    while (i < sql.length()) {
      int after = skip(sql, i);
      if (after > i) {
        boolean comment = sql.charAt(i) == '-' || sql.charAt(i) == '/';
        if (ended && !comment) {
          return true;
        }
        i = after;
        continue;
      }
      char c = sql.charAt(i++);
      if (c == ';') {
        ended = true;
      } else if (ended && !Character.isWhitespace(c)) {
        return true;
      }
    }
    return false;
  }
}
