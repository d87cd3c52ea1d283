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
 * Unmodified boto3 with three variables set, through the gateway to a moto that checks signatures.
 */
@ExtendWith(NettyLeaks.class)
@TestInstance(Lifecycle.PER_CLASS)
class Boto3IT {
  private static final int LARGE_BYTES = 100 * 1024 * 1024;

  private RunningGateway gateway;
  private Moto moto;
  private Steps s3;
  private Steps services;
  private Steps refused;

  @BeforeAll
  void runTheScripts() {
    moto = Moto.start();
    gateway = MotoGateway.start("boto3");
    Map<String, String> agent = AgentClient.environment(gateway.endpoint(), "", MotoGateway.TOKEN);
    String facts = moto.facts().toString();
    s3 =
        Steps.of(
            agent,
            "boto3_s3.py",
            MotoGateway.REGION,
            moto.fact("bucket"),
            "boto3 of an agent/",
            Integer.toString(LARGE_BYTES));
    services =
        Steps.of(
            agent,
            "boto3_services.py",
            MotoGateway.REGION,
            facts,
            "dynamodb",
            "sqs",
            "sts",
            "secretsmanager");
    refused = Steps.of(agent, "boto3_refused.py", MotoGateway.REGION, facts);
  }

  @AfterAll
  void writesNoSecretToAnyLine() {
    gateway.close();
    assertThat(gateway.lines())
        .contains("\"analyst\"")
        .contains("\"resources\":[\"arn:aws:dynamodb:us-east-1:123456789012:table/orders\"]")
        .contains("\"resources\":[\"arn:aws:s3:::lake/boto3 of an agent/")
        .doesNotContain(MotoGateway.TOKEN)
        .doesNotContain(moto.fact("secretAccessKey"))
        .doesNotContain(moto.fact("secretValue"))
        .doesNotContain("FQoGZXIvYXdz"); // how session tokens of moto begin
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "space",
        "plus",
        "percent",
        "unicode",
        "double-slash",
        "dots",
        "reserved",
        "question",
        "trailing-slash"
      })
  void putsGetsAndListsAKeyAsItIs(String label) {
    JsonNode step = s3.passed("key." + label);
    assertThat(step.get("same").asBoolean()).as("the body came back").isTrue();
    assertThat(step.get("listed").asBoolean()).as("the key is listed as it was given").isTrue();
  }

  @Test
  void keepsContentTypeAndMetadata() {
    JsonNode step = s3.passed("metadata");
    assertThat(step.get("type").asText()).isEqualTo("text/csv");
    assertThat(step.get("team").asText()).isEqualTo("a  b");
  }

  @Test
  void answersARange() {
    assertThat(s3.passed("range").get("body").asText()).isEqualTo("2345");
  }

  @Test
  void putsAnEmptyObject() {
    assertThat(s3.passed("empty").get("length").asInt()).isZero();
  }

  @Test
  void passesOnThatAKeyDoesNotExist() {
    assertThat(s3.refused("missing").get("error").asText()).isEqualTo("NoSuchKey");
  }

  @Test
  void listsInPages() {
    assertThat(s3.passed("pages").get("pages").asInt()).isEqualTo(3);
    assertThat(s3.passed("pages").get("keys").asInt()).isEqualTo(5);
  }

  @Test
  void uploadsInParts() {
    assertThat(s3.passed("multipart").get("parts").asText()).isEqualTo("3");
    assertThat(s3.passed("multipart").get("same").asBoolean()).isTrue();
  }

  @Test
  void streamsAHundredMegabytesBothWays() {
    assertThat(s3.passed("large").get("length").asInt()).isEqualTo(LARGE_BYTES);
    assertThat(s3.passed("large").get("same").asBoolean()).isTrue();
  }

  @Test
  void copiesAndDeletes() {
    assertThat(s3.passed("copy").get("body").asText()).startsWith("body of größe");
    assertThat(s3.passed("delete").get("deleted").asInt()).isEqualTo(5);
    assertThat(s3.passed("delete").get("left").asInt()).isZero();
  }

  @Test
  void takesAUrlThatTheClientPresigned() {
    JsonNode step = s3.passed("presigned.get");
    assertThat(step.get("body").asText()).isEqualTo("body of a b  c.txt");
    assertThat(step.get("url").asText()).startsWith(gateway.endpoint().toString());
    assertThat(s3.passed("presigned.put").get("body").asText()).isEqualTo("by URL");
  }

  @Test
  void refusesAPresignedUrlWhoseKeyWasChanged() {
    JsonNode step = s3.passed("presigned.tampered");
    assertThat(step.get("status").asInt()).isEqualTo(403);
    assertThat(step.get("body").asText()).contains("<Code>SignatureDoesNotMatch</Code>");
  }

  @Test
  void speaksToDynamoDb() {
    assertThat(services.passed("dynamodb.list").get("tables").toString()).contains("orders");
    assertThat(services.passed("dynamodb.item").get("same").asBoolean()).isTrue();
    assertThat(services.passed("dynamodb.query").get("count").asInt()).isEqualTo(1);
  }

  @Test
  void speaksToSqs() {
    assertThat(services.passed("sqs.message").get("body").asText())
        .isEqualTo("hello & <welcome> 🦀");
  }

  @Test
  void isTheRoleToStsAndNotTheAgent() {
    assertThat(services.passed("sts.caller").get("arn").asText()).contains(":assumed-role/agents/");
  }

  @Test
  void readsASecretWhereTheConnectorNamesTheOperation() {
    assertThat(services.passed("secretsmanager.describe").get("name").asText())
        .isEqualTo(moto.fact("secret"));
    assertThat(services.passed("secretsmanager.value").get("value").asText())
        .isEqualTo(moto.fact("secretValue"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3.delete_bucket", "s3.bucket_policy"})
  void raisesAccessDeniedOfS3WithTheReason(String step) {
    assertDenied(step, "AccessDenied", "lake");
  }

  @ParameterizedTest
  @ValueSource(strings = {"dynamodb.delete_table", "sqs.purge"})
  void raisesAccessDeniedOfJsonServicesWithTheReason(String step) {
    assertDenied(step, "AccessDeniedException", step.startsWith("sqs") ? "jobs" : "orders");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sts.session_token", "sts.assume_role"})
  void refusesOperationsOfStsWhoseAnswerIsACredential(String step) {
    assertDenied(step, "AccessDenied", "credential");
  }

  @ParameterizedTest
  @ValueSource(strings = {"iam.access_key", "kms.list_keys"})
  void refusesAServiceThatNoConnectorIsFor(String step) {
    JsonNode line = refused.refused(step);
    assertThat(line.get("status").asInt()).isEqualTo(403);
    assertThat(line.get("error").asText()).startsWith("AccessDenied");
    assertThat(line.get("message").asText()).contains("no connector");
  }

  private void assertDenied(String step, String code, String word) {
    JsonNode line = refused.refused(step);
    assertThat(line.get("error").asText()).isEqualTo(code);
    assertThat(line.get("status").asInt()).isEqualTo(403);
    assertThat(line.get("message").asText()).contains(word);
    assertThat(line.get("requestId").asText()).isNotEmpty();
  }
}
