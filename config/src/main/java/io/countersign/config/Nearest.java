package io.countersign.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the name that was probably meant. */
final class Nearest {
  private Nearest() {}

  /** The nearest known name, when it is near enough to be worth a suggestion. */
  static Optional<String> to(String given, Collection<String> known) {
    if (given.length() > 64) {
      return Optional.empty();
    }
    int enough = Math.max(1, given.length() / 3);
    return known.stream()
        .filter(name -> name.length() <= 64 && distance(given, name) <= enough)
        .min(Comparator.comparingInt((String name) -> distance(given, name)));
  }

  /** "did you mean 'x'?" or, where nothing is near, the alternative. */
  static String suggestion(String given, Collection<String> known, String otherwise) {
    return to(given, known).map(name -> "did you mean '" + name + "'?").orElse(otherwise);
  }

  /** Optimal string alignment: insertions, deletions, changes and swaps of neighbours. */
  static int distance(String a, String b) {
    int[] beforeLast = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(Math.min(row[j - 1] + 1, last[j] + 1), last[j - 1] + change);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
      int[] spare = beforeLast;
      beforeLast = last;
      last = row;
      row = spare;
    }
    return last[b.length()];
  }
}
