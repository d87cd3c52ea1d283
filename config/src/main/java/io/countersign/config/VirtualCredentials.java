package io.countersign.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The credentials that agents get in place of AWS's.
 *
 * @param key at least 32 characters, the same on every replica; null draws one at each start
 * @param ttl how long those of {@code /v1/credentials} last, 15 minutes to 1 hour
 * @param maxTtl the most that {@code countersign credentials issue} may grant
 */
public record VirtualCredentials(@Nullable Secret key, Duration ttl, Duration maxTtl) {}
