package io.countersign.signer;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads an {@code aws-chunked} body as it flows, in pieces cut anywhere, and verifies it on the way
 * ("Signature Calculations for the Authorization Header: Transferring Payload in Multiple Chunks",
 * Amazon S3 API Reference).
 *
 * <p>Of a signed body no byte is given out before its chunk is verified, so the reader holds up to
 * one chunk, whose size is bounded; it takes memory as bytes arrive, not as a size is declared. Of
 * an unsigned body it holds no data.
 *
 * <p>Not thread-safe: one body, one thread at a time. After an exception it stays failed: each
 * further call throws the same again.
 */
public final class ChunkReader {

  /** Where the contents go. */
  public interface Sink {

    /**
     * Takes decoded bytes. For a signed body: exactly one verified chunk for each call. For an
     * unsigned body: whatever has come. The buffer is good during the call only.
     */
    void data(ByteBuffer data);

    /** Called once, when the body is complete and everything about it is verified. */
    void end(ChunkTrailers trailers);
  }

  private static final int MAX_SIZE_LINE = 192;
  private static final int MAX_TRAILER = 8 * 1024;

  /**
   * Bytes that are hashed and copied at once, so that the second finds them in the nearest cache.
   */
  private static final int STEP = 4 * 1024;

  private static final String SIGNATURE_EXTENSION = ";chunk-signature=";

  private enum State {
    SIZE_LINE,
    DATA,
    DATA_CR,
    DATA_LF,
    TRAILER,
    DONE
  }

  private final @Nullable ChunkSeed seed;
  private final boolean trailer;
  private final Set<String> expectedTrailers;
  private final long decodedLength;
  private final int maxChunkBytes;
  private final MessageDigest digest = Sha256.create();
  private final Bytes line = new Bytes(MAX_SIZE_LINE);
  private byte[] chunk = new byte[0];
  private State state = State.SIZE_LINE;
  private int chunkNumber;
  private long chunkSize;
  private long chunkRead;
  private long decoded;
  private String claimed = "";
  private String previous;
  private @Nullable MalformedRequestException failure;

  private ChunkReader(
      @Nullable ChunkSeed seed,
      boolean trailer,
      Collection<String> expectedTrailers,
      long decodedLength,
      int maxChunkBytes) {
    if (decodedLength < 0 || maxChunkBytes < 1) {
      throw new IllegalArgumentException("lengths of a chunked body must not be negative");
    }
    this.seed = seed;
    this.trailer = trailer;
    this.expectedTrailers = new TreeSet<>(expectedTrailers);
    this.decodedLength = decodedLength;
    this.maxChunkBytes = maxChunkBytes;
    this.previous = seed == null ? "" : seed.signature;
  }

  /**
   * A reader for the body of a verified request, by its headers {@code
   * x-amz-decoded-content-length} and {@code x-amz-trailer}.
   *
   * @param payload one for which {@link PayloadHash#isStreaming} holds
   * @param seed from {@link Verification.Valid}; not used for an unsigned body
   * @param maxChunkBytes the largest chunk to hold; clients use 64 KiB to some MiB
   * @throws IllegalArgumentException if the payload is not streaming, or its algorithm is not that
   *     of the seed
   * @throws MalformedRequestException if a header is missing, twice or not well-formed
   */
  public static ChunkReader of(
      RequestView request, PayloadHash payload, ChunkSeed seed, int maxChunkBytes)
      throws MalformedRequestException {
    if (!payload.isStreaming()) {
      throw new IllegalArgumentException("not an aws-chunked body: " + payload);
    }
    long length = -1;
    List<String> trailers = new ArrayList<>();
    for (int i = 0; i < request.headerCount(); i++) {
      String value = request.headerValue(i).strip();
      if (request.headerName(i).equalsIgnoreCase("x-amz-decoded-content-length")) {
        if (length >= 0 || !value.matches("[0-9]{1,15}")) {
          throw malformed("x-amz-decoded-content-length is there twice, or is no number of bytes");
        }
        length = Long.parseLong(value);
      } else if (request.headerName(i).equalsIgnoreCase("x-amz-trailer")) {
        for (String name : value.split(",", -1)) {
          trailers.add(HeaderNames.lower(name.strip()));
        }
      }
    }
    if (length < 0) {
      throw malformed("the request lacks x-amz-decoded-content-length");
    }
    if (payload.equals(PayloadHash.STREAMING_UNSIGNED_TRAILER)) {
      return unsignedWithTrailer(length, trailers);
    }
    seed.checkAlgorithm(payload);
    if (payload.hasTrailer()) {
      return signedWithTrailer(seed, length, maxChunkBytes, trailers);
    }
    if (!trailers.isEmpty()) {
      throw malformed("x-amz-trailer announces a trailer, x-amz-content-sha256 says there is none");
    }
    return signed(seed, length, maxChunkBytes);
  }

