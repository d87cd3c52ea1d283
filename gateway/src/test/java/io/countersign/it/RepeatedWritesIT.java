package io.countersign.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.testkit.AgentClient;
import io.countersign.testkit.Moto;
import io.countersign.testkit.MotoGateway;
import io.countersign.testkit.NettyLeaks;
import io.countersign.testkit.RunningGateway;
import io.countersign.testkit.Steps;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A signed write is taken once, and honest clients repeat themselves: what they notice of it, and
 * what they do not.
 */
@ExtendWith(NettyLeaks.class)
@TestInstance(Lifecycle.PER_CLASS)
class RepeatedWritesIT {
  private Moto moto;
  private RunningGateway gateway;
  private Steps boto3;

  @BeforeAll
  void runTheScript() {
    moto = Moto.start();
    gateway = MotoGateway.start("repeated-writes");
    boto3 = repeat(gateway);
  }

  private Steps repeat(RunningGateway through) {
    Map<String, String> agent = AgentClient.environment(through.endpoint(), "", MotoGateway.TOKEN);
    return Steps.of(agent, "boto3_repeat.py", MotoGateway.REGION, moto.facts().toString());
  }

  @AfterAll
  void stop() {
    gateway.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"default", "legacy", "standard"})
  void boto3CountsUpAgainAndAgainAndEachCallIsCarriedOutOnce(String mode) {
    JsonNode step = boto3.passed(mode + ".in-turn");
    assertThat(step.get("counted").asInt()).isEqualTo(4);
    // A copy's answer waits until the retry is signed in another second, so that one is enough.
    assertThat(step.get("retries").asInt()).as(step.toString()).isBetween(1, 4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"default", "legacy", "standard"})
  void threeThreadsOfBoto3CountUpAtOnceAndEachCallIsCarriedOutOnce(String mode) {
    JsonNode step = boto3.passed(mode + ".at-once");
    assertThat(step.get("failed")).isEmpty();
    assertThat(step.get("counted").asInt()).isEqualTo(3);
    assertThat(step.get("retries").asInt()).as(step.toString()).isPositive();
  }

  @Test
  void aSettingTakesThemAllAtOnce() {
    try (RunningGateway open = MotoGateway.startTakingCopies("repeated-writes-allowed")) {
      Steps steps = repeat(open);
      assertThat(steps.passed("standard.in-turn").get("retries").asInt()).isZero();
      assertThat(steps.passed("standard.at-once").get("retries").asInt()).isZero();
    }
  }
}
