package io.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class YamlTest {
  private static final String SAMPLE =
      """
      listen: 127.0.0.1:7070
      virtual-credentials: {ttl: 30m, max-ttl: 2h}
      agents: &all
        analyst:
          tokens: ['${env:TOKEN}', "x\\u0041y", '$${env:TOKEN}']
          allow:
            - connector: warehouse*
              operations: [query, Get*, 'List*']
      connectors:
        warehouse:
          service: redshift-data
          region: eu-west-1
          credentials: {static: {access-key-id: AKIA, secret-access-key: s3cr3t}}
          role:
            - arn:aws:iam::123456789012:role/adapter
            - arn: arn:aws:iam::210987654321:role/warehouse-read
              external-id: 7f1c
              session-tags: { team: analytics }
          endpoint: https://[::1]:8443
          parameters: { ClusterIdentifier: analytics, n: [1, 0.5, true, {a: b}] }
          locked: [n]
      limits: {hold: 64KiB, body: 1048576}
      log: {access: off, format: json}
      """;

  @Test
  void refusesAnEmptyFileWithAHintWhereToBegin() {
    for (String empty : new String[] {"", "\n\n", "# nothing\n", "---\n", "~", "null\n"}) {
      assertThat(Given.refusals(empty))
          .containsExactly(
              "the configuration is empty; begin with agents: and connectors:, as in the example");
    }
  }

  @Test
  void refusesAFileThatIsNoMapping() {
    assertThat(Given.refusals("- listen\n").getFirst())
        .startsWith("line 1: this is a list, not a mapping; write a mapping with listen, admin");
    assertThat(Given.refusals("hello").getFirst())
        .startsWith("line 1: this is a single value, not a mapping");
  }

  @Test
  void namesTheLineOfBrokenYamlInAPlainSentence() {
    assertThat(Given.refusals("agents:\n\ta: 1\n"))
        .containsExactly(
            "line 2: the YAML is broken: a tab stands where only spaces may; indent with spaces");
    assertThat(Given.refusals("listen: [1\n"))
        .containsExactly(
            "line 2: the YAML is broken: expected ',' or ']', but got <stream end> (while parsing"
                + " a flow sequence); look at this line and the one before it: indentation,"
                + " brackets and quotes");
    assertThat(Given.refusals("agents: {}\nlisten: a: b\n").getFirst())
        .startsWith("line 2: the YAML is broken: mapping values are not allowed here;");
    assertThat(Given.refusals("agents: {}\n---\nagents: {}\n").getFirst())
        .startsWith("line 2: the YAML is broken: the file holds more than one document;");
    assertThat(Given.refusals("agents: {}\nadmin: \u0007\n").getFirst())
        .startsWith("line 2: the YAML is broken: the character U+0007 may not stand in YAML;");
    assertThat(Given.refusals("agents: *nobody\n").getFirst())
        .startsWith("line 1: the YAML is broken: found undefined alias nobody;");
  }

  @Test
  void quotesNoSecretOfBrokenYaml() {
    assertThat(Given.refusals("agents: {a: {token: hunter2-hunter2}}}\n").getFirst())
        .doesNotContain("hunter2");
  }

  @Test
  void refusesAKeyThatIsGivenTwice() {
    assertThat(Given.refusals("threads: 1\nadmin: 127.0.0.1:1\nthreads: 2\n"))
        .containsExactly(
            "threads: line 3: the key 'threads' is given twice (first in line 1); keep one of"
                + " them");
  }

  @Test
  void mergesAMappingIntoAnother() throws Exception {
    GatewayConfig config =
        Given.config(
            """
            connectors:
              a: &a {service: s3, region: eu-west-1, access: read-write}
              b: {<<: *a, region: eu-west-2}
            """);

    assertThat(Given.connector(config, "b").region()).isEqualTo("eu-west-2");
    assertThat(Given.connector(config, "b").access()).isEqualTo(Access.READ_WRITE);
  }

  @Test
  void refusesMoreThanAThousandAliases() {
    String file = "agents: &a {}\nx: [" + "*a, ".repeat(Yaml.MAX_ALIASES) + "]\n";

    assertThat(Given.refusals(file).getFirst()).startsWith("x: line 2: the key 'x' is unknown");
    assertThat(Given.refusals(file.replace("x: [", "x: [*a, ")).getFirst())
        .startsWith("line 2: the YAML has more than 1000 aliases;");
  }

  @Test
  void allowsAliasesSoThatGrantsCanBeShared() throws Exception {
    GatewayConfig config =
        Given.config(
            Given.connector()
                + """
                agents:
                  a: {token: '${env:TOKEN}', allow: &grants [{connector: c}]}
                  b: {token: '${env:TOKEN}-b', allow: *grants}
                """);

    assertThat(Given.agent(config, "b").allow()).containsExactly(new Grant("c", List.of("*")));
  }

  @Test
  void refusesAliasesThatMultiply() {
    StringBuilder bomb = new StringBuilder("x0: &x0 [a, a, a, a, a, a, a, a]\n");
    for (int i = 1; i <= 12; i++) {
      bomb.append("x%d: &x%d [%s]\n".formatted(i, i, "*x%d, ".formatted(i - 1).repeat(8)));
    }
    String file = bomb + Given.connector("parameters: {p: *x12}");

    assertThat(Given.refusals(file).getFirst())
        .contains("more than 100000 values, its aliases expanded");
  }

  @Test
  void refusesAnAliasToItself() {
    assertThat(Given.refusals(Given.connector("parameters: &p {p: [*p]}")).getFirst())
        .contains("the value nests deeper than 16 levels");
  }

  @Test
  void refusesNestingThatWouldOverflowTheParser() {
    assertThat(Given.refusals("agents: " + "[".repeat(100_000)).getFirst())
        .contains("line 1: the YAML nests deeper than 32 levels");
    assertThat(Given.refusals("agents: " + "[".repeat(31) + "]".repeat(31)).getFirst())
        .doesNotContain("deeper");
    assertThat(Given.refusals("agents: " + "[".repeat(32) + "]".repeat(32)).getFirst())
        .contains("deeper");
  }

  @Test
  void refusesAFileOfMoreThanAMebibyte() throws Exception {
    String largest = "agents: {}\n#" + "x".repeat(Yaml.MAX_LENGTH - 12);

    assertThat(Given.config(largest).agents()).isEmpty();
    assertThat(Given.refusals(largest + "x").getFirst())
        .startsWith("the file is longer than 1048576 characters");
  }

  @Test
  void readsAFileThatBeginsWithAByteOrderMark() throws Exception {
    assertThat(Given.config("\uFEFFthreads: 3\n").threads()).isEqualTo(3);
  }

  @Test
  void stopsListingProblemsAtSomePointAndSaysSo() {
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      many.append("key").append(i).append(": 1\n");
    }

    assertThat(Given.refusals(many.toString()))
        .hasSize(Reading.MAX_PROBLEMS + 1)
        .last()
        .asString()
        .startsWith("there are more problems");
  }

  @Test
  void throwsNothingButConfigExceptionWhateverItReads() {
    Random random = new Random(20260103);
    String alphabet =
        "{}[]:,-*&!|>'\"%@`#?\\~\n\t $.abz019\u00e9\u0000\u2028\ud83d\ude00${env:}file";
    int read = 0;
    for (int round = 0; round < 1_500; round++) {
      StringBuilder text = new StringBuilder(SAMPLE);
      for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
        int at = random.nextInt(text.length());
        int to = Math.min(text.length(), at + random.nextInt(12));
        switch (random.nextInt(5)) {
          case 0 -> text.deleteCharAt(at);
          case 1 -> text.insert(at, alphabet.charAt(random.nextInt(alphabet.length())));
          case 2 -> text.setCharAt(at, alphabet.charAt(random.nextInt(alphabet.length())));
          case 3 -> text.insert(random.nextInt(text.length()), text.substring(at, to));
          default -> text.delete(at, to);
        }
      }
      try {
        Given.loaded(text.toString());
        read++;
      } catch (ConfigException e) {
        assertThat(e.problems()).isNotEmpty();
      } catch (RuntimeException | StackOverflowError e) {
        throw new AssertionError("round " + round + ":\n" + text, e);
      }
    }
    assertThat(read).as("some of the mutants are good").isPositive();
  }
}