  /**
   * A reader for {@link PayloadHash#STREAMING_SIGNED}, or {@link PayloadHash#STREAMING_ECDSA} with
   * the seed of a SigV4a request.
   *
   * @param decodedLength the value of {@code x-amz-decoded-content-length}, in bytes
   * @param maxChunkBytes the largest chunk to hold; clients use 64 KiB to some MiB
   */
  public static ChunkReader signed(ChunkSeed seed, long decodedLength, int maxChunkBytes) {
    return new ChunkReader(seed, false, Set.of(), decodedLength, maxChunkBytes);
  }

  /**
   * A reader for {@link PayloadHash#STREAMING_SIGNED_TRAILER}, or {@link
   * PayloadHash#STREAMING_ECDSA_TRAILER} with the seed of a SigV4a request.
   *
   * @param trailers the lower-case names that {@code x-amz-trailer} lists: exactly these must come
   */
  public static ChunkReader signedWithTrailer(
      ChunkSeed seed, long decodedLength, int maxChunkBytes, Collection<String> trailers) {
    return new ChunkReader(seed, true, trailers, decodedLength, maxChunkBytes);
  }

  /**
   * A reader for {@link PayloadHash#STREAMING_UNSIGNED_TRAILER}: it checks the framing, the length
   * and the names of the trailer; there is no signature to check, and no checksum is computed.
   */
  public static ChunkReader unsignedWithTrailer(long decodedLength, Collection<String> trailers) {
    return new ChunkReader(null, true, trailers, decodedLength, Integer.MAX_VALUE);
  }

  /**
   * Takes the next piece of the body, up to its limit, and gives out what it completes.
   *
   * @throws ChunkSignatureException if a chunk or the trailer is not what was signed
   * @throws MalformedRequestException if the framing, a length or the trailer is wrong, or bytes
   *     follow the end
   */
  public void feed(ByteBuffer in, Sink sink) throws MalformedRequestException {
    if (failure != null) {
      throw failure;
    }
    try {
      while (in.hasRemaining()) {
        step(in, sink);
      }
    } catch (MalformedRequestException e) {
      failure = e;
      chunk = new byte[0];
      throw e;
    }
  }

  /** Takes the next piece of the body; as {@link #feed(ByteBuffer, Sink)}. */
  public void feed(byte[] in, int from, int count, Sink sink) throws MalformedRequestException {
    feed(ByteBuffer.wrap(in, from, count), sink);
  }

  /**
   * To be called when the request body has ended.
   *
   * @throws MalformedRequestException if the last chunk or the trailer has not come
   */
  public void finish() throws MalformedRequestException {
    if (failure != null) {
      throw failure;
    }
    if (state != State.DONE) {
      failure = malformed("the body ends before its last chunk and trailer");
      throw failure;
    }
  }

  /** Whether the body is complete and verified. */
  public boolean isDone() {
    return state == State.DONE && failure == null;
  }

  private void step(ByteBuffer in, Sink sink) throws MalformedRequestException {
    switch (state) {
      case SIZE_LINE -> sizeLine(in);
      case DATA -> data(in, sink);
      case DATA_CR -> expect(in, '\r', State.DATA_LF);
      case DATA_LF -> expect(in, '\n', State.SIZE_LINE);
      case TRAILER -> trailer(in, sink);
      case DONE -> throw malformed("bytes follow the end of the body");
    }
  }

  private void expect(ByteBuffer in, int octet, State next) throws MalformedRequestException {
    if (in.get() != octet) {
      throw malformed("chunk " + chunkNumber + " is not followed by CR LF");
    }
    state = next;
  }

  private void sizeLine(ByteBuffer in) throws MalformedRequestException {
    byte octet = in.get();
    if (octet != '\n') {
      if (line.length == MAX_SIZE_LINE) {
        throw malformed("the line before chunk " + (chunkNumber + 1) + " is too long");
      }
      line.put(octet);
      return;
    }
    chunkNumber++;
    if (line.length < 2 || line.array[line.length - 1] != '\r') {
      throw malformed("the line before chunk " + chunkNumber + " is empty or lacks its CR");
    }
    line.length--;
    parseSizeLine(line.toString());
    line.clear();
    chunkRead = 0;
    if (chunkSize > 0) {
      state = State.DATA;
      return;
    }
    verifyChunk();
    if (decoded != decodedLength) {
      throw malformed(
          "the chunks have "
              + decoded
              + " bytes, x-amz-decoded-content-length says "
              + decodedLength);
    }
    state = State.TRAILER;
  }

