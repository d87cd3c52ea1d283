package io.countersign.signer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Writes an {@code aws-chunked} body, and signs its chunks and trailer. A body that a {@link
 * ChunkReader} takes apart and this puts together again chunk by chunk keeps its length, so
 * Content-Length stays as it was.
 *
 * <p>S3 wants chunks of 8,192 bytes at least, the last one excepted. Not thread-safe: one body, one
 * thread at a time.
 */
public final class ChunkWriter {

  /** Where the encoded bytes go. */
  @FunctionalInterface
  public interface Output {
    /** Takes the next bytes; the buffer is good during the call only. */
    void bytes(ByteBuffer encoded);
  }

  private static final String SIGNATURE_EXTENSION = ";chunk-signature=";

  private final @Nullable ChunkSeed seed;
  private final boolean trailer;
  private final MessageDigest digest = Sha256.create();
  private String previous;
  private boolean ended;

  private ChunkWriter(@Nullable ChunkSeed seed, boolean trailer) {
    if (seed != null && !seed.key.canSign()) {
      throw new IllegalArgumentException("this seed has a public key only, which cannot sign");
    }
    this.seed = seed;
    this.trailer = trailer;
    this.previous = seed == null ? "" : seed.signature;
  }

  /**
   * A writer for the body of a request that was signed with this payload.
   *
   * @param payload one for which {@link PayloadHash#isStreaming} holds
   * @param seed from {@link SignedRequest#chunkSeed} or {@link SigV4aSignedRequest#chunkSeed}; not
   *     used for an unsigned body
   * @throws IllegalArgumentException if the payload is not streaming, its algorithm is not that of
   *     the seed, or the seed comes from a verification by a public key, which cannot sign
   */
  public static ChunkWriter of(PayloadHash payload, ChunkSeed seed) {
    if (!payload.isStreaming()) {
      throw new IllegalArgumentException("not an aws-chunked body: " + payload);
    }
    if (payload.equals(PayloadHash.STREAMING_UNSIGNED_TRAILER)) {
      return unsignedWithTrailer();
    }
    seed.checkAlgorithm(payload);
    return payload.hasTrailer() ? signedWithTrailer(seed) : signed(seed);
  }

  /**
   * A writer for a request signed with {@link PayloadHash#STREAMING_SIGNED}, or with {@link
   * PayloadHash#STREAMING_ECDSA} and SigV4a.
   *
   * @throws IllegalArgumentException if the seed comes from a verification by a public key
   */
  public static ChunkWriter signed(ChunkSeed seed) {
    return new ChunkWriter(seed, false);
  }

  /**
   * A writer for a request signed with {@link PayloadHash#STREAMING_SIGNED_TRAILER}, or with {@link
   * PayloadHash#STREAMING_ECDSA_TRAILER} and SigV4a.
   *
   * @throws IllegalArgumentException if the seed comes from a verification by a public key
   */
  public static ChunkWriter signedWithTrailer(ChunkSeed seed) {
    return new ChunkWriter(seed, true);
  }

  /** A writer for a request signed with {@link PayloadHash#STREAMING_UNSIGNED_TRAILER}. */
  public static ChunkWriter unsignedWithTrailer() {
    return new ChunkWriter(null, true);
  }

  /**
   * Writes one chunk: its line, the data themselves without a copy, and CR LF. Takes the data up to
   * their limit.
   *
   * @throws IllegalArgumentException if the data are empty: an empty chunk is the end
   * @throws IllegalStateException after {@link #end}
   */
  public void chunk(ByteBuffer data, Output out) {
    if (!data.hasRemaining()) {
      throw new IllegalArgumentException("an empty chunk would end the body");
    }
    checkOpen();
    digest.update(data.duplicate());
    out.bytes(sizeLine(data.remaining()));
    out.bytes(data);
    out.bytes(ByteBuffer.wrap(new byte[] {'\r', '\n'}));
  }

  /**
   * Writes the last chunk and the trailer.
   *
   * @param trailers {@link ChunkTrailers#NONE} for a body without trailer
   * @throws IllegalArgumentException if there is a trailer although the request was signed without
   * @throws IllegalStateException if called twice
   */
  public void end(ChunkTrailers trailers, Output out) {
    checkOpen();
    if (!trailer && !trailers.lines().isEmpty()) {
      throw new IllegalArgumentException("the request was signed for a body without trailer");
    }
    ended = true;
    out.bytes(sizeLine(0));
    if (seed != null && trailer) {
      String signature =
          seed.key.sign(ChunkSignatures.ofTrailer(seed, previous, trailers.signedText()));
      out.bytes(ByteBuffer.wrap(trailers.signedBytes(seed.key.pad(signature))));
    } else {
      out.bytes(ByteBuffer.wrap(trailers.unsignedBytes()));
    }
  }

  private void checkOpen() {
    if (ended) {
      throw new IllegalStateException("the body has ended");
    }
  }

  private ByteBuffer sizeLine(int size) {
    String line = Integer.toHexString(size);
    if (seed != null) {
      previous = seed.key.sign(ChunkSignatures.ofChunk(seed, previous, digest.digest()));
      line += SIGNATURE_EXTENSION + seed.key.pad(previous);
    }
    return ByteBuffer.wrap((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * The length of a whole body, for Content-Length.
   *
   * @param payload one for which {@link PayloadHash#isStreaming} holds
   * @param decodedLength bytes of data, 0 or more
   * @param chunkBytes the size of every chunk but the last, 1 or more
   * @param trailers those that {@link #end} will write
   * @return bytes
   * @throws IllegalArgumentException if the payload is not streaming or a length is out of range
   */
  public static long encodedLength(
      PayloadHash payload, long decodedLength, int chunkBytes, ChunkTrailers trailers) {
    if (!payload.isStreaming() || decodedLength < 0 || chunkBytes < 1) {
      throw new IllegalArgumentException("not a chunked body: " + payload + ", " + decodedLength);
    }
    boolean signed = !payload.equals(PayloadHash.STREAMING_UNSIGNED_TRAILER);
    int digits = payload.isEcdsa() ? EcdsaSignature.MAX_DIGITS : 64;
    int extension = signed ? SIGNATURE_EXTENSION.length() + digits : 0;
    long full = decodedLength / chunkBytes;
    int rest = (int) (decodedLength % chunkBytes);
    long length = full * framed(chunkBytes, extension);
    if (rest > 0) {
      length += framed(rest, extension);
    }
    length += 1 + extension + 2;
    return length
        + (signed && payload.hasTrailer()
            ? trailers.signedBytes("0".repeat(digits)).length
            : trailers.unsignedBytes().length);
  }

  private static long framed(int size, int extension) {
    return Integer.toHexString(size).length() + extension + 2L + size + 2L;
  }
}
