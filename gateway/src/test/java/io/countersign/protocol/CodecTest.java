package io.countersign.protocol;

import static io.countersign.protocol.Samples.json;
import static io.countersign.protocol.Samples.operation;
import static io.countersign.protocol.Samples.service;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.Headers;
import io.countersign.catalog.Operation;
import io.countersign.catalog.Recognizer;
import io.countersign.catalog.Service;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CodecTest {
  private static final String IDENTITY =
      """
      <GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
        <GetCallerIdentityResult>
          <UserId>AROAEXAMPLE:s</UserId><Account>123456789012</Account>
          <Arn>arn:aws:sts::123456789012:assumed-role/a&amp;b/s</Arn>
        </GetCallerIdentityResult>
        <ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata>
      </GetCallerIdentityResponse>
      """;

  @Test
  void writesJsonRequestsThatAreRecognisedAsThemselves() {
    for (String id : new String[] {"redshift-data", "athena", "dynamodb", "ce", "sqs"}) {
      Service service = service(id);
      for (Operation operation : service.operations()) {
        assertThat(Codec.supports(service, operation)).isTrue();
        WireRequest request = Codec.encode(service, operation, json("{'A':1}"));
        assertThat(new String(request.body(), UTF_8)).isEqualTo("{\"A\":1}");
        assertThat(
                Recognizer.recognize(
                    service, request.method(), request.path(), "", request.headers()::get, null))
            .isSameAs(operation);
      }
    }
  }

  @Test
  void writesGetCallerIdentityAsAForm() {
    Service sts = service("sts");
    WireRequest request = Codec.encode(sts, operation("sts", "GetCallerIdentity"), json("{}"));
    assertThat(new String(request.body(), UTF_8))
        .isEqualTo("Action=GetCallerIdentity&Version=2011-06-15");
    assertThat(request.headers().get("content-type")).startsWith("application/x-www-form-");
  }

  @Test
  void refusesProtocolsThatItDoesNotSpeak() {
    Operation get = operation("s3", "GetObject");
    assertThat(Codec.supports(service("s3"), get)).isFalse();
    assertThat(Codec.supports(service("sts"), operation("sts", "AssumeRole"))).isFalse();
    assertThatThrownBy(() -> Codec.encode(service("s3"), get, json("{}")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("s3:GetObject");
  }

  @Test
  void readsTheCallersIdentityAsJson() throws GarbledAnswerException {
    assertThat(decodeSts(IDENTITY))
        .isEqualTo(
            json(
                "{'UserId':'AROAEXAMPLE:s','Account':'123456789012',"
                    + "'Arn':'arn:aws:sts::123456789012:assumed-role/a&b/s'}"));
  }

  @Test
  void readsJsonAnswersWithEveryDigit() throws GarbledAnswerException {
    String text = "{\"n\":1.2300000000000000000001,\"l\":9007199254740993}";
    assertThat(decodeJson(text).toString()).isEqualTo(text);
    assertThat(decodeJson("")).isEmpty();
  }

  @Test
  void refusesAnswersThatAreNotWhatTheProtocolSays() {
    for (String body :
        new String[] {"<html>", "[1]", "null", "{\"a\":1} x", "{\"a\":1,\"a\":2}", "{", "\u0000"}) {
      assertThatThrownBy(() -> decodeJson(body))
          .as(body)
          .isInstanceOf(GarbledAnswerException.class)
          .hasMessageContaining("athena:ListWorkGroups");
    }
    for (String body : new String[] {"", "{}", "<a/>", "<GetCallerIdentityResponse>"}) {
      assertThatThrownBy(() -> decodeSts(body)).as(body).isInstanceOf(GarbledAnswerException.class);
    }
  }

  @Test
  void doesNotQuoteTheAnswerInItsError() {
    assertThatThrownBy(() -> decodeJson("{\"secret\": hunter2}"))
        .isInstanceOf(GarbledAnswerException.class)
        .hasMessageNotContaining("{\"secret\"");
  }

  @Test
  void refusesDocumentTypesAndExternalEntities() {
    String external =
        "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/hostname\">]>"
            + IDENTITY.replace("AROAEXAMPLE", "&x;");
    String bomb =
        "<!DOCTYPE a [<!ENTITY x \"yyyyyyyyyy\"><!ENTITY z \"&x;&x;&x;&x;&x;&x;&x;&x;\">]>"
            + IDENTITY.replace("AROAEXAMPLE", "&z;");
    for (String body : new String[] {external, bomb}) {
      assertThatThrownBy(() -> decodeSts(body)).isInstanceOf(GarbledAnswerException.class);
    }
  }

  @Test
  void boundsDepthAndSizeOfXml() throws GarbledAnswerException {
    assertThat(Xml.parse(nested(32).getBytes(UTF_8)).name()).isEqualTo("a");
    assertThatThrownBy(() -> Xml.parse(nested(33).getBytes(UTF_8)))
        .isInstanceOf(GarbledAnswerException.class);
    String wide = "<r>" + "<a/>".repeat(9_999) + "</r>";
    assertThat(Xml.parse(wide.getBytes(UTF_8)).children()).hasSize(9_999);
    assertThatThrownBy(() -> Xml.parse(("<r>" + "<a/>".repeat(10_000) + "</r>").getBytes(UTF_8)))
        .isInstanceOf(GarbledAnswerException.class);
  }

  @Test
  void throwsOneExceptionForAnyBytes() {
    Random random = new Random(7);
    byte[] good = IDENTITY.getBytes(UTF_8);
    for (int i = 0; i < 5_000; i++) {
      byte[] body = random.nextBoolean() ? good.clone() : new byte[random.nextInt(60)];
      for (int n = random.nextInt(6); n >= 0 && body.length > 0; n--) {
        body[random.nextInt(body.length)] = (byte) random.nextInt(256);
      }
      try {
        Codec.decode(service("sts"), operation("sts", "GetCallerIdentity"), body);
      } catch (GarbledAnswerException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
      try {
        Codec.decode(service("ce"), operation("ce", "GetTags"), body);
      } catch (GarbledAnswerException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
      assertThat(AwsErrors.read(500, Headers.none(), body).code()).isNotEmpty();
    }
  }

  private static String nested(int levels) {
    return "<a>".repeat(levels) + "</a>".repeat(levels);
  }

  private static ObjectNode decodeJson(String body) throws GarbledAnswerException {
    return Codec.decode(
        service("athena"), operation("athena", "ListWorkGroups"), body.getBytes(UTF_8));
  }

  private static ObjectNode decodeSts(String body) throws GarbledAnswerException {
    return Codec.decode(
        service("sts"), operation("sts", "GetCallerIdentity"), body.getBytes(UTF_8));
  }
}
