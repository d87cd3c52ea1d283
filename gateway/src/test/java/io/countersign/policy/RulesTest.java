package io.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.catalog.Catalog;
import io.countersign.catalog.Operation;
import io.countersign.catalog.Resources;
import io.countersign.catalog.Resources.Resource;
import io.countersign.config.Agent;
import io.countersign.config.ConfigException;
import io.countersign.config.ConfigLoader;
import io.countersign.config.Connector;
import io.countersign.config.Environment;
import io.countersign.config.GatewayConfig;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules that look at more than names. */
class RulesTest {
  private static final Catalog CATALOG = Catalog.load();
  private static final Instant TUESDAY_NOON = Instant.parse("2026-11-24T12:00:00Z");

  /** An agent {@code a} with these rules, and connectors for S3, DynamoDB, Athena and EC2. */
  private static final class World {
    final GatewayConfig config;
    final Policy policy;
    Map<String, List<String>> attributes = Map.of();
    @Nullable String user;
    Instant now = TUESDAY_NOON;
    boolean readable = true;

    World(String rules) {
      String yaml =
          """
          agents:
            a:
              token: 0123456789abcdef0123456789abcdef
          %s
          connectors:
            lake: { service: s3, region: eu-west-1, access: read-write }
            orders: { service: dynamodb, region: eu-west-1, access: read-write }
            sql: { service: athena, region: eu-west-1, access: read-write }
            machines: { service: ec2, region: eu-west-1, access: read-write }
          """
              .formatted(rules.indent(4));
      try {
        config = ConfigLoader.parse(yaml, Path.of("/"), Environment.of(Map.of())).config();
      } catch (ConfigException e) {
        throw new IllegalArgumentException(e);
      }
      policy = Policy.of(config);
    }

    Agent agent() {
      return Objects.requireNonNull(config.agents().get("a"));
    }

    Connector connector(String name) {
      return Objects.requireNonNull(config.connectors().get(name));
    }

    Decision call(String connector, String operation, String input) {
      Connector to = connector(connector);
      Operation found =
          CATALOG.service(to.service()).flatMap(s -> s.operation(operation)).orElseThrow();
      return policy.decide(agent(), to, found, facts(found, input));
    }

    Facts facts(Operation operation, String input) {
      JsonNode tree = json(input);
      return new Facts() {
        @Override
        public @Nullable JsonNode input() {
          return readable ? tree : null;
        }

        @Override
        public @Nullable List<Resource> resources() {
          return readable
              ? Resources.of(
                  operation, tree, new Resources.Place("aws", "eu-west-1", "123456789012"))
              : null;
        }

        @Override
        public Map<String, List<String>> attributes() {
          return attributes;
        }

        @Override
        public @Nullable String user() {
          return user;
        }

        @Override
        public Instant now() {
          return now;
        }
      };
    }
  }

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static void allowed(Decision decision, String rule) {
    assertThat(decision).isEqualTo(new Decision.Allow(rule));
  }

  private static Decision.Deny denied(Decision decision, DenyCode code) {
    assertThat(decision).isInstanceOf(Decision.Deny.class);
    Decision.Deny deny = (Decision.Deny) decision;
    assertThat(deny.code()).isEqualTo(code.code());
    return deny;
  }

  // ---- resources ----

  private static final String REPORTS =
      """
      allow:
        - connector: lake
          resources: ['arn:aws:s3:::lake/reports/*', 'arn:aws:s3:::lake']
      """;

  @Test
  void allowsOnlyTheResourcesThatAGrantNames() {
    World world = new World(REPORTS);
    allowed(
        world.call("lake", "GetObject", "{'Bucket':'lake','Key':'reports/a'}"),
        "agents.a.allow[0]: *");
    Decision.Deny deny =
        denied(
            world.call("lake", "GetObject", "{'Bucket':'lake','Key':'secret'}"),
            DenyCode.CONDITION_NOT_MET);
    assertThat(deny.reason())
        .contains("GetObject", "agents.a.allow[0] (resources)")
        .doesNotContain("secret");
  }

