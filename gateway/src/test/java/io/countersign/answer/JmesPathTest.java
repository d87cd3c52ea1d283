package io.countersign.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.protocol.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The expressions of select, of paginators and of waiters. */
class JmesPathTest {
  /**
   * What the library does otherwise, on purpose: it lets the name of a function stand in quotes.
   * {@code "foo"(bar)} is then a function that there is not, and {@code "to_string"(…)} one that
   * there is.
   */
  private static final List<String> QUOTED_FUNCTIONS =
      List.of("\"foo\"(bar)", "\"to_string\"(`1.0`)");

  record Case(String file, JsonNode given, String expression, JsonNode wanted, boolean error) {
    @Override
    public String toString() {
      return file + ": " + expression;
    }
  }

  static Stream<Case> cases() throws IOException {
    List<Case> cases = new ArrayList<>();
    for (String file :
        List.of(
            "basic",
            "boolean",
            "current",
            "escape",
            "filters",
            "functions",
            "identifiers",
            "indices",
            "literal",
            "multiselect",
            "pipe",
            "slice",
            "syntax",
            "unicode",
            "wildcard")) {
      for (JsonNode suite : read("jmespath/" + file + ".json")) {
        for (JsonNode one : suite.path("cases")) {
          String expression = one.path("expression").textValue();
          if (!QUOTED_FUNCTIONS.contains(expression)) {
            cases.add(
                new Case(
                    file, suite.path("given"), expression, one.path("result"), one.has("error")));
          }
        }
      }
    }
    return cases.stream();
  }

  private static JsonNode read(String file) throws IOException {
    try (InputStream in = JmesPathTest.class.getResourceAsStream(file)) {
      return Json.mapper().readTree(Objects.requireNonNull(in, file));
    }
  }

  private static JsonNode json(String text) throws IOException {
    return Json.mapper().readTree(text.replace('\'', '"'));
  }

  private static JsonNode search(String expression, String root) throws Exception {
    return JmesPath.parse(expression).search(json(root));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void passesTheCasesOfTheSpecification(Case one) throws Exception {
    if (one.error()) {
      assertThatThrownBy(() -> JmesPath.parse(one.expression()).search(one.given()))
          .isInstanceOf(BadExpressionException.class);
    } else {
      JsonNode found = JmesPath.parse(one.expression()).search(one.given());
      assertThat(new JsonRuntime(1_000).equal(found, one.wanted()))
          .as("%s is %s", found, one.wanted())
          .isTrue();
    }
  }

  @Test
  void thereAreHundredsOfCases() throws IOException {
    assertThat(cases().count()).isGreaterThan(700);
  }

  @Test
  void namesThePlaceOfASyntaxError() {
    assertThatThrownBy(() -> JmesPath.parse("Contents[?Size > ].Key"))
        .isInstanceOf(BadExpressionException.class)
        .hasMessageContaining("line 1 column 18");
  }

  @Test
  void namesTheFunctionThatThereIsNot() {
    assertThatThrownBy(() -> search("lenght(a)", "{}"))
        .isInstanceOf(BadExpressionException.class)
        .hasMessage("there is no function lenght");
  }

  @Test
  void saysWhichTypeAFunctionWants() {
    assertThatThrownBy(() -> search("length(a)", "{'a':1}"))
        .isInstanceOf(BadExpressionException.class)
        .hasMessage("a value is not of the type that its place wants");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "avg(@);[1.5,2.25,3];2.25",
        "avg(@);[1,2];1.5",
        "avg(@);[1,3];2",
        "avg(@);[0.1,0.2,0.7];0.3333333333333333",
        "sum(@);[1,2];3",
        "max(@);[1,2.5];2.5",
        "to_string(@);{'a':'b\\\\\\'c'};'{\\'a\\':\\'b\\\\\\\\\\\\\\'c\\'}'",
        "to_number('12');{};12",
      })
  void countsAsJsonDoes(String expression, String root, String wanted) throws Exception {
    assertThat(search(expression, root.replace("\\'", "\\\"")).toString())
        .isEqualTo(json(wanted.replace("\\'", "\\\"")).toString());
  }

