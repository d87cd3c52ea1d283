package io.countersign.catalog;

import java.util.EnumSet;
import java.util.Set;

/**
 * Sets of an enumeration's constants as bits of one number. The numbers live in memory only, so
 * that the order of the constants means nothing.
 */
@SuppressWarnings("EnumOrdinal")
final class Traits {
  private Traits() {}

  static <E extends Enum<E>> int bits(Set<E> traits) {
    int bits = 0;
    for (E trait : traits) {
      bits |= 1 << trait.ordinal();
    }
    return bits;
  }

  static <E extends Enum<E>> boolean has(int bits, E trait) {
    return (bits & 1 << trait.ordinal()) != 0;
  }

  static <E extends Enum<E>> EnumSet<E> set(Class<E> type, int bits) {
    EnumSet<E> set = EnumSet.noneOf(type);
    for (E trait : type.getEnumConstants()) {
      if (has(bits, trait)) {
        set.add(trait);
      }
    }
    return set;
  }
}
