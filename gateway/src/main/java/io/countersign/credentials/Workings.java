package io.countersign.credentials;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What all slots of a cache share.
 *
 * @param random thread-safe
 * @param workers run attempts, which may block
 */
record Workings(
    TimeSource time,
    Scheduler scheduler,
    Executor workers,
    RandomGenerator random,
    CredentialEvents events,
    LongAdder misses,
    AtomicBoolean closed) {
  /** No longer served, so that a request signed at the last moment still arrives in time. */
  static final Duration END_MARGIN = Duration.ofSeconds(5);

  /** A shorter time to live is taken for what it is; a longer one is a wrong clock. */
  static final Duration LONGEST_LIFE = Duration.ofHours(36);

  /** Between two looks at a source that goes on handing out the same, nearly spent credentials. */
  static final Duration LEAST_REFRESH_DELAY = Duration.ofSeconds(10);

  boolean isClosed() {
    return closed.get();
  }

  CredentialFailure closed(CredentialKey key) {
    return CredentialFailure.passing(
        CredentialFailure.Kind.CLOSED,
        "the gateway shuts down and fetches no more credentials for " + key.label(),
        "send the request to another replica, or again after the restart");
  }

  Duration backoff(boolean cold, boolean retryable, int failures) {
    return Backoff.of(cold, retryable).after(failures, random);
  }

  /**
   * Fixes when credentials end and when they are fetched anew. The end is the issuer's expiration
   * minus the issuer's own clock, anchored to the monotonic clock at the moment of asking, so that
   * a wrong or jumping wall clock here does not matter.
   *
   * @return a failure when they have ended already, and are not of a kind to be used nevertheless
   */
  CredentialResult snapshot(CredentialKey key, Fetched fetched) {
    Instant now = time.now();
    Instant expiration = fetched.expiration();
    if (expiration == null) {
      Duration again = fetched.lookAgain();
      long never = fetched.askedNanos() + Snapshot.NEVER_NANOS;
      return new Snapshot(
          fetched.credentials(), now, null, again == null ? null : now.plus(again), never, never);
    }
    Duration life = life(expiration, fetched.issuerDate(), now);
    long end = fetched.askedNanos() + life.toNanos();
    if (!life.isPositive()) {
      if (!fetched.usableExpired()) {
        return Diagnosis.bornExpired(key, expiration, now);
      }
      // As the AWS SDKs do: keep them, and ask again in five to ten minutes.
      Duration again = share(Duration.ofMinutes(10), 0.5, 1.0);
      return new Snapshot(
          fetched.credentials(),
          now,
          expiration,
          now.plus(again),
          end,
          time.nanos() + Snapshot.NEVER_NANOS);
    }
    Duration refresh = share(life, 0.40, 0.50);
    if (refresh.compareTo(LEAST_REFRESH_DELAY) < 0) {
      refresh = LEAST_REFRESH_DELAY;
    }
    return new Snapshot(
        fetched.credentials(),
        now,
        expiration,
        now.plus(refresh),
        end,
        fetched.usableExpired()
            ? fetched.askedNanos() + Snapshot.NEVER_NANOS
            : end - END_MARGIN.toNanos());
  }

  private static Duration life(Instant expiration, @Nullable Instant issuerDate, Instant now) {
    if (issuerDate != null) {
      Duration life = Duration.between(issuerDate, expiration);
      if (life.isPositive() && life.compareTo(LONGEST_LIFE) <= 0) {
        return life;
      }
    }
    Duration life = Duration.between(now, expiration);
    return life.compareTo(LONGEST_LIFE) > 0 ? LONGEST_LIFE : life;
  }

  /** A random part of the whole, between two shares. */
  private Duration share(Duration whole, double from, double to) {
    double share = from + (to - from) * random.nextDouble();
    return Duration.ofNanos((long) (whole.toNanos() * share));
  }
}