  @Test
  void takesTheLongestAndTheDeepestExpression() throws Exception {
    assertThat(search("a".repeat(JmesPath.LONGEST), "{}").isNull()).isTrue();
    assertThat(search("(".repeat(JmesPath.DEEPEST) + "a" + ")".repeat(JmesPath.DEEPEST), "{'a':1}"))
        .isEqualTo(json("1"));
    assertThat(search("a" + ".a".repeat(JmesPath.MOST_STEPS), "{}").isNull()).isTrue();
  }

  @Test
  void refusesOneThatIsLongerOrDeeper() {
    for (String text :
        List.of(
            "a".repeat(JmesPath.LONGEST + 1),
            "(".repeat(JmesPath.DEEPEST + 1) + "a" + ")".repeat(JmesPath.DEEPEST + 1),
            "a" + ".a".repeat(JmesPath.MOST_STEPS + 1),
            "!".repeat(1_000) + "a",
            "[*]".repeat(500),
            "a[?b]".repeat(400) + "(".repeat(40),
            " ",
            "")) {
      assertThatThrownBy(() -> JmesPath.parse(text)).isInstanceOf(BadExpressionException.class);
    }
  }

  /** Each of them doubles at every step what it holds. */
  @ParameterizedTest
  @ValueSource(strings = {"[@,@]", "[@,@][]", "{a:@,b:@}", "join('',[@,@])", "[to_string(@),@]"})
  void stopsWhatGrowsWithoutBound(String step) throws IOException {
    String many = String.join("|", Collections.nCopies(100, step));
    JsonNode root = json(step.startsWith("join") ? "'text'" : "{'a':['b','c']}");
    assertThatThrownBy(() -> JmesPath.parse(many).search(root))
        .isInstanceOf(BadExpressionException.class)
        .hasMessageContaining("too much");
  }

  @Test
  void stopsAComparisonOfWhatGrowsWithoutBound() throws IOException {
    String many = String.join("|", Collections.nCopies(60, "[@,@]")) + "|[0]==[1]";
    JsonNode root = json("{}");
    assertThatThrownBy(() -> JmesPath.parse(many).search(root))
        .isInstanceOf(BadExpressionException.class)
        .hasMessageContaining("too much");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sum([`1e999999999`,`1`])",
        "sum([`9223372036854775807`,`1`])",
        "avg([`1e999999999`])",
        "`1e999999999` > `1`",
        "abs(`-1e999999999`)",
        "ceil(`1e400`)",
        "[::0]",
        "sort_by(@,&a)"
      })
  void hasNoTroubleWithNumbersOfAnySize(String expression) throws IOException {
    JsonNode root = json("[{'a':1},{'a':'b'}]");
    try {
      assertThat(JmesPath.parse(expression).search(root)).isNotNull();
    } catch (BadExpressionException e) {
      assertThat(e).hasMessageNotContaining("null");
    }
  }

  @Test
  void readsAnyTextOrThrowsOneTypeOfException() throws IOException {
    Random random = new Random(20261124);
    String[] parts = {
      "a",
      "b.c",
      "[",
      "]",
      "(",
      ")",
      "{",
      "}",
      "*",
      ".",
      "|",
      "||",
      "&",
      "&&",
      "!",
      "==",
      "<",
      ",",
      ":",
      "`1`",
      "`{}`",
      "'x'",
      "\"q\"",
      "@",
      "?",
      "[?",
      "[*]",
      "[]",
      "-1",
      "7",
      "length",
      "sort_by",
      "map",
      "join",
      "to_string",
      "keys",
      " ",
      "\\",
      "`",
      "'",
      "\"",
      "\u0000",
      "é",
      "\ud800",
      "[::2]"
    };
    JsonNode root = json("{'a':[1,{'b':'x','c':[2.5,null]},'z'],'b':{'c':true},'q':'é'}");
    for (int i = 0; i < 40_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = 1 + random.nextInt(9); n > 0; n--) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      try {
        assertThat(JmesPath.parse(text.toString()).search(root)).isNotNull();
      } catch (BadExpressionException e) {
        assertThat(e.getMessage()).isNotEmpty();
      }
    }
  }
}
