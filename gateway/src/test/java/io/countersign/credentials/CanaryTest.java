package io.countersign.credentials;

import static io.countersign.credentials.Given.IRELAND;
import static io.countersign.credentials.Given.READER;
import static io.countersign.credentials.Given.hop;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import io.countersign.config.Arn;
import io.countersign.config.CredentialSource;
import io.countersign.config.Secret;
import io.countersign.signer.AwsCredentials;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A secret that is known appears in no text that leaves the package. */
class CanaryTest {
  private static final String CANARY = "c4n4ry";

  @TempDir Path folder;

  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final Logger sdk = (Logger) LoggerFactory.getLogger("software.amazon.awssdk");
  private final Level before = root.getLevel();

  @BeforeEach
  void listen() {
    logged.start();
    root.setLevel(Level.DEBUG);
    // At DEBUG the SDK prints session tokens; the gateway's logging holds it at WARN for good.
    sdk.setLevel(Level.WARN);
    root.addAppender(logged);
  }

  @AfterEach
  void stop() {
    root.detachAppender(logged);
    root.setLevel(before);
    sdk.setLevel(null);
  }

  private String log() {
    StringBuilder text = new StringBuilder();
    for (ILoggingEvent event : List.copyOf(logged.list)) {
      text.append(event.getFormattedMessage()).append('\n');
      if (event.getThrowableProxy() != null) {
        text.append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
      }
    }
    return text.toString();
  }

  @Test
  void secretIsInNoTextOfAnyObject() {
    AwsCredentials credentials =
        AwsCredentials.of("ASIAX", CANARY + "-secret-key", CANARY + "-session-token");
    CacheWorld world = new CacheWorld();
    CredentialSource.Static keys =
        new CredentialSource.Static(
            "AKIAX", new Secret(CANARY + "-static"), new Secret(CANARY + "-static-token"));
    CredentialKey key =
        new CredentialKey.OfRole(new CredentialKey.OfSource(keys, null), IRELAND, hop(READER));
    Slot slot = world.warm(key);
    List<Object> objects = new ArrayList<>();
    objects.add(key);
    objects.add(slot.status());
    objects.add(world.cache.slots());
    objects.add(new Fetched(credentials, null, null, 0, null, false));
    objects.add(
        new StsReply.Answered<>(new StsReply.Assumed(credentials, VirtualTime.START, null, "arn")));
    objects.add(new Snapshot(credentials, VirtualTime.START, null, null, 0, 0));
    objects.add(new StaticSource(keys, world.time));
    for (Object object : objects) {
      assertThat(object.toString()).doesNotContain(CANARY);
    }
    assertThat(String.valueOf(slot.current())).doesNotContain("secret-of", "token-of");
  }

  @Test
  void secretIsInNoLogLineOfRealCalls() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), CANARY + "-web+identity/token==");
    try (LoopbackServer echo =
        new LoopbackServer(
            r ->
                new LoopbackServer.Response(
                    400,
                    Map.of("Content-Type", "text/xml"),
                    "<ErrorResponse><Error><Code>ValidationError</Code><Message>"
                        + (r.body() + r.header("x-amz-security-token")).replace("&", "&amp;")
                        + "</Message></Error></ErrorResponse>"))) {
      StsTarget sts = new StsTarget("eu-west-1", echo.uri());
      CredentialKey keys =
          new CredentialKey.OfSource(
              new CredentialSource.Static(
                  "AKIAX",
                  new Secret(CANARY + "-static-secret"),
                  new Secret(CANARY + "-static/token==")),
              null);
      CredentialKey web =
          new CredentialKey.OfSource(
              new CredentialSource.WebIdentity(Arn.parse(READER), token), sts);
      List<CredentialResult> results = new ArrayList<>();
      CountDownLatch both = new CountDownLatch(2);
      try (CredentialCache cache =
          CredentialCache.builder().environment(Map.of()).home(folder).build()) {
        for (CredentialKey key : List.of(new CredentialKey.OfRole(keys, sts, hop(READER)), web)) {
          cache
              .slot(key)
              .await(
                  task -> {
                    synchronized (results) {
                      task.run();
                    }
                  },
                  Duration.ofSeconds(30),
                  result -> {
                    results.add(result);
                    both.countDown();
                  });
        }
        assertThat(both.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(cache.slots().toString()).doesNotContain(CANARY);
      }
      assertThat(results)
          .allMatch(r -> r instanceof CredentialFailure)
          .extracting(Object::toString)
          .allMatch(text -> text.contains("<redacted>") && !text.contains(CANARY));
      assertThat(echo.requests).hasSize(2);
      assertThat(log()).contains("no new credentials for").doesNotContain(CANARY);
    }
  }
}
