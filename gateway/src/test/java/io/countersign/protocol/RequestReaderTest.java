package io.countersign.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.Catalog;
import io.countersign.catalog.Headers;
import io.countersign.catalog.Protocol;
import io.countersign.catalog.Service;
import io.countersign.catalog.ServiceModel;
import io.countersign.catalog.Shape;
import io.countersign.catalog.ShapeRef;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reading back what clients write. */
class RequestReaderTest {
  private static final String TOKEN = "00000000-0000-4000-8000-000000000000";
  private static final Catalog CATALOG = Catalog.load();

  @TestFactory
  Stream<DynamicTest> readsFromEachRequestOfTheSuitesAnInputThatMakesTheSameRequest() {
    return ConformanceCase.all("input").stream()
        .filter(c -> !streamsEvents(c))
        .map(c -> dynamicTest(c.suite() + " " + c.id(), () -> backAndForth(c)));
  }

  private static boolean streamsEvents(ConformanceCase c) {
    return WireCodec.refusal(c.operation()) != null;
  }

  private static void backAndForth(ConformanceCase c) throws Exception {
    ShapeRef ref = c.operation().input();
    ObjectNode params = (ObjectNode) ConformanceCase.blobsToBase64(ref, c.json().get("params"));
    WireRequest sent =
        WireCodec.encode(c.model().metadata(), c.operation(), "test:x", params, () -> TOKEN);

    ObjectNode read = read(c.model().metadata().protocol(), c, sent);
    ShapeRef payload = ref == null ? null : ref.target().payload();
    if (payload != null && payload.target().kind() == Shape.Kind.BLOB) {
      // octets are not read
      read.setAll(params.deepCopy().retain(payload.name()));
    }
    WireRequest again =
        WireCodec.encode(c.model().metadata(), c.operation(), "test:x", read, () -> TOKEN);

    assertThat(again.path()).isEqualTo(sent.path());
    assertThat(Canonical.form(again.query())).isEqualTo(Canonical.form(sent.query()));
    assertThat(again.headers()).isEqualTo(sent.headers());
    assertSameBody(c.model().metadata().protocol(), again, sent);
  }

  private static ObjectNode read(Protocol protocol, ConformanceCase c, WireRequest sent)
      throws UnreadableRequestException {
    Map<String, String> byName = new TreeMap<>(sent.headers());
    return RequestReader.read(
        c.model().metadata(),
        protocol,
        c.operation(),
        sent.path(),
        sent.query(),
        byName.keySet(),
        name -> byName.get(name.toLowerCase(Locale.ROOT)),
        sent.body());
  }

  private static void assertSameBody(Protocol protocol, WireRequest again, WireRequest sent)
      throws Exception {
    String type = sent.headers().getOrDefault("content-type", "");
    if (protocol == Protocol.RPC_V2_CBOR) {
      assertThat(Canonical.cbor(again.body())).isEqualTo(Canonical.cbor(sent.body()));
    } else if (type.equals("application/xml")) {
      assertThat(Canonical.xml(again.body())).isEqualTo(Canonical.xml(sent.body()));
    } else if (type.startsWith("application/json") || type.startsWith("application/x-amz-json")) {
      assertThat(Canonical.json(again.body())).isEqualTo(Canonical.json(sent.body()));
    } else if (type.startsWith("application/x-www-form-urlencoded")) {
      assertThat(Canonical.form(Scalars.utf8(again.body())))
          .isEqualTo(Canonical.form(Scalars.utf8(sent.body())));
    } else {
      assertThat(again.body()).isEqualTo(sent.body());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/lake/a%20b/c%2Fd/ | a b/c/d/",
        "/lake//a         | /a",
        "/lake/é          | é",
      })
  void readsAKeyOfS3AsItIs(String path, String key) throws Exception {
    ObjectNode input = s3("GetObject", path.strip(), "", Map.of());
    assertThat(input.path("Bucket").asText()).isEqualTo("lake");
    assertThat(input.path("Key").asText()).isEqualTo(key);
  }

  @Test
  void readsTheHeadersOfAPresignedRequestFromItsQuery() throws Exception {
    ObjectNode input =
        s3("PutObject", "/lake/a", "x-amz-acl=public-read&X-Amz-Signature=00", Map.of());
    assertThat(input.path("ACL").asText()).isEqualTo("public-read");
  }

  @Test
  void readsTheMetadataOfAnObject() throws Exception {
    ObjectNode input = s3("PutObject", "/lake/a", "", Map.of("X-Amz-Meta-Team", "a b"));
    assertThat(input.at("/Metadata/team").asText()).isEqualTo("a b");
  }

