package io.countersign.signer;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A message of {@code application/vnd.amazon.eventstream}: headers and a payload, between a prelude
 * and a checksum ("Event stream encoding", Amazon Transcribe Developer Guide). Immutable.
 */
public final class EventMessage {

  /** Octets of a message without headers and payload: prelude, its checksum, the checksum. */
  static final int FRAME = 16;

  /** Octets before the headers. */
  static final int PRELUDE = 12;

  /** The most octets of headers that AWS allows. */
  static final int MAX_HEADERS = 128 * 1024;

  private final List<EventHeader> headers;
  private final byte[] payload;

  EventMessage(List<EventHeader> headers, byte[] payload) {
    this.headers = headers;
    this.payload = payload;
  }

  /**
   * A message of these headers, in this order, and the payload up to its limit, which is copied.
   *
   * @throws IllegalArgumentException if a name is there twice, or if the headers take more than 128
   *     KiB
   */
  public static EventMessage of(List<EventHeader> headers, ByteBuffer payload) {
    Set<String> names = new HashSet<>();
    for (EventHeader header : headers) {
      if (!names.add(header.name())) {
        throw new IllegalArgumentException("the event header " + header.name() + " is twice there");
      }
    }
    byte[] octets = new byte[payload.remaining()];
    payload.duplicate().get(octets);
    EventMessage message = new EventMessage(List.copyOf(headers), octets);
    if (message.encodedHeaders().length > MAX_HEADERS) {
      throw new IllegalArgumentException(
          "the headers of an event take more than " + MAX_HEADERS + " octets");
    }
    return message;
  }

  /** The headers, in the order of the wire. */
  public List<EventHeader> headers() {
    return headers;
  }

  /** The header of this name, or null. */
  public @Nullable EventHeader header(String name) {
    for (EventHeader header : headers) {
      if (header.name().equals(name)) {
        return header;
      }
    }
    return null;
  }

  /** The payload, read-only. */
  public ByteBuffer payload() {
    return ByteBuffer.wrap(payload).asReadOnlyBuffer();
  }

  /** The message as it goes over the wire. */
  public byte[] encode() {
    byte[] head = encodedHeaders();
    Bytes out = new Bytes(FRAME + head.length + payload.length);
    number(out, FRAME + head.length + payload.length);
    number(out, head.length);
    checksum(out);
    out.put(head).put(payload);
    checksum(out);
    return out.array; // exactly filled
  }

  private byte[] encodedHeaders() {
    Bytes out = new Bytes(64);
    for (EventHeader header : headers) {
      header.write(out);
    }
    return out.copy();
  }

  private static void number(Bytes out, int value) {
    out.put(value >> 24).put(value >> 16).put(value >> 8).put(value);
  }

  private static void checksum(Bytes out) {
    CRC32 crc = new CRC32();
    crc.update(out.array, 0, out.length);
    number(out, (int) crc.getValue());
  }

  @Override
  public String toString() {
    return "EventMessage" + headers + " with " + payload.length + " octets";
  }
}
