package io.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamePatternTest {
  @ParameterizedTest
  @CsvSource({
    "*, GetObject, true",
    "GetObject, GetObject, true",
    "GetObject, GetObjectAcl, false",
    "GetObject, getobject, false",
    "Get*, GetObject, true",
    "Get*, Get, true",
    "Get*, get, false",
    "*Object, GetObject, true",
    "*Object, GetObjectAcl, false",
    "G*t*Acl, GetObjectAcl, true",
    "**, x, true",
    "G**t, Get, true",
    "a*b*c, abc, true",
    "a*b*c, acb, false",
    "query, Query, false",
    "Get.bject, GetObject, false"
  })
  void matchesWholeNamesAndOnlyTheStarStandsForOthers(
      String pattern, String name, boolean matches) {
    assertThat(new NamePattern(pattern).matches(name)).isEqualTo(matches);
  }

  @Test
  void anEmptyPatternMatchesNothing() {
    assertThat(new NamePattern("").matches("GetObject")).isFalse();
  }

  @Test
  void knowsWhenOnlyTheCaseIsWrong() {
    assertThat(new NamePattern("get*").matchesButForCase("GetObject")).isTrue();
    assertThat(new NamePattern("Get*").matchesButForCase("GetObject")).isFalse();
    assertThat(new NamePattern("put*").matchesButForCase("GetObject")).isFalse();
  }

  @Test
  void agreesWithARegularExpressionOnAnyPattern() {
    Random random = new Random(11);
    for (int i = 0; i < 100_000; i++) {
      String pattern = text(random, "ab*");
      String name = text(random, "ab");
      assertThat(new NamePattern(pattern).matches(name))
          .as("%s on %s", pattern, name)
          .isEqualTo(Pattern.matches(pattern.replace("*", ".*"), name));
    }
  }

  private static String text(Random random, String alphabet) {
    StringBuilder text = new StringBuilder();
    for (int n = random.nextInt(9); n > 0; n--) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }
}
