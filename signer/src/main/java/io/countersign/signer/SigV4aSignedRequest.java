package io.countersign.signer;

import org.jspecify.annotations.Nullable;

/**
 * The outcome of signing with SigV4a headers: what to set on the request. Immutable.
 *
 * <p>Before setting these, remove whatever the request has under the names that {@link
 * SigV4aSigner#replaces} knows. {@link #toString} shows no header value.
 */
public final class SigV4aSignedRequest implements SignedHeaders {

  private final @Nullable String token;
  private final String amzDate;
  private final String regionSet;
  private final @Nullable String contentSha256;
  private final String authorization;
  private final ChunkSeed seed;

  SigV4aSignedRequest(
      @Nullable String token,
      String amzDate,
      String regionSet,
      @Nullable String contentSha256,
      String authorization,
      ChunkSeed seed) {
    this.token = token;
    this.amzDate = amzDate;
    this.regionSet = regionSet;
    this.contentSha256 = contentSha256;
    this.authorization = authorization;
    this.seed = seed;
  }

  /**
   * Hands out the headers to set: session token, date, region set, payload hash, authorization; the
   * first and the payload hash only where there is one.
   */
  @Override
  public void forEachHeader(SignedRequest.HeaderConsumer to) {
    if (token != null) {
      to.header("X-Amz-Security-Token", token);
    }
    to.header("X-Amz-Date", amzDate);
    to.header("X-Amz-Region-Set", regionSet);
    if (contentSha256 != null) {
      to.header("x-amz-content-sha256", contentSha256);
    }
    to.header("Authorization", authorization);
  }

  /** The value of {@code x-amz-date}: {@code 20150830T123600Z}. */
  @Override
  public String amzDate() {
    return amzDate;
  }

  /** The value of {@code Authorization}. */
  @Override
  public String authorization() {
    return authorization;
  }

  /** The signature: lower-case hex of a DER sequence, 16 to 144 digits. */
  @Override
  public String signature() {
    return seed.signature;
  }

  /** What a {@link ChunkWriter} needs to go on from here. */
  @Override
  public ChunkSeed chunkSeed() {
    return seed;
  }

  @Override
  public String toString() {
    return "SigV4aSignedRequest[" + seed + "]";
  }
}
