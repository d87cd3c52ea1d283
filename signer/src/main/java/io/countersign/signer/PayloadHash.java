package io.countersign.signer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The last line of a canonical request: the SHA-256 of the body in lower-case hex, or one of the
 * words that stand for it (AWS Signature Version 4, "x-amz-content-sha256"). Immutable.
 */
public final class PayloadHash {

  /** The body is not signed: S3 over TLS, presigned URLs. */
  public static final PayloadHash UNSIGNED = new PayloadHash("UNSIGNED-PAYLOAD");

  /** {@code aws-chunked} with a signature for each chunk. */
  public static final PayloadHash STREAMING_SIGNED =
      new PayloadHash("STREAMING-AWS4-HMAC-SHA256-PAYLOAD");

  /** {@code aws-chunked} with a signature for each chunk and for the trailer. */
  public static final PayloadHash STREAMING_SIGNED_TRAILER =
      new PayloadHash("STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER");

  /**
   * {@code aws-chunked} without chunk signatures, and a trailer: what current SDKs send to S3 by
   * default.
   */
  public static final PayloadHash STREAMING_UNSIGNED_TRAILER =
      new PayloadHash("STREAMING-UNSIGNED-PAYLOAD-TRAILER");

  /** {@code aws-chunked} with a SigV4a signature for each chunk. */
  public static final PayloadHash STREAMING_ECDSA =
      new PayloadHash("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD");

  /** {@code aws-chunked} with a SigV4a signature for each chunk and for the trailer. */
  public static final PayloadHash STREAMING_ECDSA_TRAILER =
      new PayloadHash("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER");

  /** A stream of events, each in a signed message: see {@link EventStreamWriter}. */
  public static final PayloadHash STREAMING_EVENTS =
      new PayloadHash("STREAMING-AWS4-HMAC-SHA256-EVENTS");

  /** The hash of a body of no bytes. */
  public static final PayloadHash EMPTY =
      new PayloadHash("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");

  /** The octets of the value: digits of a hash, or a word. */
  private final byte[] octets;

  private final boolean hash;

  /** The same as text, made when it is asked for: most signatures need the octets only. */
  private @Nullable String text;

  private PayloadHash(String word) {
    this(word.getBytes(StandardCharsets.US_ASCII), Hex.isSha256(word));
    text = word;
  }

  private PayloadHash(byte[] octets, boolean hash) {
    this.octets = octets;
    this.hash = hash;
  }

  /**
   * A hash that the caller has computed.
   *
   * @throws IllegalArgumentException if it is not 64 digits of lower-case hex
   */
  public static PayloadHash ofHex(String hex) {
    if (!Hex.isSha256(hex)) {
      throw new IllegalArgumentException("a payload hash is 64 digits of lower-case hex");
    }
    return new PayloadHash(hex);
  }

  /**
   * A hash that the caller has computed.
   *
   * @param sha256 the 32 bytes that a {@link MessageDigest} gives; copied
   * @throws IllegalArgumentException if there are not 32 of them
   */
  public static PayloadHash ofDigest(byte[] sha256) {
    if (sha256.length != Sha256.BYTES) {
      throw new IllegalArgumentException("a SHA-256 has 32 bytes, not " + sha256.length);
    }
    byte[] hex = new byte[2 * Sha256.BYTES];
    Hex.encode(sha256, hex, 0);
    return new PayloadHash(hex, true);
  }

  /** The hash of the whole body. */
  public static PayloadHash ofBody(byte[] body) {
    return ofBody(body, 0, body.length);
  }

  /**
   * The hash of a body that is part of an array.
   *
   * @throws IndexOutOfBoundsException if the part is not within the array
   */
  public static PayloadHash ofBody(byte[] array, int from, int length) {
    Objects.checkFromIndexSize(from, length, array.length);
    if (length == 0) {
      return EMPTY;
    }
    Scratch scratch = Scratch.get();
    MessageDigest sha256 = scratch.sha256();
    sha256.update(array, from, length);
    return ofState(sha256, scratch.hash);
  }

  /**
   * The hash of a body that lies in buffers, one after the other: each from its position to its
   * limit, heap or direct. Positions and limits stay as they are.
   */
  public static PayloadHash ofBody(ByteBuffer... body) {
    Scratch scratch = Scratch.get();
    MessageDigest sha256 = scratch.sha256();
    for (ByteBuffer part : body) {
      int position = part.position();
      sha256.update(part);
      part.position(position);
    }
    return ofState(sha256, scratch.hash);
  }

  private static PayloadHash ofState(MessageDigest sha256, byte[] hash) {
    Sha256.finish(sha256, hash);
    return ofDigest(hash);
  }

  /**
   * Reads the value of an {@code x-amz-content-sha256} header.
   *
   * @throws MalformedRequestException if it is neither a hash nor one of the words that this
   *     library knows
   */
  public static PayloadHash parse(String value) throws MalformedRequestException {
    return switch (value) {
      case "UNSIGNED-PAYLOAD" -> UNSIGNED;
      case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" -> STREAMING_SIGNED;
      case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" -> STREAMING_SIGNED_TRAILER;
      case "STREAMING-UNSIGNED-PAYLOAD-TRAILER" -> STREAMING_UNSIGNED_TRAILER;
      case "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD" -> STREAMING_ECDSA;
      case "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER" -> STREAMING_ECDSA_TRAILER;
      case "STREAMING-AWS4-HMAC-SHA256-EVENTS" -> STREAMING_EVENTS;
      default -> {
        if (Hex.isSha256(value)) {
          yield new PayloadHash(value);
        }
        throw new MalformedRequestException(
            "x-amz-content-sha256 is neither 64 digits of lower-case hex nor UNSIGNED-PAYLOAD,"
                + " STREAMING-AWS4-HMAC-SHA256-PAYLOAD(-TRAILER),"
                + " STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD(-TRAILER),"
                + " STREAMING-UNSIGNED-PAYLOAD-TRAILER or STREAMING-AWS4-HMAC-SHA256-EVENTS");
      }
    };
  }

  /**
   * What the header {@code x-amz-content-sha256} and the last line of the canonical request hold.
   */
  public String headerValue() {
    String known = text;
    if (known == null) {
      known = new String(octets, StandardCharsets.ISO_8859_1);
      text = known;
    }
    return known;
  }

  /** The same as octets, which nobody may change. */
  byte[] octets() {
    return octets;
  }

  /** Whether this is the hash of a body rather than a word. */
  public boolean isHash() {
    return hash;
  }

  /** Whether the body is {@code aws-chunked}; a stream of events is not. */
  public boolean isStreaming() {
    return !hash && headerValue().startsWith("STREAMING-") && !isEventStream();
  }

  /** Whether the body is a stream of signed events. */
  public boolean isEventStream() {
    return equals(STREAMING_EVENTS);
  }

  /** Whether the body is {@code aws-chunked} and signed with the key of SigV4a. */
  boolean isEcdsa() {
    return equals(STREAMING_ECDSA) || equals(STREAMING_ECDSA_TRAILER);
  }

  /** Whether the body is {@code aws-chunked} with a trailer. */
  boolean hasTrailer() {
    return isStreaming() && headerValue().endsWith("-TRAILER");
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PayloadHash that && Arrays.equals(octets, that.octets);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(octets);
  }

  @Override
  public String toString() {
    return headerValue();
  }
}