  @Test
  void refusesACallOneOfWhoseResourcesIsOutside() {
    denied(
        new World(REPORTS)
            .call(
                "lake",
                "CopyObject",
                "{'Bucket':'lake','Key':'reports/a','CopySource':'other/secret'}"),
        DenyCode.CONDITION_NOT_MET);
  }

  @Test
  void refusesACallThatNamesNoResourceWhereAGrantAsksForSome() {
    denied(new World(REPORTS).call("lake", "ListBuckets", "{}"), DenyCode.CONDITION_NOT_MET);
  }

  @Test
  void refusesWhatCannotBeReadWhereAGrantAsksForResources() {
    World world = new World(REPORTS);
    world.readable = false;
    denied(
        world.call("lake", "GetObject", "{'Bucket':'lake','Key':'reports/a'}"),
        DenyCode.CONDITION_NOT_MET);
  }

  // ---- deny ----

  private static final String WITHOUT_SECRETS =
      """
      allow:
        - connector: '*'
      deny:
        - connector: lake
          operations: ['*Object']
          resources: ['arn:aws:s3:::lake/secret/*']
        - connector: '*'
          operations: ['Delete*']
      """;

  @Test
  void denyWinsOverEveryGrant() {
    World world = new World(WITHOUT_SECRETS);
    Decision.Deny deny =
        denied(
            world.call("lake", "GetObject", "{'Bucket':'lake','Key':'secret/a'}"),
            DenyCode.DENIED_BY_RULE);
    assertThat(deny.reason()).contains("agents.a.deny[0]");
    denied(world.call("orders", "DeleteTable", "{'TableName':'t'}"), DenyCode.DENIED_BY_RULE);
    allowed(
        world.call("lake", "GetObject", "{'Bucket':'lake','Key':'open/a'}"),
        "agents.a.allow[0]: *");
  }

  @Test
  void deniesACallThatReachesADeniedResourceWithOneOfSeveral() {
    World world = new World(WITHOUT_SECRETS);
    denied(
        world.call(
            "lake", "CopyObject", "{'Bucket':'open','Key':'a','CopySource':'lake/secret/a'}"),
        DenyCode.DENIED_BY_RULE);
  }

  @Test
  void deniesWhatCannotBeKnown() {
    World world = new World(WITHOUT_SECRETS);
    world.readable = false;
    Decision.Deny deny =
        denied(
            world.call("lake", "GetObject", "{'Bucket':'lake','Key':'open/a'}"),
            DenyCode.DENIED_BY_RULE);
    assertThat(deny.reason()).contains("cannot be told");
  }

  @Test
  void deniesAResourceWhoseOpenPartsCouldBeTheDeniedOne() {
    NamePattern denied = new NamePattern("arn:aws:dynamodb:eu-west-1:123456789012:table/pay*");
    assertThat(denied.meets("arn:aws:dynamodb:*:*:table/payroll")).isTrue();
    assertThat(denied.meets("arn:aws:dynamodb:*:*:table/orders")).isFalse();
    assertThat(denied.meets("arn:aws:dynamodb:*:*:table/*")).isTrue();
    assertThat(new NamePattern("a?c").meets("a*")).isTrue();
    assertThat(new NamePattern("a?c").meets("ac")).isFalse();
    assertThat(new NamePattern("").meets("")).isTrue();
    assertThat(new NamePattern("*").meets("")).isTrue();
  }

  // ---- access levels ----

  @ParameterizedTest
  @CsvSource({"GetObject,true", "ListObjectsV2,true", "PutObject,false", "DeleteObject,false"})
  void allowsOnlyTheAccessLevelsThatAGrantNames(String operation, boolean isAllowed) {
    World world = new World("allow:\n  - { connector: lake, access: [read, list] }\n");
    Decision decision = world.call("lake", operation, "{'Bucket':'lake','Key':'a'}");
    assertThat(decision instanceof Decision.Allow).isEqualTo(isAllowed);
  }

