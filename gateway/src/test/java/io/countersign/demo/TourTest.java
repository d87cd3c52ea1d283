package io.countersign.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.sandbox.Accounts;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TourTest {
  private static final int MAX_LINES = 90;

  @Test
  void walksThroughEveryStepAndGivesNoSecretAway() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int code;
    try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      code = Tour.run(out, true, false);
    }
    String text = bytes.toString(StandardCharsets.UTF_8);
    assertThat(text).endsWith("Every step gave what it should.\n");
    assertThat(code).isZero();
    assertThat(text)
        .contains("[\"North\",276,\"81526.70\"]", "[\"desktop\",217,\"106.17\"]")
        .contains("\"code\": \"sql-not-read-only\"", "<Code>AccessDenied</Code>")
        .contains(
            "countersign_requests_total{connector=\"warehouse\",door=\"tool\",outcome=\"ok\"}")
        .doesNotContain("\033[")
        .doesNotContain(Accounts.demo().users().getFirst().secretAccessKey())
        .doesNotContain("SecretAccessKey");
    assertThat(List.of(text.split("\n", -1))).hasSizeLessThan(MAX_LINES);
  }
}
