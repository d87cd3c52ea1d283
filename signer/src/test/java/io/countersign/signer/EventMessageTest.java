package io.countersign.signer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;

/** The event stream encoding, against the codec that the AWS SDK for Java v2 uses. */
class EventMessageTest {

  private static final Instant TIME = Instant.parse("2026-11-24T12:00:00.123Z");
  private static final UUID ID = UUID.fromString("01234567-89ab-cdef-0123-456789abcdef");

  /** No byte and no short: the SDK's codec (eventstream 1.0.1) writes their types, but no value. */
  private static Message theirs() {
    Map<String, HeaderValue> headers = new LinkedHashMap<>();
    headers.put("true", HeaderValue.fromBoolean(true));
    headers.put("false", HeaderValue.fromBoolean(false));
    headers.put("integer", HeaderValue.fromInteger(-3));
    headers.put("long", HeaderValue.fromLong(-4));
    headers.put("bytes", HeaderValue.fromByteArray(new byte[] {0, -1}));
    headers.put("string", HeaderValue.fromString("h\u00e9llo"));
    headers.put(":date", HeaderValue.fromTimestamp(TIME));
    headers.put("uuid", HeaderValue.fromUuid(ID));
    return new Message(headers, "payload".getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] encoded(Message message) {
    ByteBuffer buffer = message.toByteBuffer();
    byte[] octets = new byte[buffer.remaining()];
    buffer.get(octets);
    return octets;
  }

  private static List<EventMessage> decode(byte[] octets, int max)
      throws MalformedRequestException {
    List<EventMessage> messages = new ArrayList<>();
    EventDecoder decoder = new EventDecoder(max);
    decoder.feed(ByteBuffer.wrap(octets), messages::add);
    decoder.finish();
    return messages;
  }

  private static void refuses(byte[] octets, int max, String reason) {
    assertThatExceptionOfType(MalformedRequestException.class)
        .isThrownBy(() -> decode(octets, max))
        .withMessageContaining(reason);
  }

  /** A message of these octets of headers, with lengths and checksums that fit. */
  private static byte[] framed(byte... headers) {
    ByteBuffer out = ByteBuffer.allocate(16 + headers.length);
    out.putInt(16 + headers.length).putInt(headers.length);
    out.putInt(crc(out)).put(headers);
    return out.putInt(crc(out)).array();
  }

  private static int crc(ByteBuffer written) {
    CRC32 crc = new CRC32();
    crc.update(written.duplicate().flip());
    return (int) crc.getValue();
  }

  @Test
  void readsEveryTypeOfHeaderAndWritesItAsItCame() throws Exception {
    byte[] octets = encoded(theirs());
    EventMessage message = decode(octets, octets.length).get(0);
    List<EventHeader.Type> types = new ArrayList<>(List.of(EventHeader.Type.values()));
    types.remove(EventHeader.Type.BYTE);
    types.remove(EventHeader.Type.SHORT);
    assertThat(message.headers().stream().map(EventHeader::type)).containsExactlyElementsOf(types);
    EventHeader date = message.header(":date");
    EventHeader text = message.header("string");
    assertThat(date).isEqualTo(EventHeader.timestamp(":date", TIME));
    assertThat(date == null ? null : date.timestamp()).isEqualTo(TIME);
    assertThat(text == null ? null : text.string()).isEqualTo("h\u00e9llo");
    assertThat(text == null ? null : text.timestamp()).isNull();
    assertThat(date == null ? null : date.string()).isNull();
    assertThat(message.header("none")).isNull();
    assertThat(message.payload()).isEqualTo(ByteBuffer.wrap(theirs().getPayload()));
    assertThat(message.encode()).isEqualTo(octets);
    assertThat(EventMessage.of(message.headers(), message.payload()).encode()).isEqualTo(octets);
    assertThat(message.toString()).doesNotContain("llo");
  }

  @Test
  void readsBytesAndShortsOfOneAndTwoOctets() throws Exception {
    byte[] octets =
        framed(
            (byte) 1,
            (byte) 'a',
            (byte) 2,
            (byte) -1,
            (byte) 1,
            (byte) 'b',
            (byte) 3,
            (byte) 1,
            (byte) 2);
    EventMessage message = decode(octets, 64).get(0);
    assertThat(message.headers())
        .containsExactly(
            EventHeader.of("a", EventHeader.Type.BYTE, new byte[] {-1}),
            EventHeader.of("b", EventHeader.Type.SHORT, new byte[] {1, 2}));
    assertThat(message.encode()).isEqualTo(octets);
  }

  @Test
  void writesWhatTheSdkReads() {
    EventMessage ours =
        EventMessage.of(
            List.of(EventHeader.timestamp(":date", TIME), EventHeader.bytes("b", new byte[3])),
            ByteBuffer.wrap(new byte[] {1, 2}));
    Message read = Message.decode(ByteBuffer.wrap(ours.encode()));
    assertThat(read.getHeaders()).containsEntry(":date", HeaderValue.fromTimestamp(TIME));
    assertThat(read.getPayload()).containsExactly(1, 2);
  }

  @Test
  void readsMessagesCutAtEveryOffset() throws Exception {
    byte[] octets = encoded(theirs());
    for (int cut = 0; cut <= octets.length; cut++) {
      List<EventMessage> messages = new ArrayList<>();
      EventDecoder decoder = new EventDecoder(octets.length);
      decoder.feed(ByteBuffer.wrap(octets, 0, cut), messages::add);
      decoder.feed(ByteBuffer.wrap(octets, cut, octets.length - cut), messages::add);
      decoder.finish();
      assertThat(messages).hasSize(1);
      assertThat(messages.get(0).encode()).isEqualTo(octets);
    }
  }

  @Test
  void boundsTheMessage() throws Exception {
    byte[] octets = encoded(theirs());
    assertThat(decode(octets, octets.length)).hasSize(1);
    refuses(octets, octets.length - 1, "more than the");
    assertThat(decode(framed(), 16)).hasSize(1);
    assertThatIllegalArgumentException().isThrownBy(() -> new EventDecoder(15));
  }

  @Test
  void refusesALengthBeforeItTakesMemoryForIt() {
    ByteBuffer prelude = ByteBuffer.allocate(12).putInt(Integer.MAX_VALUE).putInt(0);
    refuses(prelude.putInt(crc(prelude)).array(), 1 << 20, "more than the 1048576");
    ByteBuffer negative = ByteBuffer.allocate(12).putInt(-1).putInt(0);
    refuses(negative.putInt(crc(negative)).array(), 1 << 20, "more than the 1048576");
    ByteBuffer headers = ByteBuffer.allocate(12).putInt(200_000).putInt(128 * 1024 + 1);
    refuses(headers.putInt(crc(headers)).array(), 1 << 20, "octets of headers");
    ByteBuffer tooFew = ByteBuffer.allocate(12).putInt(19).putInt(4);
    refuses(tooFew.putInt(crc(tooFew)).array(), 1 << 20, "octets of headers in 19");
  }

  @Test
  void refusesEveryFlippedBit() {
    byte[] octets = encoded(theirs());
    for (int i = 0; i < octets.length * 8; i++) {
      byte[] flipped = octets.clone();
      flipped[i / 8] ^= (byte) (1 << i % 8);
      refuses(flipped, octets.length, "event stream: message 1 ");
    }
  }

  @Test
  void refusesHeadersThatAreNotWhole() throws Exception {
    assertThat(decode(framed((byte) 1, (byte) 'a', (byte) 0), 64)).hasSize(1);
    refuses(framed((byte) 0), 64, "without a name");
    refuses(framed((byte) 1, (byte) 'a'), 64, "without a name");
    refuses(framed((byte) 1, (byte) 'a', (byte) 10), 64, "unknown type");
    refuses(framed((byte) 1, (byte) 'a', (byte) -1), 64, "unknown type");
    refuses(framed((byte) 1, (byte) 'a', (byte) 5, (byte) 0), 64, "without a value");
    refuses(framed((byte) 1, (byte) 'a', (byte) 6, (byte) 0), 64, "without a length");
    refuses(framed((byte) 1, (byte) 'a', (byte) 6, (byte) 0, (byte) 1), 64, "without a value");
    refuses(framed((byte) 1, (byte) 'a', (byte) 6, (byte) 0x80, (byte) 0), 64, "at most 32767");
    refuses(framed((byte) 1, (byte) 0xff, (byte) 0), 64, "no UTF-8");
    refuses(framed((byte) 1, (byte) 'a', (byte) 0, (byte) 1, (byte) 'a', (byte) 1), 64, "twice");
  }

  @Test
  void makesNoHeaderThatCannotBeSent() {
    assertThat(EventHeader.bytes("n".repeat(255), new byte[32_767]).value()).hasSize(32_767);
    assertThatIllegalArgumentException().isThrownBy(() -> EventHeader.bytes("", new byte[0]));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EventHeader.bytes("n".repeat(256), new byte[0]));
    assertThatIllegalArgumentException().isThrownBy(() -> EventHeader.bytes("n", new byte[32_768]));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EventHeader.of("n", EventHeader.Type.LONG, new byte[7]));
    EventHeader one = EventHeader.string("n", "a");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EventMessage.of(List.of(one, one), ByteBuffer.allocate(0)));
    List<EventHeader> many = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      many.add(EventHeader.bytes("n" + i, new byte[32_767]));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EventMessage.of(many, ByteBuffer.allocate(0)));
  }

  @Test
  void fuzzOfHeadersAllowsOnlyMalformedRequests() throws Exception {
    Random random = new Random(4716);
    byte[] good = encoded(theirs());
    int headerBytes = good.length - 16 - theirs().getPayload().length;
    String headers = new String(good, 12, headerBytes, StandardCharsets.ISO_8859_1);
    int accepted = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] octets = framed(Fuzz.mutate(random, headers).getBytes(StandardCharsets.ISO_8859_1));
      try {
        assertThat(decode(octets, 4096).get(0).encode()).isEqualTo(octets);
        accepted++;
      } catch (MalformedRequestException expected) {
        assertThat(expected.getMessage()).startsWith("event stream: message 1 ");
      }
    }
    assertThat(accepted).isPositive();
  }
}
