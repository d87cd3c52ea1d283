package io.countersign.identity;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import java.io.IOException;
import java.text.ParseException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of an issuer: fetched at the first token, again every {@link #REFRESH}, and once when a
 * token names a key that is not among them. The issuer is asked at most every {@link #PAUSE},
 * whatever tokens come. While it does not answer, the keys that are there serve on, up to a bound.
 *
 * <p>Thread-safe. One thread fetches; the others go on with what is there, or wait when there is
 * nothing. Never called on an event loop.
 */
final class KeySet {
  static final Duration REFRESH = Duration.ofMinutes(10);
  static final Duration PAUSE = Duration.ofSeconds(10);
  static final int MAX_KEYS = 100;

  private static final Logger LOG = LoggerFactory.getLogger(KeySet.class);

  /** Where the keys come from. */
  interface Source {
    /** The document of the keys (RFC 7517 section 5). */
    String fetch() throws IOException;
  }

  private record Held(List<JWK> keys, long fetchedMillis) {}

  private final String issuer;
  private final Source source;
  private final Duration keep;
  private final InstantSource clock;
  private final ReentrantLock fetching = new ReentrantLock();
  private volatile @Nullable Held held;
  private long lastAttemptMillis;
  private boolean attempted;
  private boolean failing;

  /**
   * @param issuer for the log
   * @param keep how long keys serve that cannot be fetched anew
   */
  KeySet(String issuer, Source source, Duration keep, InstantSource clock) {
    this.issuer = issuer;
    this.source = source;
    this.keep = keep;
    this.clock = clock;
  }

  /**
   * The keys that a token may have been signed with.
   *
   * @param keyId the token's {@code kid}, or null for any of the issuer's keys
   * @return none when the issuer has no such key
   * @throws TokenRefused when the issuer cannot be asked and no keys are there that still serve
   */
  List<JWK> keys(@Nullable String keyId) throws TokenRefused {
    Held now = held;
    if (now == null || age(now) >= REFRESH.toMillis()) {
      now = renew(now);
    }
    List<JWK> found = named(now, keyId);
    if (found.isEmpty()) {
      found = named(renew(now), keyId);
    }
    return found;
  }

  private static List<JWK> named(Held from, @Nullable String keyId) {
    return keyId == null
        ? from.keys
        : from.keys.stream().filter(key -> keyId.equals(key.getKeyID())).toList();
  }

  private long age(Held of) {
    return clock.millis() - of.fetchedMillis;
  }

  private boolean isOver(Held of) {
    return age(of) >= REFRESH.plus(keep).toMillis();
  }

  private Held renew(@Nullable Held known) throws TokenRefused {
    // Who has keys that still serve does not wait for another's fetch.
    if (known == null || isOver(known)) {
      fetching.lock();
    } else if (!fetching.tryLock()) {
      return known;
    }
    try {
      Held current = held;
      if (current != null && (known == null || current.fetchedMillis != known.fetchedMillis)) {
        return current; // somebody else has fetched them meanwhile
      }
      if (!attempted || clock.millis() - lastAttemptMillis >= PAUSE.toMillis()) {
        attempted = true;
        lastAttemptMillis = clock.millis();
        current = fetch(current);
      }
      if (current == null) {
        throw TokenRefused.forNow("the keys of the token's issuer cannot be fetched");
      }
      if (isOver(current)) {
        throw TokenRefused.forNow(
            "the keys of the token's issuer could not be fetched for more than " + keep);
      }
      return current;
    } finally {
      fetching.unlock();
    }
  }

  private @Nullable Held fetch(@Nullable Held current) {
    try {
      Held fresh = new Held(parse(source.fetch()), clock.millis());
      held = fresh;
      if (failing) {
        LOG.info("The keys of issuer {} are fetched again", issuer);
      }
      failing = false;
      return fresh;
    } catch (IOException e) {
      failing = true;
      LOG.warn(
          "The keys of issuer {} cannot be fetched ({}); {}",
          issuer,
          e.getMessage(),
          current == null ? "its tokens are refused" : "those that are there serve on");
      return current;
    }
  }

  private static List<JWK> parse(String document) throws IOException {
    List<JWK> keys;
    try {
      keys = JWKSet.parse(document).getKeys();
    } catch (ParseException | IllegalArgumentException e) {
      throw new IOException("what was fetched is not a set of keys", e);
    }
    if (keys.size() > MAX_KEYS) {
      throw new IOException("what was fetched has more than " + MAX_KEYS + " keys");
    }
    return List.copyOf(keys);
  }
}
