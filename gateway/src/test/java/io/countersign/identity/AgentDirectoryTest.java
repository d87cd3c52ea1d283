package io.countersign.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.config.Agent;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentDirectoryTest {
  private static final String TOKEN = "s3cret-Token.of~analyst+1/2==";

  private final AgentDirectory directory =
      directory(Configs.agent("analyst", TOKEN, "second-token"), Configs.agent("loader", "third"));

  private static AgentDirectory directory(Agent... agents) {
    return AgentDirectory.of(
        Configs.of(List.of(agents), List.of()), new Issuers(Clock.systemUTC()));
  }

  @Test
  void findsTheAgentByAnyOfItsTokens() {
    assertThat(directory.byToken(TOKEN)).extracting(Agent::name).isEqualTo("analyst");
    assertThat(directory.byToken("second-token")).extracting(Agent::name).isEqualTo("analyst");
    assertThat(directory.byToken("third")).extracting(Agent::name).isEqualTo("loader");
  }

  @Test
  void refusesATokenThatNoAgentHas() {
    assertThat(directory.byToken("fourth")).isNull();
    assertThat(directory.byToken("")).isNull();
    assertThat(directory.byToken(TOKEN + "x")).isNull();
    assertThat(directory.byToken(TOKEN.substring(1))).isNull();
    assertThat(directory.byToken("SECOND-TOKEN")).isNull();
    assertThat(directory.identify("Bearer fourth")).isInstanceOf(Identification.Unknown.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Bearer third",
        "bearer third",
        "BEARER third",
        "Bearer    third",
        "Bearer\tthird",
        "  Bearer third \t",
        "third",
        " third "
      })
  void takesABearerTokenAndTheBareTokenOfTheContainerProtocol(String header) {
    assertThat(directory.identify(header))
        .isInstanceOfSatisfying(
            Identification.Known.class, k -> assertThat(k.agent().name()).isEqualTo("loader"));
  }

  @Test
  void findsNoTokenWhereThereIsNoHeader() {
    assertThat(directory.identify((String) null)).isInstanceOf(Identification.Absent.class);
    assertThat(directory.identify("")).isInstanceOf(Identification.Absent.class);
    assertThat(directory.identify(" \t ")).isInstanceOf(Identification.Absent.class);
    assertThat(directory.identify(List.of())).isInstanceOf(Identification.Absent.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Bearer",
        "Bearer ",
        "Basic dXNlcjpwYXNz",
        "Bearer third third",
        "Bearer Bearer third",
        "Bearer third, Bearer third",
        "Bearer th\u0000ird",
        "Bearer th\nird",
        "Bearer third\u00a0",
        "th\u00efrd",
        "third\r\nX-Injected: 1",
        "\u000bthird",
        "third\u007f"
      })
  void refusesWhatCannotBeAToken(String header) {
    assertThat(directory.identify(header)).isInstanceOf(Identification.Malformed.class);
  }

  @Test
  void tellsASignatureFromAToken() {
    assertThat(directory.identify("AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-west-1/s3"))
        .isInstanceOfSatisfying(
            Identification.Malformed.class,
            m -> assertThat(m.reason()).contains("AWS signature").doesNotContain("AKIA"));
  }

  /** Threat 18: inbound authentication that two parsers read differently. */
  @Test
  void refusesTwoAuthorizationHeadersEvenWhenTheyAgree() {
    assertThat(directory.identify(List.of("Bearer third", "Bearer third")))
        .isInstanceOf(Identification.Malformed.class);
    assertThat(directory.identify(List.of("Bearer third")))
        .isInstanceOf(Identification.Known.class);
  }

  @Test
  void takesATokenOfTheLongestLengthAndRefusesOneCharacterMore() {
    String longest = "t".repeat(AgentDirectory.MAX_TOKEN_LENGTH);
    AgentDirectory withLongest = directory(Configs.agent("analyst", longest));
    assertThat(withLongest.byToken(longest)).isNotNull();
    assertThat(withLongest.identify("Bearer " + longest)).isInstanceOf(Identification.Known.class);
    assertThat(withLongest.byToken(longest + "t")).isNull();
    assertThat(withLongest.identify("Bearer " + longest + "t"))
        .isInstanceOfSatisfying(
            Identification.Malformed.class, m -> assertThat(m.reason()).contains("4096"));
    assertThatThrownBy(() -> directory(Configs.agent("analyst", longest + "t")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("agents.analyst")
        .hasMessageContaining("4096");
  }

  @Test
  void failsAtLoadWhenTwoAgentsShareAToken() {
    assertThatThrownBy(
            () -> directory(Configs.agent("analyst", TOKEN), Configs.agent("loader", TOKEN)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("analyst")
        .hasMessageContaining("loader")
        .hasMessageNotContaining(TOKEN);
  }

  @Test
  void failsAtLoadOnATokenThatCouldNeverBePresented() {
    for (String token : List.of("", "two words", "line\n", "\u00e9t\u00e9")) {
      assertThatThrownBy(() -> directory(Configs.agent("analyst", token)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("agents.analyst.token[0]");
    }
  }

  @Test
  void takesTheSameTokenTwiceForOneAgent() {
    assertThat(directory(Configs.agent("analyst", TOKEN, TOKEN)).byToken(TOKEN)).isNotNull();
  }

  /** Threat 15: what travels with a request has no token in it that a dump could show. */
  @Test
  void keepsNoTokenInWhatItHandsOut() {
    Agent agent = Objects.requireNonNull(directory.byToken(TOKEN));
    assertThat(agent.tokens()).isEmpty();
    assertThat(directory.identify(TOKEN).toString()).doesNotContain(TOKEN);
    assertThat(directory.toString()).doesNotContain(TOKEN);
    assertThat(directory.identify("Bearer " + TOKEN + " x").toString()).doesNotContain(TOKEN);
  }

  @Test
  void knowsATokenOfWhichTheConfigurationHasOnlyTheHash() {
    // printf %s a-token-of-the-analyst | sha256sum
    String hash = "sha256:703b21b5fa3546f09ecf43b054e098b6ff2cc80e900d6adaaba2df5aadb2114b";
    AgentDirectory hashed = directory(Configs.agent("analyst", hash, "old-token"));
    assertThat(hashed.byToken("a-token-of-the-analyst"))
        .extracting(Agent::name)
        .isEqualTo("analyst");
    assertThat(hashed.byToken("old-token")).isNotNull();
  }

  @Test
  void refusesTheHashInPlaceOfTheToken() {
    String hash = "sha256:703b21b5fa3546f09ecf43b054e098b6ff2cc80e900d6adaaba2df5aadb2114b";
    AgentDirectory hashed = directory(Configs.agent("analyst", hash));
    assertThat(hashed.byToken(hash)).isNull();
    assertThat(hashed.byToken(hash.substring(7))).isNull();
  }

  @Test
  void refusesTheSameTokenAsItselfAndAsAHashOfAnotherAgent() {
    assertThatThrownBy(
            () ->
                directory(
                    Configs.agent("analyst", "a-token-of-the-analyst"),
                    Configs.agent(
                        "loader",
                        "sha256:703b21b5fa3546f09ecf43b054e098b6ff2cc80e900d6adaaba2df5aadb2114b")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("same token");
  }

  @Test
  void readsAnyHeaderWithoutThrowing() {
    Random random = new Random(7);
    String[] parts = {"Bearer", "bearer ", " ", "\t", TOKEN, "third", "AWS4-", ",", "\u0000", "é"};
    for (int i = 0; i < 50_000; i++) {
      StringBuilder header = new StringBuilder();
      for (int n = random.nextInt(6); n > 0; n--) {
        if (random.nextBoolean()) {
          header.append(parts[random.nextInt(parts.length)]);
        } else {
          header.append((char) random.nextInt(random.nextInt(5) == 0 ? 0x10000 : 0x80));
        }
      }
      Identification result = directory.identify(header.toString());
      if (result instanceof Identification.Known) {
        String token = header.toString().strip().replaceFirst("(?i)^bearer[ \t]+", "");
        assertThat(List.of(TOKEN, "second-token", "third")).contains(token);
      }
    }
  }
}
