package io.countersign.signer;

/**
 * The outcome of presigning: the query that carries the signature. Whoever has it can send the
 * request until it expires, so {@link #toString} does not show it. Immutable.
 */
public final class PresignedRequest {

  private final String query;

  PresignedRequest(String query) {
    this.query = query;
  }

  /**
   * The query of the request as it was, with the {@code X-Amz-} parameters after it; without {@code
   * ?}.
   */
  public String query() {
    return query;
  }

  /** The signature: 64 digits of lower-case hex, or 16 to 144 for SigV4a. */
  public String signature() {
    return query.substring(query.lastIndexOf('=') + 1);
  }

  @Override
  public String toString() {
    return "PresignedRequest[redacted]";
  }
}
