package io.countersign.signer;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of a request that was signed with {@link PayloadHash#STREAMING_EVENTS} as it
 * flows, in pieces cut anywhere, and verifies each event before it gives it out. It holds one
 * message at most.
 *
 * <p>Not thread-safe: one stream, one thread at a time. After an exception it stays failed: each
 * further call throws the same again.
 */
public final class EventStreamReader {

  /** Where the events go. */
  public interface Sink {

    /** Takes the next verified event, and the time at which it says it was signed. */
    void event(Instant signedAt, ByteBuffer event);

    /** Called once, when the signed end has come. */
    void end();
  }

  private final EventDecoder decoder;
  private final EventSignatures signatures;
  private boolean ended;

  private EventStreamReader(EventDecoder decoder, EventSignatures signatures) {
    this.decoder = decoder;
    this.signatures = signatures;
  }

  /**
   * A reader for the body of a verified request.
   *
   * @param keys a cache of the verifier's, not of a signer
   * @param authorization that of the request, which has been verified
   * @param credentials those that it was verified with
   * @param maxMessageBytes the largest message to hold, 16 or more; AWS allows 16 MiB of payload
   */
  public static EventStreamReader of(
      SigningKeys keys,
      Authorization authorization,
      AwsCredentials credentials,
      int maxMessageBytes) {
    return new EventStreamReader(
        new EventDecoder(maxMessageBytes),
        new EventSignatures(
            keys,
            credentials,
            authorization.region(),
            authorization.service(),
            authorization.signature()));
  }

  /**
   * Takes the next piece of the body, up to its limit, and gives out the events that it completes.
   *
   * @param now the time to judge by: an event may be {@link Verifier#MAX_SKEW} from it, either way
   * @throws ChunkSignatureException if an event is not what was signed
   * @throws MalformedRequestException if a message is not well-formed or untimely, or if octets
   *     follow the end
   */
  public void feed(ByteBuffer in, Instant now, Sink sink) throws MalformedRequestException {
    decoder.feed(in, message -> message(message, now, sink));
  }

  /**
   * To be called when the body has ended.
   *
   * @throws MalformedRequestException if the signed end has not come
   */
  public void finish() throws MalformedRequestException {
    decoder.finish();
    if (!ended) {
      throw malformed("the body ends before its signed end");
    }
  }

  private void message(EventMessage message, Instant now, Sink sink)
      throws MalformedRequestException {
    if (ended) {
      throw malformed("a message follows the end");
    }
    EventHeader date = header(message, EventSignatures.DATE, EventHeader.Type.TIMESTAMP);
    EventHeader signature = header(message, EventSignatures.SIGNATURE, EventHeader.Type.BYTES);
    Instant signedAt = date == null ? null : date.timestamp();
    if (date == null || signature == null || signedAt == null || message.headers().size() != 2) {
      throw malformed("a message has not exactly :date and :chunk-signature");
    }
    if (signedAt.isBefore(now.minus(Verifier.MAX_SKEW))
        || signedAt.isAfter(now.plus(Verifier.MAX_SKEW))) {
      throw malformed("an event is of another time than now: " + signedAt);
    }
    byte[] expected = signatures.next(date, signedAt, message.payload());
    if (!MessageDigest.isEqual(expected, signature.value())) {
      throw new ChunkSignatureException("the signature of an event does not match");
    }
    signatures.goOn(expected);
    if (message.payload().hasRemaining()) {
      sink.event(signedAt, message.payload());
    } else {
      ended = true;
      sink.end();
    }
  }

  private static @Nullable EventHeader header(
      EventMessage message, String name, EventHeader.Type type) {
    EventHeader header = message.header(name);
    return header != null && header.type() == type ? header : null;
  }

  private static MalformedRequestException malformed(String what) {
    return new MalformedRequestException("event stream: " + what);
  }
}
