package io.countersign.config;

import io.countersign.config.Forms.Located;
import java.util.List;

/** {@code connectors.<name>.roles-per-call}. */
final class RolesPerCallKeys {
  private static final int MOST_PATTERNS = 100;

  /** An ARN with {@code *} in its resource. */
  private static final Form<RolePattern> PATTERN =
      Forms.scalar(
          "the ARN of roles, with `*` as a wildcard within a part of path or name",
          () -> Schema.pattern("^arn:[a-z0-9-]+:iam::\\d{12}:role/.+$"),
          (text, at, in) -> pattern(text, in.regions()));

  static final Key<List<Located<RolePattern>>> ALLOW =
      Key.of(
              "allow",
              Forms.list(
                  Forms.located(PATTERN),
                  "a list of ARNs of roles",
                  new Wrong("is empty", "name a role, or remove roles-per-call")),
              "Which roles an agent may name. `*` stands for any characters of one part: it does"
                  + " not go over `/` or `:`, and account and partition are written out. At most "
                  + MOST_PATTERNS
                  + ".")
          .must()
          .example("['arn:aws:iam::123456789012:role/team-*']");
  static final Key<Integer> AT_ONCE =
      Key.of(
              "at-once",
              Forms.integer(1, 1000),
              "How many of the roles one agent may use at a time. One more takes the place of the"
                  + " one that it has not used for longest, if that was a minute ago.")
          .or("50");

  static final Section SECTION =
      Section.of(
          ALLOW,
          AT_ONCE,
          RoleKeys.EXTERNAL_ID,
          RoleKeys.SESSION_NAME,
          RoleKeys.DURATION,
          RoleKeys.SESSION_TAGS,
          RoleKeys.TRANSITIVE_TAGS,
          RoleKeys.SOURCE_IDENTITY,
          RoleKeys.POLICY,
          RoleKeys.POLICY_ARNS);

  /** As read, with the places of the patterns. */
  record Read(List<Located<RolePattern>> patterns, RolesPerCall roles) {}

  static final Form<Located<Read>> ROLES =
      Forms.located(SECTION.as("a mapping", RolesPerCallKeys::roles));

  private RolesPerCallKeys() {}

  private static RolePattern pattern(String text, Regions regions) throws Wrong {
    String[] parts = text.split(":", 6);
    if (parts.length == 6) {
      for (int i = 0; i < 5; i++) {
        if (parts[i].contains("*")) {
          throw new Wrong(
              "has a '*' before the role's path and name",
              "write partition and account out, and one pattern for each: a role of any account"
                  + " could be anybody's");
        }
      }
    }
    if (text.contains("?")) {
      throw new Wrong("has a '?', which stands for nothing here", "use '*'");
    }
    Arn arn = RoleArn.read(text.replace('*', 'x'));
    if (!regions.isPartition(arn.partition())) {
      throw new Wrong(
          "names the unknown partition '" + arn.partition() + "'",
          "the partitions are " + String.join(", ", regions.partitions()));
    }
    return new RolePattern(Arn.parse(text));
  }

  private static Read roles(Values values, Reading in) {
    List<Located<RolePattern>> patterns = values.need(ALLOW);
    if (patterns.size() > MOST_PATTERNS) {
      in.problem(
          values.place(ALLOW),
          "there are " + patterns.size() + " patterns",
          "write at most " + MOST_PATTERNS + ", with '*' in them");
    }
    RoleHop session = RoleKeys.hop(patterns.getFirst().value().arn(), values, in);
    if (session.sessionName().equals(RoleKeys.UNNAMED)) {
      session = session.named("countersign-" + Template.AGENT);
    }
    return new Read(
        patterns,
        new RolesPerCall(
            patterns.stream().map(Located::value).toList(), session, values.need(AT_ONCE)));
  }
}
