package io.countersign.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that give credentials. */
class CredentialProcessTest {
  private static final String DOCUMENT =
      "{\"Version\":1,\"AccessKeyId\":\"ASIAP\",\"SecretAccessKey\":\"process-secret\","
          + "\"SessionToken\":\"process-token\",\"Expiration\":\"2030-01-01T00:00:00Z\"}";

  @TempDir private Path folder;

  private FetchOutcome run(String script, String arguments) throws Exception {
    Path program = Files.writeString(folder.resolve("a program.sh"), script);
    return CredentialProcess.run(
        "p", "/bin/sh \"" + program + "\" " + arguments, TimeSource.system());
  }

  @Test
  void theOutputOfTheProgramIsRead() throws Exception {
    FetchOutcome outcome = run("printf '%s' '" + DOCUMENT + "'", "");
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Fetched.class,
            fetched -> {
              assertThat(fetched.credentials().accessKeyId()).isEqualTo("ASIAP");
              assertThat(fetched.credentials().sessionToken()).isEqualTo("process-token");
              assertThat(String.valueOf(fetched.expiration())).isEqualTo("2030-01-01T00:00:00Z");
            });
  }

  @Test
  void noShellSeesTheCommand() throws Exception {
    Path canary = folder.resolve("canary");
    FetchOutcome outcome = run("printf '%s' \"$1\"", "'$(touch " + canary + ");x'");
    assertThat(outcome).isInstanceOf(CredentialFailure.class);
    assertThat(canary).doesNotExist();
  }

  @Test
  void aProgramThatFailsIsAFailureThatDoesNotRepeatItsOutput() throws Exception {
    for (String script :
        List.of(
            "printf '%s' '" + DOCUMENT + "'; exit 3",
            "echo process-secret",
            "echo process-secret >&2",
            "yes process-secret")) {
      assertThat(run(script, ""))
          .isInstanceOfSatisfying(
              CredentialFailure.class,
              failure ->
                  assertThat(failure.toString())
                      .contains("credential_process of profile p")
                      .doesNotContain("process-secret"));
    }
    assertThat(CredentialProcess.run("p", "/no/such/program", TimeSource.system()))
        .isInstanceOf(CredentialFailure.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          a b  c              | a,b,c
          "a b" c             | a b,c
          'a "b"' "c 'd'"     | a "b",c 'd'
          a"b c"d             | ab cd
          a ""                | a,
          """)
  void aCommandIsSplitIntoWords(String command, String words) {
    assertThat(String.join(",", CredentialProcess.words(command))).isEqualTo(words);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "a \"b", "'"})
  void aCommandWithoutWordsOrWithAnOpenQuoteIsNone(String command) {
    assertThat(CredentialProcess.words(command)).isEmpty();
  }

  @Test
  void anyOutputIsCredentialsOrAFailure() {
    Random random = new Random(1);
    for (int round = 0; round < 20_000; round++) {
      char[] text = DOCUMENT.toCharArray();
      for (int i = 0; i < 1 + random.nextInt(4); i++) {
        text[random.nextInt(text.length)] = (char) (32 + random.nextInt(95));
      }
      assertThat(CredentialProcess.read("p", new String(text), 0)).isNotNull();
    }
  }
}
