package io.countersign.signer;

/**
 * What ties the chunks of an {@code aws-chunked} body to the request that carries them: the key,
 * the time and scope, and the signature of the request. A {@link Signer} gives one for {@link
 * ChunkWriter}, a {@link Verifier} for {@link ChunkReader}. Immutable; {@link #toString} shows the
 * scope only.
 */
public final class ChunkSeed {

  final SigningKey key;
  final String amzDate;
  final String signature;

  ChunkSeed(SigningKey key, String amzDate, String signature) {
    this.key = key;
    this.amzDate = amzDate;
    this.signature = signature;
  }

  @Override
  public String toString() {
    return "ChunkSeed[" + amzDate + ", " + key.scope + "]";
  }
}
