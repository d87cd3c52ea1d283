package io.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code *} stands for in the ARN of roles, and what it does not. */
class RolePatternTest {
  private static boolean matches(String pattern, String role) {
    return new RolePattern(Arn.parse("arn:aws:iam::123456789012:role/" + pattern))
        .matches(
            Arn.parse(role.startsWith("arn:") ? role : "arn:aws:iam::123456789012:role/" + role));
  }

  @ParameterizedTest
  @CsvSource({
    "team-*, team-a",
    "team-*, team-",
    "team-*, team-a@b+c=d.e_f",
    "team-*-read, team-a-b-read",
    "*, anything",
    "a*b*c, aXbYbZc",
    "agents/*/read, agents/blue/read",
    "agents/*, agents/read",
    "team-a, team-a"
  })
  void takes(String pattern, String role) {
    assertThat(matches(pattern, role)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "team-*, team-a/admin",
    "team-*, admin/team-a",
    "team-*, Team-a",
    "team-*, xteam-a",
    "team-a, team-ab",
    "*, path/name",
    "agents/*, agents/a/b",
    "agents/*/read, agents/a/b/read",
    "team-*, team-a:b",
    "agents/*/read, agents/a:b/read",
    "team-*, arn:aws:iam::210987654321:role/team-a",
    "team-*, arn:aws-cn:iam::123456789012:role/team-a",
    "team-*, arn:aws:iam::123456789012:user/team-a",
    "team-*, arn:aws:sts::123456789012:assumed-role/team-a/s",
    "team-*, arn:aws:iam:eu-west-1:123456789012:role/team-a"
  })
  void refuses(String pattern, String role) {
    assertThat(matches(pattern, role)).isFalse();
  }

  @Test
  void manyStarsCostNoMoreThanTheProductOfBothLengths() {
    assertThat(matches("*a".repeat(300) + "b", "a".repeat(600))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "team-a",
        "arn:aws:iam::123456789012:role/",
        "arn:aws:iam::123456789012:role/a b",
        "arn:aws:iam::12345678901:role/a",
        "arn:aws:iam::123456789012:user/a",
        "arn:aws:iam:us-east-1:123456789012:role/a",
        "arn:aws:sts::123456789012:assumed-role/a/s",
        "arn:aws:iam::123456789012:role/\u0430",
        " arn:aws:iam::123456789012:role/a"
      })
  void whatIsNoRolesArnIsRefused(String text) {
    assertThatThrownBy(() -> RoleArn.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anArnIsTakenUpToItsLengthAndNotPastIt() {
    String start = "arn:aws:iam::123456789012:role/";
    String name = "/" + "n".repeat(64);
    String path = "p".repeat(510);
    assertThat(RoleArn.parse(start + path + name)).hasToString(start + path + name);
    assertThatThrownBy(() -> RoleArn.parse(start + path + "p" + name))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> RoleArn.parse("x".repeat(RoleArn.MOST + 1)))
        .hasMessageContaining("longer")
        .hasMessageNotContaining("xxx");
  }

  @Test
  void anyTextIsARoleOrIsRefused() {
    Random random = new Random(1);
    String model = "arn:aws:iam::123456789012:role/path/name";
    int roles = 0;
    for (int i = 0; i < 50_000; i++) {
      StringBuilder text = new StringBuilder(model);
      for (int j = random.nextInt(3); j >= 0; j--) {
        char c = (char) random.nextInt(random.nextInt(8) == 0 ? 65536 : 128);
        text.setCharAt(random.nextInt(text.length()), c);
      }
      try {
        Arn role = RoleArn.parse(text.toString());
        assertThat(role.toString()).isEqualTo(text.toString());
        roles++;
      } catch (IllegalArgumentException expected) {
        assertThat(expected.getMessage()).isNotBlank();
      }
    }
    assertThat(roles).isBetween(1_000, 49_000);
  }
}
