package io.countersign.signer;

/** The strings to sign of chunks and trailers, each tied to the signature before it. */
final class ChunkSignatures {

  private static final String EMPTY_HASH = PayloadHash.EMPTY.headerValue();

  private ChunkSignatures() {}

  /** The string to sign of a chunk; the buffer is the thread's, good until it signs again. */
  static Bytes ofChunk(ChunkSeed seed, String previous, byte[] dataHash) {
    return start(seed, "-PAYLOAD", previous).text(EMPTY_HASH).put('\n').hex(dataHash);
  }

  /** The string to sign of a trailer; the buffer as with {@link #ofChunk}. */
  static Bytes ofTrailer(ChunkSeed seed, String previous, byte[] trailer) {
    byte[] hash = Scratch.get().sha256().digest(trailer);
    return start(seed, "-TRAILER", previous).hex(hash);
  }

  private static Bytes start(ChunkSeed seed, String kind, String previous) {
    return Scratch.get()
        .main()
        .text(seed.key.algorithm())
        .text(kind)
        .put('\n')
        .text(seed.amzDate)
        .put('\n')
        .text(seed.key.scope())
        .put('\n')
        .text(previous)
        .put('\n');
  }
}
