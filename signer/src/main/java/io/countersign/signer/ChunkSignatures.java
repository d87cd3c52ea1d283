package io.countersign.signer;

/** The strings to sign of chunks and trailers, each tied to the signature before it. */
final class ChunkSignatures {

  private static final String EMPTY_HASH = PayloadHash.EMPTY.headerValue();

  private ChunkSignatures() {}

  static String ofChunk(ChunkSeed seed, String previous, byte[] dataHash) {
    Bytes text = start(seed, "AWS4-HMAC-SHA256-PAYLOAD", previous);
    text.text(EMPTY_HASH).put('\n').hex(dataHash);
    return Hex.encode(seed.key.sign(text));
  }

  static String ofTrailer(ChunkSeed seed, String previous, byte[] trailer) {
    byte[] hash = Scratch.get().sha256().digest(trailer);
    Bytes text = start(seed, "AWS4-HMAC-SHA256-TRAILER", previous);
    text.hex(hash);
    return Hex.encode(seed.key.sign(text));
  }

  private static Bytes start(ChunkSeed seed, String algorithm, String previous) {
    return Scratch.get()
        .main()
        .text(algorithm)
        .put('\n')
        .text(seed.amzDate)
        .put('\n')
        .text(seed.key.scope)
        .put('\n')
        .text(previous)
        .put('\n');
  }
}
