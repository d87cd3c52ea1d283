package io.countersign.cli;

import io.countersign.config.Environment;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;

/** What a command came to. Texts are octets as chars. */
record Ran(int exitCode, String out, String err) {
  static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  /** Runs a command with nothing of this process but its file system. */
  static Ran with(String input, Map<String, String> environment, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exitCode =
        Main.run(
            new Terminal(
                new ByteArrayInputStream(input.getBytes(StandardCharsets.ISO_8859_1)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Environment.of(environment),
                Clock.fixed(NOW, ZoneOffset.UTC)),
            arguments);
    return new Ran(
        exitCode,
        out.toString(StandardCharsets.ISO_8859_1),
        err.toString(StandardCharsets.ISO_8859_1));
  }

  static Ran of(String... arguments) {
    return with("", Map.of(), arguments);
  }
}
