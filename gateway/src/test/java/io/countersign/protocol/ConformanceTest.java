package io.countersign.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.OperationModel;
import io.countersign.catalog.Protocol;
import io.countersign.catalog.ServiceMetadata;
import io.countersign.catalog.ShapeRef;
import java.util.Base64;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The protocol suites that botocore publishes, input and output. Cases that botocore's own list
 * ignores and that do not pass are named here with their reason.
 */
class ConformanceTest {
  private static final String HOST_WITH_PATH =
      "it wants the path of a client's endpoint before that of the operation; AWS's endpoints have"
          + " none";
  private static final String COMPRESSION =
      "it wants the body compressed; the model allows that, no service requires it";
  private static final String PAYLOAD_ROOT =
      "it wants the name of the payload's shape as the root; S3's models give the root's name where"
          + " the payload is used";
  private static final String EMPTY_LIST_HEADER =
      "it wants a header without a value for an empty list; botocore, whose requests the services"
          + " know, sends none";
  private static final String TOKEN = "00000000-0000-4000-8000-000000000000";

  private static final Map<String, String> IGNORED_INPUTS =
      Map.ofEntries(
          Map.entry("Ec2QueryHostWithPath", HOST_WITH_PATH),
          Map.entry("QueryHostWithPath", HOST_WITH_PATH),
          Map.entry("AwsJson10HostWithPath", HOST_WITH_PATH),
          Map.entry("AwsJson11HostWithPath", HOST_WITH_PATH),
          Map.entry("RestJsonHostWithPath", HOST_WITH_PATH),
          Map.entry("SDKAppliedContentEncoding_ec2Query", COMPRESSION),
          Map.entry("SDKAppendsGzipAndIgnoresHttpProvidedEncoding_ec2Query", COMPRESSION),
          Map.entry("SDKAppliedContentEncoding_awsQuery", COMPRESSION),
          Map.entry("SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsQuery", COMPRESSION),
          Map.entry("SDKAppliedContentEncoding_awsJson1_0", COMPRESSION),
          Map.entry("SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsJson1_0", COMPRESSION),
          Map.entry("SDKAppliedContentEncoding_awsJson1_1", COMPRESSION),
          Map.entry("SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsJson1_1", COMPRESSION),
          Map.entry("SDKAppliedContentEncoding_restJson1", COMPRESSION),
          Map.entry("SDKAppendedGzipAfterProvidedEncoding_restJson1", COMPRESSION),
          Map.entry("SDKAppliedContentEncoding_restXml", COMPRESSION),
          Map.entry("SDKAppendedGzipAfterProvidedEncoding_restXml", COMPRESSION),
          Map.entry("RestXmlHttpPayloadWithUnion", PAYLOAD_ROOT),
          Map.entry("HttpPayloadWithXmlName", PAYLOAD_ROOT),
          Map.entry("HttpPayloadWithXmlNamespace", PAYLOAD_ROOT),
          Map.entry("HttpPayloadWithXmlNamespaceAndPrefix", PAYLOAD_ROOT),
          Map.entry("XmlAttributesOnPayload", PAYLOAD_ROOT),
          Map.entry("RestJsonNullAndEmptyHeaders", EMPTY_LIST_HEADER),
          Map.entry("NullAndEmptyHeaders", EMPTY_LIST_HEADER));

  private static final Map<String, String> IGNORED_OUTPUTS =
      Map.of(
          "MediaTypeHeaderOutputBase64",
          "it wants the JSON of the header as text; an agent is given the JSON itself");

  @TestFactory
  Stream<DynamicTest> makesTheRequestOfEachInput() {
    return ConformanceCase.all("input").stream()
        .filter(c -> !IGNORED_INPUTS.containsKey(c.id()))
        .map(c -> dynamicTest(c.suite() + " " + c.id(), () -> input(c)));
  }

  @TestFactory
  Stream<DynamicTest> readsEachAnswer() {
    return ConformanceCase.all("output").stream()
        .filter(c -> !IGNORED_OUTPUTS.containsKey(c.id()))
        .map(c -> dynamicTest(c.suite() + " " + c.id(), () -> output(c)));
  }

  @Test
  void ignoresOnlyWhatBotocoreIgnores() {
    assertThat(listed("input")).containsAll(IGNORED_INPUTS.keySet());
    assertThat(listed("output")).containsAll(IGNORED_OUTPUTS.keySet());
  }

  /** The ids of the cases that botocore's list names, or whose suite it names. */
  private static Set<String> listed(String direction) {
    JsonNode list = ConformanceCase.resource("protocol-tests-ignore-list.json");
    Set<String> suites = new HashSet<>();
    list.at("/general/" + direction + "/suites").forEach(s -> suites.add(s.textValue()));
    Set<String> ids = new TreeSet<>();
    for (ConformanceCase c : ConformanceCase.all(direction)) {
      JsonNode cases = list.path("protocols").path(c.suite()).path(direction).path("cases");
      boolean named = suites.contains(c.json().get("description").textValue());
      for (JsonNode id : cases) {
        named |= id.textValue().equals(c.id());
      }
      if (named) {
        ids.add(c.id());
      }
    }
    return ids;
  }

