package io.countersign.signer;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;

/**
 * Writes the body of a request that was signed with {@link PayloadHash#STREAMING_EVENTS}: each
 * event in a message that holds its time and a signature tied to the one before it, and a signed
 * message without payload at the end ("Event stream encoding", Amazon Transcribe Developer Guide).
 *
 * <p>An event is mostly an encoded {@link EventMessage} itself. Not thread-safe: one stream, one
 * thread at a time.
 */
public final class EventStreamWriter {

  private final EventSignatures signatures;
  private boolean ended;

  private EventStreamWriter(EventSignatures signatures) {
    this.signatures = signatures;
  }

  /**
   * A writer for the body of a signed request.
   *
   * @param parameters those that the request was signed with; their time does not matter
   * @param signed the request's signature, which the first event signs
   */
  public static EventStreamWriter of(
      SigningKeys keys, SigningParameters parameters, SignedRequest signed) {
    return new EventStreamWriter(
        new EventSignatures(
            keys,
            parameters.credentials(),
            parameters.region(),
            parameters.service(),
            signed.signature()));
  }

  /**
   * Writes one event, up to its limit.
   *
   * @param time one sample of the clock; its milliseconds are sent, and its day chooses the key
   * @throws IllegalArgumentException if the event is empty, which would be the end
   * @throws IllegalStateException after {@link #end}
   */
  public void event(ByteBuffer event, Instant time, ChunkWriter.Output out) {
    if (!event.hasRemaining()) {
      throw new IllegalArgumentException("an empty event would end the stream");
    }
    write(event, time, out);
    event.position(event.limit());
  }

  /**
   * Writes the end.
   *
   * @throws IllegalStateException if called twice
   */
  public void end(Instant time, ChunkWriter.Output out) {
    write(ByteBuffer.allocate(0), time, out);
    ended = true;
  }

  private void write(ByteBuffer event, Instant time, ChunkWriter.Output out) {
    if (ended) {
      throw new IllegalStateException("the stream has ended");
    }
    EventHeader date = EventHeader.timestamp(EventSignatures.DATE, time);
    byte[] signature = signatures.next(date, time, event);
    EventMessage message =
        EventMessage.of(
            List.of(date, EventHeader.bytes(EventSignatures.SIGNATURE, signature)), event);
    signatures.goOn(signature);
    out.bytes(ByteBuffer.wrap(message.encode()));
  }
}
