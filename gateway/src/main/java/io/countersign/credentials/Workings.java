package io.countersign.credentials;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What all slots of a cache share.
 *
 * @param random thread-safe
 * @param workers run attempts, which may block
 * @param idle takes a slot that nobody has read for longer than a lifetime
 */
record Workings(
    TimeSource time,
    Scheduler scheduler,
    Executor workers,
    RandomGenerator random,
    CredentialEvents events,
    Pace pace,
    ClockSkew skew,
    Crowd crowd,
    SessionLengths lengths,
    Consumer<Slot> idle,
    LongAdder misses,
    AtomicBoolean closed) {
  /** No longer served, so that a request signed at the last moment still arrives in time. */
  static final Duration END_MARGIN = Duration.ofSeconds(5);

  /** A shorter time to live is taken for what it is; a longer one is a wrong clock. */
  static final Duration LONGEST_LIFE = Duration.ofHours(36);

  /** Between two attempts while the end is seconds away. */
  private static final Duration LEAST_RETRY = Duration.ofSeconds(2);

  /** Between two looks at a source that goes on handing out the same, nearly spent credentials. */
  static final Duration LEAST_REFRESH_DELAY = Duration.ofSeconds(10);

  /**
   * How long STS may be out without harm to any session of an hour or more that is warm, and what
   * it takes afterwards until the last of them is renewed.
   */
  static final Duration OUTAGE = Duration.ofMinutes(30);

  private static final Duration RECOVERY = Duration.ofSeconds(90);

  Workings withIdle(Consumer<Slot> taker) {
    return new Workings(
        time, scheduler, workers, random, events, pace, skew, crowd, lengths, taker, misses,
        closed);
  }

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
   * A shorter wait where the end is near: half of the time that is left at most, so that the end of
   * an outage is seen in time.
   */
  Duration hurried(Duration wait, Snapshot held) {
    Duration left = held.remaining(time.nanos());
    if (left == null) {
      return wait;
    }
    Duration half = left.minus(END_MARGIN).dividedBy(2);
    if (half.compareTo(LEAST_RETRY) < 0) {
      return wait.compareTo(LEAST_RETRY) < 0 ? wait : LEAST_RETRY;
    }
    return wait.compareTo(half) < 0 ? wait : half;
  }

  /**
   * When to refresh: at 40 to 50 % of the lifetime, but where that can be, so early that an outage
   * of half an hour ends before the credentials do. Where many are filled at once, they are spread
   * over all the time until then, once.
   */
  private Duration refreshAfter(Duration life) {
    double latest = 1 - (double) OUTAGE.plus(RECOVERY).toNanos() / life.toNanos();
    return share(life, crowd.joins() ? 0.05 : 0.40, latest > 0.40 && latest < 0.50 ? latest : 0.50);
  }

  /**
   * Fixes when credentials end and when they are fetched anew. The end is the issuer's expiration
   * minus the issuer's own clock, anchored to the monotonic clock at the moment of asking, so that
   * a wrong or jumping wall clock here does not matter.
   *
   * @return a failure when they have ended already, and are not of a kind to be used nevertheless
   */
  CredentialResult snapshot(CredentialKey key, Fetched fetched) {
    Instant date = believable(key, fetched.issuerDate());
    Instant now = time.now();
    Instant expiration = fetched.expiration();
    if (expiration == null) {
      Duration again = fetched.lookAgain();
      long never = fetched.askedNanos() + Snapshot.NEVER_NANOS;
      return new Snapshot(
          fetched.credentials(), now, null, again == null ? null : now.plus(again), never, never);
    }
    Duration life = life(expiration, date, now.plus(skew.skew()));
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
    Duration refresh = refreshAfter(life);
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

  /** The date of the answer, if it is AWS's. What a source gives was not asked for by signature. */
  private @Nullable Instant believable(CredentialKey key, @Nullable Instant date) {
    if (date == null) {
      return null;
    }
    boolean believed =
        key instanceof CredentialKey.OfRole ? skew.sawAccepted(date) : skew.sawUnsigned(date);
    return believed ? date : null;
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
