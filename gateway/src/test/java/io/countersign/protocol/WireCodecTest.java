package io.countersign.protocol;

import static io.countersign.protocol.TestModels.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.ModelReader;
import io.countersign.catalog.OperationModel;
import io.countersign.catalog.Protocol;
import io.countersign.catalog.ServiceModel;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WireCodecTest {
  private static final String VALUES =
      "'Tree':{'Name':'a','Children':[{'Name':'b'}]},'Choice':{'Right':7},'Data':'YWJj',"
          + "'When':'2026-01-31T12:00:00.250Z','Big':9007199254740993,'Share':0.5,'On':true,"
          + "'Texts':['x','y'],'Map':{'k':'v'}";

  private static WireAnswer answer(String body) {
    return answer(body.getBytes(UTF_8));
  }

  private static WireAnswer answer(byte[] body) {
    return new WireAnswer(200, Map.of(), body);
  }

  private static ObjectNode decode(ServiceModel model, byte[] body) throws GarbledAnswerException {
    return WireCodec.decode(model.metadata(), TestModels.put(model), answer(body));
  }

  @Test
  void speaksJsonToAServiceThatSpeaksCborAsWell() throws BadInputException {
    ServiceModel model = Samples.service("cloudwatch").model();
    assertThat(model.metadata().protocols()).startsWith(Protocol.RPC_V2_CBOR);
    WireRequest request =
        WireCodec.encode(
            model.metadata(),
            model.operation("ListMetrics").orElseThrow(),
            "cloudwatch:ListMetrics",
            Samples.json("{}"),
            () -> "");
    assertThat(request.headers())
        .containsEntry("x-amz-target", "GraniteServiceVersion20100801.ListMetrics");
  }

  @Test
  void fillsAnIdempotencyTokenThatIsLeftOut() throws BadInputException {
    ServiceModel model = TestModels.model("json");

    assertThat(Scalars.utf8(TestModels.encode(model, TestModels.with("")).body()))
        .contains("\"Token\":\"token-1\"");
    assertThat(Scalars.utf8(TestModels.encode(model, TestModels.with("'Token':'mine'")).body()))
        .contains("\"Token\":\"mine\"");
    assertThat(Scalars.utf8(TestModels.encode(model, TestModels.with("'Token':null")).body()))
        .contains("\"Token\":\"token-1\"");
  }

  @Test
  void doesNotChangeTheInput() throws BadInputException {
    ObjectNode input = TestModels.with(VALUES);
    ObjectNode copy = input.deepCopy();

    TestModels.encode(TestModels.model("rest-xml"), input);

    assertThat(input).isEqualTo(copy);
  }

  @Test
  void readsBackWhatItWroteInTheProtocolsWhoseTwoWaysAreAlike() throws Exception {
    for (String protocol : new String[] {"json", "smithy-rpc-v2-cbor"}) {
      ServiceModel model = TestModels.model(protocol);
      byte[] body = TestModels.encode(model, TestModels.with(VALUES)).body();

      assertThat(Canonical.json(decode(model, body)))
          .isEqualTo(Canonical.json(json("{" + VALUES + "}")));
    }
  }

  @Test
  void readsBackXmlThatItWrote() throws Exception {
    ServiceModel model = TestModels.model("rest-xml");
    byte[] body = TestModels.encode(model, TestModels.with(VALUES)).body();

    assertThat(Canonical.json(decode(model, body)))
        .isEqualTo(Canonical.json(json("{" + VALUES + "}")));
  }

  @Test
  void writesTheChecksumThatTheInputNames() throws BadInputException {
    ServiceModel model = TestModels.model("rest-json");
    WireRequest crc = TestModels.encode(model, TestModels.with("'Algorithm':'CRC32C'"));
    WireRequest sha = TestModels.encode(model, TestModels.with("'Algorithm':'SHA256'"));

    assertThat(crc.headers()).containsKey("x-amz-checksum-crc32c");
    assertThat(Base64.getDecoder().decode(sha.headers().get("x-amz-checksum-sha256"))).hasSize(32);
    assertThat(sha.headers()).containsEntry("x-amz-sdk-checksum-algorithm", "SHA256");
    assertThat(TestModels.encode(model, TestModels.with("")).headers().keySet())
        .noneMatch(name -> name.contains("checksum"));
  }

  @Test
  void leavesAChecksumThatTheInputBrings() throws BadInputException {
    ServiceModel model = TestModels.model("rest-json");

    assertThat(
            TestModels.encode(
                    model,
                    TestModels.with(
                        "'Algorithm':'CRC32','Free':{'x-amz-checksum-crc32':'AAAAAA=='}"))
                .headers())
        .containsEntry("x-amz-checksum-crc32", "AAAAAA==");
  }

  @Test
  void refusesAChecksumThatItDoesNotKnow() {
    assertThatThrownBy(
            () ->
                TestModels.encode(
                    TestModels.model("rest-json"), TestModels.with("'Algorithm':'XXHASH3'")))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("/Algorithm: is XXHASH3");
  }

  @Test
  void refusesAnInputThatIsAStreamOfEvents() throws Exception {
    ServiceModel model =
        ModelReader.read(
            json(
                "{'metadata':{'apiVersion':'1','protocol':'rest-json'},'operations':{'Talk':{"
                    + "'name':'Talk','http':{'method':'POST','requestUri':'/'},'input':{'shape':'I'},"
                    + "'output':{'shape':'I'}}},'shapes':{'I':{'type':'structure','payload':'E',"
                    + "'members':{'E':{'shape':'E'}}},'E':{'type':'structure','eventstream':true,"
                    + "'members':{}}}}"));
    OperationModel talk = model.operation("Talk").orElseThrow();

    assertThat(WireCodec.refusal(talk)).isEqualTo("its input is a stream of events");
    assertThat(WireCodec.eventStream(talk)).isNotNull();
    assertThatThrownBy(
            () ->
                WireCodec.encode(model.metadata(), talk, "x:Talk", TestModels.with(""), () -> "t"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesJsonThatIsNotWhatTheProtocolSays() {
    for (String body :
        new String[] {"<html>", "[1]", "{\"a\":1} x", "{\"a\":1,\"a\":2}", "{", "\u0000"}) {
      assertThatThrownBy(() -> decode(TestModels.model("json"), body.getBytes(UTF_8)))
          .as(body)
          .isInstanceOf(GarbledAnswerException.class);
    }
  }

  @Test
  void doesNotQuoteTheAnswerInItsError() {
    assertThatThrownBy(
            () -> decode(TestModels.model("json"), "{\"secret\": hunter2}".getBytes(UTF_8)))
        .isInstanceOf(GarbledAnswerException.class)
        .hasMessageNotContaining("{\"secret\"");
  }

  @Test
  void keepsEveryDigitOfANumber() throws Exception {
    String text = "{\"Big\":9007199254740993,\"Share\":1.2300000000000000000001}";
    assertThat(decode(TestModels.model("json"), text.getBytes(UTF_8))).hasToString(text);
  }

  @Test
  void leavesOutWhatTheModelDoesNotKnow() throws Exception {
    assertThat(decode(TestModels.model("json"), "{\"On\":true,\"New\":{\"a\":1}}".getBytes(UTF_8)))
        .isEqualTo(json("{'On':true}"));
    assertThat(
            decode(
                TestModels.model("rest-xml"),
                "<R xmlns='urn:x'><New><On>no</On></New><On>true</On></R>".getBytes(UTF_8)))
        .isEqualTo(json("{'On':true}"));
  }

  @Test
  void readsFlattenedListsWhoseElementsAreApart() throws Exception {
    assertThat(
            decode(
                TestModels.model("rest-xml"),
                ("<R><Flat>a</Flat><On>true</On><Flat>b</Flat><FlatMap><key>k</key><value>v</value>"
                        + "</FlatMap></R>")
                    .getBytes(UTF_8)))
        .isEqualTo(json("{'Flat':['a','b'],'On':true,'FlatMap':{'k':'v'}}"));
  }

  @Test
  void readsTimestampsInEveryForm() throws Exception {
    ServiceModel model = TestModels.model("json");
    for (String when :
        new String[] {
          "1769860800",
          "1769860800.0",
          "1.7698608E9",
          "'2026-01-31T12:00:00Z'",
          "'2026-01-31T13:00:00+01:00'",
          "'Sat, 31 Jan 2026 12:00:00 GMT'",
          "'1769860800'",
          "'Sat, 31 Jan 2026 12:00:00.000 GMT'"
        }) {
      assertThat(decode(model, ("{'When':" + when + "}").replace('\'', '"').getBytes(UTF_8)))
          .as(when)
          .isEqualTo(json("{'When':'2026-01-31T12:00:00Z'}"));
    }
  }

  @Test
  void readsS3sLocationWhoseRootIsItsOnlyMember() throws Exception {
    ServiceModel model =
        ModelReader.read(
            json(
                "{'metadata':{'apiVersion':'1','protocol':'rest-xml'},'operations':{'L':{'name':'L',"
                    + "'http':{'method':'GET','requestUri':'/'},'output':{'shape':'O'}}},'shapes':{"
                    + "'O':{'type':'structure','members':{'LocationConstraint':{'shape':'S'}}},"
                    + "'S':{'type':'string'}}}"));
    OperationModel get = model.operation("L").orElseThrow();

    assertThat(
            WireCodec.decode(
                model.metadata(),
                get,
                answer("<LocationConstraint xmlns='urn:s3'>eu-west-1</LocationConstraint>")))
        .isEqualTo(json("{'LocationConstraint':'eu-west-1'}"));
    assertThat(
            WireCodec.decode(
                model.metadata(),
                get,
                answer("<R><LocationConstraint>eu-west-1</LocationConstraint></R>")))
        .isEqualTo(json("{'LocationConstraint':'eu-west-1'}"));
  }

  @Test
  void refusesADocumentTypeAndWhatIsTooDeep() {
    ServiceModel model = TestModels.model("rest-xml");
    String entities = "<!DOCTYPE R [<!ENTITY a 'b'>]><R><On>&a;</On></R>";
    String deep = "<R>" + "<a>".repeat(64) + "</a>".repeat(64) + "</R>";

    assertThatThrownBy(() -> decode(model, entities.getBytes(UTF_8)))
        .isInstanceOf(GarbledAnswerException.class);
    assertThatThrownBy(() -> decode(model, deep.getBytes(UTF_8)))
        .isInstanceOf(GarbledAnswerException.class)
        .hasMessageContaining("too deep");
  }

  @Test
  void readsXmlOfManyElementsAndEscapes() throws Exception {
    ServiceModel model = TestModels.model("rest-xml");
    String tree = "<member><Name>a&lt;b&#10;</Name></member>";
    byte[] body =
        ("<R><Tree><Name>r</Name><Children>" + tree.repeat(50_000) + "</Children></Tree></R>")
            .getBytes(UTF_8);

    assertThat(decode(model, body).at("/Tree/Children")).hasSize(50_000);
  }

  @Test
  void refusesCborThatIsTooDeepOrLongerThanItSays() {
    ServiceModel model = TestModels.model("smithy-rpc-v2-cbor");
    byte[] deep = HexFormat.of().parseHex("a163" + "416e79" + "81".repeat(300) + "00");
    byte[] huge = HexFormat.of().parseHex("a16344617461" + "5b7fffffffffffffff00");

    assertThatThrownBy(() -> decode(model, deep)).isInstanceOf(GarbledAnswerException.class);
    assertThatThrownBy(() -> decode(model, huge)).isInstanceOf(GarbledAnswerException.class);
  }

  @Test
  void anAnswerThatIsGarbledRaisesOnlyAGarbledAnswerException() throws Exception {
    Random random = new Random(20_261_124);
    for (String protocol :
        new String[] {"json", "rest-json", "rest-xml", "query", "ec2", "smithy-rpc-v2-cbor"}) {
      ServiceModel model = TestModels.model(protocol);
      byte[] good =
          switch (protocol) {
            case "json", "rest-json" -> ("{" + VALUES.replace('\'', '"') + "}").getBytes(UTF_8);
            case "smithy-rpc-v2-cbor" -> TestModels.encode(model, TestModels.with(VALUES)).body();
            default ->
                ("<PutResponse><PutResult><Tree><Name>a</Name></Tree><Data>YWJj</Data>"
                        + "<When>2026-01-31T12:00:00Z</When><Big>7</Big><Share>0.5</Share>"
                        + "<Map><entry><key>k</key><value>v</value></entry></Map>"
                        + "</PutResult></PutResponse>")
                    .getBytes(UTF_8);
          };
      for (int round = 0; round < 2_000; round++) {
        byte[] bad = good.clone();
        for (int change = random.nextInt(1, 6); change > 0; change--) {
          bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
        }
        try {
          decode(model, random.nextInt(4) == 0 ? cut(bad, random) : bad);
        } catch (GarbledAnswerException e) {
          assertThat(e).hasMessageStartingWith("the answer");
        }
        AwsErrors.read(400, name -> null, bad);
      }
    }
  }

  private static byte[] cut(byte[] octets, Random random) {
    return java.util.Arrays.copyOf(octets, random.nextInt(octets.length));
  }

  @Test
  void findsAnErrorInAnAnswerOfSuccess() {
    ServiceModel model = TestModels.model("rest-xml");
    String error = "<?xml version='1.0'?>\n<Error><Code>InternalError</Code></Error>";

    assertThat(WireCodec.hiddenError(model.metadata(), answer(error)))
        .extracting("code", "status", "retryable")
        .containsExactly("InternalError", 500, true);
    assertThat(WireCodec.hiddenError(model.metadata(), answer("<Errors><Error/></Errors>")))
        .isNull();
    assertThat(WireCodec.hiddenError(model.metadata(), answer(""))).isNull();
    assertThat(WireCodec.hiddenError(model.metadata(), answer("<?xml <Error>"))).isNull();
  }

  @Test
  void namesTheMembersOfAModelledErrorInEveryEnvelope() {
    Map<String, String> bodies =
        Map.of(
            "json", "{\"__type\":\"x#Full\",\"Left\":3}",
            "query",
                "<ErrorResponse><Error><Code>Full</Code><Left>3</Left></Error></ErrorResponse>",
            "ec2",
                "<Response><Errors><Error><Code>Full</Code><Left>3</Left></Error></Errors>"
                    + "</Response>",
            "rest-xml", "<Error><Code>Full</Code><Left>3</Left></Error>");
    bodies.forEach(
        (protocol, body) -> {
          ServiceModel model = TestModels.model(protocol);
          WireAnswer answer = new WireAnswer(400, Map.of(), body.getBytes(UTF_8));
          AwsError error = WireCodec.error(model.metadata(), answer);
          assertThat(error.code()).isEqualTo("Full");
          ObjectNode members =
              WireCodec.errorMembers(model.metadata(), TestModels.put(model), error.code(), answer);
          assertThat(members).hasToString("{\"Left\":3}");
        });
  }
}
