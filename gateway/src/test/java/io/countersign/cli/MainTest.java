package io.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.config.ConfigSchema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  @Test
  void listsTheCommandsAndExitCodes() {
    Ran ran = Ran.of("--help");
    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out()).contains("check", "sign", "credentials", "env", "schema", "Exit codes:");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run",
        "check",
        "demo",
        "sign",
        "env",
        "schema",
        "sandbox",
        "version",
        "credentials"
      })
  void explainsEachCommand(String command) {
    Ran ran = Ran.of(command, "--help");
    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out()).startsWith("Usage: countersign " + command);
    assertThat(ran.err()).isEmpty();
  }

  @Test
  void refusesAMissingAndAnUnknownCommandWithoutAStackTrace() {
    assertThat(Ran.of().exitCode()).isEqualTo(2);
    assertThat(Ran.of().err())
        .isEqualTo("countersign: a command is missing\nSee: countersign --help\n");
    Ran misspelt = Ran.of("chek");
    assertThat(misspelt.exitCode()).isEqualTo(2);
    assertThat(misspelt.err()).contains("'chek'", "countersign check").doesNotContain("\tat ");
    assertThat(Ran.of("credentials").err()).startsWith("countersign credentials: a command is");
    assertThat(Ran.of("schema", "--wrong").exitCode()).isEqualTo(2);
  }

  @Test
  void printsTheSchema() {
    assertThat(Ran.of("schema").out()).isEqualTo(ConfigSchema.text());
  }

  @Test
  void printsTheVersion() {
    assertThat(Ran.of("version").out()).startsWith("countersign ").contains("Java ");
  }

  @Test
  void refusesAPortThatIsNone() {
    assertThat(Ran.of("sandbox", "--port", "65536").exitCode()).isEqualTo(2);
    assertThat(Ran.of("sandbox", "--port", "x").exitCode()).isEqualTo(2);
  }
}
