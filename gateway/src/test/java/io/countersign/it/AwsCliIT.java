package io.countersign.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.testkit.AgentClient;
import io.countersign.testkit.Command;
import io.countersign.testkit.Moto;
import io.countersign.testkit.MotoGateway;
import io.countersign.testkit.NettyLeaks;
import io.countersign.testkit.Places;
import io.countersign.testkit.PythonTools;
import io.countersign.testkit.RunningGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The AWS command line, version 1, as it is, through the gateway to a moto that checks signatures.
 */
@ExtendWith(NettyLeaks.class)
@TestInstance(Lifecycle.PER_CLASS)
class AwsCliIT {
  private RunningGateway gateway;
  private Moto moto;
  private Map<String, String> agent;

  @BeforeAll
  void start() {
    moto = Moto.start();
    gateway = MotoGateway.start("aws-cli");
    agent = AgentClient.environment(gateway.endpoint(), "", MotoGateway.TOKEN);
  }

  @AfterAll
  void stop() {
    gateway.close();
  }

  @Test
  void copiesAFileInPartsThereAndBack(@TempDir Path folder) throws IOException {
    byte[] body = new byte[17 * 1024 * 1024 + 3];
    new Random(42).nextBytes(body);
    Path there = Files.write(folder.resolve("a file+1.bin"), body);
    Path back = folder.resolve("back.bin");
    String url = "s3://" + moto.fact("bucket") + "/cli/a file+1.bin";
    aws("s3", "cp", "--only-show-errors", there.toString(), url).orFail("s3 cp up");
    assertThat(aws("s3", "ls", "s3://" + moto.fact("bucket") + "/cli/").output())
        .contains("a file+1.bin");
    aws("s3", "cp", "--only-show-errors", url, back.toString()).orFail("s3 cp down");
    assertThat(back).hasBinaryContent(body);
    aws("s3", "rm", "--only-show-errors", url).orFail("s3 rm");
  }

  @Test
  void asksDynamoDbStsAndSecretsManager() {
    assertThat(aws("dynamodb", "list-tables").orFail("list-tables").output()).contains("orders");
    assertThat(aws("sts", "get-caller-identity").orFail("get-caller-identity").output())
        .contains(":assumed-role/agents/");
    assertThat(
            aws("secretsmanager", "get-secret-value", "--secret-id", moto.fact("secret"))
                .orFail("get-secret-value")
                .output())
        .contains(moto.fact("secretValue"));
  }

  @Test
  void sendsAndReceivesAMessage() {
    // version 1 leaves AWS_ENDPOINT_URL out of account for SQS, and for SQS alone
    String endpoint = "--endpoint-url=" + gateway.endpoint();
    String queue = gateway.endpoint() + "/" + moto.fact("account") + "/" + moto.fact("queue");
    aws("sqs", "send-message", endpoint, "--queue-url", queue, "--message-body", "from the shell")
        .orFail("send-message");
    assertThat(
            aws(
                    "sqs",
                    "receive-message",
                    endpoint,
                    "--queue-url",
                    queue,
                    "--max-number-of-messages=10")
                .orFail("receive-message")
                .output())
        .contains("from the shell");
  }

  @Test
  void saysAccessDeniedWithTheReason() {
    Command denied = aws("s3api", "delete-bucket", "--bucket", moto.fact("bucket"));
    assertThat(denied.exit()).isNotZero();
    assertThat(denied.errors()).contains("AccessDenied").contains("lake");
    Command deniedByJson = aws("dynamodb", "delete-table", "--table-name", moto.fact("table"));
    assertThat(deniedByJson.exit()).isNotZero();
    assertThat(deniedByJson.errors()).contains("AccessDeniedException").contains("orders");
  }

  private Command aws(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(PythonTools.moto().python().toString());
    command.add(PythonTools.moto().program("aws").toString());
    command.addAll(List.of("--region", MotoGateway.REGION, "--output", "json"));
    command.addAll(List.of(arguments));
    return Command.run(agent, Places.target("it-home"), Duration.ofMinutes(2), command);
  }
}