  @Test
  void grantsNoRecipeByAccessLevelAndDeniesIt() {
    World grants = new World("allow:\n  - { connector: sql, access: [read, list, write] }\n");
    denied(
        grants.policy.decideRecipe(grants.agent(), grants.connector("sql"), "query"),
        DenyCode.OPERATION_NOT_ALLOWED);
    World denies =
        new World("allow: [{ connector: sql }]\ndeny: [{ connector: sql, access: [write] }]\n");
    denied(
        denies.policy.decideRecipe(denies.agent(), denies.connector("sql"), "query"),
        DenyCode.DENIED_BY_RULE);
  }

  // ---- conditions ----

  private static World when(String conditions) {
    return new World("allow:\n  - connector: '*'\n    when: " + conditions + "\n");
  }

  private static World unless(String conditions) {
    return new World(
        "allow: [{ connector: '*' }]\ndeny:\n  - connector: '*'\n    when: " + conditions + "\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{StringEquals: {input.Prefix: [x, reports/]}} | {'Prefix':'reports/'} | true",
        "{StringEquals: {input.Prefix: reports/}} | {'Prefix':'Reports/'} | false",
        "{StringEqualsIgnoreCase: {input.Prefix: reports/}} | {'Prefix':'Reports/'} | true",
        "{StringNotEquals: {input.Prefix: a}} | {'Prefix':'b'} | true",
        "{StringNotEquals: {input.Prefix: [a, b]}} | {'Prefix':'b'} | false",
        "{StringLike: {input.Prefix: 'reports/*'}} | {'Prefix':'reports/2026'} | true",
        "{StringLike: {input.Prefix: 'reports/????'}} | {'Prefix':'reports/2026'} | true",
        "{StringLike: {input.Prefix: 'reports/*'}} | {'Prefix':'x/reports/'} | false",
        "{StringLike: {input.Prefix: 'reports/*'}} | {} | false",
        "{StringLikeIfExists: {input.Prefix: 'reports/*'}} | {} | true",
        "{StringNotLike: {input.Prefix: 'secret/*'}} | {} | false",
        "{NumericLessThanEquals: {input.MaxKeys: 100}} | {'MaxKeys':100} | true",
        "{NumericLessThanEquals: {input.MaxKeys: 100}} | {'MaxKeys':'101'} | false",
        "{NumericLessThanEquals: {input.MaxKeys: 100}} | {'MaxKeys':'many'} | false",
        "{NumericLessThan: {input.MaxKeys: 100}} | {'MaxKeys':1e999999999} | false",
        "{NumericGreaterThan: {input.MaxKeys: 9.5}} | {'MaxKeys':10} | true",
        "{DateGreaterThan: {input.After: '2026-01-01T00:00:00Z'}} |"
            + " {'After':'2026-02-01T00:00:00Z'} | true",
        "{DateGreaterThan: {input.After: '2026-01-01T00:00:00Z'}} | {'After':'soon'} | false",
        "{Bool: {input.Force: false}} | {'Force':false} | true",
        "{Bool: {input.Force: false}} | {'Force':true} | false",
        "{'Null': {input.Force: true}} | {} | true",
        "{'Null': {input.Force: true}} | {'Force':false} | false",
        "{StringEquals: {'input.Tags[].Key': team}} | {'Tags':[{'Key':'team'}]} | true",
        "{StringEquals: {'input.Tags[].Key': team}} |"
            + " {'Tags':[{'Key':'team'},{'Key':'x'}]} | false",
        "{StringEquals: {'input.Metadata{}': team}} | {'Metadata':{'team':'x'}} | true",
        "{StringEquals: {input.A.B: x}} | {'A':{'B':'x'}} | true",
        "{StringEquals: {input.Prefix: a}, NumericEquals: {input.N: 1}} |"
            + " {'Prefix':'a','N':2} | false",
      })
  void allowsWhereEveryConditionHoldsForEveryValue(
      String conditions, String input, boolean isAllowed) {
    Decision decision = when(conditions).call("lake", "ListObjectsV2", input);
    assertThat(decision instanceof Decision.Allow).isEqualTo(isAllowed);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{StringLike: {input.Prefix: 'secret/*'}} | {'Prefix':'secret/a'} | true",
        "{StringLike: {input.Prefix: 'secret/*'}} | {'Prefix':'open/a'} | false",
        "{StringLike: {input.Prefix: 'secret/*'}} | {} | false",
        "{StringNotLike: {input.Prefix: 'open/*'}} | {} | true",
        "{StringEquals: {'input.Tags[].Key': x}} | {'Tags':[{'Key':'a'},{'Key':'x'}]} | true",
        "{NumericGreaterThan: {input.MaxKeys: 5}} | {'MaxKeys':'many'} | true",
      })
  void deniesWhereAConditionHoldsForAnyValue(String conditions, String input, boolean isDenied) {
    Decision decision = unless(conditions).call("lake", "ListObjectsV2", input);
    assertThat(decision instanceof Decision.Deny).isEqualTo(isDenied);
  }

  @Test
  void looksAtWhatTheIdentityOfAnAgentSays() {
    World world = when("{StringEquals: {agent.team: data}, StringLike: {user: '*@example.com'}}");
    denied(world.call("lake", "ListBuckets", "{}"), DenyCode.CONDITION_NOT_MET);
    world.attributes = Map.of("team", List.of("data"));
    denied(world.call("lake", "ListBuckets", "{}"), DenyCode.CONDITION_NOT_MET);
    world.user = "ada@example.com";
    allowed(world.call("lake", "ListBuckets", "{}"), "agents.a.allow[0]: *");
  }

  @Test
  void namesTheConditionsThatWouldHaveToHold() {
    Decision.Deny deny =
        denied(
            when("{StringLike: {input.Prefix: 'reports/*'}}")
                .call("lake", "ListObjectsV2", "{'Prefix':'canary-of-the-input'}"),
            DenyCode.CONDITION_NOT_MET);
    assertThat(deny.reason())
        .contains("StringLike input.Prefix")
        .doesNotContain("canary-of-the-input");
  }

  // ---- times ----

  @ParameterizedTest
  @CsvSource({
    "2026-11-24T07:59:59Z,false", // 08:59:59 in Berlin
    "2026-11-24T08:00:00Z,true",
    "2026-11-24T16:59:59Z,true",
    "2026-11-24T17:00:00Z,false",
    "2026-11-22T12:00:00Z,false", // a Sunday
  })
  void countsOnlyAtItsTimes(String now, boolean isAllowed) {
    World world =
        new World(
            """
            allow:
              - connector: lake
                times: { days: [mon, tue, wed, thu, fri], from: '09:00', to: '18:00', zone: Europe/Berlin }
            """);
    world.now = Instant.parse(now);
    assertThat(world.call("lake", "ListBuckets", "{}") instanceof Decision.Allow)
        .isEqualTo(isAllowed);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-24T22:00:00Z,true", // Tuesday night
    "2026-11-25T05:59:59Z,true", // still that night
    "2026-11-25T06:00:00Z,false",
    "2026-11-25T22:00:00Z,false", // Wednesday night
    "2026-11-24T05:00:00Z,false", // Monday night
  })
  void aNightBelongsToTheDayOnWhichItBegins(String now, boolean isAllowed) {
    World world =
        new World(
            "allow: [{ connector: lake, times: { days: [tue], from: '22:00', to: '06:00' } }]\n");
    world.now = Instant.parse(now);
    assertThat(world.call("lake", "ListBuckets", "{}") instanceof Decision.Allow)
        .isEqualTo(isAllowed);
  }

  // ---- listings ----

  @Test
  void listsWhatSomeCallMayDo() {
    World world = new World(REPORTS);
    Operation get = CATALOG.service("s3").flatMap(s -> s.operation("GetObject")).orElseThrow();
    assertThat(world.policy.decide(world.agent(), world.connector("lake"), get))
        .isInstanceOf(Decision.Allow.class);
    assertThat(world.policy.looksInside(world.agent(), world.connector("lake"), get)).isTrue();
    World plain = new World("allow: [{ connector: lake }]\n");
    assertThat(plain.policy.looksInside(plain.agent(), plain.connector("lake"), get)).isFalse();
  }
}
