package io.countersign.catalog.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.catalog.Catalog;
import io.countersign.catalog.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules language: its functions, its texts, and what is no rule set. */
class RuleSetTest {
  private static final Catalog CATALOG = Catalog.load();
  private static final Partitions PARTITIONS = Partitions.parse(CATALOG.partitions());

  private static final String PARAMETERS =
      """
      "parameters": {
        "A": {"type": "string"}, "B": {"type": "boolean"}, "L": {"type": "stringArray"},
        "R": {"type": "String", "required": true, "default": "eu-west-1"}}
      """;

  /** What one call answers, as text. */
  private static String call(String call, Map<String, Object> values) throws Exception {
    RuleSet rules =
        RuleSet.parse(
            """
            {%s, "rules": [
              {"type": "endpoint", "conditions": [%s],
               "endpoint": {"url": "https://h", "properties": {"x": {"ref": "x"}}}},
              {"type": "error", "conditions": [], "error": "none for {R}"}]}
            """
                .formatted(PARAMETERS, call.replaceFirst("}$", ", \"assign\": \"x\"}")),
            PARTITIONS);
    return String.valueOf(rules.evaluate(values).properties().get("x"));
  }

  private static String call(String function, String arguments, String a) throws Exception {
    return call(
        "{\"fn\": \"" + function + "\", \"argv\": [" + arguments + "]}", Map.of("A", a, "B", true));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "abcdefgh, 0, 3, false, abc",
        "abcdefgh, 0, 3, true, fgh",
        "abcdefgh, 2, 8, true, abcdef",
        "abc, 0, 3, false, abc",
      })
  void substringCountsFromEitherEnd(String a, int start, int stop, boolean back, String expected)
      throws Exception {
    assertThat(call("substring", "{\"ref\":\"A\"}, " + start + ", " + stop + ", " + back, a))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"abc, 0, 4", "abc, 2, 2", "abc, 3, 1", "äbc, 0, 2"})
  void substringHasNoAnswerBeyondTheTextNorForWhatIsNotAscii(String a, int start, int stop) {
    assertThatThrownBy(
            () -> call("substring", "{\"ref\":\"A\"}, " + start + ", " + stop + ", false", a))
        .isInstanceOf(NoEndpointException.class)
        .hasMessage("none for eu-west-1");
  }

  @Test
  void aUrlIsTakenApart() throws Exception {
    assertThat(call("getAttr", parsed("scheme"), "http://localhost:80/a")).isEqualTo("http");
    assertThat(call("getAttr", parsed("authority"), "http://localhost:80/a"))
        .isEqualTo("localhost:80");
    assertThat(call("getAttr", parsed("normalizedPath"), "https://h/a")).isEqualTo("/a/");
    assertThat(call("getAttr", parsed("normalizedPath"), "https://h")).isEqualTo("/");
    assertThat(call("getAttr", parsed("isIp"), "https://127.0.0.1:4566")).isEqualTo("true");
    assertThat(call("getAttr", parsed("isIp"), "https://[::1]:4566")).isEqualTo("true");
    for (String none : List.of("ftp://h", "https://h?q=1", "h", "https://", "https://a b")) {
      assertThatThrownBy(() -> call("getAttr", parsed("scheme"), none))
          .as(none)
          .isInstanceOf(NoEndpointException.class);
    }
  }

  private static String parsed(String part) {
    return "{\"fn\": \"parseURL\", \"argv\": [{\"ref\": \"A\"}]}, \"" + part + "\"";
  }

  @Test
  void anArnIsTakenApartAtColonsAndSlashes() throws Exception {
    String arn = "arn:aws:s3:eu-west-1:123456789012:accesspoint/a:b/c";
    assertThat(call("aws.parseArn", "{\"ref\": \"A\"}", arn))
        .contains("resourceId=[accesspoint, a, b, c]");
    assertThat(call("aws.parseArn", "{\"ref\": \"A\"}", "arn:aws:s3:::b"))
        .containsPattern("region=[,}]");
    for (String none : List.of("arn:aws:s3", "arn::s3:::b", "arn:aws::::b", "arn:aws:s3:::", "b")) {
      assertThatThrownBy(() -> call("aws.parseArn", "{\"ref\": \"A\"}", none))
          .as(none)
          .isInstanceOf(NoEndpointException.class);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "bucket, false, true",
    "my.bucket, false, false",
    "my.bucket, true, true",
    "Bucket, true, false",
    "ab, true, false",
    "1.2.3.4, true, false",
    "a..b, true, false",
    "-abc, false, false",
  })
  void aBucketMayBeAHost(String bucket, boolean dots, boolean may) throws Exception {
    String call = "{\"ref\": \"A\"}, " + dots;
    boolean is;
    try {
      is = call("aws.isVirtualHostableS3Bucket", call, bucket).equals("true");
    } catch (NoEndpointException e) {
      is = false;
    }
    assertThat(is).isEqualTo(may);
  }

  @Test
  void theNewerFunctionsAreKnown() throws Exception {
    assertThat(call("coalesce", "{\"ref\": \"L\"}, {\"ref\": \"A\"}", "a")).isEqualTo("a");
    assertThat(call("ite", "{\"ref\": \"B\"}, \"yes\", \"no\"", "a")).isEqualTo("yes");
    assertThat(call("split", "{\"ref\": \"A\"}, \"--\", 0", "a--b--c")).isEqualTo("[a, b, c]");
    assertThat(call("split", "{\"ref\": \"A\"}, \"--\", 2", "a--b--c")).isEqualTo("[a, b--c]");
    assertThat(call("uriEncode", "{\"ref\": \"A\"}", "a/b ü~")).isEqualTo("a%2Fb%20%C3%BC~");
  }

  @Test
  void anIndexCountsFromEitherEnd() throws Exception {
    Map<String, Object> values = Map.of("L", List.of("first", "last"));
    String call = "{\"fn\": \"getAttr\", \"argv\": [{\"ref\": \"L\"}, \"[%d]\"]}";
    assertThat(call(call.formatted(0), values)).isEqualTo("first");
    assertThat(call(call.formatted(-1), values)).isEqualTo("last");
    assertThatThrownBy(() -> call(call.formatted(2), values))
        .isInstanceOf(NoEndpointException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "eu-west-1, aws",
    "cn-north-1, aws-cn",
    "us-gov-west-1, aws-us-gov",
    "us-iso-east-1, aws-iso",
    "us-isob-east-1, aws-iso-b",
    "eu-isoe-west-1, aws-iso-e",
    "us-isof-south-1, aws-iso-f",
    "eusc-de-east-1, aws-eusc",
    "eu-north-99, aws",
    "us-isob-middle-7, aws-iso-b",
    "aws-global, aws",
    "nowhere, aws",
  })
  void aRegionIsOfTheKnownPartitionOrOfTheOneThatItLooksLike(String region, String partition) {
    assertThat(PARTITIONS.of(region).id()).isEqualTo(partition);
  }

  @Test
  void aRequiredParameterWithoutAValueIsSaid() {
    RuleSet rules =
        RuleSet.parse(
            """
            {"parameters": {"R": {"type": "string", "required": true}},
             "rules": [{"type": "error", "conditions": [], "error": "x{R}"}]}
            """,
            PARTITIONS);
    assertThatThrownBy(() -> rules.evaluate(Map.of())).hasMessage("the parameter R is required");
    assertThatThrownBy(() -> rules.evaluate(Map.of("R", "y"))).hasMessage("xy");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]                                                          | parameters is no object",
        "{\"parameters\": {}}                                        | no list of rules",
        "{\"parameters\": {}, \"rules\": [{}]}                       | of no known type",
        "{\"parameters\": {\"A\": {\"type\": \"int\"}}, \"rules\": []} | A is of no known type",
        "{                                                           | is not JSON",
      })
  void whatIsNoRuleSetIsRefused(String json, String why) {
    assertThatThrownBy(() -> RuleSet.parse(json, PARTITIONS))
        .isInstanceOf(RuleSetException.class)
        .hasMessageContaining(why);
  }

  @Test
  void unknownFunctionsAndReferencesAreRefused() {
    assertThatThrownBy(() -> call("shout", "{\"ref\": \"A\"}", "a"))
        .hasMessage("the function 'shout' is not known");
    assertThatThrownBy(() -> call("not", "true, false", "a")).hasMessageContaining("2 arguments");
    assertThatThrownBy(() -> call("not", "{\"ref\": \"Nobody\"}", "a"))
        .hasMessage("the reference 'Nobody' has no value here");
    assertThatThrownBy(() -> call("not", "\"{A\"", "a")).hasMessageContaining("without its end");
  }

  @Test
  void rulesAreNestedAHundredDeepAndNoDeeper() throws Exception {
    assertThat(RuleSet.parse(nested(100), PARTITIONS).evaluate(Map.of()).url())
        .hasToString("https://h");
    assertThatThrownBy(() -> RuleSet.parse(nested(101), PARTITIONS))
        .isInstanceOf(RuleSetException.class)
        .hasMessageContaining("too deep");
  }

  private static String nested(int depth) {
    String open = "{\"type\": \"tree\", \"conditions\": [], \"rules\": [";
    return "{\"parameters\": {}, \"rules\": ["
        + open.repeat(depth)
        + "{\"type\": \"endpoint\", \"conditions\": [], \"endpoint\": {\"url\": \"https://h\"}}"
        + "]}".repeat(depth)
        + "]}";
  }

  @Test
  void everyServiceOfTheCatalogHasRulesAndOperationsThatFitThem() {
    List<String> without = new ArrayList<>();
    for (Service service : CATALOG.services()) {
      if (service.endpointRules().isEmpty()) {
        without.add(service.id());
        continue;
      }
      ServiceEndpoints endpoints = ServiceEndpoints.of(service, PARTITIONS);
      service.model().operations().forEach(endpoints::context);
      assertThat(endpoints.reads("Region") || endpoints.reads("Endpoint")).isTrue();
    }
    assertThat(without).isEmpty();
  }

  /** A rule set with bytes of it changed is read, or refused as none; nothing else. */
  @Test
  void aDamagedRuleSetGivesNoOtherException() {
    Random random = new Random(6);
    String whole = CATALOG.service("sts").orElseThrow().endpointRules();
    for (int i = 0; i < 3_000; i++) {
      StringBuilder damaged = new StringBuilder(whole);
      for (int j = random.nextInt(4); j >= 0; j--) {
        int at = random.nextInt(damaged.length());
        switch (random.nextInt(3)) {
          case 0 -> damaged.setCharAt(at, "{}[]\",:#a0".charAt(random.nextInt(10)));
          case 1 -> damaged.deleteCharAt(at);
          default -> damaged.insert(at, "{}[]\",:#a0".charAt(random.nextInt(10)));
        }
      }
      try {
        RuleSet.parse(damaged.toString(), PARTITIONS).evaluate(Map.of("Region", "eu-west-1"));
      } catch (RuleSetException | NoEndpointException e) {
        assertThat(e.getMessage()).isNotEmpty();
      }
    }
  }

  /** Nothing that a caller puts into a parameter makes anything but an endpoint or a refusal. */
  @Test
  void anyTextAsABucketGivesAnEndpointOrARefusal() {
    Random random = new Random(7);
    RuleSet rules = RuleSet.parse(CATALOG.service("s3").orElseThrow().endpointRules(), PARTITIONS);
    String[] pieces = {
      "arn:",
      "aws:",
      "s3:",
      "s3-outposts:",
      "eu-west-1:",
      "123456789012:",
      "accesspoint",
      "/",
      ":",
      "op-1",
      "--x-s3",
      "--op-s3",
      "bucket",
      ".",
      "@evil",
      "#",
      "?",
      "{Region}",
      "%2F",
      "ü"
    };
    for (int i = 0; i < 20_000; i++) {
      StringBuilder bucket = new StringBuilder();
      for (int j = random.nextInt(9); j >= 0; j--) {
        bucket.append(pieces[random.nextInt(pieces.length)]);
      }
      try {
        Endpoint endpoint =
            rules.evaluate(Map.of("Region", "eu-west-1", "Bucket", bucket.toString()));
        assertThat(endpoint.url().getHost()).endsWith(".amazonaws.com");
      } catch (NoEndpointException e) {
        assertThat(e.getMessage()).isNotEmpty();
      }
    }
  }
}