  private void parseSizeLine(String text) throws MalformedRequestException {
    int end = 0;
    long size = 0;
    while (end < text.length() && Hex.digit(text.charAt(end)) >= 0) {
      if (end == 12) {
        throw malformed("the size of chunk " + chunkNumber + " is too large");
      }
      size = size << 4 | Hex.digit(text.charAt(end++));
    }
    if (end == 0 || (end > 1 && text.charAt(0) == '0')) {
      throw malformed("chunk " + chunkNumber + " has no size, or one with leading zeros");
    }
    if (size > decodedLength - decoded) {
      throw malformed(
          "chunk "
              + chunkNumber
              + " goes past the "
              + decodedLength
              + " bytes of x-amz-decoded-content-length");
    }
    if (size > maxChunkBytes) {
      throw malformed(
          "chunk "
              + chunkNumber
              + " has "
              + size
              + " bytes, more than the "
              + maxChunkBytes
              + " that are allowed");
    }
    String extension = text.substring(end);
    if (seed == null) {
      if (!extension.isEmpty()) {
        throw malformed("chunk " + chunkNumber + " has an extension although it is unsigned");
      }
    } else {
      claimed =
          extension.startsWith(SIGNATURE_EXTENSION)
              ? extension.substring(SIGNATURE_EXTENSION.length())
              : "";
      if (!seed.key.isWellFormed(claimed)) {
        throw malformed(
            "chunk "
                + chunkNumber
                + " lacks a chunk-signature of "
                + seed.key.digits()
                + " digits, as "
                + seed.key.algorithm()
                + " writes it");
      }
    }
    chunkSize = size;
  }

  private void data(ByteBuffer in, Sink sink) throws MalformedRequestException {
    int count = (int) Math.min(in.remaining(), chunkSize - chunkRead);
    if (seed == null) {
      ByteBuffer piece = in.slice(in.position(), count).asReadOnlyBuffer();
      in.position(in.position() + count);
      sink.data(piece);
    } else {
      int at = (int) chunkRead;
      if (chunk.length < at + count) {
        int grown = (int) Math.min(chunkSize, Math.max(2L * chunk.length, at + count));
        chunk = Arrays.copyOf(chunk, grown);
      }
      take(in, at, count);
    }
    chunkRead += count;
    decoded += count;
    if (chunkRead == chunkSize) {
      if (seed != null) {
        verifyChunk();
        sink.data(ByteBuffer.wrap(chunk, 0, (int) chunkSize).asReadOnlyBuffer());
      }
      state = State.DATA_CR;
    }
  }

  /** Hashes the next bytes and keeps them, a little at a time: what was just read is still near. */
  private void take(ByteBuffer in, int at, int count) {
    int end = at + count;
    for (int from = at; from < end; from += STEP) {
      int size = Math.min(STEP, end - from);
      if (in.hasArray()) {
        digest.update(in.array(), in.arrayOffset() + in.position(), size);
        in.get(chunk, from, size);
      } else {
        in.get(chunk, from, size);
        digest.update(chunk, from, size);
      }
    }
  }

  private void verifyChunk() throws MalformedRequestException {
    if (seed == null) {
      return;
    }
    previous =
        verified(
            seed.key,
            ChunkSignatures.ofChunk(seed, previous, digest.digest()),
            claimed,
            chunkSize == 0 ? "the last chunk" : "chunk " + chunkNumber);
  }

  private static String verified(ChunkKey key, Bytes text, String claimed, String what)
      throws ChunkSignatureException {
    String signature = key.verified(text, claimed);
    if (signature == null) {
      throw new ChunkSignatureException("the signature of " + what + " does not match");
    }
    return signature;
  }

  private void trailer(ByteBuffer in, Sink sink) throws MalformedRequestException {
    byte octet = in.get();
    if (line.length == MAX_TRAILER) {
      throw malformed("the trailer is longer than " + MAX_TRAILER + " bytes");
    }
    line.put(octet);
    if (!endsWithEmptyLine()) {
      if (!trailer && line.length >= 2) {
        throw malformed("the last chunk is not followed by CR LF");
      }
      return;
    }
    ChunkTrailers trailers = ChunkTrailers.NONE;
    if (trailer) {
      ChunkTrailers.Parsed parsed =
          ChunkTrailers.parse(line.toString(), seed == null ? null : seed.key);
      trailers = parsed.trailers();
      checkNames(trailers);
      if (seed != null) {
        verified(
            seed.key,
            ChunkSignatures.ofTrailer(seed, previous, trailers.signedText()),
            parsed.signature(),
            "the trailer");
      }
    }
    chunk = new byte[0];
    state = State.DONE;
    sink.end(trailers);
  }

  private boolean endsWithEmptyLine() {
    byte[] a = line.array;
    int n = line.length;
    return n >= 2
        && a[n - 1] == '\n'
        && a[n - 2] == '\r'
        && (n == 2 || (n >= 4 && a[n - 3] == '\n' && a[n - 4] == '\r'));
  }

  private void checkNames(ChunkTrailers trailers) throws MalformedRequestException {
    Set<String> missing = new TreeSet<>(expectedTrailers);
    for (ChunkTrailers.Trailer one : trailers.lines()) {
      if (!missing.remove(one.name())) {
        throw malformed(
            "the trailer has " + one.name() + " twice, or x-amz-trailer does not announce it");
      }
    }
    if (!missing.isEmpty()) {
      throw malformed("the trailer lacks " + String.join(", ", missing));
    }
  }

  private static MalformedRequestException malformed(String message) {
    return new MalformedRequestException("aws-chunked: " + message);
  }
}
