package io.countersign.observe;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import io.countersign.config.Logging;
import io.countersign.config.Secret;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;

/** Greps every output of this package for a secret that went through it. */
class SecretCanaryTest {
  private static final String CANARY = "c4n4ryC4N4RY0123456789abcdef0123456789abcdef";

  @ParameterizedTest
  @EnumSource(
      value = Logging.Format.class,
      names = {"TEXT", "JSON"})
  void printsNoSecretThatAMessageCarries(Logging.Format format) {
    LoggerContext context = CapturedLog.newContext();
    ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    LoggingSetup.apply(
        context, new Logging(format, Logging.Level.DEBUG, Calls.OFF, Calls.OFF), false, stderr);
    Logger logger = context.getLogger("io.countersign.x");
    logger.info("agent with token {}", new Secret(CANARY));
    for (String message : leaks()) {
      logger.warn(message);
      logger.warn("failed: {}", message);
      logger.error("failed", new IOException(message, new IllegalStateException(message)));
    }
    context.stop();
    assertThat(stderr.toString(StandardCharsets.UTF_8))
        .contains("<redacted>")
        .contains("IllegalStateException")
        .doesNotContain(CANARY);
  }

  private static List<String> leaks() {
    return List.of(
        "GET https://b.s3.amazonaws.com/k?X-Amz-Signature=" + CANARY + "&X-Amz-Expires=60",
        "GET https://b.s3.amazonaws.com/k?X-Amz-Security-Token=" + CANARY + "%2F%2B",
        "x-amz-security-token: " + CANARY,
        "{\"x-amz-security-token\": \"" + CANARY + "\"}",
        "x-amz-s3session-token: " + CANARY,
        "GET /?X-Amz-S3session-Token=" + CANARY + "&a=b",
        "Authorization: AWS4-HMAC-SHA256"
            + " Credential=AKIDEXAMPLE/20150830/us-east-1/sts/aws4_request, SignedHeaders=host,"
            + " Signature="
            + CANARY.replaceAll("[^0-9a-f]", "0")
            + CANARY,
        "Authorization: Bearer " + CANARY,
        "authorization: Basic " + CANARY,
        "{\"AccessKeyId\":\"ASIAEXAMPLE\",\"SecretAccessKey\":\"" + CANARY + "\"}",
        "{\"SessionToken\" : \"" + CANARY + "\"}",
        "<SecretAccessKey>" + CANARY + "</SecretAccessKey>",
        "<SessionToken>" + CANARY + "</SessionToken>",
        "aws_secret_access_key = " + CANARY,
        "AWS_SESSION_TOKEN=" + CANARY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "The signature of the request is wrong",
        "bearer of bad news",
        "Basic checks passed",
        "set sts.session-token-lifetime: 1h"
      })
  void leavesOrdinaryWordsAlone(String message) {
    assertThat(Redaction.scrub(message)).isEqualTo(message);
  }

  @Test
  void aRecordPrintsNothingThatAnAgentChose() {
    CallRecord call = Calls.tool("r1");
    call.path = "/" + CANARY;
    call.agent = CANARY;
    assertThat(call.toString()).doesNotContain(CANARY);
  }

  @Test
  void noMetricCarriesWhatARecordHolds() throws IOException {
    ByteArrayOutputStream scrape = new ByteArrayOutputStream();
    try (Metrics metrics = Metrics.create(new BuildInfo("1", "abc"));
        Recorder recorder =
            Recorder.start(
                Calls.logging(Logging.Format.JSON, Calls.OFF, Calls.OFF),
                false,
                metrics,
                new ByteArrayOutputStream(),
                64)) {
      CallRecord call = Calls.tool(CANARY);
      call.agent = CANARY;
      call.connector = CANARY;
      call.path = CANARY;
      call.method = CANARY;
      call.service = CANARY;
      call.region = CANARY;
      call.operation = CANARY;
      call.accessLevel = CANARY;
      call.errorCode = CANARY;
      call.decisionCode = CANARY;
      call.rule = CANARY;
      call.upstreamHost = CANARY;
      call.sessionName = CANARY;
      call.sourceAddress = CANARY;
      call.roleAccessKeyId = CANARY;
      call.awsRequestId = CANARY;
      call.identityKind = CANARY;
      recorder.record(call);
      metrics.scrape(scrape, "text/plain");
    }
    assertThat(scrape.toString(StandardCharsets.UTF_8))
        .contains("countersign_requests_total")
        .doesNotContain(CANARY);
  }
}
