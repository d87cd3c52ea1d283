package io.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What STS would refuse is refused at the start, with the rule. */
class RolesTest {
  private static final String ARN = "arn:aws:iam::123456789012:role/reader";

  private static List<String> refusals(String... role) {
    return Given.refusals(Given.connector(role));
  }

  private static void accepts(String... role) throws ConfigException {
    Given.config(Given.connector(role));
  }

  private static String hop(String more) {
    return "{arn: '" + ARN + "', " + more + "}";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "arn:aws:iam::123456789012:role/r",
        "arn:aws:iam::123456789012:role/a/path/of/several/r",
        "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_x+=,.@-_y",
      })
  void acceptsTheArnOfARole(String arn) throws Exception {
    accepts("role: '" + arn + "'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          reader                                           | is not an ARN
          arn:aws:iam::123456789012                        | is not an ARN
          arn:aws:iam::12345678901:role/r                  | has no 12-digit account
          arn:aws:iam::1234567890123:role/r                | has no 12-digit account
          arn:aws:iam::٠٠٠٠٠٠٠٠٠٠٠٠:role/r                 | has no 12-digit account
          arn:aws:iam:eu-west-1:123456789012:role/r        | has a Region, and roles have none
          arn:aws:iam::123456789012:user/u                 | is not the ARN of a role
          arn:aws:iam::123456789012:role/                  | has no role's name
          arn:aws:iam::123456789012:role//r                | has no role's name
          arn:aws:iam::123456789012:role/r r               | has no role's name
          arn:aws:s3:::bucket                              | is not the ARN of a role
          arn:amazon:iam::123456789012:role/r              | names the unknown partition 'amazon'
          """)
  void refusesWhatIsNotTheArnOfARole(String arn, String why) {
    assertThat(refusals("role: '" + arn + "'")).singleElement().asString().contains(why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          arn:aws:sts::123456789012:assumed-role/reader/session    | arn:aws:iam::123456789012:role/reader
          arn:aws:iam::123456789012:assumed-role/reader/session    | arn:aws:iam::123456789012:role/reader
          arn:aws-cn:sts::123456789012:assumed-role/reader/session | arn:aws-cn:iam::123456789012:role/reader
          """)
  void refusesARoleArnWithASessionNameAndSaysWhichArnToUse(String arn, String use) {
    assertThat(refusals("role: '" + arn + "'"))
        .singleElement()
        .asString()
        .contains("is a session of a role, not the role; write " + use + " (with the role's path");
  }

  @Test
  void refusesARoleOfAnotherPartitionThanTheRegion() {
    assertThat(refusals("role: arn:aws-cn:iam::123456789012:role/r"))
        .containsExactly(
            "connectors.c.role: line 5: the role is of partition aws-cn, but the Region eu-west-1"
                + " is of partition aws; write arn:aws:iam::…, or another Region");
  }

  @Test
  void holdsTheExternalIdToItsLength() throws Exception {
    accepts("role: " + hop("external-id: ab"));
    accepts("role: " + hop("external-id: " + "x".repeat(1224)));
    accepts("role: " + hop("external-id: 'aZ_9+=,.@:/-'"));
    accepts("role: " + hop("external-id: 012345"));
    for (String bad : new String[] {"a", "x".repeat(1225), "a b", "a\u00e9", "a#b"}) {
      assertThat(refusals("role: " + hop("external-id: '" + bad + "'")))
          .singleElement()
          .asString()
          .contains("role.external-id: line 5")
          .contains("cannot be an external ID");
    }
  }

  @Test
  void holdsSessionNameAndSourceIdentityToTheirLength() throws Exception {
    for (String key : new String[] {"session-name", "source-identity"}) {
      accepts("role: " + hop(key + ": ab"));
      accepts("role: " + hop(key + ": '" + "x".repeat(58) + "+=,.@-'"));
      for (String bad : new String[] {"a", "x".repeat(65), "a/b", "a:b", "a b"}) {
        assertThat(refusals("role: " + hop(key + ": '" + bad + "'")))
            .singleElement()
            .asString()
            .contains("use 2 to 64 letters");
      }
    }
  }

  @Test
  void holdsTheDurationToWhatStsGrants() throws Exception {
    accepts("role: " + hop("duration: 15m"));
    accepts("role: " + hop("duration: 12h"));
    for (String bad : new String[] {"899s", "43201s", "0s", "1", "1 h", "-1h", "1H", "PT1H"}) {
      assertThat(refusals("role: " + hop("duration: " + bad))).hasSize(1);
    }
  }

  @Test
  void refusesMoreThanAnHourForAChainedRole() throws Exception {
    accepts("role: [" + hop("duration: 12h") + ", " + hop("duration: 60m") + "]");
    assertThat(refusals("role: [" + hop("duration: 12h") + ", " + hop("duration: 3601s") + "]"))
        .singleElement()
        .asString()
        .startsWith("connectors.c.role[1]: line 5: the duration is more than one hour");
  }

  @ParameterizedTest
  @ValueSource(strings = {"web-identity", "container", "imds"})
  void refusesMoreThanAnHourForARoleOnTopOfARole(String source) {
    assertThat(refusals("credentials: " + source, "role: " + hop("duration: 2h")))
        .singleElement()
        .asString()
        .contains("the duration is more than one hour");
  }

  @Test
  void holdsSessionTagsToTheirNumberAndLength() throws Exception {
    accepts("role: " + hop("session-tags: {" + tags(50) + "}"));
    assertThat(refusals("role: " + hop("session-tags: {" + tags(51) + "}")))
        .singleElement()
        .asString()
        .contains("there are 51 session tags; STS takes 50");
    accepts("role: " + hop("session-tags: {" + "k".repeat(128) + ": '" + "v".repeat(256) + "'}"));
    accepts("role: " + hop("session-tags: {'équipe 1': ''}"));
    assertThat(refusals("role: " + hop("session-tags: {" + "k".repeat(129) + ": v}"))).hasSize(1);
    assertThat(refusals("role: " + hop("session-tags: {k: '" + "v".repeat(257) + "'}"))).hasSize(1);
    assertThat(refusals("role: " + hop("session-tags: {k: 'a*b'}"))).hasSize(1);
    assertThat(refusals("role: " + hop("session-tags: {'aws:k': v}"))).hasSize(1);
    assertThat(refusals("role: " + hop("session-tags: {'': v}"))).hasSize(1);
  }

  private static String tags(int number) {
    return IntStream.range(0, number)
        .mapToObj(i -> "k" + i + ": v")
        .collect(Collectors.joining(", "));
  }

  @Test
  void refusesSessionTagsThatDifferInCaseOnly() {
    assertThat(refusals("role: " + hop("session-tags: {Team: a, team: b}")))
        .singleElement()
        .asString()
        .contains("differs from another only in case");
  }

  @Test
  void refusesATransitiveTagThatIsNoSessionTag() {
    assertThat(refusals("role: " + hop("session-tags: {team: a}, transitive-tags: [tean]")))
        .singleElement()
        .asString()
        .endsWith("'tean' is not among session-tags; did you mean 'team'?");
  }

  @Test
  void refusesATagThatAnEarlierHopHandsDown() {
    String first = hop("session-tags: {team: a}, transitive-tags: [team]");
    assertThat(refusals("role: [" + first + ", " + hop("session-tags: {Team: b}") + "]"))
        .singleElement()
        .asString()
        .contains("role[1]: line 5: STS would refuse the session tag 'Team': an earlier hop");
  }

  @Test
  void refusesTheTagsThatPodIdentitySets() throws Exception {
    String role = "role: " + hop("session-tags: {kubernetes-namespace: x}");
    assertThat(refusals("credentials: container", role)).hasSize(1);
    assertThat(refusals(role)).hasSize(1);
    accepts("credentials: environment", role);
  }

  @Test
  void refusesASourceIdentityThatChangesDownTheChain() throws Exception {
    accepts("role: [" + hop("source-identity: me") + ", " + hop("source-identity: me") + "]");
    assertThat(
            refusals(
                "role: [" + hop("source-identity: me") + ", " + hop("source-identity: you") + "]"))
        .singleElement()
        .asString()
        .contains("the source identity differs");
  }

  @Test
  void refusesAnEmptyAndAnEndlessChain() throws Exception {
    assertThat(refusals("role: []")).singleElement().asString().contains("the list is empty");
    accepts("role: [" + (ARN + ", ").repeat(10) + "]");
    assertThat(refusals("role: [" + (ARN + ", ").repeat(11) + "]")).hasSize(1);
  }
}
