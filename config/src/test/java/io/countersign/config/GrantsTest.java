package io.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules of agents: {@code allow} and {@code deny}. */
class GrantsTest {
  private static String yaml(String list, String rule) {
    return """
    agents:
      a:
        token: ${env:TOKEN}
        allow: [{ connector: lake }]
        %s: [%s]
    connectors:
      lake: { service: s3, region: eu-west-1 }
    """
        .formatted(list, rule)
        .replace(list.equals("allow") ? "    allow: [{ connector: lake }]\n" : "\u0000", "");
  }

  private static GatewayConfig load(String list, String rule) throws ConfigException {
    return ConfigLoader.parse(
            yaml(list, rule),
            java.nio.file.Path.of("/"),
            Environment.of(java.util.Map.of("TOKEN", "0123456789abcdef0123456789abcdef")))
        .config();
  }

  private static Grant read(String rule) throws ConfigException {
    return Objects.requireNonNull(load("allow", rule).agents().get("a")).allow().getFirst();
  }

  private static List<Problem> problems(String rule) {
    try {
      load("deny", rule);
      return List.of();
    } catch (ConfigException e) {
      return e.problems();
    }
  }

  @Test
  void readsEveryPartOfARule() throws Exception {
    Grant grant =
        read(
            "{connector: 'la*', operations: [GetObject], access: [read, permissions-management],"
                + " resources: ['arn:aws:s3:::lake/*', '*'],"
                + " when: {StringLikeIfExists: {input.Prefix: 'a/*'},"
                + " NumericLessThan: {'input.Tags[].N': [5, 7.5]}},"
                + " times: {days: [mon], from: '08:00', to: '18:30', zone: Europe/Berlin}}");
    assertThat(grant.levels()).containsExactlyInAnyOrder("read", "permissions-management");
    assertThat(grant.resources()).containsExactly("arn:aws:s3:::lake/*", "*");
    assertThat(grant.when())
        .containsExactly(
            new Condition(Operator.STRING_LIKE, true, "input.Prefix", List.of("a/*")),
            new Condition(
                Operator.NUMERIC_LESS_THAN, false, "input.Tags[].N", List.of("5", "7.5")));
    assertThat(grant.hours())
        .isEqualTo(
            new Hours(
                Set.of(DayOfWeek.MONDAY),
                LocalTime.of(8, 0),
                LocalTime.of(18, 30),
                ZoneId.of("Europe/Berlin")));
  }

  @Test
  void aRuleOfNamesAloneIsAboutEveryCall() throws Exception {
    assertThat(read("{connector: lake}")).isEqualTo(new Grant("lake", List.of("*")));
  }

  @Test
  void keepsDenialsApart() throws Exception {
    Agent agent = load("deny", "{connector: '*', operations: ['Delete*']}").agents().get("a");
    assertThat(Objects.requireNonNull(agent).deny())
        .containsExactly(new Grant("*", List.of("Delete*")));
    assertThat(agent.allow()).containsExactly(new Grant("lake", List.of("*")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{connector: like} | agents.a.deny[0].connector | there is no connector | lake",
        "{connector: lake, access: [reads]} | agents.a.deny[0].access[0] | not one of | read",
        "{connector: lake, access: []} | agents.a.deny[0].access | empty | remove",
        "{connector: lake, resources: [lake]} | agents.a.deny[0].resources[0] | no ARN | arn:aws",
        "{connector: lake, resources: []} | agents.a.deny[0].resources | empty | remove",
        "{connector: lake, when: {StringLikes: {user: a}}} | agents.a.deny[0].when.StringLikes |"
            + " no operator | StringLike",
        "{connector: lake, when: {'NullIfExists': {user: true}}} |"
            + " agents.a.deny[0].when.NullIfExists | no operator | Null",
        "{connector: lake, when: {StringLike: {Prefix: a}}} |"
            + " agents.a.deny[0].when.StringLike.Prefix | no key | input.",
        "{connector: lake, when: {StringLike: {user: []}}} |"
            + " agents.a.deny[0].when.StringLike.user | empty | value",
        "{connector: lake, when: {NumericEquals: {input.N: many}}} |"
            + " agents.a.deny[0].when.NumericEquals.input.N | not a number | digits",
        "{connector: lake, when: {DateLessThan: {input.T: 2026-01-01}}} |"
            + " agents.a.deny[0].when.DateLessThan.input.T | not a moment | UTC",
        "{connector: lake, when: {Bool: {input.B: yes}}} |"
            + " agents.a.deny[0].when.Bool.input.B | neither true nor false | true",
        "{connector: lake, times: {from: 8}} | agents.a.deny[0].times.from | no time of day |"
            + " 08:00",
        "{connector: lake, times: {to: '24:00'}} | agents.a.deny[0].times.to | no time | 08:00",
        "{connector: lake, times: {zone: Berlin}} | agents.a.deny[0].times.zone | no time zone |"
            + " Europe/Berlin",
        "{connector: lake, times: {days: []}} | agents.a.deny[0].times.days | never | remove",
      })
  void saysWhatIsWrongWithARuleAndHowToMendIt(
      String rule, String path, String message, String mend) {
    assertThat(problems(rule))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.path()).isEqualTo(path);
              assertThat(problem.message()).contains(message);
              assertThat(problem.mend()).contains(mend);
              assertThat(problem.line()).isEqualTo(5);
            });
  }

  @Test
  void throwsNothingElseForAnyRule() {
    Random random = new Random(7);
    String[] pieces = {
      "{",
      "}",
      "[",
      "]",
      ":",
      ",",
      " ",
      "when",
      "StringLike",
      "input.A",
      "'*'",
      "times",
      "days",
      "mon",
      "resources",
      "arn:",
      "access",
      "read",
      "connector: lake",
      "~",
      "&a",
      "*a",
      "\n"
    };
    int refused = 0;
    for (int i = 0; i < 3_000; i++) {
      StringBuilder rule = new StringBuilder("{connector: lake, ");
      for (int n = random.nextInt(14); n > 0; n--) {
        rule.append(pieces[random.nextInt(pieces.length)]);
      }
      refused += problems(rule.append('}').toString()).isEmpty() ? 0 : 1;
    }
    assertThat(refused).isPositive();
  }
}
