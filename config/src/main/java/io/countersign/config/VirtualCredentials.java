package io.countersign.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The credentials that agents get in place of AWS's.
 *
 * @param key at least 32 characters, the same on every replica; null draws one at each start
 * @param ttl how long those of {@code /v1/credentials} last, 15 minutes to 1 hour
 * @param maxTtl the most that {@code countersign credentials issue} may grant
 * @param replay what becomes of a copy of a signed request that changes state
 */
public record VirtualCredentials(
    @Nullable Secret key, Duration ttl, Duration maxTtl, Replay replay) {

  /** What becomes of a request whose signature has changed state before. */
  public enum Replay {
    /** It is refused, with an error at which SDKs sign anew. */
    REFUSE,
    /** It is taken, for the five minutes in which a signature is good. */
    ALLOW
  }

  /** Copies are refused. */
  public VirtualCredentials(@Nullable Secret key, Duration ttl, Duration maxTtl) {
    this(key, ttl, maxTtl, Replay.REFUSE);
  }
}
