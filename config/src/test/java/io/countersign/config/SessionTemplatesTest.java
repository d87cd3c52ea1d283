package io.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Session names, tags and source identities that name the agent, and session policies. */
class SessionTemplatesTest {
  private static final String ARN = "arn:aws:iam::123456789012:role/reader";

  private static RoleHop last(String more) throws ConfigException {
    return Given.connector(
            Given.config(Given.connector("role: {arn: '" + ARN + "', " + more + "}")), "c")
        .roles()
        .getLast();
  }

  private static List<String> refusals(String more) {
    return Given.refusals(Given.connector("role: {arn: '" + ARN + "', " + more + "}"));
  }

  @Test
  void theAgentsNameTakesTheTemplatesPlace() throws Exception {
    RoleHop hop =
        last(
            "session-name: 'a-${agent}', source-identity: '${agent}',"
                + " session-tags: {agent: 'x ${agent}', team: t}, transitive-tags: [agent]");
    assertThat(hop.isTemplate()).isTrue();
    RoleHop filled = hop.forAgent("analyst");
    assertThat(filled.isTemplate()).isFalse();
    assertThat(filled.sessionName()).isEqualTo("a-analyst");
    assertThat(filled.sourceIdentity()).isEqualTo("analyst");
    assertThat(filled.sessionTags()).isEqualTo(Map.of("agent", "x analyst", "team", "t"));
    assertThat(filled.transitiveTags()).containsExactly("agent");
  }

  @Test
  void onlyTheLastRoleIsAssumedForEachAgentUnlessToldOtherwise() throws Exception {
    Connector connector =
        Given.connector(
            Given.config(Given.connector("role: ['" + ARN + "', '" + ARN + "2']")), "c");
    assertThat(connector.roles())
        .extracting(RoleHop::sessionName)
        .containsExactly("countersign", "countersign-${agent}");
  }

  @Test
  void aNameThatIsTooLongEndsWithAHashAndStaysUnique() throws Exception {
    RoleHop hop = last("session-name: 'countersign-${agent}'");
    Set<String> names = new HashSet<>();
    String longest = "a".repeat(62);
    for (int i = 0; i < 26; i++) {
      String name = hop.forAgent(longest + (char) ('a' + i)).sessionName();
      assertThat(name).hasSize(64).matches("[\\w+=,.@-]+");
      names.add(name);
    }
    assertThat(names).hasSize(26);
    assertThat(hop.forAgent("a".repeat(52)).sessionName()).hasSize(64).endsWith("aaa");
    assertThat(last("session-name: '${agent}'").forAgent("a").sessionName())
        .hasSizeGreaterThan(1)
        .startsWith("a-");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "session-name: '${user}'",
        "session-name: 'a b ${agent}'",
        "external-id: '${agent}'",
        "source-identity: '${agent} x'",
        "session-tags: {'${agent}': x}",
        "policy: 'not json'",
        "policy: '[]'",
        "policy: '{}'",
        "policy-arns: [ReadOnlyAccess]",
        "policy-arns: ['arn:aws-cn:iam::aws:policy/ReadOnlyAccess']",
        "policy-arns: [p1, p2]",
      })
  void refusesWhatCannotBe(String more) {
    assertThat(refusals(more)).isNotEmpty();
  }

  @Test
  void aPolicyLosesItsWhiteSpaceAndIsHeldToItsLength() throws Exception {
    RoleHop hop =
        last(
            "policy: '{ \"Version\" : \"2012-10-17\", \"Statement\" : [] }',"
                + " policy-arns: ['arn:aws:iam::aws:policy/ReadOnlyAccess']");
    assertThat(hop.policy()).isEqualTo("{\"Version\":\"2012-10-17\",\"Statement\":[]}");
    assertThat(hop.policyArns()).containsExactly("arn:aws:iam::aws:policy/ReadOnlyAccess");
    assertThat(refusals("policy: '{\"Statement\":[],\"Id\":\"" + "x".repeat(2048) + "\"}'"))
        .singleElement()
        .asString()
        .contains("2048");
    String eleven = "arn:aws:iam::aws:policy/P, ".repeat(11).replaceAll(", $", "");
    assertThat(refusals("policy-arns: [" + eleven + "]")).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"c", "*", "c*", "*c", "**"})
  void aGrantKnowsItsConnector(String pattern) {
    assertThat(new Grant(pattern, List.of("*")).names("c")).isTrue();
    assertThat(new Grant("x" + pattern, List.of("*")).names("c")).isFalse();
  }
}
