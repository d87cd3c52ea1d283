package io.countersign.credentials;

import io.countersign.signer.AwsCredentials;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The credentials that a slot holds, with all that a reader must know about them: one immutable
 * object, published by one volatile write, so that no reader ever sees halves of two.
 *
 * @param credentials what requests are signed with
 * @param obtained wall clock when they came
 * @param expiration wall clock of their end as their issuer gave it; null when they have none
 * @param refreshAt wall clock at which they are fetched anew; null when they never are
 * @param expiresAtNanos {@link TimeSource#nanos} of their end
 * @param usableUntilNanos {@link TimeSource#nanos} until which a read answers them: their end, but
 *     for sources that are known to hand out expired credentials in an outage and whose advice is
 *     to sign nevertheless and let AWS decide
 */
public record Snapshot(
    AwsCredentials credentials,
    Instant obtained,
    @Nullable Instant expiration,
    @Nullable Instant refreshAt,
    long expiresAtNanos,
    long usableUntilNanos)
    implements CredentialResult {
  /** Far enough ahead (146 years) to be never, near enough that differences do not overflow. */
  static final long NEVER_NANOS = Long.MAX_VALUE / 2;

  /** True while a read may answer these credentials. */
  boolean usableAt(long nanos) {
    return usableUntilNanos - nanos > 0;
  }

  /** Time left until the end, negative when past, null when there is no end. */
  @Nullable Duration remaining(long nanos) {
    return expiration == null ? null : Duration.ofNanos(expiresAtNanos - nanos);
  }
}
