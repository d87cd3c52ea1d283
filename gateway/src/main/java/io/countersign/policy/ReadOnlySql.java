package io.countersign.policy;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets through a statement that is certain to only read, as far as its words can tell: exactly one
 * statement, which begins with one of a few reading verbs and has no word that could write outside
 * literals, quoted names and comments.
 *
 * <p>It reads tokens, not grammar, and two dialects at once: that of Athena (Trino, and Hive for
 * SHOW and DESCRIBE) and that of Redshift (PostgreSQL 8). Where the two would cut the same text
 * into different tokens, as with nested comments, a backslash before a quote, dollar quotes or
 * letters outside ASCII that a lexer may fold into ASCII ones, it refuses. So it errs on refusing:
 * a column that is called {@code update} must be quoted. And it is not a wall: a function or a view
 * may do what its name does not say. The permissions of the role and of the database user remain
 * the wall.
 */
public final class ReadOnlySql {
  /** Athena's limit of a statement; Redshift Data has a lower one of its own. */
  public static final int MAX_LENGTH = 262_144;

  /** The outcome of {@link #check}. */
  public sealed interface Verdict {}

  /** One statement that only reads. */
  public record Accepted() implements Verdict {}

  /**
   * Anything else.
   *
   * @param reason a clause that is fit for a client; nothing of the statement but a known word is
   *     repeated in it
   */
  public record Refused(String reason) implements Verdict {}

  private static final Verdict ACCEPTED = new Accepted();

  private static final Set<String> FIRST =
      Set.of("SELECT", "WITH", "SHOW", "DESCRIBE", "DESC", "EXPLAIN", "VALUES");

  private static final Set<String> FIRST_IN_PARENTHESES = Set.of("SELECT", "WITH", "VALUES");

  private static final Set<String> WRITING =
      Set.of(
          "ABORT",
          "ALTER",
          "ANALYSE",
          "ANALYZE",
          "ATTACH",
          "BEGIN",
          "CALL",
          "COMMIT",
          "COPY",
          "CREATE",
          "DEALLOCATE",
          "DECLARE",
          "DELETE",
          "DETACH",
          "DROP",
          "EXECUTE",
          "GRANT",
          "INSERT",
          "INTO",
          "LOCK",
          "MERGE",
          "MSCK",
          "OPTIMIZE",
          "PREPARE",
          "REFRESH",
          "REINDEX",
          "RENAME",
          "RESET",
          "REVOKE",
          "ROLLBACK",
          "SAVEPOINT",
          "SET",
          "TRUNCATE",
          "UNLOAD",
          "UPDATE",
          "UPSERT",
          "VACUUM");

  /** Functions that act, quoted or not. */
  private static final Set<String> ACTING =
      Set.of(
          "DBLINK",
          "DBLINK_EXEC",
          "DBLINK_SEND_QUERY",
          "LO_CREAT",
          "LO_CREATE",
          "LO_EXPORT",
          "LO_IMPORT",
          "LO_UNLINK",
          "NEXTVAL",
          "PG_ADVISORY_LOCK",
          "PG_CANCEL_BACKEND",
          "PG_RELOAD_CONF",
          "PG_TERMINATE_BACKEND",
          "SET_CONFIG",
          "SETVAL");

  private static final String SYMBOLS = "(),.+-*/%<>=!|&^~[]?:";

  private final String sql;
  private int at;
  private boolean started;
  private boolean parenthesized;
  private boolean ended;
  private boolean shown;
  private @Nullable String previousWord;

  private ReadOnlySql(String sql) {
    this.sql = sql;
  }

  /** Checks a statement. Never throws; takes time in proportion to the text's length. */
  public static Verdict check(String sql) {
    String problem = new ReadOnlySql(sql).problem();
    return problem == null ? ACCEPTED : new Refused(problem);
  }

  private @Nullable String problem() {
    if (sql.length() > MAX_LENGTH) {
      return "the SQL is longer than " + MAX_LENGTH + " characters";
    }
    String problem = textProblem();
    while (problem == null && at < sql.length()) {
      problem = token();
    }
    if (problem == null && !started) {
      return "the SQL has no statement";
    }
    return problem;
  }

  /** Refuses, wherever they stand, characters that one of the engines may cut or skip at. */
  private @Nullable String textProblem() {
    for (int i = 0; i < sql.length(); i++) {
      char c = sql.charAt(i);
      if ((c < ' ' && !isSpace(c)) || (c >= 0x7f && c < 0xa0)) {
        return "the SQL has a control character";
      }
      if (Character.isSurrogate(c)) {
        if (Character.isHighSurrogate(c)
            && i + 1 < sql.length()
            && Character.isLowSurrogate(sql.charAt(i + 1))) {
          i++;
        } else {
          return "the SQL has half of a surrogate pair, which is no Unicode text";
        }
      }
    }
    return null;
  }

