package io.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadOnlySqlTest {
  private static void accepted(String sql) {
    assertThat(ReadOnlySql.check(sql)).as(sql).isInstanceOf(ReadOnlySql.Accepted.class);
  }

  private static String refused(String sql) {
    ReadOnlySql.Verdict verdict = ReadOnlySql.check(sql);
    assertThat(verdict).as(sql).isInstanceOf(ReadOnlySql.Refused.class);
    return ((ReadOnlySql.Refused) verdict).reason();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1",
        "select 1;",
        "  \r\n\tSELECT 1 ; -- done",
        "-- first\nSELECT 1",
        "/* first */ SELECT /* second */ 1 /* third; DROP TABLE x */",
        "(SELECT 1) UNION ALL (SELECT 2)",
        "((SELECT 1))",
        "WITH t AS (SELECT 1 AS a) SELECT a FROM t",
        "VALUES (1, 'a'), (2, 'b')",
        "SHOW TABLES IN sales",
        "SHOW CREATE TABLE sales.orders",
        "show /* the */ create view v",
        "DESCRIBE sales.orders",
        "DESC `my-database`.`orders`",
        "EXPLAIN SELECT * FROM orders",
        "EXPLAIN (FORMAT JSON) SELECT 1",
        "SELECT 'DROP TABLE x; DELETE FROM y'",
        "SELECT 'it''s; INSERT INTO t'",
        "SELECT \"update\", \"set\"\"insert\" FROM \"delete\"",
        "SELECT regexp_like(a, '^\\d+\\.\\\\$') FROM t",
        "SELECT replace(a, 'b', 'c'), updated_at, created, deleted, offset_into FROM t",
        "SELECT a::int, b[1], c || 'd', -1.5e-3, .5, 1., 1e10, 5 % 2 FROM t WHERE x <> ? AND y ="
            + " :z",
        "SELECT transform(ARRAY[1], x -> x + 1)",
        "SELECT count(*) FROM t WHERE name = 'Zoë' AND note = '\uD83D\uDE00' -- été",
        "SELECT \"größe\" FROM t",
        "SELECT \"$path\" FROM t",
        "SELECT CASE WHEN a THEN 1 ELSE 2 END FROM t ORDER BY 1 FETCH FIRST 5 ROWS ONLY",
        "SELECT * FROM UNNEST(ARRAY[1,2]) AS t (a)",
        "SELECT * FROM \"table\" (a)",
        "SELECT 5 - -3, 4*/**/2"
      })
  void acceptsAStatementThatOnlyReads(String sql) {
    accepted(sql);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO t VALUES (1)",
        "UPDATE t SET a = 1",
        "DELETE FROM t",
        "MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE",
        "CREATE TABLE t AS SELECT 1",
        "DROP TABLE t",
        "ALTER TABLE t ADD COLUMN a int",
        "TRUNCATE t",
        "GRANT SELECT ON t TO u",
        "REVOKE ALL ON t FROM u",
        "COPY t FROM 's3://b/k' IAM_ROLE default",
        "UNLOAD ('select 1') TO 's3://b/k' IAM_ROLE default",
        "CALL p()",
        "VACUUM",
        "MSCK REPAIR TABLE t",
        "REFRESH MATERIALIZED VIEW v",
        "SET search_path TO x",
        "RESET ALL",
        "LOCK t",
        "EXECUTE p",
        "PREPARE p AS DELETE FROM t",
        "ANALYZE t",
        "BEGIN",
        "USE sales",
        "CANCEL 123",
        "FROM t INSERT OVERWRITE TABLE u SELECT *",
        "USING EXTERNAL FUNCTION f(a INT) RETURNS INT LAMBDA 'l' SELECT f(1)",
        "COMMENT ON TABLE t IS 'x'",
        "TABLE t"
      })
  void refusesAStatementThatDoesNotBeginWithAReadingVerb(String sql) {
    refused(sql);
    refused("-- SELECT\n" + sql);
    refused("/* SELECT */ " + sql);
    refused("(" + sql + ")");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * INTO t FROM u",
        "SELECT 1 AS a INTO TEMP t",
        "WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x",
        "WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x",
        "EXPLAIN ANALYZE SELECT 1",
        "EXPLAIN ANALYZE DELETE FROM t",
        "EXPLAIN (ANALYZE, VERBOSE) SELECT 1",
        "EXPLAIN ANALYSE SELECT 1",
        "EXPLAIN INSERT INTO t VALUES (1)",
        "SELECT * FROM t FOR UPDATE",
        "SHOW TABLES CREATE",
        "SHOW(CREATE)",
        "SELECT CREATE",
        "SELECT 1 UNION SHOW CREATE TABLE t",
        "SELECT 1INTO t FROM u",
        "SELECT 1.INTO t FROM u",
        "SELECT .5INTO t FROM u",
        "SELECT 1e5INTO t FROM u",
        "SELECT 1e5e5 FROM u",
        "SELECT 0x1INTO FROM u",
        "SELECT 'a'INTO t FROM u",
        "SELECT \"a\"INTO t FROM u",
        "SELECT(1)INTO t",
        "SELECT ?INTO t",
        "SELECT `a`INTO t",
        "SELECT 1/**/INTO/**/t"
      })
  void refusesAWritingWordWhereverItStands(String sql) {
    refused(sql);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1; DROP TABLE t",
        "SELECT 1; SELECT 2",
        "SELECT 1;;",
        "SELECT 1 -- a\n; DROP TABLE t",
        "SELECT 1; -- a\nDROP TABLE t",
        "SELECT 1; /* a */ DROP TABLE t",
        "SELECT 'a'; 'b'",
        "SELECT 1; \"drop\"",
        "SELECT 1;1",
        "; SELECT 1"
      })
  void refusesMoreThanOneStatement(String sql) {
    refused(sql);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n", ";", "-- SELECT 1", "/* SELECT 1 */", "(", "()", "(;)"})
  void refusesATextWithoutAStatement(String sql) {
    refused(sql);
  }

  /** Each of these is one thing to one engine and another to the other. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        // A backslash escapes a quote in Redshift, and does not in Trino.
        "SELECT '\\'; DROP TABLE t; --'",
        "SELECT 'a\\' || ' INTO t FROM u --'",
        "SELECT E'\\'; DROP TABLE t; --'",
        "SELECT '\\\\\\' || '; DROP TABLE t --'",
        "SHOW \"a\\\" ; DROP TABLE t --\"",
        // Comments nest in PostgreSQL, and do not in Trino.
        "SELECT 1 /* /* */ INTO t /* */ */",
        "SELECT 1 /* /* */ ; DROP TABLE t -- */",
        "/*/**/ DROP TABLE t /*/*/ SELECT 1",
        "SELECT /*! INTO t */ 1",
        // Dollar quotes are literals in PostgreSQL alone.
        "SELECT $$ ; DROP TABLE t $$",
        "SELECT $a$ ' $a$ INTO t --'",
        "SELECT a$$ FROM t",
        "SELECT $1",
        // A backquote is an operator to Redshift.
        "SELECT ` ; DROP TABLE t ; ` FROM u",
        "SELECT `into` FROM t",
        "SELECT `1into` FROM t",
        "SELECT `a--b` FROM t",
        "SELECT ` ' ` INTO t --'",
        // A carriage return may or may not end a comment.
        "SELECT 1 -- \r ' \n INTO t --'",
        // Unicode: a long s and a dotless i are upper-cased into S and I by Trino's lexer.
        "\u017fELECT 1",
        "SELECT 1 \u0131nto t",
        "SELECT 1 in\u200bto t",
        "SELECT\u00a01",
        "SELECT 1\u2028INTO t",
        "SELECT \uFF29\uFF2E\uFF34\uFF2F t",
        "\uFEFFSELECT 1",
        "SELECT U&\"\\0069nto\" FROM t",
        // What ends early, or never.
        "SELECT 'a",
        "SELECT \"a",
        "SELECT `a",
        "SELECT 1 /* a",
        "SELECT 1 /*/",
        "SELECT 'a''",
        "SELECT 'a\\",
        "SELECT 'a\u0000' ; DROP TABLE t",
        "SELECT 1 -- \u0000\n",
        "SELECT '\uD83D'",
        "SELECT '\uDE00\uD83D'",
        "SELECT \u0085 1",
        "SELECT 1\u000bINTO t",
        "SELECT 1\fINTO t",
        // Signs that no reading statement needs.
        "SELECT {fn now()}",
        "SELECT \\ 1",
        "SELECT * FROM #t",
        "SELECT @@version"
      })
  void refusesWhatTwoEnginesReadDifferently(String sql) {
    refused(sql);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT set_config('a', 'b', false)",
        "SELECT \"set_config\"('a', 'b', false)",
        "SELECT pg_catalog.PG_TERMINATE_BACKEND(1)",
        "SELECT pg_cancel_backend(1)",
        "SELECT nextval('s')",
        "SELECT `setval`('s', 1)",
        "SELECT * FROM TABLE(system.query(query => 'DELETE FROM t'))",
        "SELECT * FROM table /* a */ ( \"system\".\"query\"(query => 'DROP TABLE t'))"
      })
  void refusesFunctionsThatAct(String sql) {
    refused(sql);
  }

  @Test
  void takesAStatementOfTheLongestLengthAndRefusesOneCharacterMore() {
    String longest = "SELECT 1" + " ".repeat(ReadOnlySql.MAX_LENGTH - 8);
    accepted(longest);
    assertThat(refused(longest + " ")).contains("262144");
  }

  @Test
  void namesTheWordAndRepeatsNothingElseOfTheStatement() {
    assertThat(refused("SELECT canary_secret INTO canary_table"))
        .contains("INTO")
        .doesNotContain("canary");
    assertThat(refused("canary_verb 1")).doesNotContain("canary");
    assertThat(refused("SELECT 'canary")).doesNotContain("canary");
  }

  private static final List<String> WRITES =
      List.of(
          "INSERT INTO t VALUES (1)",
          "DELETE FROM t",
          "DROP TABLE t",
          "SELECT * INTO t FROM u",
          "WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x",
          "EXPLAIN ANALYZE DELETE FROM t");

  /** Whatever stands around them and between their words, writing statements are refused. */
  @Test
  void refusesWritingStatementsAmongCommentsQuotesAndUnicode() {
    Random random = new Random(99);
    String[] between = {
      " ",
      "\n",
      "\t",
      "/**/",
      "/* ' */",
      "/* \" */",
      "-- '\n",
      "-- /*\n",
      "/* -- */",
      "/* ; */",
      "\r\n",
      "  ",
      "/* $$ */",
      "/* été */",
      "/***/",
      "/* * / */"
    };
    String[] before = {
      "", "SELECT 1;", "SELECT 'a''b';", "SELECT '';", "SELECT '\\\\';", "SELECT \"a\"\"b\";",
      "-- SELECT\n", "/* SELECT */", "(", "SELECT '--';", "SELECT '/*';", "VALUES ('*/');",
      "SELECT \"'\";", "SELECT '\"';", "SELECT 1 -- '\n;", "SELECT 1 /* ' */;"
    };
    String[] after = {"", ";", " -- '", " /* */", ")", "; SELECT 1", " 'a'", " \"a\""};
    for (int i = 0; i < 50_000; i++) {
      StringBuilder sql = new StringBuilder(before[random.nextInt(before.length)]);
      for (String word : WRITES.get(random.nextInt(WRITES.size())).split(" ", -1)) {
        sql.append(between[random.nextInt(between.length)]);
        for (int at = 0; at < word.length(); at++) {
          char c = word.charAt(at);
          sql.append(random.nextBoolean() ? Character.toLowerCase(c) : c);
        }
      }
      sql.append(after[random.nextInt(after.length)]);
      refused(sql.toString());
    }
  }

  @Test
  void checksAnyTextWithoutThrowing() {
    Random random = new Random(5);
    String[] parts = {
      "SELECT", "SHOW", "CREATE", "TABLE", "(", ")", "'", "''", "\"", "`", "/*", "*/", "--", "\n",
      "\r", "$$", "$a$", ";", "\\", "\\'", "1", ".", "e", "INTO", "E'", "U&\"", " ", "é", "\uD83D"
    };
    int accepted = 0;
    for (int i = 0; i < 200_000; i++) {
      StringBuilder sql = new StringBuilder(random.nextBoolean() ? "SELECT " : "");
      for (int n = random.nextInt(14); n > 0; n--) {
        sql.append(
            random.nextInt(4) == 0
                ? String.valueOf((char) random.nextInt(random.nextInt(3) == 0 ? 0x10000 : 0x80))
                : parts[random.nextInt(parts.length)]);
      }
      if (ReadOnlySql.check(sql.toString()) instanceof ReadOnlySql.Accepted) {
        accepted++;
        assertThat(stripped(sql.toString()))
            .as(sql.toString())
            .doesNotContainPattern("(?i)(?<![A-Za-z0-9_])INTO(?![A-Za-z0-9_])");
      }
    }
    assertThat(accepted).isPositive();
  }

  /** Removes comments and quoted text the plain way; what is accepted is plain enough for it. */
  private static String stripped(String sql) {
    return sql.replaceAll(
        "(?s)--[^\n]*|/\\*.*?\\*/|'(?:[^'\\\\]|''|\\\\.)*'|\"(?:[^\"\\\\]|\"\"|\\\\.)*\"", " ");
  }
}
