package io.countersign.signer;

import org.jspecify.annotations.Nullable;

/**
 * The outcome of signing with headers: what to set on the request. Immutable.
 *
 * <p>Before setting these, remove whatever the request has under the names that {@link
 * Signer#replaces} knows: a header left over would be sent unsigned. {@link #toString} shows no
 * header value.
 */
public final class SignedRequest implements SignedHeaders {

  static final String TOKEN_HEADER = "x-amz-security-token";
  static final String S3_TOKEN_HEADER = "x-amz-s3session-token";

  private final @Nullable String tokenName;
  private final @Nullable String token;
  private final String amzDate;
  private final @Nullable PayloadHash contentSha256;
  private final String authorization;
  private final SigningKey key;

  SignedRequest(
      @Nullable String tokenName,
      @Nullable String token,
      String amzDate,
      @Nullable PayloadHash contentSha256,
      String authorization,
      SigningKey key) {
    this.tokenName = tokenName;
    this.token = token;
    this.amzDate = amzDate;
    this.contentSha256 = contentSha256;
    this.authorization = authorization;
    this.key = key;
  }

  /** Takes a header; its value holds octets, as everywhere. */
  @FunctionalInterface
  public interface HeaderConsumer {
    /** Called once for each header, in the order in which they are best sent. */
    void header(String name, String value);
  }

  /**
   * Hands out the headers to set: session token, date, payload hash, authorization; the last is
   * always there.
   */
  @Override
  public void forEachHeader(HeaderConsumer to) {
    if (tokenName != null && token != null) {
      // As AWS's suite spells it; case means nothing to HTTP.
      to.header(tokenName.equals(TOKEN_HEADER) ? "X-Amz-Security-Token" : tokenName, token);
    }
    to.header("X-Amz-Date", amzDate);
    if (contentSha256 != null) {
      to.header("x-amz-content-sha256", contentSha256.headerValue());
    }
    to.header("Authorization", authorization);
  }

  /** The value of {@code x-amz-date}: {@code 20150830T123600Z}. */
  @Override
  public String amzDate() {
    return amzDate;
  }

  /**
   * The value of {@code x-amz-security-token} (or its S3 Express sibling), or null if there is none
   * to send.
   */
  public @Nullable String sessionToken() {
    return token;
  }

  /** The value of {@code x-amz-content-sha256}, or null if it is not to be sent. */
  public @Nullable String contentSha256() {
    return contentSha256 == null ? null : contentSha256.headerValue();
  }

  /** The value of {@code Authorization}. */
  @Override
  public String authorization() {
    return authorization;
  }

  /** The signature: 64 digits of lower-case hex. */
  @Override
  public String signature() {
    return authorization.substring(authorization.length() - 2 * Sha256.BYTES);
  }

  /** What a {@link ChunkWriter} needs to go on from here. */
  @Override
  public ChunkSeed chunkSeed() {
    return new ChunkSeed(key, amzDate, signature());
  }

  @Override
  public String toString() {
    return "SignedRequest[" + amzDate + ", " + key.scope + "]";
  }
}