  private @Nullable String token() {
    char c = sql.charAt(at);
    if (isSpace(c)) {
      at++;
      return null;
    }
    if (c == '-' && peek(1) == '-') {
      return lineComment();
    }
    if (c == '/' && peek(1) == '*') {
      return blockComment();
    }
    if (ended) {
      return "there is more than one statement in the SQL";
    }
    if (isLetter(c)) {
      return word();
    }
    if (!started) {
      parenthesized = true;
      at++;
      return c == '(' ? null : notReading();
    }
    String before = previousWord;
    previousWord = null;
    if (c == '\'') {
      return quoted('\'', "a literal");
    }
    if (c == '"') {
      return quotedName();
    }
    if (c == '`') {
      return backquotedName();
    }
    if (isDigit(c) || (c == '.' && isDigit(peek(1)))) {
      return number();
    }
    if (c == ';') {
      ended = true;
      at++;
      return null;
    }
    if (c == '(' && "TABLE".equals(before)) {
      return "TABLE(…) calls a table function, and one of them passes any statement on";
    }
    if (SYMBOLS.indexOf(c) >= 0) {
      at++;
      return null;
    }
    if (c == '$') {
      return "the SQL has a dollar sign outside a literal; write text in single quotes";
    }
    if (c > '~') {
      return "the SQL has a character outside ASCII that is in no literal or quoted name";
    }
    return "the SQL has a '" + c + "' outside a literal";
  }

  /** It ends at a line feed. That a lone carriage return ends it too is not agreed by all. */
  private @Nullable String lineComment() {
    while (at < sql.length() && sql.charAt(at) != '\n') {
      if (sql.charAt(at) == '\r' && peek(1) != '\n') {
        return "the SQL has a carriage return without a line feed in a comment";
      }
      at++;
    }
    return null;
  }

  private @Nullable String blockComment() {
    at += 2;
    if (peek(0) == '!') {
      return "the SQL has a comment that some engines execute";
    }
    for (; at < sql.length(); at++) {
      if (sql.charAt(at) == '*' && peek(1) == '/') {
        at += 2;
        return null;
      }
      if (sql.charAt(at) == '/' && peek(1) == '*') {
        // PostgreSQL nests comments and Trino does not.
        return "the SQL has a comment within a comment";
      }
    }
    return "the SQL has a comment that does not end";
  }

  private @Nullable String quoted(char quote, String what) {
    for (at++; at < sql.length(); at++) {
      char c = sql.charAt(at);
      if (c == '\\') {
        if (peek(1) == quote) {
          // An escaped quote to Redshift and Hive, the end of the literal to Trino.
          return "the SQL has a backslash before a quote; double the quote instead";
        }
        at++;
      } else if (c == quote) {
        if (peek(1) != quote) {
          at++;
          return null;
        }
        at++;
      }
    }
    return "the SQL has " + what + " that does not end";
  }

  private @Nullable String quotedName() {
    if (at >= 2 && sql.charAt(at - 1) == '&' && (sql.charAt(at - 2) | 0x20) == 'u') {
      return "the SQL has a name with Unicode escapes; write it as it is";
    }
    int start = at + 1;
    String problem = quoted('"', "a quoted name");
    return problem == null ? acting(sql.substring(start, at - 1)) : problem;
  }

  /** A name to Athena, two operators around ordinary words to Redshift: so it must pass as both. */
  private @Nullable String backquotedName() {
    int start = ++at;
    while (at < sql.length() && sql.charAt(at) != '`') {
      char c = sql.charAt(at);
      if (!isLetter(c) && !isDigit(c) && (c != '-' || peek(1) == '-') && c != '.') {
        return "the SQL has a name in backquotes that is not of letters, digits, '_', '-' and '.'";
      }
      at++;
    }
    if (at == sql.length()) {
      return "the SQL has a name in backquotes that does not end";
    }
    String name = sql.substring(start, at++);
    for (String part : name.split("[^A-Za-z_]+", -1)) {
      String problem = writing(part.toUpperCase(Locale.ROOT));
      if (problem != null) {
        return problem;
      }
    }
    return null;
  }

  /**
   * Letters right after a number are refused unless they are its exponent: {@code 1INTO} is two
   * tokens to PostgreSQL.
   */
  private @Nullable String number() {
    while (isDigit(peek(0)) || peek(0) == '.') {
      at++;
    }
    if ((peek(0) | 0x20) == 'e') {
      int sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
      if (isDigit(peek(1 + sign))) {
        at += 1 + sign;
        while (isDigit(peek(0))) {
          at++;
        }
      }
    }
    return isLetter(peek(0)) ? "the SQL has letters right after a number" : null;
  }

  private @Nullable String word() {
    int start = at;
    while (isLetter(peek(0)) || isDigit(peek(0))) {
      at++;
    }
    String word = sql.substring(start, at).toUpperCase(Locale.ROOT);
    String before = previousWord;
    previousWord = word;
    if (!started) {
      started = true;
      shown = word.equals("SHOW");
      return (parenthesized ? FIRST_IN_PARENTHESES : FIRST).contains(word) ? null : notReading();
    }
    if (shown) {
      shown = false;
      if (word.equals("CREATE") && "SHOW".equals(before)) {
        return null;
      }
    }
    return writing(word);
  }

  private static @Nullable String writing(String word) {
    if (WRITING.contains(word)) {
      return "the SQL has the word "
          + word
          + ", which may write; if it is a name, put it in double quotes";
    }
    return acting(word);
  }

  private static @Nullable String acting(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    return ACTING.contains(upper) ? "the SQL calls " + upper + ", which acts" : null;
  }

  private static String notReading() {
    return "the statement does not begin with SELECT, WITH, VALUES, SHOW, DESCRIBE or EXPLAIN";
  }

  /** The character so many places on, or NUL, which is refused before, past the end. */
  private char peek(int ahead) {
    return at + ahead < sql.length() ? sql.charAt(at + ahead) : '\0';
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
