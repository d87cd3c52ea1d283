package io.countersign.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.config.Access;
import io.countersign.config.Agent;
import io.countersign.config.Condition;
import io.countersign.config.GatewayConfig;
import io.countersign.config.Grant;
import io.countersign.config.Operator;
import io.countersign.config.Secret;
import io.countersign.gateway.Gateway;
import io.countersign.signer.PayloadHash;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules on what a call holds, at both doors, on the input as it goes to AWS. */
class RulesAtTheDoorsTest {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final String JSON = "application/x-amz-json-1.0";

  private FakeUpstream upstream;
  private GatewayConfig config;
  private Gateway gateway;

  @BeforeEach
  void start() throws IOException {
    upstream = FakeUpstream.answering(JSON, "{}");
    List<Grant> allow =
        List.of(
            new Grant(
                "files",
                List.of("*"),
                Set.of(),
                List.of("arn:aws:s3:::lake/open/*", "arn:aws:s3:::lake"),
                List.of(),
                null),
            new Grant(
                "tables",
                List.of("*"),
                Set.of(),
                List.of(),
                List.of(
                    new Condition(
                        Operator.STRING_LIKE, false, "input.TableName", List.of("open-*"))),
                null),
            new Grant(
                "people",
                List.of("*"),
                Set.of(),
                List.of(),
                List.of(
                    new Condition(
                        Operator.STRING_EQUALS, false, "input.RoleName", List.of("reader"))),
                null));
    config =
        new TestGateway()
            .connector("files", "s3", upstream.endpoint(), Access.READ_WRITE)
            .connector("tables", "dynamodb", upstream.endpoint(), Access.READ_WRITE)
            .connector("people", "iam", upstream.endpoint(), Access.READ_WRITE)
            .agent(new Agent("analyst", List.of(new Secret(TestGateway.TOKEN)), allow))
            .config();
    gateway = Gateway.builder(config).clock(CLOCK).start();
  }

  @AfterEach
  void stop() throws IOException {
    gateway.close();
    upstream.close();
  }

  private RawClient.Answer exchange(String request) throws IOException {
    try (RawClient client = RawClient.to(gateway)) {
      return Objects.requireNonNull(client.send(request).read());
    }
  }

  private RawClient.Answer signed(
      String service, String method, String target, Map<String, String> headers, String body)
      throws Exception {
    String head =
        RawClient.signed(
            RawClient.virtual(config, null, Duration.ofHours(1), CLOCK),
            service,
            NOW,
            method,
            target,
            headers,
            PayloadHash.ofBody(body.getBytes(UTF_8)));
    return exchange(head + "Content-Length: " + body.getBytes(UTF_8).length + "\r\n\r\n" + body);
  }

  private RawClient.Answer tables(String body) throws Exception {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", JSON);
    headers.put("X-Amz-Target", "DynamoDB_20120810.GetItem");
    return signed("dynamodb", "POST", "/", headers, body);
  }

  private RawClient.Answer tool(String connector, String operation, String body) throws Exception {
    return exchange(
        "POST /v1/connectors/"
            + connector
            + "/"
            + operation
            + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer "
            + TestGateway.TOKEN
            + "\r\nContent-Length: "
            + body.getBytes(UTF_8).length
            + "\r\n\r\n"
            + body);
  }

