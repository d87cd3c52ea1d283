package io.countersign.signer;

import java.time.Duration;
import java.time.Instant;

/** The outcome of verifying a signature. Only {@link Valid} lets a request in. */
public sealed interface Verification {

  /**
   * The signature is right. Decide and forward by the path and query given here, not by those of
   * the wire.
   *
   * @param path the path to put on the wire: {@link CanonicalPath#wire} of what was signed
   * @param query the query to put on the wire, in the reading that was signed (see {@link
   *     CanonicalQuery} on {@code +}), without authentication parameters
   * @param chunkSeed what a {@link ChunkReader} needs to go on
   */
  record Valid(String path, String query, ChunkSeed chunkSeed) implements Verification {}

  /**
   * The signature is not that of this request under these credentials: a wrong secret, or the
   * request was changed on its way. Neither text holds a secret key; the canonical request holds
   * what the request holds.
   *
   * @param canonicalRequest what we made of the request; its session token, if any, is left out
   * @param stringToSign what we hashed it into, for comparison with the client's debug log
   */
  record Mismatch(String canonicalRequest, String stringToSign) implements Verification {}

  /**
   * The time of signing is too far from now, in the past or in the future.
   *
   * @param signedAt what the request says
   * @param now what our clock says
   * @param allowed how far apart they may be, either way
   */
  record Skewed(Instant signedAt, Instant now, Duration allowed) implements Verification {}

  /**
   * A presigned request came too late.
   *
   * @param expiredAt the last moment at which it was good
   * @param now what our clock says
   */
  record Expired(Instant expiredAt, Instant now) implements Verification {}

  /**
   * The request has an {@code x-amz-} header that the signature does not cover, so anybody on the
   * way may have added it.
   *
   * @param name its lower-case name
   */
  record UnsignedHeader(String name) implements Verification {}

  /**
   * SignedHeaders names a header that the request does not have.
   *
   * @param name its lower-case name
   */
  record MissingHeader(String name) implements Verification {}

  /**
   * The request declares another payload hash in {@code x-amz-content-sha256} than the one given.
   *
   * @param declared what the request says
   * @param actual what the caller found
   */
  record PayloadMismatch(PayloadHash declared, PayloadHash actual) implements Verification {}
}
