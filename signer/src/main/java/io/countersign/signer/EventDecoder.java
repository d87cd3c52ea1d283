package io.countersign.signer;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@link EventMessage}s as their octets flow, in pieces cut anywhere. It holds one message at
 * most, whose size is bounded, and takes memory as octets arrive, not as a size is declared.
 *
 * <p>Not thread-safe: one stream, one thread at a time. After an exception it stays failed: each
 * further call throws the same again.
 */
public final class EventDecoder {

  /** Where the messages go. */
  @FunctionalInterface
  public interface Sink {
    /**
     * Takes the next message.
     *
     * @throws MalformedRequestException to refuse it, and with it the stream
     */
    void message(EventMessage message) throws MalformedRequestException;
  }

  private static final int FIRST_BYTES = 1024;

  private final int maxMessageBytes;
  private byte[] held = new byte[EventMessage.PRELUDE];
  private int count;
  private int messageBytes;
  private int headerBytes;
  private int messageNumber = 1;
  private @Nullable MalformedRequestException failure;

  /**
   * A decoder of messages of up to this many octets, frame included.
   *
   * @throws IllegalArgumentException if that is below 16, which the frame takes
   */
  public EventDecoder(int maxMessageBytes) {
    if (maxMessageBytes < EventMessage.FRAME) {
      throw new IllegalArgumentException("a message takes 16 octets at least");
    }
    this.maxMessageBytes = maxMessageBytes;
  }

  /**
   * Takes the next piece of the stream, up to its limit, and gives out the messages that it
   * completes.
   *
   * @throws MalformedRequestException if a length, a checksum or a header is wrong, or the sink
   *     refuses a message
   */
  public void feed(ByteBuffer in, Sink sink) throws MalformedRequestException {
    if (failure != null) {
      throw failure;
    }
    try {
      while (in.hasRemaining()) {
        take(in);
        if (messageBytes > 0 && count == messageBytes) {
          EventMessage message = message();
          messageBytes = 0;
          count = 0;
          held = held.length > 64 * 1024 ? new byte[EventMessage.PRELUDE] : held;
          sink.message(message);
          messageNumber++;
        }
      }
    } catch (MalformedRequestException e) {
      failure = e;
      held = new byte[0];
      throw e;
    }
  }

  /**
   * To be called when the stream has ended.
   *
   * @throws MalformedRequestException if it ends within a message
   */
  public void finish() throws MalformedRequestException {
    if (failure == null && count > 0) {
      failure = malformed("ends before it is whole");
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void take(ByteBuffer in) throws MalformedRequestException {
    int want = messageBytes > 0 ? messageBytes : EventMessage.PRELUDE;
    int piece = Math.min(in.remaining(), want - count);
    if (held.length < count + piece) {
      int grown = Math.max(FIRST_BYTES, Math.max(2 * held.length, count + piece));
      held = Arrays.copyOf(held, Math.min(want, grown));
    }
    in.get(held, count, piece);
    count += piece;
    if (messageBytes == 0 && count == EventMessage.PRELUDE) {
      prelude();
    }
  }

  private void prelude() throws MalformedRequestException {
    checkCrc(8, "its prelude");
    long whole = number(0);
    long headers = number(4);
    if (headers > EventMessage.MAX_HEADERS || whole < EventMessage.FRAME + headers) {
      throw malformed("has " + headers + " octets of headers in " + whole);
    }
    if (whole > maxMessageBytes) {
      throw malformed("has " + whole + " octets, more than the " + maxMessageBytes + " allowed");
    }
    messageBytes = (int) whole;
    headerBytes = (int) headers;
  }

  private void checkCrc(int at, String what) throws MalformedRequestException {
    CRC32 crc = new CRC32();
    crc.update(held, 0, at);
    if (crc.getValue() != number(at)) {
      throw malformed("has not the checksum of " + what);
    }
  }

  private long number(int at) {
    return ByteBuffer.wrap(held).getInt(at) & 0xffff_ffffL;
  }

  private EventMessage message() throws MalformedRequestException {
    checkCrc(messageBytes - 4, "its octets");
    List<EventHeader> headers = new ArrayList<>();
    Set<String> names = new HashSet<>();
    int at = EventMessage.PRELUDE;
    int end = at + headerBytes;
    while (at < end) {
      int nameBytes = held[at++] & 0xff;
      need(nameBytes > 0 && at + nameBytes < end, "a name");
      String name = name(at, nameBytes);
      at += nameBytes;
      EventHeader.Type type = EventHeader.Type.of(held[at++] & 0xff);
      if (type == null) {
        throw malformed("has a header of an unknown type");
      }
      int size = type.size;
      if (size < 0) {
        need(at + 2 <= end, "a length");
        size = (held[at] & 0xff) << 8 | (held[at + 1] & 0xff);
        need(size <= EventHeader.MAX_VALUE, "a value of at most 32767 octets");
        at += 2;
      }
      need(at + size <= end, "a value");
      if (!names.add(name)) {
        throw malformed("has the header of one name twice");
      }
      headers.add(new EventHeader(name, type, Arrays.copyOfRange(held, at, at + size)));
      at += size;
    }
    return new EventMessage(List.copyOf(headers), Arrays.copyOfRange(held, end, messageBytes - 4));
  }

  private String name(int at, int size) throws MalformedRequestException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(held, at, size)).toString();
    } catch (CharacterCodingException e) {
      throw malformed("has a header whose name is no UTF-8");
    }
  }

  private void need(boolean there, String what) throws MalformedRequestException {
    if (!there) {
      throw malformed("has a header without " + what);
    }
  }

  private MalformedRequestException malformed(String what) {
    return new MalformedRequestException("event stream: message " + messageNumber + " " + what);
  }
}
