package io.countersign.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.countersign.config.Access;
import io.countersign.gateway.Gateway;
import io.countersign.signer.EventHeader;
import io.countersign.signer.EventMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Operations of every protocol at the tool door, and answers that stream. */
class ToolProtocolsTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private @Nullable FakeUpstream upstream;
  private @Nullable Gateway gateway;

  private void start(FakeUpstream.Script script) throws IOException {
    FakeUpstream made = new FakeUpstream(script);
    upstream = made;
    TestGateway config = new TestGateway();
    for (String service :
        new String[] {"s3", "sns", "ec2", "lambda", "bedrock-runtime", "cloudwatch"}) {
      config.connector(service, service, made.endpoint(), Access.READ_WRITE);
    }
    gateway = Gateway.start(config.config());
  }

  private void answering(String head, String body) throws IOException {
    start(
        connection -> {
          while (connection.read() != null) {
            connection.write(
                "HTTP/1.1 200 OK\r\n"
                    + head
                    + "Content-Length: "
                    + body.length()
                    + "\r\n\r\n"
                    + body);
          }
        });
  }

  @AfterEach
  void stop() throws IOException {
    if (gateway != null) {
      gateway.close();
    }
    if (upstream != null) {
      upstream.close();
    }
  }

  private RawClient open(String connector, String operation, String accept, String body)
      throws IOException {
    RawClient client = RawClient.to(Objects.requireNonNull(gateway));
    client.send(
        "POST /v1/connectors/"
            + connector
            + "/"
            + operation
            + " HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer "
            + TestGateway.TOKEN
            + "\r\nAccept: "
            + accept
            + "\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body);
    return client;
  }

  private RawClient.Answer call(String connector, String operation, String accept, String body)
      throws IOException {
    try (RawClient client = open(connector, operation, accept, body.replace('\'', '"'))) {
      return Objects.requireNonNull(client.read());
    }
  }

  private FakeUpstream.Received sent() throws InterruptedException {
    return Objects.requireNonNull(upstream).next();
  }

  private static JsonNode json(RawClient.Answer answer) throws IOException {
    return JSON.readTree(answer.text());
  }

  @Test
  void speaksRestXml() throws Exception {
    answering(
        "Content-Type: application/xml\r\n",
        "<ListBucketResult xmlns='http://s3.amazonaws.com/doc/2006-03-01/'><Name>b</Name>"
            + "<Contents><Key>a</Key><Size>3</Size>"
            + "<LastModified>2026-01-31T12:00:00.000Z</LastModified></Contents>"
            + "<Contents><Key>c</Key></Contents></ListBucketResult>");

    JsonNode answer =
        json(call("s3", "ListObjectsV2", "*/*", "{'Bucket':'b','Prefix':'a b','MaxKeys':2}"));

    assertThat(sent().requestLine())
        .isEqualTo("GET /b?list-type=2&max-keys=2&prefix=a%20b HTTP/1.1");
    assertThat(answer.at("/Contents/0").toString())
        .isEqualTo("{\"Key\":\"a\",\"Size\":3,\"LastModified\":\"2026-01-31T12:00:00Z\"}");
    assertThat(answer.at("/Contents/1/Key").textValue()).isEqualTo("c");
  }

  @Test
  void speaksQuery() throws Exception {
    answering(
        "Content-Type: text/xml\r\n",
        "<CreateTopicResponse><CreateTopicResult><TopicArn>arn:t</TopicArn></CreateTopicResult>"
            + "</CreateTopicResponse>");

    JsonNode answer =
        json(call("sns", "CreateTopic", "*/*", "{'Name':'t','Tags':[{'Key':'k','Value':'v'}]}"));

    FakeUpstream.Received sent = sent();
    assertThat(sent.requestLine()).isEqualTo("POST / HTTP/1.1");
    assertThat(sent.text())
        .isEqualTo(
            "Action=CreateTopic&Version=2010-03-31&Name=t&Tags.member.1.Key=k"
                + "&Tags.member.1.Value=v");
    assertThat(answer.toString()).isEqualTo("{\"TopicArn\":\"arn:t\"}");
  }

  @Test
  void speaksEc2() throws Exception {
    answering(
        "Content-Type: text/xml\r\n",
        "<DescribeInstancesResponse><reservationSet><item><reservationId>r-1</reservationId>"
            + "<instancesSet><item><instanceId>i-1</instanceId></item></instancesSet></item>"
            + "</reservationSet></DescribeInstancesResponse>");

    JsonNode answer =
        json(call("ec2", "DescribeInstances", "*/*", "{'InstanceIds':['i-1','i-2']}"));

    assertThat(sent().text())
        .startsWith("Action=DescribeInstances&Version=")
        .endsWith("&InstanceId.1=i-1&InstanceId.2=i-2");
    assertThat(answer.at("/Reservations/0/Instances/0/InstanceId").textValue()).isEqualTo("i-1");
  }

  @Test
  void speaksRestJson() throws Exception {
    answering("Content-Type: application/json\r\nX-Amz-Function-Error: Unhandled\r\n", "{\"a\":1}");

    JsonNode answer =
        json(call("lambda", "Invoke", "*/*", "{'FunctionName':'f/g','Payload':'e30='}"));

    FakeUpstream.Received sent = sent();
    assertThat(sent.requestLine())
        .isEqualTo("POST /2015-03-31/functions/f%2Fg/invocations HTTP/1.1");
    assertThat(sent.text()).isEqualTo("{}");
    assertThat(answer.path("FunctionError").textValue()).isEqualTo("Unhandled");
    assertThat(answer.path("StatusCode").intValue()).isEqualTo(200);
    assertThat(answer.path("Payload").textValue()).isEqualTo("eyJhIjoxfQ==");
  }

  @Test
  void refusesALineBreakInAHeaderBeforeAnythingIsSent() throws Exception {
    answering("", "");

    RawClient.Answer answer =
        call("s3", "PutObject", "*/*", "{'Bucket':'b','Key':'k','ContentType':'a\\r\\nx-evil: 1'}");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(json(answer).path("code").textValue()).isEqualTo("bad-input");
    assertThat(json(answer).path("detail").textValue())
        .startsWith("/ContentType: goes into an HTTP");
    assertThat(Objects.requireNonNull(upstream).nothingMore()).isTrue();
  }

  @Test
  void namesAMisspeltMemberHoweverDeep() throws Exception {
    answering("", "");

    RawClient.Answer answer =
        call("ec2", "DescribeInstances", "*/*", "{'Filters':[{'Nme':'a','Values':['b']}]}");

    assertThat(json(answer).path("detail").textValue())
        .isEqualTo("/Filters/0/Nme: Filter has no such member; did you mean Name?");
  }

  @Test
  void tellsTheErrorOfAnAnswerOfSuccess() throws Exception {
    answering(
        "Content-Type: application/xml\r\n",
        "<?xml version=\"1.0\"?><Error><Code>InternalError</Code><Message>m</Message></Error>");

    RawClient.Answer answer =
        call("s3", "CopyObject", "*/*", "{'Bucket':'b','Key':'k','CopySource':'c/k'}");

    assertThat(answer.status()).isEqualTo(500);
    assertThat(json(answer).path("code").textValue()).isEqualTo("InternalError");
  }

  @Test
  void streamsOctetsAsTheyAre() throws Exception {
    String octets = "\u0000\u00ff\r\n".repeat(100_000);
    answering("Content-Type: image/x-test\r\nETag: \"e\"\r\n", octets);

    RawClient.Answer answer =
        call("s3", "GetObject", "application/octet-stream", "{'Bucket':'b','Key':'d/k'}");

    assertThat(sent().requestLine()).startsWith("GET /b/d/k");
    assertThat(answer.headers())
        .containsEntry("content-type", "image/x-test")
        .containsEntry("etag", "\"e\"")
        .containsEntry("content-length", Integer.toString(octets.length()));
    assertThat(answer.body()).isEqualTo(octets.getBytes(ISO_8859_1));
  }

  /** What AWS gives back of what somebody else has stored must not make headers of its own. */
  @ParameterizedTest
  @ValueSource(strings = {"\r", "\r\n ", "\r\n\t", "\u0000"})
  void noValueOfAHeaderOfAwsBecomesAnotherHeader(String lineBreak) throws Exception {
    answering(
        "Content-Type: text/plain\r\nx-amz-meta-note: one" + lineBreak + "x-evil: two\r\n", "body");

    RawClient.Answer octets =
        call("s3", "GetObject", "application/octet-stream", "{'Bucket':'b','Key':'k'}");
    RawClient.Answer json = call("s3", "GetObject", "application/json", "{'Bucket':'b','Key':'k'}");

    for (RawClient.Answer answer : List.of(octets, json)) {
      assertThat(answer.headers()).doesNotContainKey("x-evil");
      assertThat(answer.headers().values()).allMatch(value -> value.indexOf('\r') < 0);
    }
  }

  @Test
  void answersOctetsAsBase64WhereJsonIsWanted() throws Exception {
    answering("Content-Type: text/plain\r\n", "abc");

    JsonNode answer = json(call("s3", "GetObject", "application/json", "{'Bucket':'b','Key':'k'}"));

    assertThat(answer.path("Body").textValue()).isEqualTo("YWJj");
    assertThat(answer.path("ContentType").textValue()).isEqualTo("text/plain");
  }

  @Test
  void tellsAnErrorAsAProblemAlsoWhereOctetsAreWanted() throws Exception {
    start(
        connection -> {
          while (connection.read() != null) {
            connection.answer(
                404,
                "application/xml",
                "<Error><Code>NoSuchKey</Code><Message>m</Message></Error>");
          }
        });

    RawClient.Answer answer =
        call("s3", "GetObject", "application/octet-stream", "{'Bucket':'b','Key':'k'}");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(json(answer).path("code").textValue()).isEqualTo("NoSuchKey");
  }

  private static String event(String kind, String type, String payload) {
    byte[] octets =
        EventMessage.of(
                List.of(
                    EventHeader.string(":message-type", kind),
                    EventHeader.string(":" + kind + "-type", type)),
                ByteBuffer.wrap(payload.getBytes(UTF_8)))
            .encode();
    return new String(octets, ISO_8859_1);
  }

  private static String chunk(String text) {
    return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
  }

  private static final String CHUNKED_EVENTS =
      String.join(
          "\r\n",
          "HTTP/1.1 200 OK",
          "Content-Type: application/vnd.amazon.eventstream",
          "x-amzn-RequestId: aws-1",
          "Transfer-Encoding: chunked",
          "",
          "");

  @Test
  void streamsEventsAsServerSentEvents() throws Exception {
    String delta = event("event", "contentBlockDelta", "{\"delta\":{\"text\":\"hi\"}}");
    start(
        connection -> {
          while (connection.read() != null) {
            connection.write(CHUNKED_EVENTS);
            connection.write(chunk(delta.substring(0, 20)));
            connection.write(chunk(delta.substring(20) + event("event", "messageStop", "{}")));
            connection.write("0\r\n\r\n");
          }
        });

    RawClient.Answer answer =
        call("bedrock-runtime", "ConverseStream", "text/event-stream", "{'modelId':'m'}");

    assertThat(answer.headers())
        .containsEntry("content-type", "text/event-stream")
        .containsEntry("x-amzn-requestid", "aws-1");
    assertThat(answer.text())
        .isEqualTo(
            """
            event: contentBlockDelta
            data: {"delta":{"text":"hi"}}

            event: messageStop
            data: {}

            """);
  }

  @Test
  void tellsAnErrorWithinTheStreamAsItsLastEvent() throws Exception {
    start(
        connection -> {
          while (connection.read() != null) {
            connection.write(CHUNKED_EVENTS);
            connection.write(
                chunk(
                    event("event", "chunk", "{\"bytes\":\"YWJj\"}")
                        + event("exception", "throttlingException", "{\"message\":\"slow\"}")));
          }
        });

    RawClient.Answer answer =
        call(
            "bedrock-runtime",
            "InvokeModelWithResponseStream",
            "application/x-ndjson",
            "{'modelId':'m','body':'e30='}");

    String[] lines = answer.text().split("\n");
    assertThat(lines).hasSize(2);
    assertThat(lines[0]).isEqualTo("{\"chunk\":{\"bytes\":\"YWJj\"}}");
    JsonNode error = JSON.readTree(lines[1]).path("error");
    assertThat(error.path("code").textValue()).isEqualTo("ThrottlingException");
    assertThat(error.path("detail").textValue()).isEqualTo("slow");
    assertThat(error.path("retryable").booleanValue()).isTrue();
  }

  @Test
  void tellsAStreamThatBreaksAsItsLastEvent() throws Exception {
    start(
        connection -> {
          while (connection.read() != null) {
            connection.write(CHUNKED_EVENTS);
            connection.write(chunk("this is no event at all"));
          }
        });

    RawClient.Answer answer =
        call("bedrock-runtime", "ConverseStream", "text/event-stream", "{'modelId':'m'}");

    assertThat(answer.text()).startsWith("event: error\ndata: {").contains("upstream-garbage");
  }

  @Test
  void givesAnEventAwayBeforeTheNextIsMade() throws Exception {
    var first = new java.util.concurrent.CountDownLatch(1);
    start(
        connection -> {
          while (connection.read() != null) {
            connection.write(CHUNKED_EVENTS);
            connection.write(chunk(event("event", "messageStart", "{\"role\":\"assistant\"}")));
            try {
              first.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            connection.write(chunk(event("event", "messageStop", "{}")) + "0\r\n\r\n");
          }
        });
    try (RawClient client =
        open("bedrock-runtime", "ConverseStream", "text/event-stream", "{\"modelId\":\"m\"}")) {
      assertThat(client.readUntil("assistant\"}\n\n")).contains("event: messageStart");
      first.countDown();
      assertThat(client.readUntil("0\r\n\r\n")).contains("event: messageStop");
    }
  }

  @Test
  void answersEventsAsAnArrayWhereJsonIsWanted() throws Exception {
    answering(
        "Content-Type: application/vnd.amazon.eventstream\r\n",
        event("event", "messageStop", "{\"stopReason\":\"end_turn\"}"));

    JsonNode answer = json(call("bedrock-runtime", "ConverseStream", "*/*", "{'modelId':'m'}"));

    assertThat(answer.toString())
        .isEqualTo("{\"stream\":[{\"messageStop\":{\"stopReason\":\"end_turn\"}}]}");
  }

  @Test
  void refusesAnOperationWhoseInputIsAStreamOfEvents() throws Exception {
    answering("", "");

    RawClient.Answer answer =
        call("bedrock-runtime", "InvokeModelWithBidirectionalStream", "*/*", "{'modelId':'m'}");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(json(answer).path("detail").textValue()).endsWith("its input is a stream of events");
  }

  private JsonNode list(String query) throws IOException {
    try (RawClient client = RawClient.to(Objects.requireNonNull(gateway))) {
      client.send(
          "GET /v1/connectors/"
              + query
              + " HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer "
              + TestGateway.TOKEN
              + "\r\n\r\n");
      return json(Objects.requireNonNull(client.read()));
    }
  }

  @Test
  void listsTheOperationsThatAPatternNamesWithFullSchemas() throws Exception {
    answering("", "");

    JsonNode operations = list("s3?operation=GetBucketTag*&schema=full").path("operations");

    assertThat(operations).hasSize(1);
    assertThat(operations.at("/0/name").textValue()).isEqualTo("GetBucketTagging");
    assertThat(operations.at("/0/input/properties/Bucket/type").textValue()).isEqualTo("string");
    assertThat(operations.at("/0/output/$defs/Tag/properties/Key/type").textValue())
        .isEqualTo("string");
  }

  @Test
  void refusesTheFullSchemasOfTooManyOperationsAndWhatIsNoParameter() throws Exception {
    answering("", "");

    assertThat(list("s3?schema=full").path("code").textValue()).isEqualTo("too-many-schemas");
    assertThat(list("s3?schema=all").path("code").textValue()).isEqualTo("bad-parameter");
    assertThat(list("s3?operations=Get*").path("code").textValue()).isEqualTo("bad-parameter");
    assertThat(list("ec2").path("operations").size()).isGreaterThan(500);
  }
}
