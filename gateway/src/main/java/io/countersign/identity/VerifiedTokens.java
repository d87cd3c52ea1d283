package io.countersign.identity;

import java.security.MessageDigest;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The signed tokens that were verified last, by their salted hash, so that a token in use costs no
 * signature. A table of fixed size with two places for each hash; a read is one or two volatile
 * loads. Only good tokens come in, so that bad ones displace nothing. Which of three tokens stays
 * when both places are taken does not matter: the others are verified again.
 */
final class VerifiedTokens {
  private static final class Entry {
    final byte[] hash;
    final Identification.Known known;
    final long untilMillis;

    Entry(byte[] hash, Identification.Known known, long untilMillis) {
      this.hash = hash;
      this.known = known;
      this.untilMillis = untilMillis;
    }
  }

  private final AtomicReferenceArray<@Nullable Entry> table;
  private final int mask;

  /**
   * @param size the bound, a power of two
   */
  VerifiedTokens(int size) {
    table = new AtomicReferenceArray<>(size);
    mask = size - 1;
  }

  Identification.@Nullable Known get(byte[] hash, long nowMillis) {
    int place = place(hash);
    Identification.Known known = at(place, hash, nowMillis);
    return known != null ? known : at(place ^ 1, hash, nowMillis);
  }

  private Identification.@Nullable Known at(int place, byte[] hash, long nowMillis) {
    Entry entry = table.get(place);
    return entry != null && nowMillis < entry.untilMillis && MessageDigest.isEqual(entry.hash, hash)
        ? entry.known
        : null;
  }

  void put(byte[] hash, Identification.Known known, long untilMillis) {
    int place = place(hash);
    Entry first = table.get(place);
    if (first != null && !MessageDigest.isEqual(first.hash, hash)) {
      table.set(place ^ 1, first);
    }
    table.set(place, new Entry(hash, known, untilMillis));
  }

  private int place(byte[] hash) {
    return ((hash[8] & 0xff) << 8 | (hash[9] & 0xff)) & mask;
  }
}
