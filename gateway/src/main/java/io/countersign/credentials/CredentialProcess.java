package io.countersign.credentials;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.countersign.credentials.CredentialFailure.Kind;
import io.countersign.signer.AwsCredentials;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs the program of a profile and reads keys from its output. The command is split into words as
 * it stands, with quotes, and no shell sees it. Blocks.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html">Process
 *     credential provider</a>
 */
final class CredentialProcess {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration LOOK_AGAIN = Duration.ofMinutes(15);
  private static final int MOST_BYTES = 64 * 1024;

  private CredentialProcess() {}

  static FetchOutcome run(String profile, String command, TimeSource time) {
    long asked = time.nanos();
    List<String> words = words(command);
    if (words.isEmpty()) {
      return refused(profile, "is empty, or has a quote without an end", false);
    }
    Process process;
    try {
      process =
          new ProcessBuilder(words)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .redirectInput(ProcessBuilder.Redirect.from(nothing()))
              .start();
    } catch (IOException e) {
      return refused(profile, "cannot be started: " + words.getFirst(), false);
    }
    // A program that says nothing must not hold the fetch for ever.
    Thread limit =
        Thread.startVirtualThread(
            () -> {
              try {
                if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                  process.destroyForcibly();
                }
              } catch (InterruptedException over) {
                Thread.currentThread().interrupt();
              }
            });
    byte[] output;
    int code;
    try (InputStream in = process.getInputStream()) {
      output = in.readNBytes(MOST_BYTES + 1);
      if (output.length > MOST_BYTES) {
        process.destroyForcibly();
        return refused(profile, "says more than credentials", false);
      }
      code = process.waitFor();
    } catch (IOException e) {
      return refused(profile, "broke off", true);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      return refused(profile, "was cut off", true);
    } finally {
      limit.interrupt();
    }
    if (code != 0) {
      return refused(profile, "ended with " + code, true);
    }
    return read(profile, new String(output, StandardCharsets.UTF_8), asked);
  }

  private static java.io.File nothing() {
    return new java.io.File("/dev/null");
  }

  /** Reads the output; nothing of it is repeated. */
  static FetchOutcome read(String profile, String output, long askedNanos) {
    JsonNode document;
    try {
      document = JSON.readTree(output);
    } catch (JsonProcessingException e) {
      return refused(profile, "does not say JSON", false);
    }
    if (document.path("Version").asInt() != 1) {
      return refused(profile, "says another Version than 1", false);
    }
    Instant expiration = null;
    if (document.hasNonNull("Expiration")) {
      try {
        expiration = Instant.parse(document.path("Expiration").asText());
      } catch (DateTimeException e) {
        return refused(profile, "says an Expiration that is no time", false);
      }
    }
    try {
      return new Fetched(
          AwsCredentials.of(
              document.path("AccessKeyId").asText(""),
              document.path("SecretAccessKey").asText(""),
              document.path("SessionToken").asText("")),
          expiration,
          null,
          askedNanos,
          expiration == null ? LOOK_AGAIN : null,
          false);
    } catch (IllegalArgumentException e) {
      return refused(profile, "does not say whole credentials: " + e.getMessage(), false);
    }
  }

  private static CredentialFailure refused(String profile, String what, boolean passes) {
    String message = "the credential_process of profile " + profile + " " + what;
    String mend = "run it by hand: aws configure export-credentials --profile " + profile;
    return passes
        ? CredentialFailure.passing(Kind.PROFILE, message, mend)
        : CredentialFailure.once(Kind.PROFILE, message, mend);
  }

  /** The words of a command; empty when it has none, or a quote does not end. */
  static List<String> words(String command) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    @Nullable Character quote = null;
    boolean begun = false;
    for (int i = 0; i < command.length(); i++) {
      char c = command.charAt(i);
      if (quote != null) {
        if (c == quote) {
          quote = null;
        } else {
          word.append(c);
        }
      } else if (c == '"' || c == '\'') {
        quote = c;
        begun = true;
      } else if (c == ' ' || c == '\t') {
        if (begun) {
          words.add(word.toString());
          word.setLength(0);
          begun = false;
        }
      } else {
        word.append(c);
        begun = true;
      }
    }
    if (quote != null) {
      return List.of();
    }
    if (begun) {
      words.add(word.toString());
    }
    return words;
  }
}
