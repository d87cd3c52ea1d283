package io.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** check, env and credentials issue. */
class ConfigCommandsTest {
  private static final String TOKEN = "t0ken-of-an-agent-in-a-test";
  private static final Map<String, String> ENVIRONMENT = Map.of("TOKEN", TOKEN);

  @TempDir Path folder;

  private static final String GOOD =
      """
      agents:
        analyst:
          token: ${env:TOKEN}
          allow: [{connector: lake}, {connector: files}]
      connectors:
        lake: {service: athena, region: eu-west-1}
        files: {service: s3, region: eu-west-1}
        elsewhere: {service: s3, region: us-east-1}
      """;

  private Ran run(String yaml, String... arguments) throws Exception {
    Path file = Files.writeString(folder.resolve("c.yaml"), yaml);
    String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--config";
    all[arguments.length + 1] = file.toString();
    return Ran.with("", ENVIRONMENT, all);
  }

  @Test
  void checkIsSatisfiedWithAGoodFile() throws Exception {
    Ran ran = run(GOOD, "check");
    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out()).endsWith(" is good: 1 agent, 3 connectors, 0 warnings\n");
    assertThat(ran.out() + ran.err()).doesNotContain(TOKEN);
  }

  @Test
  void checkListsEveryProblem() throws Exception {
    Ran ran = run(GOOD.replace("lake:", "lak:").replace("us-east-1", "us-esat-1"), "check");
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out())
        .isEqualTo(
            "agents.analyst.allow[0].connector: line 4: there is no connector 'lake'; did you mean"
                + " 'lak'?\n"
                + "connectors.elsewhere.region: line 8: 'us-esat-1' is not a known Region; did you"
                + " mean 'us-east-1'?\n");
    assertThat(ran.err()).contains("cannot be used: 2 problems").doesNotContain("\tat ");
  }

  @Test
  void checkWarnsWithoutFailing() throws Exception {
    Ran ran = run(GOOD + "listen: 0.0.0.0:7070\n", "check");
    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out()).startsWith("warning: listen: line 9: ").contains(", 1 warning\n");
  }

  @Test
  void checkWarnsOfAServiceThatTheCatalogDoesNotKnow() throws Exception {
    Ran ran = run(GOOD.replace("service: athena", "service: athenaa"), "check");
    assertThat(ran.out()).contains("connectors.lake.service").contains("athenaa");
  }

  @Test
  void checkSaysWithLineAndMendThatAPartitionHasNoFips() throws Exception {
    Ran ran = run(GOOD.replace("region: us-east-1", "region: cn-north-1, fips: true"), "check");
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out())
        .isEqualTo(
            "connectors.elsewhere.fips: line 8: Partition does not support FIPS; remove fips, or"
                + " choose a Region of a partition that has it; cn-north-1 is of aws-cn\n");
    assertThat(ran.err()).contains("cannot be used: 1 problem");
  }

  @Test
  void checkSaysWhatDoesNotGoTogetherAndWhatTheServiceDoesNotHave() throws Exception {
    assertThat(
            run(GOOD.replace("us-east-1", "us-east-1, fips: true, accelerate: true"), "check")
                .out())
        .isEqualTo(
            "connectors.elsewhere.fips: line 8: Accelerate cannot be used with FIPS; remove fips,"
                + " or choose a Region of a partition that has it; us-east-1 is of aws\n");
    assertThat(run(GOOD.replace("athena,", "athena, accelerate: true,"), "check").out())
        .isEqualTo(
            "connectors.lake.accelerate: line 6: athena has no endpoints of that kind; remove"
                + " it\n");
    String vpce = "endpoint: 'https://vpce-0a1b.s3.eu-west-1.vpce.amazonaws.com'";
    assertThat(run(GOOD.replace("us-east-1", "us-east-1, " + vpce), "check").out())
        .isEqualTo(
            "connectors.elsewhere.endpoint: line 8: the VPC endpoint is of eu-west-1, and the"
                + " connector of us-east-1; take the endpoint's name from the same Region, or"
                + " correct region\n");
    assertThat(
            run(GOOD.replace("us-east-1", "eu-west-1, dual-stack: true, " + vpce), "check").out())
        .isEqualTo(
            "connectors.elsewhere.dual-stack: line 8: Cannot set dual-stack in combination with a"
                + " custom endpoint.; remove dual-stack or endpoint; the endpoint itself can be of"
                + " that kind\n");
    assertThat(
            run(
                    GOOD.replace(
                        "service: athena", "service: dynamodb, account-endpoints: required"),
                    "check")
                .out())
        .startsWith("connectors.lake.account-endpoints: line 6: AccountIdEndpointMode is required");
  }

  @Test
  void checkIsSatisfiedWithAVpcEndpointOfItsRegion() throws Exception {
    String vpce = "endpoint: 'https://vpce-0a1b.s3.us-east-1.vpce.amazonaws.com'";
    assertThat(run(GOOD.replace("us-east-1", "us-east-1, " + vpce), "check").exitCode()).isZero();
  }

  @Test
  void saysThatTheFileDoesNotExist() {
    Ran ran = Ran.of("check", "--config", folder.resolve("none").toString());
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out()).contains("does not exist; name one with --config");
  }

  @Test
  void envPrintsWhatAnSdkNeeds() throws Exception {
    Ran ran = run(GOOD, "env", "--agent", "analyst");
    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out())
        .isEqualTo(
            """
            unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_PROFILE
            export AWS_ENDPOINT_URL=http://127.0.0.1:7070
            export AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:7070/v1/credentials
            export AWS_CONTAINER_AUTHORIZATION_TOKEN=t0ken-of-an-agent-in-a-test
            export AWS_REGION=eu-west-1
            export AWS_DEFAULT_REGION=eu-west-1
            export AWS_EC2_METADATA_DISABLED=true
            """);
    assertThat(ran.err()).isEmpty();
  }

  @Test
  void envNamesTheConnectorAndItsRegion() throws Exception {
    Ran ran = run(GOOD, "env", "--agent", "analyst", "--connector", "elsewhere", "--json");
    JsonNode json = new ObjectMapper().readTree(ran.out());
    assertThat(json.get("AWS_CONTAINER_CREDENTIALS_FULL_URI").textValue())
        .isEqualTo("http://127.0.0.1:7070/v1/credentials/elsewhere");
    assertThat(json.get("AWS_REGION").textValue()).isEqualTo("us-east-1");
  }

  @Test
  void envWarnsThatSdksWantHttpsFromAnotherMachine() throws Exception {
    Ran ran = run(GOOD + "listen: 0.0.0.0:7070\n", "env", "--agent", "analyst");
    assertThat(ran.out()).contains("AWS_ENDPOINT_URL=http://127.0.0.1:7070");
    assertThat(ran.err()).contains("without tls", "over plain http from their own machine only");
  }

  @Test
  void envQuotesForTheShell() {
    assertThat(Quoted.forShell("a-b_C.9/:@%+=,")).isEqualTo("a-b_C.9/:@%+=,");
    assertThat(Quoted.forShell("$(x)'y")).isEqualTo("'$(x)'\\''y'");
    assertThat(Quoted.forShell("")).isEqualTo("''");
  }

  @Test
  void envAndIssueRefuseWhoIsNotConfigured() throws Exception {
    assertThat(run(GOOD, "env", "--agent", "nobody").err())
        .contains("the configuration has no agent 'nobody'; it has analyst");
    Ran ran = run(GOOD, "credentials", "issue", "--agent", "analyst", "--connector", "lakes");
    assertThat(ran.err()).contains("has no connector 'lakes'; it has lake, files, elsewhere");
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(run(GOOD, "env", "--agent", "analyst", "--shell", "--json").exitCode()).isEqualTo(2);
  }

  @Test
  void issueNeedsAKeyThatTheGatewayKnows() throws Exception {
    Ran ran = run(GOOD, "credentials", "issue", "--agent", "analyst");
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.err()).contains("has no virtual-credentials.key", "openssl rand -hex 32");
    assertThat(ran.out()).isEmpty();
  }

  @Test
  void issuePrintsCredentialsForTheTimeAsked() throws Exception {
    String yaml = GOOD + "virtual-credentials: {key: " + "k".repeat(32) + "}\n";
    Ran shell = run(yaml, "credentials", "issue", "--agent", "analyst", "--ttl", "12h");
    assertThat(shell.out())
        .startsWith("# good until 2026-01-02T15:04:05Z\nexport AWS_ACCESS_KEY_ID=")
        .contains("\nexport AWS_SECRET_ACCESS_KEY=");
    Ran json = run(yaml, "credentials", "issue", "--agent", "analyst", "--json");
    JsonNode process = new ObjectMapper().readTree(json.out());
    assertThat(process.get("Version").intValue()).isEqualTo(1);
    assertThat(process.get("Expiration").textValue()).isEqualTo("2026-01-02T04:04:05Z");

    assertThat(run(yaml, "credentials", "issue", "--agent", "analyst", "--ttl", "721m").err())
        .contains("--ttl 721m is not within 1s to 720m, the virtual-credentials.max-ttl of");
    assertThat(run(yaml, "credentials", "issue", "--agent", "analyst", "--ttl", "0s").exitCode())
        .isEqualTo(1);
    assertThat(run(yaml, "credentials", "issue", "--agent", "analyst", "--ttl", "long").exitCode())
        .isEqualTo(2);
  }

  @Test
  void runRefusesABadFileBeforeItListens() throws Exception {
    Ran ran = run("listen: 1\n", "run");
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err())
        .startsWith("listen: line 1: '1' is not an address to listen on;")
        .contains("countersign run: ", "cannot be used: 1 problem")
        .doesNotContain("\tat ");
  }

  @Test
  void runNamesThePortThatIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Ran ran =
          run(
              "admin: 127.0.0.1:0\nlisten: 127.0.0.1:" + taken.getLocalPort() + "\nagents: {}\n",
              "run");
      assertThat(ran.exitCode()).isEqualTo(1);
      assertThat(ran.err()).contains("127.0.0.1:" + taken.getLocalPort()).doesNotContain("\tat ");
    }
  }
}
