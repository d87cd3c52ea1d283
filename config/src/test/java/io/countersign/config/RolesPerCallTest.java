package io.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code roles-per-call}. */
class RolesPerCallTest {
  private static final String TEAM = "arn:aws:iam::123456789012:role/team-*";

  private static List<String> refusals(String rolesPerCall, String... more) {
    String[] lines = new String[more.length + 1];
    lines[0] = "roles-per-call: " + rolesPerCall;
    System.arraycopy(more, 0, lines, 1, more.length);
    return Given.refusals(Given.connector(lines));
  }

  private static RolesPerCall read(String rolesPerCall) throws ConfigException {
    GatewayConfig config = Given.config(Given.connector("roles-per-call: " + rolesPerCall));
    return Objects.requireNonNull(config.connectors().values().iterator().next().rolesPerCall());
  }

  @Test
  void nobodyNamesARoleUnlessItIsWritten() throws Exception {
    assertThat(Given.config(Given.connector()).connectors().values())
        .allMatch(connector -> connector.rolesPerCall() == null);
  }

  @Test
  void theSessionIsLikeThatOfALastRole() throws Exception {
    RolesPerCall roles = read("{allow: ['" + TEAM + "']}");
    assertThat(roles.atOnce()).isEqualTo(50);
    assertThat(roles.session().sessionName()).isEqualTo("countersign-${agent}");
    assertThat(roles.session().duration()).isEqualTo(Duration.ofHours(1));

    RolesPerCall full =
        read(
            "{allow: ['"
                + TEAM
                + "'], at-once: 3, external-id: ext, session-name: me, duration: 15m,"
                + " session-tags: {agent: '${agent}'}, source-identity: id}");
    RoleHop hop =
        full.session().of(Arn.parse("arn:aws:iam::123456789012:role/team-a")).forAgent("blue");
    assertThat(hop.arn()).hasToString("arn:aws:iam::123456789012:role/team-a");
    assertThat(hop.externalId()).isEqualTo("ext");
    assertThat(hop.sessionName()).isEqualTo("me");
    assertThat(hop.sessionTags()).containsEntry("agent", "blue");
    assertThat(hop.sourceIdentity()).isEqualTo("id");
    assertThat(full.atOnce()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          arn:aws:iam::*:role/team-a               | has a '*' before the role's path and name
          arn:*:iam::123456789012:role/team-a      | has a '*' before the role's path and name
          arn:aws:iam::123456789012:*              | is not the ARN of a role
          arn:aws:iam::123456789012:role/team-?    | has a '?'
          arn:aws:iam::123456789012:user/team-*    | is not the ARN of a role
          arn:aws-cn:iam::123456789012:role/team-* | is of partition aws-cn
          arn:amazon:iam::123456789012:role/team-* | names the unknown partition 'amazon'
          *                                        | is not an ARN
          """)
  void aPatternThatCouldBeAnybodysRoleIsRefused(String pattern, String why) {
    assertThat(refusals("{allow: ['" + pattern + "']}")).singleElement().asString().contains(why);
  }

  @Test
  void theListMustNameARole() {
    assertThat(refusals("{allow: []}")).singleElement().asString().contains("is empty");
    assertThat(refusals("{}")).singleElement().asString().contains("the key 'allow' is missing");
  }

  private static String patterns(int number) {
    return IntStream.range(0, number)
        .mapToObj(i -> "'" + TEAM + i + "'")
        .collect(Collectors.joining(", ", "{allow: [", "]}"));
  }

  @Test
  void limitsAreTakenAndNothingPastThem() throws Exception {
    assertThat(read(patterns(100)).allow()).hasSize(100);
    assertThat(refusals(patterns(101))).singleElement().asString().contains("101 patterns");
    String most = "{allow: ['" + TEAM + "'], at-once: ";
    assertThat(read(most + "1}").atOnce()).isEqualTo(1);
    assertThat(read(most + "1000}").atOnce()).isEqualTo(1000);
    assertThat(refusals(most + "0}")).hasSize(1);
    assertThat(refusals(most + "1001}")).hasSize(1);
  }

  @Test
  void whatStsWouldRefuseOfTheChainIsRefused() {
    assertThat(
            refusals(
                "{allow: ['" + TEAM + "'], duration: 2h}",
                "role: 'arn:aws:iam::123456789012:role/base'"))
        .singleElement()
        .asString()
        .contains("more than one hour");
    assertThat(
            refusals(
                "{allow: ['" + TEAM + "'], session-tags: {team: b}}",
                "role: {arn: 'arn:aws:iam::123456789012:role/base', session-tags: {team: a},"
                    + " transitive-tags: [team]}"))
        .singleElement()
        .asString()
        .contains("an earlier hop hands it down");
  }
}
