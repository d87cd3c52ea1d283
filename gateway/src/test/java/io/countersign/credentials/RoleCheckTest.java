package io.countersign.credentials;

import static io.countersign.credentials.Given.ADAPTER;
import static io.countersign.credentials.Given.KEYS;
import static io.countersign.credentials.Given.NO_STS;
import static io.countersign.credentials.Given.READER;
import static io.countersign.credentials.Given.hop;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.config.Arn;
import io.countersign.config.Connector;
import io.countersign.config.CredentialSource;
import io.countersign.config.RoleHop;
import io.countersign.credentials.RoleCheck.Outcome;
import io.countersign.credentials.RoleCheck.Report;
import io.countersign.credentials.RoleCheck.Step;
import io.countersign.signer.AwsCredentials;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code countersign check --live}. */
class RoleCheckTest {
  private final VirtualTime time = new VirtualTime();
  private final FakeSts sts = new FakeSts(time);

  /** Answers at once: the check waits on a real thread. */
  private final StsCalls immediate =
      new ForwardingSts(sts) {
        @Override
        public CompletableFuture<StsReply<StsReply.Assumed>> assumeRole(
            StsTarget target, AwsCredentials caller, RoleHop hop, Duration duration) {
          CompletableFuture<StsReply<StsReply.Assumed>> reply =
              sts.assumeRole(target, caller, hop, duration);
          time.advance(Duration.ofSeconds(1));
          return reply;
        }
      };

  @BeforeEach
  void letStsBeOfToday() {
    time.sleep(Duration.between(VirtualTime.START, Instant.now()));
  }

  private Report check(Connector connector) throws InterruptedException {
    try (RoleCheck check =
        RoleCheck.on(
            CredentialCache.builder()
                .environment(Map.of())
                .home(Path.of("/nonexistent"))
                .sts(immediate))) {
      return check.check(connector, NO_STS, "analyst");
    }
  }

  @Test
  void goodChainIsOkStepByStep() throws Exception {
    Report report = check(Given.connector("c", KEYS, hop(ADAPTER), hop(READER)));
    assertThat(report.ok()).isTrue();
    assertThat(report.steps())
        .extracting(Step::what)
        .containsExactly(
            "credentials from static",
            "AssumeRole of " + ADAPTER + " at STS in eu-west-1",
            "AssumeRole of " + READER + " at STS in eu-west-1",
            "GetCallerIdentity at STS in eu-west-1");
    assertThat(report.toString()).doesNotContain("secret-of", "token-of", "long-lived-secret");
  }

  @Test
  void connectorWithoutRolesIsIdentifiedOnce() throws Exception {
    Report report = check(Given.connector("c", KEYS));
    assertThat(report.ok()).isTrue();
    assertThat(report.steps()).hasSize(2);
  }

  @Test
  void refusedHopTellsItsMendAndSkipsTheRest() throws Exception {
    sts.refusal = call -> ADAPTER.equals(call.role()) ? FakeSts.DENIED : null;
    Report report = check(Given.connector("c", KEYS, hop(ADAPTER), hop(READER)));
    assertThat(report.ok()).isFalse();
    assertThat(report.steps())
        .extracting(Step::outcome)
        .containsExactly(Outcome.OK, Outcome.FAILED, Outcome.OK, Outcome.SKIPPED, Outcome.SKIPPED);
    Step failed = report.steps().get(1);
    assertThat(failed.answer()).contains("AccessDenied", "not authorized");
    assertThat(failed.mends().getFirst()).contains("trust policy of " + ADAPTER);
    assertThat(report.steps().get(2).what()).startsWith("who asked for it");
  }

  @Test
  void missingSourceSkipsEverythingElse() throws Exception {
    Report report = check(Given.connector("c", new CredentialSource.Environment(), hop(READER)));
    assertThat(report.steps())
        .extracting(Step::outcome)
        .containsExactly(Outcome.FAILED, Outcome.SKIPPED, Outcome.SKIPPED);
    assertThat(report.steps().getFirst().answer()).contains("AWS_ACCESS_KEY_ID is not set");
    assertThat(sts.count()).isZero();
  }

  @Test
  void invalidSourceKeysAreFoundByTheFirstRole() throws Exception {
    sts.refusal = call -> new StsFailure("InvalidClientTokenId", 403, "The token is invalid", "r");
    Report report = check(Given.connector("c", KEYS, hop(READER)));
    assertThat(report.steps())
        .extracting(Step::outcome)
        .containsExactly(Outcome.OK, Outcome.FAILED, Outcome.SKIPPED);
    assertThat(report.steps().get(1).mends().getFirst()).contains("static credentials", "inactive");
  }

  @Test
  void durationThatStsLowersIsAWarning() throws Exception {
    RoleHop long2 =
        new RoleHop(
            Arn.parse(READER), null, "me", Duration.ofHours(6), new TreeMap<>(), Set.of(), null);
    Report report = check(Given.connector("c", KEYS, hop(ADAPTER), long2));
    assertThat(report.ok()).isTrue();
    Step warned = report.steps().get(2);
    assertThat(warned.outcome()).isEqualTo(Outcome.WARNING);
    assertThat(warned.answer()).contains("360 minutes", "gives 60");
    assertThat(warned.mends()).isNotEmpty();
  }
}
