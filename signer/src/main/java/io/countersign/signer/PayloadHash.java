package io.countersign.signer;

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

  /** The hash of a body of no bytes. */
  public static final PayloadHash EMPTY =
      new PayloadHash("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");

  private final String headerValue;

  private PayloadHash(String headerValue) {
    this.headerValue = headerValue;
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

  /** The hash of the whole body. */
  public static PayloadHash ofBody(byte[] body) {
    if (body.length == 0) {
      return EMPTY;
    }
    return new PayloadHash(Hex.encode(Scratch.get().sha256().digest(body)));
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
      default -> {
        if (Hex.isSha256(value)) {
          yield new PayloadHash(value);
        }
        throw new MalformedRequestException(
            "x-amz-content-sha256 is neither 64 digits of lower-case hex nor UNSIGNED-PAYLOAD,"
                + " STREAMING-AWS4-HMAC-SHA256-PAYLOAD(-TRAILER) or"
                + " STREAMING-UNSIGNED-PAYLOAD-TRAILER");
      }
    };
  }

  /**
   * What the header {@code x-amz-content-sha256} and the last line of the canonical request hold.
   */
  public String headerValue() {
    return headerValue;
  }

  /** Whether this is the hash of a body rather than a word. */
  public boolean isHash() {
    return Hex.isSha256(headerValue);
  }

  /** Whether the body is {@code aws-chunked}. */
  public boolean isStreaming() {
    return headerValue.startsWith("STREAMING-");
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PayloadHash that && headerValue.equals(that.headerValue);
  }

  @Override
  public int hashCode() {
    return headerValue.hashCode();
  }

  @Override
  public String toString() {
    return headerValue;
  }
}