  private void refused(RawClient.Answer answer) throws Exception {
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.text()).contains("not this call of it");
    assertThat(upstream.nothingMore()).isTrue();
  }

  @Test
  void readsTheInputOfASignedJsonRequest() throws Exception {
    assertThat(tables("{\"TableName\":\"open-a\",\"Key\":{}}").status()).isEqualTo(200);
    assertThat(upstream.next().text()).isEqualTo("{\"TableName\":\"open-a\",\"Key\":{}}");
    refused(tables("{\"TableName\":\"closed\",\"Key\":{}}"));
  }

  @Test
  void refusesASignedRequestWhoseInputCouldBeReadInTwoWays() throws Exception {
    refused(tables("{\"TableName\":\"open-a\",\"TableName\":\"closed\",\"Key\":{}}"));
  }

  @Test
  void refusesASignedRequestWhoseInputIsTooLongToBeRead() throws Exception {
    String padding = "x".repeat(1024 * 1024);
    refused(tables("{\"TableName\":\"open-a\",\"Key\":{\"a\":{\"S\":\"" + padding + "\"}}}"));
  }

  @Test
  void readsTheInputOfASignedForm() throws Exception {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
    String form = "Action=GetRole&Version=2010-05-08&RoleName=";
    assertThat(signed("iam", "POST", "/", headers, form + "reader").status()).isEqualTo(200);
    assertThat(upstream.next().text()).isEqualTo(form + "reader");
    refused(signed("iam", "POST", "/", headers, form + "admin"));
    refused(signed("iam", "POST", "/", headers, form + "reader&RoleName=admin"));
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/lake/open/a,true",
    "GET,/lake/open%2Fa,true",
    "GET,/lake/closed/a,false",
    "GET,/lake?list-type=2,true",
    "GET,/other/open/a,false",
    "GET,/,false",
  })
  void readsTheResourcesOfASignedRequestToS3(String method, String target, boolean isAllowed)
      throws Exception {
    RawClient.Answer answer = signed("s3", method, target, new LinkedHashMap<>(), "");
    if (isAllowed) {
      assertThat(answer.status()).isEqualTo(200);
    } else {
      refused(answer);
    }
  }

  @Test
  void streamsWhatNoRuleHasToRead() throws Exception {
    assertThat(signed("s3", "PUT", "/lake/open/a", new LinkedHashMap<>(), "<octets>").status())
        .isEqualTo(200);
    assertThat(upstream.next().text()).isEqualTo("<octets>");
    refused(signed("s3", "PUT", "/lake/closed/a", new LinkedHashMap<>(), "<octets>"));
  }

  @Test
  void readsTheBodyOfARequestToS3WhereItNamesTheResources() throws Exception {
    String keys = "<Delete><Object><Key>open/a</Key></Object>%s</Delete>";
    String open = keys.formatted("<Object><Key>open/b</Key></Object>");
    assertThat(signed("s3", "POST", "/lake?delete=", new LinkedHashMap<>(), open).status())
        .isEqualTo(200);
    assertThat(upstream.next().text()).isEqualTo(open);
    refused(
        signed(
            "s3",
            "POST",
            "/lake?delete=",
            new LinkedHashMap<>(),
            keys.formatted("<Object><Key>closed</Key></Object>")));
  }

  @Test
  void refusesABodyThatIsReadForARuleAndIsNotTheOneThatWasSigned() throws Exception {
    String head =
        RawClient.signed(
            RawClient.virtual(config, null, Duration.ofHours(1), CLOCK),
            "s3",
            NOW,
            "POST",
            "/lake?delete=",
            new LinkedHashMap<>(),
            PayloadHash.ofBody("<Delete/>".getBytes(UTF_8)));
    RawClient.Answer answer = exchange(head + "Content-Length: 9\r\n\r\n<Delete >");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).contains("XAmzContentSHA256Mismatch");
    assertThat(upstream.nothingMore()).isTrue();
  }

  @Test
  void decidesAtTheToolDoorOnTheInputAsItGoesToAws() throws Exception {
    assertThat(tool("tables", "GetItem", "{\"TableName\":\"open-a\",\"Key\":{}}").status())
        .isEqualTo(200);
    upstream.next();
    refused(tool("tables", "GetItem", "{\"TableName\":\"closed\",\"Key\":{}}"));
    refused(tool("files", "GetObject", "{\"Bucket\":\"lake\",\"Key\":\"closed/a\"}"));
    refused(tool("files", "ListBuckets", "{}"));
  }
}