  @Test
  void readsTheKeysThatABodyOfXmlNames() throws Exception {
    ObjectNode input =
        s3(
            "DeleteObjects",
            "/lake",
            "delete",
            Map.of(),
            "<Delete><Object><Key>a</Key></Object><Object><Key>b</Key></Object></Delete>");
    assertThat(input.at("/Delete/Objects").findValuesAsText("Key")).containsExactly("a", "b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dynamodb | GetItem | {\"TableName\":\"a\",\"TableName\":\"b\"}",
        "dynamodb | GetItem | {\"TableName\":{\"a\":1}}",
        "dynamodb | GetItem | {\"TableName\":\"a\"",
        "dynamodb | GetItem | {\"TableName\":\"a\"} {\"TableName\":\"b\"}",
        "iam | GetRole | Action=GetRole&RoleName=a&RoleName=b",
        "iam | GetRole | Action=GetRole&RoleName=%zz",
        "iam | CreateRole | Action=CreateRole&Tags.member.1.Key=a&Tags.member.1.Key=b",
        "ec2 | DescribeVpcs | Action=DescribeVpcs&VpcId.x=vpc-1",
        "ec2 | DescribeVpcs | Action=DescribeVpcs&VpcId.01=vpc-1&VpcId.1=vpc-2",
      })
  void refusesABodyThatTwoReadersCouldReadInTwoWays(String id, String operation, String body) {
    Service service = CATALOG.service(id).orElseThrow();
    ServiceModel model = service.model();
    assertThatThrownBy(
            () ->
                RequestReader.read(
                    model.metadata(),
                    model.metadata().protocol(),
                    model.operation(operation).orElseThrow(),
                    "/",
                    "",
                    Set.of(),
                    Headers.none(),
                    body.getBytes(UTF_8)))
        .isInstanceOf(UnreadableRequestException.class)
        .hasMessageNotContaining("vpc-");
  }

  @Test
  void refusesAnElementOfXmlThatStandsTwice() {
    assertThatThrownBy(
            () ->
                s3(
                    "DeleteObjects",
                    "/lake",
                    "delete",
                    Map.of(),
                    "<Delete><Object><Key>a</Key><Key>b</Key></Object></Delete>"))
        .isInstanceOf(UnreadableRequestException.class);
  }

  @Test
  void refusesAPathThatIsNotOfTheTemplate() {
    assertThatThrownBy(() -> s3("GetObject", "/lake", "", Map.of()))
        .isInstanceOf(UnreadableRequestException.class);
  }

  @Test
  void throwsNothingElseForAnyInput() throws Exception {
    Random random = new Random(42);
    String[][] calls = {
      {"s3", "DeleteObjects"},
      {"s3", "PutObject"},
      {"dynamodb", "PutItem"},
      {"iam", "CreateRole"},
      {"ec2", "AuthorizeSecurityGroupIngress"},
      {"lambda", "Invoke"},
      {"route53", "ChangeResourceRecordSets"},
      {"cloudwatch", "PutMetricData"}
    };
    String alphabet = "{}[]\"':,.<>/&=%;?0123456789abcDELETEKeyObject\u0000\u00e9 \n";
    int read = 0;
    for (int i = 0; i < 20_000; i++) {
      String[] call = calls[random.nextInt(calls.length)];
      ServiceModel model = CATALOG.service(call[0]).orElseThrow().model();
      Protocol[] protocols = Protocol.values();
      byte[] body =
          random.nextBoolean() ? text(random, alphabet, 60).getBytes(UTF_8) : octets(random);
      try {
        RequestReader.read(
            model.metadata(),
            protocols[random.nextInt(protocols.length)],
            model.operation(call[1]).orElseThrow(),
            "/" + text(random, alphabet, 12),
            text(random, alphabet, 20),
            Set.of("x-amz-meta-" + text(random, alphabet, 3)),
            name -> random.nextInt(5) == 0 ? text(random, alphabet, 8) : null,
            random.nextInt(6) == 0 ? null : body);
        read++;
      } catch (UnreadableRequestException expected) {
        assertThat(expected).hasMessageMatching("[a-z].*[^.]");
      }
    }
    assertThat(read).isPositive();
  }

  private static byte[] octets(Random random) {
    byte[] octets = new byte[random.nextInt(40)];
    random.nextBytes(octets);
    return octets;
  }

  private static String text(Random random, String alphabet, int most) {
    StringBuilder text = new StringBuilder();
    for (int n = random.nextInt(most); n > 0; n--) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  private static ObjectNode s3(
      String operation, String path, String query, Map<String, String> headers)
      throws UnreadableRequestException {
    return s3(operation, path, query, headers, null);
  }

  private static ObjectNode s3(
      String operation,
      String path,
      String query,
      Map<String, String> headers,
      @Nullable String body)
      throws UnreadableRequestException {
    Map<String, String> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    byName.putAll(headers);
    return RequestReader.read(
        CATALOG.service("s3").orElseThrow().metadata(),
        Protocol.REST_XML,
        CATALOG.service("s3").orElseThrow().model().operation(operation).orElseThrow(),
        path,
        query,
        byName.keySet(),
        byName::get,
        body == null ? null : body.getBytes(UTF_8));
  }
}
