package io.countersign.signer;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A small table of what was worked out lately, by hash: a later entry takes the place of an earlier
 * one, and the reader checks what it finds. An entry is let in the second time that its hash comes
 * by, so that requests which never repeat cost no more than a look.
 *
 * <p>Threads share it without any lock: a race loses an entry and no more, because {@code T} has
 * final fields only, so that whoever sees one sees all of it (JLS 17.5).
 */
final class Recent<T> {

  private static final int BITS = 8;

  private final @Nullable Object[] entries = new Object[1 << BITS];
  private final int[] seen = new int[1 << BITS];

  /** The entry in the place of this hash, whosever it is. */
  @SuppressWarnings("unchecked") // put() is the only way in
  @Nullable T get(int hash) {
    return (T) entries[place(hash)];
  }

  /** Whether the hash came by before; remembers that it did now. */
  boolean again(int hash) {
    int place = place(hash);
    if (seen[place] == hash) {
      return true;
    }
    seen[place] = hash;
    return false;
  }

  void put(int hash, T entry) {
    entries[place(hash)] = entry;
  }

  /** Takes entries out. One that another thread puts in meanwhile may stay. */
  void removeIf(Predicate<T> goes) {
    for (int i = 0; i < entries.length; i++) {
      @SuppressWarnings("unchecked") // put() is the only way in
      T entry = (T) entries[i];
      if (entry != null && goes.test(entry)) {
        entries[i] = null;
      }
    }
  }

  private static int place(int hash) {
    return (hash * 0x9e3779b9) >>> (32 - BITS);
  }
}
