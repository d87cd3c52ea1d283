package io.countersign.signer;

/**
 * The outcome of presigning: the query that carries the signature. Whoever has it can send the
 * request until it expires, so {@link #toString} does not show it.
 *
 * @param query the query of the request as it was, with the {@code X-Amz-} parameters after it;
 *     without {@code ?}
 * @param signature 64 digits of lower-case hex
 */
public record PresignedRequest(String query, String signature) {

  @Override
  public String toString() {
    return "PresignedRequest[redacted]";
  }
}