  private static void input(ConformanceCase c) throws Exception {
    ServiceMetadata service = c.model().metadata();
    OperationModel operation = c.operation();
    JsonNode params = ConformanceCase.blobsToBase64(operation.input(), c.json().get("params"));

    WireRequest request =
        WireCodec.encode(
            service, operation, "test:" + operation.name(), (ObjectNode) params, () -> TOKEN);

    JsonNode expected = c.json().get("serialized");
    assertThat(request.method()).isEqualTo(expected.get("method").textValue());
    String uri = expected.get("uri").textValue();
    int mark = uri.indexOf('?');
    assertThat(request.path()).isEqualTo(mark < 0 ? uri : uri.substring(0, mark));
    assertThat(Canonical.form(request.query()))
        .isEqualTo(Canonical.form(mark < 0 ? "" : uri.substring(mark + 1)));
    if (expected.has("host")) {
      assertThat(request.hostPrefix() + c.clientHost()).isEqualTo(expected.get("host").textValue());
    }
    headers(request, expected);
    body(service.protocol(), request, expected);
  }

  private static void headers(WireRequest request, JsonNode expected) {
    for (Map.Entry<String, JsonNode> header : expected.path("headers").properties()) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      String value = request.headers().get(name);
      assertThat(name.equals("content-type") ? withoutCharset(value) : value)
          .as(name)
          .isEqualTo(header.getValue().textValue());
    }
    for (JsonNode name : expected.path("requireHeaders")) {
      // The HTTP layer sets the length.
      if (!name.textValue().equalsIgnoreCase("content-length")) {
        assertThat(request.headers()).containsKey(name.textValue().toLowerCase(Locale.ROOT));
      }
    }
    for (JsonNode name : expected.path("forbidHeaders")) {
      assertThat(request.headers()).doesNotContainKey(name.textValue().toLowerCase(Locale.ROOT));
    }
  }

  private static String withoutCharset(@Nullable String type) {
    return type == null ? "" : type.replace("; charset=utf-8", "");
  }

  private static void body(Protocol protocol, WireRequest request, JsonNode expected)
      throws Exception {
    if (!expected.has("body")) {
      return;
    }
    String body = expected.get("body").textValue();
    byte[] actual = request.body();
    String type = request.headers().getOrDefault("content-type", "");
    if (body.isEmpty()) {
      assertThat(actual).isEmpty();
    } else if (protocol == Protocol.RPC_V2_CBOR) {
      assertThat(Canonical.cbor(actual))
          .isEqualTo(Canonical.cbor(Base64.getDecoder().decode(body)));
    } else if (type.startsWith("application/x-www-form-urlencoded")) {
      assertThat(Canonical.form(Scalars.utf8(actual))).isEqualTo(Canonical.form(body));
    } else if (type.equals("application/xml")) {
      assertThat(Canonical.xml(actual)).isEqualTo(Canonical.xml(body.getBytes(UTF_8)));
    } else if (type.startsWith("application/json") || type.startsWith("application/x-amz-json")) {
      assertThat(Canonical.json(actual)).isEqualTo(Canonical.json(body.getBytes(UTF_8)));
    } else {
      assertThat(actual).asString(UTF_8).isEqualTo(body);
    }
  }

  private static void output(ConformanceCase c) throws Exception {
    ServiceMetadata service = c.model().metadata();
    JsonNode response = c.json().get("response");
    Map<String, String> headers = new TreeMap<>();
    for (Map.Entry<String, JsonNode> header : response.path("headers").properties()) {
      headers.put(header.getKey(), header.getValue().textValue());
    }
    String text = response.path("body").asText("");
    byte[] body =
        service.protocol() == Protocol.RPC_V2_CBOR
            ? Base64.getDecoder().decode(text)
            : text.getBytes(UTF_8);
    WireAnswer answer = new WireAnswer(response.get("status_code").intValue(), headers, body);
    if (c.json().has("error")) {
      error(c, answer);
      return;
    }

    ObjectNode result = WireCodec.decode(service, c.operation(), answer);

    ShapeRef output = c.operation().output();
    JsonNode expected =
        ConformanceCase.secondsToText(
            output, ConformanceCase.blobsToBase64(output, c.json().get("result")));
    assertThat(Canonical.json(result)).isEqualTo(Canonical.json(expected));
  }

  private static void error(ConformanceCase c, WireAnswer answer) {
    ServiceMetadata service = c.model().metadata();

    AwsError error = WireCodec.error(service, answer);
    ObjectNode members = WireCodec.errorMembers(service, c.operation(), error.code(), answer);

    assertThat(error.code()).isEqualTo(c.json().get("errorCode").textValue());
    if (c.json().has("errorMessage")) {
      assertThat(error.message()).isEqualTo(c.json().get("errorMessage").textValue());
    }
    assertThat(Canonical.json(members)).isEqualTo(Canonical.json(c.json().get("error")));
  }

  @Test
  void holdsAllTheCases() {
    assertThat(ConformanceCase.all("input")).hasSize(367);
    assertThat(ConformanceCase.all("output")).hasSize(365);
  }
}
