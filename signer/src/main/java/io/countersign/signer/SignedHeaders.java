package io.countersign.signer;

/**
 * The outcome of signing with headers, in either version: what to set on the request. Immutable.
 */
public sealed interface SignedHeaders permits SignedRequest, SigV4aSignedRequest {
  /** Hands out the headers to set, in the order in which they are best sent. */
  void forEachHeader(SignedRequest.HeaderConsumer to);

  /** The value of {@code x-amz-date}: {@code 20150830T123600Z}. */
  String amzDate();

  /** The value of {@code Authorization}. */
  String authorization();

  /** The signature, in lower-case hex. */
  String signature();

  /** What a {@link ChunkWriter} needs to go on from here. */
  ChunkSeed chunkSeed();
}
