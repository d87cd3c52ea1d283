package io.countersign.identity;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The signatures of requests that change state, for as long as a copy of the request could pass for
 * new, so that each is taken once. Of a signature 64 bits are kept, with the second of its signing.
 *
 * <p>Each agent has a set of its own, which grows with what it sends up to {@link #MAX} signatures.
 * One that is full refuses: to forget the oldest instead would let whoever sends enough make room
 * for a copy. That costs an agent that changes state some thousands of times a second for minutes,
 * and no other.
 *
 * <p>Thread-safe; no locks, and no allocation but for growth. Nothing here survives the process,
 * and nothing is shared between replicas.
 */
public final class SeenSignatures {
  /** How far the time of signing may be from now, either way; what is further is refused before. */
  public static final Duration WINDOW = Duration.ofMinutes(5);

  /** How many signatures of one agent are kept at a time; 8 bytes each. */
  static final int MAX = 1 << 20;

  private static final int FIRST_SIZE = 1 << 10;

  /** How many places are looked at for one signature before the set counts as full. */
  private static final int PROBES = 64;

  private static final int TIME_BITS = 20;
  private static final long TIME_MASK = (1L << TIME_BITS) - 1;
  private static final int USED_DIGITS = 16;

  /** What is to be done with a request. */
  public enum Verdict {
    /** Its signature was not there; it is now. */
    FIRST,
    /** It was there. */
    SEEN,
    /** There is no room for it. */
    FULL
  }

  /** A table, and the next larger one that takes what it has no room for. */
  private static final class Table {
    final AtomicLongArray places;
    final AtomicReference<@Nullable Table> next = new AtomicReference<>();

    Table(int size) {
      places = new AtomicLongArray(size);
    }
  }

  private final int max;
  private final ConcurrentHashMap<String, Table> byAgent = new ConcurrentHashMap<>();

  public SeenSignatures() {
    this(MAX);
  }

  /**
   * @param max a power of two, at least 1024
   */
  SeenSignatures(int max) {
    this.max = max;
  }

  /**
   * Takes note of a signature that was verified.
   *
   * @param agent a configured name
   * @param signature 64 digits of lower-case hex; there is one spelling for each signature
   * @param signedAt within {@link #WINDOW} of {@code now}
   */
  public Verdict see(String agent, String signature, Instant signedAt, Instant now) {
    Table table = byAgent.get(agent);
    if (table == null) {
      table = byAgent.computeIfAbsent(agent, name -> new Table(FIRST_SIZE));
    }
    long bits = Long.parseUnsignedLong(signature, 0, USED_DIGITS, 16);
    long value = (bits & ~TIME_MASK) | (signedAt.getEpochSecond() & TIME_MASK);
    if (value == 0) {
      value = 1L << TIME_BITS; // an empty place is 0
    }
    return see(table, bits, value, now.getEpochSecond());
  }

  private Verdict see(Table first, long bits, long value, long now) {
    if (others(first, bits, value, now, null, -1)) {
      return Verdict.SEEN;
    }
    Table table = first;
    while (true) {
      int at = put(table, bits, value, now);
      if (at >= 0) {
        // Two that come at once may have found two places. Both see the other then, and both give
        // way: one call too few is mended by a retry, one too many is not.
        return others(first, bits, value, now, table, at) ? Verdict.SEEN : Verdict.FIRST;
      }
      Table next = table.next.get();
      if (next == null) {
        int size = table.places.length() * 2;
        if (size >= max) {
          return Verdict.FULL;
        }
        next = new Table(size);
        if (!table.next.compareAndSet(null, next)) {
          next = table.next.get();
        }
      }
      table = Objects.requireNonNull(next);
    }
  }

  /** Whether the signature stands anywhere but at the place given. */
  private static boolean others(
      Table first, long bits, long value, long now, @Nullable Table but, int butAt) {
    for (Table table = first; table != null; table = table.next.get()) {
      int mask = table.places.length() - 1;
      for (int i = 0; i < PROBES; i++) {
        int at = (int) (bits + i) & mask;
        long held = table.places.get(at);
        if (held == 0) {
          break; // nothing was ever put beyond
        }
        boolean own = at == butAt && table.equals(but);
        if (!own && isSame(held, value) && isAlive(held, now)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Where it was put; -1 when there is no room. */
  private static int put(Table table, long bits, long value, long now) {
    int mask = table.places.length() - 1;
    for (int i = 0; i < PROBES; i++) {
      int at = (int) (bits + i) & mask;
      long held = table.places.get(at);
      if ((held == 0 || !isAlive(held, now)) && table.places.compareAndSet(at, held, value)) {
        return at;
      }
    }
    return -1;
  }

  private static boolean isSame(long held, long value) {
    return (held ^ value) >>> TIME_BITS == 0;
  }

  /** Whether a copy of the request could still pass: it was signed five minutes ago, or less. */
  private static boolean isAlive(long held, long now) {
    long window = WINDOW.toSeconds();
    return (((held & TIME_MASK) - now + window) & TIME_MASK) <= 2 * window;
  }
}
