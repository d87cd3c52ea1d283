package io.countersign.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.Resources.Place;
import io.countersign.catalog.Resources.Resource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResourcesTest {
  private static final Catalog CATALOG = Catalog.load();
  private static final Place HERE = new Place("aws", "eu-west-1", "123456789012");
  private static final JsonMapper JSON = new JsonMapper();

  private static Operation operation(String id) {
    String[] names = id.split(":", 2);
    return CATALOG.service(names[0]).orElseThrow().operation(names[1]).orElseThrow();
  }

  private static List<String> arns(String id, String json) throws JsonProcessingException {
    return Resources.of(operation(id), JSON.readTree(json), HERE).stream()
        .map(Resource::arn)
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "s3:GetObject | {'Bucket':'b','Key':'a/k'} | arn:aws:s3:::b/a/k",
        "s3:ListObjectsV2 | {'Bucket':'b'} | arn:aws:s3:::b",
        "dynamodb:GetItem | {'TableName':'t'} | arn:aws:dynamodb:eu-west-1:123456789012:table/t",
        "sns:Publish | {'TopicArn':'arn:aws:sns:eu-west-1:1:t'} | arn:aws:sns:eu-west-1:1:t",
        "lambda:Invoke | {'FunctionName':'f'}"
            + " | arn:aws:lambda:eu-west-1:123456789012:function:f",
        "kms:Decrypt | {'KeyId':'k'} | arn:aws:kms:eu-west-1:123456789012:key/k",
        "secretsmanager:GetSecretValue | {'SecretId':'s'}"
            + " | arn:aws:secretsmanager:eu-west-1:123456789012:secret:s",
        "iam:PutRolePolicy | {'RoleName':'r'} | arn:aws:iam::123456789012:role/r",
        "redshift:DescribeClusters | {'ClusterIdentifier':'c'}"
            + " | arn:aws:redshift:eu-west-1:123456789012:cluster:c",
        "redshift-data:ExecuteStatement | {'ClusterIdentifier':'c','Sql':'x'}"
            + " | arn:aws:redshift:eu-west-1:123456789012:cluster:c",
        "athena:StartQueryExecution | {'WorkGroup':'w'}"
            + " | arn:aws:athena:eu-west-1:123456789012:workgroup/w",
        "ec2:TerminateInstances | {'InstanceIds':['i-1']}"
            + " | arn:aws:ec2:eu-west-1:123456789012:instance/i-1",
        "stepfunctions:StartExecution | {'stateMachineArn':'arn:aws:states:eu-west-1:1:m'}"
            + " | arn:aws:states:eu-west-1:1:m",
        "logs:GetLogEvents | {'logGroupName':'g','logStreamName':'s'}"
            + " | arn:aws:logs:eu-west-1:123456789012:log-group:g:log-stream:s",
        "ecs:StopTask | {'cluster':'c','task':'t'}"
            + " | arn:aws:ecs:eu-west-1:123456789012:task/c/t",
        "ecs:StopTask | {'task':'t'} | arn:aws:ecs:eu-west-1:123456789012:task/*/t",
        "events:PutRule | {'Name':'r'} | arn:aws:events:eu-west-1:123456789012:rule/r",
        "apigateway:GetRestApi | {'restApiId':'x'} | arn:aws:apigateway:eu-west-1::/restapis/x",
        "kinesis:PutRecord | {'StreamName':'s'}"
            + " | arn:aws:kinesis:eu-west-1:123456789012:stream/s",
        "bedrock-runtime:Converse | {'modelId':'m'}"
            + " | arn:aws:bedrock:eu-west-1::foundation-model/m",
        "resourcegroupstaggingapi:TagResources | {'ResourceARNList':['arn:aws:sqs:x:1:q']}"
            + " | arn:aws:sqs:x:1:q"
      })
  void takesTheResourceOutOfTheInput(String operation, String input, String arn) throws Exception {
    assertThat(arns(operation, input.replace('\'', '"'))).containsExactly(arn);
  }

  @Test
  void takesEachOfSeveral() throws Exception {
    assertThat(arns("dynamodb:BatchGetItem", "{\"RequestItems\":{\"a\":{},\"b\":{}}}"))
        .containsExactly(
            "arn:aws:dynamodb:eu-west-1:123456789012:table/a",
            "arn:aws:dynamodb:eu-west-1:123456789012:table/b");
    assertThat(
            arns(
                "dynamodb:TransactWriteItems",
                "{\"TransactItems\":[{\"Put\":{\"TableName\":\"p\"}},{\"Delete\":{\"TableName\":\"d\"}}]}"))
        .containsExactly(
            "arn:aws:dynamodb:eu-west-1:123456789012:table/p",
            "arn:aws:dynamodb:eu-west-1:123456789012:table/d");
    assertThat(
            arns(
                "s3:DeleteObjects",
                "{\"Bucket\":\"b\",\"Delete\":{\"Objects\":[{\"Key\":\"x\"},{\"Key\":\"y\"}]}}"))
        .containsExactly("arn:aws:s3:::b/x", "arn:aws:s3:::b/y");
  }

  @Test
  void knowsWhatACopyReads() throws Exception {
    assertThat(
            arns(
                "s3:CopyObject",
                "{\"Bucket\":\"b\",\"Key\":\"k\",\"CopySource\":\"/from/a%20b?versionId=1\"}"))
        .containsExactly("arn:aws:s3:::b/k", "arn:aws:s3:::from/a b");
  }

  @Test
  void takesAnArnWhereANameMayStand() throws Exception {
    String arn = "arn:aws:dynamodb:us-east-1:210987654321:table/other";
    assertThat(arns("dynamodb:GetItem", "{\"TableName\":\"" + arn + "\"}")).containsExactly(arn);
    assertThat(
            arns(
                "s3:GetObject",
                "{\"Bucket\":\"arn:aws:s3:eu-west-1:1:accesspoint/p\",\"Key\":\"k\"}"))
        .containsExactly("arn:aws:s3:eu-west-1:1:accesspoint/p/object/k");
  }

  /** A queue's URL says whose it is; it may be another account's. */
  @Test
  void takesTheAccountOutOfAQueuesUrl() throws Exception {
    assertThat(
            arns(
                "sqs:SendMessage",
                "{\"QueueUrl\":\"https://sqs.eu-west-1.amazonaws.com/210987654321/jobs\"}"))
        .containsExactly("arn:aws:sqs:eu-west-1:210987654321:jobs");
  }

  @Test
  void readsLabelsWhereTheBodyIsNotAtHand() {
    assertThat(
            Resources.of(operation("s3:PutObject"), Map.of("Bucket", "b", "Key", "k"), HERE)
                .stream()
                .map(Resource::arn))
        .containsExactly("arn:aws:s3:::b/k");
    assertThat(Resources.of(operation("s3:DeleteObjects"), Map.of("Bucket", "b"), HERE)).isEmpty();
  }

  @Test
  void namesNoneWhereTheInputNamesNone() throws Exception {
    assertThat(arns("s3:ListBuckets", "{}")).isEmpty();
    assertThat(arns("dynamodb:GetItem", "{\"TableName\":\"\"}")).isEmpty();
    assertThat(arns("dynamodb:GetItem", "{\"TableName\":[\"t\"]}")).isEmpty();
    assertThat(arns("dynamodb:GetItem", "[]")).isEmpty();
  }

  @Test
  void boundsTheirNumber() {
    ObjectNode input = JsonNodeFactory.instance.objectNode();
    ArrayNode ids = input.putArray("InstanceIds");
    for (int i = 0; i <= Resources.MOST; i++) {
      ids.add("i-" + i);
    }
    assertThat(Resources.of(operation("ec2:TerminateInstances"), input, HERE))
        .hasSize(Resources.MOST);
  }

  /** So that a change of the rule shows which way it goes. */
  @Test
  void coversMostOperations() {
    Map<Boolean, Long> covered =
        CATALOG.services().stream()
            .flatMap(s -> s.operations().stream())
            .collect(
                Collectors.partitioningBy(o -> !o.resources().isEmpty(), Collectors.counting()));
    assertThat(covered.get(true)).isEqualTo(12_837);
    List<String> none =
        List.of("s3", "dynamodb", "sqs", "lambda", "kms", "secretsmanager", "iam", "ec2").stream()
            .filter(
                id ->
                    CATALOG.service(id).orElseThrow().operations().stream()
                        .allMatch(o -> o.resources().isEmpty()))
            .toList();
    assertThat(none).isEmpty();
  }

  @Test
  void answersAnyInputOfAnyOperation() throws Exception {
    Random random = new Random(20261124);
    JsonNode[] values = {
      JSON.readTree("\"x\""), JSON.readTree("[\"a\",{\"b\":[1,null]}]"),
          JSON.readTree("{\"k\":{}}"),
      JSON.readTree("3"), JSON.readTree("null"), JSON.readTree("\"arn:\""),
      JSON.readTree("\"https://h/123456789012/q\"")
    };
    for (Service service : CATALOG.services()) {
      for (Operation operation : service.operations()) {
        ObjectNode input = JsonNodeFactory.instance.objectNode();
        operation
            .members()
            .forEach(m -> input.set(m.name(), values[random.nextInt(values.length)]));
        for (Resource resource : Resources.of(operation, input, HERE)) {
          assertThat(resource.arn()).as(operation.id()).isNotEmpty().doesNotContain("{", "$");
        }
      }
    }
  }
}
