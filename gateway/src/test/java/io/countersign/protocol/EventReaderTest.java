package io.countersign.protocol;

import static io.countersign.protocol.TestModels.json;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.catalog.ModelException;
import io.countersign.catalog.ModelReader;
import io.countersign.catalog.ServiceModel;
import io.countersign.signer.EventHeader;
import io.countersign.signer.EventMessage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EventReaderTest {
  private static final String MODEL =
      """
      {"metadata": {"apiVersion": "1", "protocol": "PROTOCOL"},
       "operations": {"Talk": {"name": "Talk", "http": {"method": "POST", "requestUri": "/"},
         "output": {"shape": "Out"}}},
       "shapes": {
         "Out": {"type": "structure", "members": {
           "Model": {"shape": "Text"}, "Stream": {"shape": "Stream"}}},
         "Stream": {"type": "structure", "eventstream": true, "members": {
           "chunk": {"shape": "Chunk"}, "delta": {"shape": "Delta"}, "words": {"shape": "Words"},
           "slow": {"shape": "SlowDownException"}}},
         "Chunk": {"type": "structure", "event": true, "members": {
           "bytes": {"shape": "Blob", "eventpayload": true},
           "at": {"shape": "Time", "eventheader": true},
           "last": {"shape": "Bool", "eventheader": true}}},
         "Delta": {"type": "structure", "event": true, "members": {
           "Text": {"shape": "Text"}, "When": {"shape": "Time"}}},
         "Words": {"type": "structure", "event": true, "members": {
           "all": {"shape": "Text", "eventpayload": true}}},
         "SlowDownException": {"type": "structure", "exception": true,
           "error": {"httpStatusCode": 429}, "members": {"message": {"shape": "Text"}}},
         "Text": {"type": "string"}, "Blob": {"type": "blob"}, "Time": {"type": "timestamp"},
         "Bool": {"type": "boolean"}}}
      """;

  private final List<String> told = new ArrayList<>();

  private final EventReader.Sink sink =
      new EventReader.Sink() {
        @Override
        public void event(String name, JsonNode value) {
          told.add(name + " " + value);
        }

        @Override
        public void error(AwsError error) {
          told.add("error " + error.code() + ": " + error.message() + " " + error.throttled());
        }
      };

  private static ServiceModel model(String protocol) {
    try {
      return ModelReader.read(json(MODEL.replace("PROTOCOL", protocol)));
    } catch (ModelException e) {
      throw new IllegalStateException(e);
    }
  }

  private EventReader reader(String protocol) {
    ServiceModel model = model(protocol);
    return new EventReader(model.metadata(), model.operation("Talk").orElseThrow(), sink);
  }

  private static byte[] message(String kind, String type, byte[] payload, EventHeader... more) {
    List<EventHeader> headers = new ArrayList<>();
    headers.add(EventHeader.string(":message-type", kind));
    headers.add(EventHeader.string(":" + kind + "-type", type));
    headers.addAll(List.of(more));
    return EventMessage.of(headers, ByteBuffer.wrap(payload)).encode();
  }

  private static byte[] event(String type, String payload, EventHeader... more) {
    return message("event", type, payload.getBytes(UTF_8), more);
  }

  private static byte[] all(byte[]... messages) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] message : messages) {
      out.writeBytes(message);
    }
    return out.toByteArray();
  }

  private static byte[] stream() {
    return all(
        event("initial-response", "{\"Model\":\"m\"}"),
        event(
            "chunk",
            "abc",
            EventHeader.timestamp("at", Instant.parse("2026-01-31T12:00:00.5Z")),
            EventHeader.of("last", EventHeader.Type.TRUE, new byte[0])),
        event("delta", "{\"Text\":\"hi\",\"When\":1769860800}"),
        event("words", "as they are"),
        event("novelty", "{}"));
  }

  @Test
  void readsEventsHoweverTheyAreCut() throws GarbledAnswerException {
    List<String> expected =
        List.of(
            "initial-response {\"Model\":\"m\"}",
            "chunk {\"at\":\"2026-01-31T12:00:00.500Z\",\"last\":true,\"bytes\":\"YWJj\"}",
            "delta {\"Text\":\"hi\",\"When\":\"2026-01-31T12:00:00Z\"}",
            "words {\"all\":\"as they are\"}",
            "novelty null");
    for (int size = 1; size < stream().length; size += 7) {
      told.clear();
      EventReader reader = reader("rest-json");
      for (int at = 0; at < stream().length; at += size) {
        reader.feed(ByteBuffer.wrap(stream(), at, Math.min(size, stream().length - at)));
      }
      reader.finish();
      assertThat(told).isEqualTo(expected);
    }
  }

  @Test
  void readsEventsOfXmlAndCbor() throws GarbledAnswerException {
    reader("rest-xml").feed(ByteBuffer.wrap(event("delta", "<Delta><Text>hi</Text></Delta>")));
    byte[] cbor = CborBody.write(json("{'Text':'hi'}"));
    reader("smithy-rpc-v2-cbor").feed(ByteBuffer.wrap(message("event", "delta", cbor)));

    assertThat(told).containsExactly("delta {\"Text\":\"hi\"}", "delta {\"Text\":\"hi\"}");
  }

  @Test
  void readsAWholeAnswerAsAnArrayOfEvents() throws GarbledAnswerException {
    ServiceModel model = model("rest-json");
    byte[] body = all(stream(), message("exception", "slow", "{}".getBytes(UTF_8)));

    assertThat(
            WireCodec.decode(
                    model.metadata(),
                    model.operation("Talk").orElseThrow(),
                    new WireAnswer(200, Map.of(), body))
                .toString())
        .isEqualTo(
            json("{'Stream':[{'chunk':{'at':'2026-01-31T12:00:00.500Z','last':true,"
                    + "'bytes':'YWJj'}},{'delta':{'Text':'hi','When':'2026-01-31T12:00:00Z'}},"
                    + "{'words':{'all':'as they are'}},{'novelty':null},"
                    + "{'error':{'code':'SlowDownException','message':''}}],'Model':'m'}")
                .toString());
  }

  @Test
  void tellsAnExceptionAndAnError() throws GarbledAnswerException {
    EventReader reader = reader("rest-json");
    reader.feed(
        ByteBuffer.wrap(message("exception", "slow", "{\"message\":\"wait\"}".getBytes(UTF_8))));
    reader.feed(ByteBuffer.wrap(message("exception", "unheardOf", new byte[0])));
    reader.feed(
        ByteBuffer.wrap(
            EventMessage.of(
                    List.of(
                        EventHeader.string(":message-type", "error"),
                        EventHeader.string(":error-code", "InternalError"),
                        EventHeader.string(":error-message", "words")),
                    ByteBuffer.allocate(0))
                .encode()));

    assertThat(told)
        .containsExactly(
            "error SlowDownException: wait true",
            "error unheardOf:  false",
            "error InternalError: words false");
  }

  @Test
  void refusesAStreamThatEndsWithinAnEvent() throws GarbledAnswerException {
    EventReader reader = reader("rest-json");
    reader.feed(ByteBuffer.wrap(stream(), 0, stream().length - 1));

    assertThatThrownBy(reader::finish).isInstanceOf(GarbledAnswerException.class);
  }

  @Test
  void refusesAnEventThatIsNotOfTheModel() {
    EventReader reader = reader("rest-json");

    assertThatThrownBy(() -> reader.feed(ByteBuffer.wrap(event("delta", "[1"))))
        .isInstanceOf(GarbledAnswerException.class)
        .hasMessageStartingWith("the answer is not JSON");
  }

  @Test
  void aBrokenStreamRaisesOnlyAGarbledAnswerException() {
    Random random = new Random(11);
    for (int round = 0; round < 5_000; round++) {
      byte[] bad = stream();
      if (round % 2 == 0) {
        // The frame is right, what it holds is not.
        byte[] payload = "{\"Text\":\"hi\",\"When\":1}".getBytes(UTF_8);
        payload[random.nextInt(payload.length)] = (byte) random.nextInt(256);
        bad = event("delta", new String(payload, ISO_8859_1));
      } else {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      try {
        EventReader reader = reader("rest-json");
        reader.feed(ByteBuffer.wrap(bad));
        reader.finish();
      } catch (GarbledAnswerException e) {
        assertThat(e).hasMessageStartingWith("the answer");
      }
    }
  }

  @Test
  void writesEventsInTheFormThatIsAccepted() {
    JsonNode value = json("{'a':'b\\nc'}");

    assertThat(EventText.accepted("text/event-stream")).contains(EventText.SERVER_SENT);
    assertThat(EventText.accepted("application/json, application/x-ndjson;q=0.9"))
        .contains(EventText.JSON_LINES);
    assertThat(EventText.accepted("application/json, */*")).isEmpty();
    assertThat(EventText.SERVER_SENT.write("delta", value))
        .asString(UTF_8)
        .isEqualTo("event: delta\ndata: {\"a\":\"b\\nc\"}\n\n");
    assertThat(EventText.JSON_LINES.write("delta", value))
        .asString(UTF_8)
        .isEqualTo("{\"delta\":{\"a\":\"b\\nc\"}}\n");
  }
}
