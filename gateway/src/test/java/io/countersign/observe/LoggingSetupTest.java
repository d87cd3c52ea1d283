package io.countersign.observe;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.config.Logging;
import io.countersign.config.Logging.Format;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;

class LoggingSetupTest {
  private final LoggerContext context = CapturedLog.newContext();
  private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();

  @AfterEach
  void stop() {
    context.stop();
  }

  @Test
  void writesTextOnATerminal() {
    apply(Format.AUTO, Logging.Level.INFO, true);
    logger("io.countersign.gateway.Main").info("Listening on {}", "127.0.0.1:7070");
    assertThat(written()).endsWith(" INFO  Main: Listening on 127.0.0.1:7070\n");
  }

  @Test
  void writesJsonWhereThereIsNoTerminal() throws IOException {
    apply(Format.AUTO, Logging.Level.INFO, false);
    logger("io.countersign.gateway.Main").error("No\nway", new IOException("disk \"x\""));
    JsonNode line = new ObjectMapper().readTree(written());
    assertThat(line.get("log").asText()).isEqualTo("gateway");
    assertThat(line.get("level").asText()).isEqualTo("ERROR");
    assertThat(line.get("message").asText()).isEqualTo("No\nway");
    assertThat(line.get("exception").asText())
        .startsWith("java.io.IOException: disk \"x\"\n  at io.countersign.observe.");
    assertThat(written()).hasLineCount(1);
  }

  @Test
  void obeysTheLevel() {
    apply(Format.TEXT, Logging.Level.WARN, false);
    logger("io.countersign.x").info("quiet");
    logger("io.countersign.x").warn("loud");
    assertThat(written()).contains("loud").doesNotContain("quiet");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "software.amazon.awssdk.request",
        "software.amazon.awssdk.http.auth.aws.internal.signer.V4RequestSigner",
        "software.amazon.awssdk",
        "io.netty.handler.logging.LoggingHandler",
        "org.apache.http.wire",
        "org.apache.hc.client5.http.wire"
      })
  void neverLetsALibraryPrintItsRequestsWhateverItsLevel(String name) {
    apply(Format.TEXT, Logging.Level.DEBUG, false);
    Logger library = logger(name);
    context.getLogger(name).setLevel(Level.TRACE);
    assertThat(library.isDebugEnabled()).isFalse();
    assertThat(library.isTraceEnabled()).isFalse();
    library.debug("x-amz-security-token: canary");
    library.atDebug().log("canary");
    library.info("canary");
    library.warn("a warning");
    assertThat(written()).contains("a warning").doesNotContain("canary");
  }

  @Test
  void guardsByWholeNamesOnly() {
    apply(Format.TEXT, Logging.Level.DEBUG, false);
    logger("io.nettyness").debug("mine");
    assertThat(written()).contains("mine");
  }

  @Test
  void keepsStandardErrorOpenWhenItIsAppliedAgain() {
    apply(Format.TEXT, Logging.Level.INFO, false);
    logger("io.countersign.x").info("one");
    apply(Format.JSON, Logging.Level.INFO, false);
    logger("io.countersign.x").info("two");
    assertThat(written()).contains("x: one\n").contains("\"message\":\"two\"").hasLineCount(2);
  }

  @Test
  void cannotBeMadeToForgeARecord() {
    apply(Format.TEXT, Logging.Level.INFO, true);
    String forged = "2026-11-24T07:35:00.123Z INFO  Main: all is well";
    logger("io.countersign.x")
        .warn(
            "agent {}",
            "x\n" + forged + "\r" + forged + "\u0085\u2028\u001b[2K",
            new IllegalStateException("bad\n" + forged));
    assertThat(written().lines())
        .filteredOn(l -> !l.startsWith("    "))
        .singleElement()
        .asString()
        .endsWith("WARN  x: agent x");
    assertThat(written()).doesNotContain("\r", "\u001b", "\u0085", "\u2028");
  }

  private void apply(Format format, Logging.Level level, boolean terminal) {
    Logging logging = new Logging(format, level, Calls.OFF, Calls.OFF);
    LoggingSetup.apply(context, logging, terminal, stderr);
  }

  private Logger logger(String name) {
    return context.getLogger(name);
  }

  /** What came out so far: stopping the appenders drains their queue. */
  private String written() {
    context.getLogger(Logger.ROOT_LOGGER_NAME).detachAndStopAllAppenders();
    return stderr.toString(StandardCharsets.UTF_8);
  }
}
