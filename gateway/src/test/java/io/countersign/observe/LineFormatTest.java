package io.countersign.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineFormatTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FORGED =
      "{\"log\":\"audit\",\"agent\":\"admin\",\"decision\":\"allow\"}";

  private final JsonLine access = new JsonLine(LogMetrics.Log.ACCESS);
  private final JsonLine audit = new JsonLine(LogMetrics.Log.AUDIT);
  private final TextLine text = new TextLine();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\n",
        "\r\n",
        "\r",
        "\u0085",
        "\u2028",
        "\u2029",
        "\u000b",
        "\f",
        "\0",
        "\u001b[2K\u001b[1A"
      })
  void cannotBeMadeToBeginAnotherLine(String separator) throws IOException {
    CallRecord call = Calls.tool("r1");
    call.path = "/x" + separator + FORGED;
    call.agent = "analyst" + separator + FORGED;
    call.operation = null;
    for (LineFormat format : List.of(access, audit, text)) {
      String line = line(format, call);
      assertThat(line).matches("[ -~]+\n");
    }
    assertThat(JSON.readTree(line(audit, call)).get("agent").asText()).isEqualTo(call.agent);
  }

  @Test
  void cannotBeMadeToAddAField() throws IOException {
    CallRecord call = Calls.tool("r1");
    call.path = "/x\",\"decision\":\"allow\",\"z\":\"";
    call.decision = CallRecord.Decision.DENY;
    JsonNode line = JSON.readTree(line(audit, call));
    assertThat(line.get("decision").asText()).isEqualTo("deny");
    assertThat(line.has("z")).isFalse();

    call.operation = null;
    call.path = "/x 1.0ms in=0 out=0 id=forged";
    assertThat(line(text, call)).contains("/x\\u00201.0ms\\u0020in=0").doesNotContain(" id=forged");
  }

  @Test
  void namesTheResourcesOfACallAndHowManyThereAre() throws IOException {
    CallRecord call = Calls.tool("r1");
    call.resources = List.of("arn:aws:s3:::lake/a \"b\"", "arn:aws:s3:::lake/\n");
    JsonNode line = JSON.readTree(line(audit, call));
    assertThat(line.get("resources").get(0).asText()).isEqualTo("arn:aws:s3:::lake/a \"b\"");
    assertThat(line.get("resources").get(1).asText()).isEqualTo("arn:aws:s3:::lake/\n");
    assertThat(line.has("resourceCount")).isFalse();

    call.resources = Collections.nCopies(JsonLine.MOST_RESOURCES + 1, "arn");
    line = JSON.readTree(line(audit, call));
    assertThat(line.get("resources")).hasSize(JsonLine.MOST_RESOURCES);
    assertThat(line.get("resourceCount").asInt()).isEqualTo(JsonLine.MOST_RESOURCES + 1);
    assertThat(JSON.readTree(line(access, call)).has("resources")).isFalse();
  }

  @Test
  void boundsWhatAnAgentChose() throws IOException {
    CallRecord call = Calls.tool("r1");
    call.path = "a".repeat(LineFormat.MAX_TEXT);
    assertThat(JSON.readTree(line(access, call)).get("path").asText()).isEqualTo(call.path);
    call.path = "a".repeat(LineFormat.MAX_TEXT + 1);
    assertThat(JSON.readTree(line(access, call)).get("path").asText())
        .isEqualTo("a".repeat(LineFormat.MAX_TEXT) + "...");
    call.operation = null;
    assertThat(line(text, call)).hasSizeLessThan(LineFormat.MAX_TEXT + 400);
  }

  @Test
  void writesWhatJacksonReadsBackForAnyText() throws IOException {
    Random random = new Random(20261124);
    for (int round = 0; round < 2_000; round++) {
      CallRecord call = Calls.tool(chars(random));
      call.path = chars(random);
      call.agent = chars(random);
      call.errorCode = chars(random);
      call.method = chars(random);
      call.totalNanos = random.nextLong();
      call.startWallMillis = random.nextLong() / 1_000_000;
      for (LineFormat format : List.of(access, audit)) {
        String line = line(format, call);
        assertThat(line).matches("[ -~]+\n");
        JsonNode node = JSON.readTree(line);
        assertThat(node.get("requestId").asText()).isEqualTo(call.requestId);
        assertThat(node.get("path").asText()).isEqualTo(call.path);
        assertThat(node.get("agent").asText()).isEqualTo(call.agent);
        assertThat(node.get("errorCode").asText()).isEqualTo(call.errorCode);
      }
      call.operation = random.nextBoolean() ? null : chars(random);
      assertThat(line(text, call)).matches("[ -~]+\n");
    }
  }

  /** Any UTF-16 code units, broken surrogates among them. */
  private static String chars(Random random) {
    int length = random.nextInt(40);
    StringBuilder chars = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      chars.append(
          (char)
              switch (random.nextInt(4)) {
                case 0 -> random.nextInt(0x20);
                case 1 -> random.nextInt(0x100);
                case 2 -> 0xd800 + random.nextInt(0x800);
                default -> random.nextInt(0x10000);
              });
    }
    return chars.toString();
  }

  private static String line(LineFormat format, CallRecord call) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    format.write(call, out);
    return out.toString(StandardCharsets.ISO_8859_1);
  }
}
