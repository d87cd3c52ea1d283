package io.countersign.credentials;

import io.countersign.signer.AwsCredentials;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Credentials as an issuer gave them.
 *
 * @param expiration null when they do not expire
 * @param issuerDate the issuer's own clock when it answered, from its {@code Date} header; null
 *     when unknown
 * @param askedNanos {@link TimeSource#nanos} just before the issuer was asked
 * @param lookAgain for credentials without an end: how soon the source is read anew; null for never
 * @param usableExpired the issuer is one that may hand out expired credentials in an outage, which
 *     are to be used nevertheless
 */
record Fetched(
    AwsCredentials credentials,
    @Nullable Instant expiration,
    @Nullable Instant issuerDate,
    long askedNanos,
    @Nullable Duration lookAgain,
    boolean usableExpired)
    implements FetchOutcome {}
