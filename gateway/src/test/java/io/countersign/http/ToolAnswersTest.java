package io.countersign.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.countersign.config.Access;
import io.countersign.config.Agent;
import io.countersign.config.Grant;
import io.countersign.config.Secret;
import io.countersign.gateway.Gateway;
import java.io.IOException;
import java.net.URLEncoder;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers as the query string of a call asks for them. */
class ToolAnswersTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String OTHER = "token-of-another-agent-0123456789abcdef";
  private static final String GONE = "HTTP/1.1 400 Bad Request\r\n";
  private static final String FINE = "HTTP/1.1 200 OK\r\n";

  private FakeUpstream upstream;
  private Gateway gateway;

  /** Each is an answer: a body of status 200, or a whole one that begins with its status line. */
  private void start(String... answers) throws IOException {
    start(
        connection -> {
          for (String answer : answers) {
            if (connection.read() == null) {
              return;
            }
            String status = answer.startsWith(GONE) ? GONE : FINE;
            String body = answer.replace(GONE, "").replace('\'', '"');
            connection.write(
                status
                    + "Content-Type: application/x-amz-json-1.0\r\nx-amzn-RequestId: r\r\n"
                    + "Content-Length: "
                    + body.getBytes(UTF_8).length
                    + "\r\n\r\n"
                    + body);
          }
          connection.read();
        });
  }

  private void start(FakeUpstream.Script script) throws IOException {
    upstream = new FakeUpstream(script);
    gateway =
        Gateway.start(
            new TestGateway()
                .connector("tables", "dynamodb", upstream.endpoint(), Access.READ_WRITE)
                .connector("others", "dynamodb", upstream.endpoint(), Access.READ_WRITE)
                .connector("athena", "athena", upstream.endpoint(), Access.READ_WRITE)
                .agent(
                    new Agent(
                        "other", List.of(new Secret(OTHER)), List.of(new Grant("*", List.of("*")))))
                .config());
  }

  @AfterEach
  void stop() throws IOException {
    gateway.close();
    upstream.close();
  }

  private RawClient.Answer call(String token, String target, String accept, String body)
      throws IOException {
    try (RawClient client = RawClient.to(gateway)) {
      String json = body.replace('\'', '"');
      client.send(
          "POST /v1/connectors/"
              + target
              + " HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer "
              + token
              + "\r\nAccept: "
              + accept
              + "\r\nContent-Length: "
              + json.length()
              + "\r\n\r\n"
              + json);
      return Objects.requireNonNull(client.read());
    }
  }

  private RawClient.Answer call(String target, String body) throws IOException {
    return call(TestGateway.TOKEN, target, "*/*", body);
  }

  private JsonNode ok(String target, String body) throws IOException {
    RawClient.Answer answer = call(target, body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return JSON.readTree(answer.text());
  }

  private static String text(JsonNode node) {
    return node.toString().replace('"', '\'');
  }

  private JsonNode refused(RawClient.Answer answer, String code) throws IOException {
    JsonNode problem = JSON.readTree(answer.text());
    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
    assertThat(problem.path("code").textValue()).isEqualTo(code);
    return problem;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  @Test
  void answersWhatIsSelected() throws Exception {
    start("{'TableNames':['orders','users','old']}");

    assertThat(text(ok("tables/ListTables?select=" + encoded("TableNames[? @ != 'old']"), "{}")))
        .isEqualTo("['orders','users']");
  }

  @Test
  void anExpressionThatSelectsNothingAnswersNull() throws Exception {
    start("{'TableNames':['orders']}");

    assertThat(ok("tables/ListTables?select=Tables", "{}").isNull()).isTrue();
  }

  @Test
  void refusesABadExpressionBeforeAnythingIsSent() throws Exception {
    start();

    JsonNode problem = refused(call("tables/ListTables?select=a%5B", "{}"), "bad-expression");

    assertThat(problem.path("detail").textValue()).contains("line 1 column");
    assertThat(upstream.nothingMore()).isTrue();
  }

  @Test
  void saysThatTheCallWasMadeWhereTheExpressionDoesNotFit() throws Exception {
    start("{'TableNames':['orders']}");

    assertThat(
            refused(call("tables/ListTables?select=length(Tables)", "{}"), "bad-expression")
                .path("detail")
                .textValue())
        .startsWith("AWS has carried out the call");
  }

  @Test
  void leavesOutEmptyMembersUnlessTheyAreWanted() throws Exception {
    String table = "{'Table':{'TableName':'t','TableId':'','GlobalSecondaryIndexes':[]}}";
    start(table, table);

    assertThat(text(ok("tables/DescribeTable", "{'TableName':'t'}")))
        .isEqualTo("{'Table':{'TableName':'t','TableId':''}}");
    assertThat(text(ok("tables/DescribeTable?empty=keep", "{'TableName':'t'}"))).isEqualTo(table);
  }

  @Test
  void cutsAnAnswerToItsSizeAndSaysWhatIsMissing() throws Exception {
    start("{'TableNames':['" + "t".repeat(900) + "','" + "u".repeat(900) + "']}");

    RawClient.Answer answer = call("tables/ListTables?max_bytes=1500", "{}");

    JsonNode json = JSON.readTree(answer.text());
    assertThat(answer.text().length()).isLessThanOrEqualTo(1_500);
    assertThat(text(json.path("cut")))
        .isEqualTo("[{'at':'/TableNames','kept':1,'of':2,'unit':'items'}]");
    assertThat(json.path("hint").textValue()).contains("max_bytes", "select");
    assertThat(json.at("/output/TableNames")).hasSize(1);
  }

  @Test
  void saysNothingOfAnAnswerThatFits() throws Exception {
    start("{'TableNames':['orders']}");

    assertThat(text(ok("tables/ListTables?max_bytes=1024", "{}")))
        .isEqualTo("{'output':{'TableNames':['orders']}}");
  }

  @Test
  void followsThePages() throws Exception {
    start(
        "{'TableNames':['t-a','t-b'],'LastEvaluatedTableName':'t-b'}",
        "{'TableNames':['t-c'],'LastEvaluatedTableName':'t-c'}",
        "{'TableNames':['t-d']}");

    JsonNode all = ok("tables/ListTables?pages=all", "{}");

    assertThat(text(all))
        .isEqualTo("{'pages':3,'output':{'TableNames':['t-a','t-b','t-c','t-d']}}");
    assertThat(upstream.next().text()).isEqualTo("{}");
    assertThat(upstream.next().text()).isEqualTo("{\"ExclusiveStartTableName\":\"t-b\"}");
    FakeUpstream.Received third = upstream.next();
    assertThat(third.text()).isEqualTo("{\"ExclusiveStartTableName\":\"t-c\"}");
    assertThat(third.headers().get("authorization")).startsWith("AWS4-HMAC-SHA256 ");
  }

  @Test
  void goesOnWhereAnAnswerEnded() throws Exception {
    String page = "{'TableNames':['t-a','t-b','t-c'],'LastEvaluatedTableName':'t-c'}";
    start(page, page, "{'TableNames':['t-d']}");

    JsonNode first = ok("tables/ListTables?max_items=2", "{'Limit':3}");
    String next = first.path("next").textValue();
    JsonNode second = ok("tables/ListTables?pages=all&next=" + next, "{'Limit':3}");

    assertThat(text(first.path("output"))).isEqualTo("{'TableNames':['t-a','t-b']}");
    assertThat(first.path("stopped").textValue()).isEqualTo("max_items");
    assertThat(text(second)).isEqualTo("{'pages':2,'output':{'TableNames':['t-c','t-d']}}");
  }

  @Test
  void aPlaceIsGoodForItsOwnCallOnly() throws Exception {
    start("{'TableNames':['t-a'],'LastEvaluatedTableName':'t-a'}");
    String next = ok("tables/ListTables?pages=1", "{'Limit':1}").path("next").textValue();

    refused(call("tables/ListTables?next=" + next, "{'Limit':2}"), "bad-next");
    refused(call("others/ListTables?next=" + next, "{'Limit':1}"), "bad-next");
    refused(call(OTHER, "tables/ListTables?next=" + next, "*/*", "{'Limit':1}"), "bad-next");
    refused(call("tables/ListTables?next=x" + next, "{'Limit':1}"), "bad-next");
    upstream.next();
    assertThat(upstream.nothingMore()).isTrue();
  }

  @Test
  void aSizeWithoutSelectEndsThePagesAtAnItemAndCutsNothing() throws Exception {
    String name = "t".repeat(200);
    start(
        "{'TableNames':['" + name + "','" + name + "'],'LastEvaluatedTableName':'t-b'}",
        "{'TableNames':['" + name + "','" + name + "'],'LastEvaluatedTableName':'t-c'}");

    RawClient.Answer answer = call("tables/ListTables?pages=all&max_bytes=1200", "{}");

    JsonNode json = JSON.readTree(answer.text());
    assertThat(answer.text().length()).isLessThanOrEqualTo(1_200);
    assertThat(json.path("stopped").textValue()).isEqualTo("bytes");
    assertThat(json.has("cut")).isFalse();
    assertThat(json.at("/output/TableNames")).hasSize(3);
  }

  @Test
  void anErrorOnALaterPageAnswersWhatThereIsAndWhereToGoOn() throws Exception {
    String busy = GONE + "{'__type':'x#AccessDeniedException','message':'not now'}";
    start("{'TableNames':['t-a'],'LastEvaluatedTableName':'t-a'}", busy, "{'TableNames':['t-b']}");

    JsonNode first = ok("tables/ListTables?pages=all", "{}");

    assertThat(text(first.path("output"))).isEqualTo("{'TableNames':['t-a']}");
    assertThat(first.path("stopped").textValue()).isEqualTo("error");
    assertThat(first.at("/error/code").textValue()).isEqualTo("AccessDeniedException");
    assertThat(first.at("/error/status").intValue()).isEqualTo(400);
    String next = first.path("next").textValue();
    assertThat(text(ok("tables/ListTables?pages=all&next=" + next, "{}").path("output")))
        .isEqualTo("{'TableNames':['t-b']}");
  }

  @Test
  void anErrorOnTheFirstPageIsTheProblem() throws Exception {
    start(GONE + "{'__type':'x#ResourceNotFoundException','message':'no'}");

    refused(call("tables/Scan?pages=all", "{'TableName':'t'}"), "ResourceNotFoundException");
  }

  @Test
  void selectsFromAllPages() throws Exception {
    start(
        "{'Items':[{'n':{'N':'1'}}],'Count':1,'LastEvaluatedKey':{'n':{'N':'1'}}}",
        "{'Items':[{'n':{'N':'2'}}],'Count':1}");

    assertThat(
            text(
                ok("tables/Scan?pages=all&select=Items[].n.N", "{'TableName':'t'}").path("output")))
        .isEqualTo("['1','2']");
  }

  @Test
  void waitsForAState() throws Exception {
    start("{'Table':{'TableStatus':'ACTIVE'}}");

    assertThat(text(ok("tables/DescribeTable?wait=TableExists", "{'TableName':'t'}")))
        .isEqualTo(
            "{'wait':{'waiter':'TableExists','state':'success','attempts':1},"
                + "'output':{'Table':{'TableStatus':'ACTIVE'}}}");
  }

  @Test
  void tellsThatAStateHasNotComeYetAndWhenToAskAgain() throws Exception {
    start("{'Table':{'TableStatus':'CREATING'}}");

    RawClient.Answer answer =
        call("tables/DescribeTable?wait=TableExists&wait_seconds=0", "{'TableName':'t'}");

    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.headers()).containsEntry("retry-after", "20");
    assertThat(JSON.readTree(answer.text()).at("/wait/state").textValue()).isEqualTo("waiting");
  }

  @Test
  void anErrorMayBeTheStateThatIsWaitedFor() throws Exception {
    start(GONE + "{'__type':'x#ResourceNotFoundException','message':'gone'}");

    JsonNode answer = ok("tables/DescribeTable?wait=TableNotExists", "{'TableName':'t'}");

    assertThat(answer.at("/wait/state").textValue()).isEqualTo("success");
    assertThat(answer.at("/error/code").textValue()).isEqualTo("ResourceNotFoundException");
    assertThat(answer.has("output")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "DescribeTable?pages=all,no-pages",
    "ListTables?wait=true,no-waiter",
    "DescribeTable?wait=true,which-waiter",
    "DescribeTable?wait=TableExist,unknown-waiter",
    "DescribeTable?wait=TableExists&pages=1,bad-parameter",
    "ListTables?max_bytes=5,bad-parameter",
    "ListTables?verbose=1,bad-parameter",
    "ListTables?pages=1&pages=2,repeated-parameter"
  })
  void refusesWhatTheOperationDoesNotHave(String target, String code) throws Exception {
    start();

    JsonNode problem =
        refused(
            call(
                "tables/" + target,
                "{'TableName':'t'}".substring(0, target.startsWith("List") ? 0 : 17)),
            code);

    assertThat(problem.path("hint").textValue()).isNotEmpty();
    assertThat(upstream.nothingMore()).isTrue();
  }

  @Test
  void eachCallOfARunCounts() throws Exception {
    start(
        "{'TableNames':['t-a'],'LastEvaluatedTableName':'t-a'}",
        "{'TableNames':['t-b'],'LastEvaluatedTableName':'t-b'}",
        "{'TableNames':['t-c']}");

    ok("tables/ListTables?pages=all", "{}");

    try (RawClient admin = new RawClient(gateway.adminAddress())) {
      admin.send("GET /metrics HTTP/1.1\r\nHost: admin\r\n\r\n");
      assertThat(Objects.requireNonNull(admin.read()).text())
          .containsPattern(
              "countersign_requests_total\\{connector=\"tables\",door=\"tool\",outcome=\"ok\"\\}"
                  + " 3");
    }
  }

  @Test
  void aClientThatGoesEndsTheRunAndTheCallThatIsUnderWay() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    String page = "{\"TableNames\":[\"t-a\"],\"LastEvaluatedTableName\":\"t-a\"}";
    start(
        connection -> {
          connection.read();
          connection.write(
              FINE
                  + "Content-Type: application/x-amz-json-1.0\r\nContent-Length: "
                  + page.length()
                  + "\r\n\r\n"
                  + page);
          connection.read();
          if (connection.read() == null) { // the second is never answered
            closed.countDown();
          }
        });
    try (RawClient client = RawClient.to(gateway)) {
      client.send(
          "POST /v1/connectors/tables/ListTables?pages=all HTTP/1.1\r\nHost: gateway\r\n"
              + "Authorization: Bearer "
              + TestGateway.TOKEN
              + "\r\nContent-Length: 2\r\n\r\n{}");
      upstream.next();
      upstream.next();
    }

    assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aRecipeTakesNoParameters() throws Exception {
    start();

    assertThat(
            refused(call("athena/query?max_bytes=2000", "{'sql':'select 1'}"), "bad-parameter")
                .path("hint")
                .textValue())
        .contains("max_rows");
  }
}
