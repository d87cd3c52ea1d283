package io.countersign.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.testkit.AgentClient;
import io.countersign.testkit.Moto;
import io.countersign.testkit.MotoGateway;
import io.countersign.testkit.NettyLeaks;
import io.countersign.testkit.RunningGateway;
import io.countersign.testkit.Steps;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;

/** Pages and waiters at the tool door give what boto3's give; the OpenAPI document is valid. */
@ExtendWith(NettyLeaks.class)
@TestInstance(Lifecycle.PER_CLASS)
class ToolAnswersIT {
  private RunningGateway gateway;
  private Steps steps;

  @BeforeAll
  void runTheScript() {
    Moto moto = Moto.start();
    gateway = MotoGateway.start("tool-answers");
    Map<String, String> agent =
        new HashMap<>(AgentClient.environment(gateway.endpoint(), "", MotoGateway.TOKEN));
    agent.put("AGENT_TOKEN", MotoGateway.TOKEN);
    steps =
        Steps.of(
            agent,
            "tool_answers.py",
            gateway.endpoint().toString(),
            MotoGateway.REGION,
            moto.fact("bucket"),
            moto.fact("table"));
  }

  @AfterAll
  void stop() {
    gateway.close();
  }

  @Test
  void listsTheObjectsOfABucketAsBoto3Does() {
    JsonNode step = steps.passed("s3");
    assertThat(step.get("pages").intValue()).isEqualTo(5);
    assertThat(step.get("same").booleanValue()).isTrue();
    assertThat(step.get("prefixes").booleanValue()).isTrue();
    assertThat(step.get("selected").toString())
        .isEqualTo("[\"tool-answers/0/21\",\"tool-answers/1/22\"]");
  }

  @Test
  void walksThroughABucketFourObjectsToAnAnswer() {
    assertThat(steps.passed("s3").get("walked").booleanValue()).isTrue();
    assertThat(steps.passed("s3").get("answers").intValue()).isEqualTo(6);
  }

  @Test
  void scansAndQueriesATableAsBoto3Does() {
    JsonNode step = steps.passed("dynamodb");
    assertThat(step.get("pages").intValue()).isGreaterThan(4);
    for (String check : new String[] {"same", "count", "walked", "query"}) {
      assertThat(step.get(check).booleanValue()).as(check).isTrue();
    }
  }

  @Test
  void waitsForATable() {
    assertThat(steps.passed("waiter").get("state").asText()).isEqualTo("success");
    assertThat(steps.passed("gone").get("state").asText()).isEqualTo("success");
    assertThat(steps.passed("gone").get("code").asText()).isEqualTo("ResourceNotFoundException");
  }

  @Test
  void itsOpenApiDocumentIsValid() {
    assertThat(steps.passed("openapi").get("version").asText()).startsWith("3.1.");
    assertThat(steps.passed("openapi").get("paths").intValue()).isGreaterThan(50);
  }
}
