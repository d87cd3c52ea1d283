package io.countersign.signer;

/**
 * What ties the chunks of an {@code aws-chunked} body to the request that carries them: the key,
 * the time and scope, and the signature of the request. A {@link Signer} or {@link SigV4aSigner}
 * gives one for {@link ChunkWriter}, a {@link Verifier} or {@link SigV4aVerifier} for {@link
 * ChunkReader}. Immutable; {@link #toString} shows the scope only.
 */
public final class ChunkSeed {

  final ChunkKey key;
  final String amzDate;
  final String signature;

  ChunkSeed(SigningKey key, String amzDate, String signature) {
    this(new ChunkKey.Hmac256(key), amzDate, signature);
  }

  ChunkSeed(ChunkKey key, String amzDate, String signature) {
    this.key = key;
    this.amzDate = amzDate;
    this.signature = signature;
  }

  /** Refuses a payload that the key of this seed does not sign. */
  void checkAlgorithm(PayloadHash payload) {
    if (payload.isEcdsa() != (key instanceof ChunkKey.Ecdsa)) {
      throw new IllegalArgumentException(
          payload + " does not go with a request signed by " + key.algorithm());
    }
  }

  @Override
  public String toString() {
    return "ChunkSeed[" + amzDate + ", " + key.scope() + "]";
  }
}
