package io.countersign.sandbox;

import java.sql.SQLException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A statement that the engine refused, in the words that the engine stood in for would use. */
final class SqlFailure extends Exception {
  private static final long serialVersionUID = 1L;
  private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"");

  /** Whose words. */
  enum Voice {
    /** Amazon Redshift, which talks like PostgreSQL. */
    REDSHIFT,
    /** Amazon Athena, which talks like Trino. */
    ATHENA
  }

  SqlFailure(String message) {
    super(message, null, false, false);
  }

  static SqlFailure of(SQLException e, Voice voice) {
    String original = String.valueOf(e.getMessage());
    int tail = original.indexOf("; SQL statement:");
    String text = (tail < 0 ? original : original.substring(0, tail)).replaceAll("\\s+", " ");
    Matcher quoted = QUOTED.matcher(text);
    String name = quoted.find() ? quoted.group(1) : "";
    int code = e.getErrorCode();
    boolean athena = voice == Voice.ATHENA;
    if (code >= 42102 && code <= 42104) {
      return new SqlFailure(
          athena
              ? "TABLE_NOT_FOUND: Table 'awsdatacatalog." + name + "' does not exist"
              : "ERROR: relation \"" + name + "\" does not exist");
    }
    if (code == 42122) {
      return new SqlFailure(
          athena
              ? "COLUMN_NOT_FOUND: Column '" + name + "' cannot be resolved"
              : "ERROR: column \"" + name + "\" does not exist");
    }
    if (code == 90079) {
      return new SqlFailure(
          athena
              ? "SCHEMA_NOT_FOUND: Schema '" + name + "' does not exist"
              : "ERROR: schema \"" + name + "\" does not exist");
    }
    if (code == 42000 || code == 42001) {
      String near = near(text);
      return new SqlFailure(
          athena
              ? "mismatched input '" + near + "'. Expecting: a query"
              : "ERROR: syntax error at or near \"" + near + "\"");
    }
    if (code == 90040 || code == 90096) {
      return new SqlFailure(
          athena
              ? "PERMISSION_DENIED: Access Denied"
              : "ERROR: permission denied for schema public");
    }
    return new SqlFailure(
        (athena ? "GENERIC_USER_ERROR: " : "ERROR: ") + text.toLowerCase(Locale.ROOT));
  }

  /**
   * The engine marks the place with {@code [*]}; the word after it is what the others would name.
   */
  private static String near(String text) {
    int mark = text.indexOf("[*]");
    if (mark < 0) {
      return "end of input";
    }
    String rest = text.substring(mark + 3).replaceAll("[\";].*", "").strip();
    int space = rest.indexOf(' ');
    String word = space < 0 ? rest : rest.substring(0, space);
    return word.isEmpty() ? "end of input" : word;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
