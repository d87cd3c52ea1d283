package io.countersign.config;

import io.countersign.config.Forms.Located;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** {@code agents.<name>.allow[]} and every {@code deny[]}. */
final class GrantKeys {
  static final Key<Located<String>> CONNECTOR =
      Key.of(
              "connector",
              Forms.located(
                  Forms.text(
                      "a connector's name, or a pattern with `*`",
                      "[a-z0-9*-]{1,63}",
                      "is neither a connector's name nor a pattern",
                      "write a name of connectors, or a pattern such as lake-*")),
              "Which connector.")
          .must()
          .example("warehouse");
  static final Key<List<String>> OPERATIONS =
      Key.of(
              "operations",
              Forms.list(
                  Forms.text(
                      "an operation, or a pattern with `*`",
                      "[A-Za-z0-9*._-]{1,128}",
                      "is neither an operation nor a pattern",
                      "write an operation as AWS does, a recipe or a pattern: GetObject, query,"
                          + " Get*"),
                  "a list of operations, with `*` as a wildcard",
                  new Wrong(
                      "is empty, which could be read as none or as all",
                      "write ['*'] for all, or remove the grant for none")),
              "Which operations and recipes. The connector's `access` limits them further.")
          .or("['*']")
          .example("[query, 'Get*', 'List*']");

  private static final Map<String, String> LEVEL_NAMES = levels();
  static final Key<List<String>> LEVELS =
      Key.of(
              "access",
              Forms.list(
                  Forms.choice(LEVEL_NAMES),
                  "a list of access levels",
                  new Wrong("is empty, so no operation could have one", "remove it for any")),
              "Only operations of these access levels, as the Service Authorization Reference has"
                  + " them. Recipes have none of them.")
          .example("[read, list]");
  static final Key<List<String>> RESOURCES =
      Key.of(
              "resources",
              Forms.list(
                  Forms.text(
                      "an ARN, or a pattern with `*` and `?`",
                      "(arn:[!-~]{1,2000}|\\*)",
                      "is no ARN",
                      "write an ARN, or a pattern such as arn:aws:s3:::lake/reports/*"),
                  "a list of ARNs, with `*` and `?` as wildcards",
                  new Wrong("is empty, so no resource could be one", "remove it for any")),
              "Only calls that name resources, all of which fit. Under `deny`: calls that name one"
                  + " which fits. `catalog show` tells what an operation names.")
          .example("['arn:aws:s3:::lake/reports/*']");
  static final Key<List<Condition>> WHEN =
      Key.of(
              "when",
              ConditionsForm.FORM,
              "Conditions, all of which have to hold, by IAM's operators. See security.md.")
          .example("{StringLike: {input.Prefix: 'reports/*'}}");

  static final Key<List<DayOfWeek>> DAYS =
      Key.of(
              "days",
              Forms.list(
                  Forms.choice(days()),
                  "a list of days",
                  new Wrong("is empty, so the rule would never count", "remove it for all days")),
              "The days on which the time begins.")
          .or("[mon, tue, wed, thu, fri, sat, sun]")
          .example("[mon, tue, wed, thu, fri]");
  static final Key<LocalTime> FROM = Key.of("from", time(), "The first moment.").or("'00:00'");
  static final Key<LocalTime> TO =
      Key.of(
              "to",
              time(),
              "The first moment after it; on the next day where it is not after `from`.")
          .or("'00:00'");
  static final Key<ZoneId> ZONE =
      Key.of(
              "zone",
              Forms.scalar(
                  "a time zone",
                  Schema::string,
                  (text, at, in) -> {
                    try {
                      return ZoneId.of(text);
                    } catch (DateTimeException e) {
                      throw new Wrong("is no time zone", "write one as Europe/Berlin, or UTC");
                    }
                  }),
              "Whose days and times they are.")
          .or("UTC")
          .example("Europe/Berlin");
  static final Section HOURS = Section.of(DAYS, FROM, TO, ZONE);
  static final Key<Hours> TIMES =
      Key.of("times", HOURS.as("a mapping", GrantKeys::hours), "When the rule counts.")
          .example("{days: [mon, fri], from: '08:00', to: '18:00', zone: Europe/Berlin}");

  static final Section SECTION = Section.of(CONNECTOR, OPERATIONS, LEVELS, RESOURCES, WHEN, TIMES);

  private static final Form<Draft> GRANT = SECTION.as("a mapping", GrantKeys::grant);

  /** All rules of one list. */
  static final Form<List<Draft>> GRANTS = Forms.list(GRANT, "a list of rules", null);

  private GrantKeys() {}

  /** A rule and the place of the connector that it names. */
  record Draft(Grant grant, Place connector) {}

  private static Map<String, String> levels() {
    Map<String, String> levels = new LinkedHashMap<>();
    for (String level : List.of("list", "read", "write", "tagging", "permissions-management")) {
      levels.put(level, level);
    }
    return levels;
  }

  private static Map<String, DayOfWeek> days() {
    Map<String, DayOfWeek> days = new LinkedHashMap<>();
    for (DayOfWeek day : DayOfWeek.values()) {
      days.put(day.name().substring(0, 3).toLowerCase(Locale.ROOT), day);
    }
    return days;
  }

  private static Form<LocalTime> time() {
    return Forms.scalar(
        "a time of day",
        () -> Schema.pattern("^([01][0-9]|2[0-3]):[0-5][0-9]$"),
        (text, at, in) -> {
          if (!text.matches("([01][0-9]|2[0-3]):[0-5][0-9]")) {
            throw new Wrong("is no time of day", "write hours and minutes in quotes: '08:00'");
          }
          return LocalTime.parse(text);
        });
  }

  private static Hours hours(Values values, Reading in) {
    return new Hours(
        Set.copyOf(values.need(DAYS)), values.need(FROM), values.need(TO), values.need(ZONE));
  }

  private static Draft grant(Values values, Reading in) {
    Located<String> connector = values.need(CONNECTOR);
    List<String> levels = values.get(LEVELS);
    List<String> resources = values.get(RESOURCES);
    List<Condition> when = values.get(WHEN);
    return new Draft(
        new Grant(
            connector.value(),
            values.need(OPERATIONS),
            levels == null ? Set.of() : Set.copyOf(levels),
            resources == null ? List.of() : resources,
            when == null ? List.of() : when,
            values.get(TIMES)),
        connector.at());
  }

  /** The check that needs the names of all connectors. */
  static void check(Draft draft, Set<String> connectors, Reading in) {
    String name = draft.grant().connector();
    if (name.indexOf('*') < 0) {
      if (!connectors.contains(name)) {
        in.problem(
            draft.connector(),
            "there is no connector '" + name + "'",
            Nearest.suggestion(name, connectors, "add it to connectors, or correct the name"));
      }
      return;
    }
    Pattern pattern = Pattern.compile(name.replaceAll("\\*+", ".*"));
    if (connectors.stream().noneMatch(connector -> pattern.matcher(connector).matches())) {
      in.problem(
          draft.connector(),
          "no connector's name fits '" + name + "'",
          "the connectors are " + (connectors.isEmpty() ? "none" : String.join(", ", connectors)));
    }
  }
}
