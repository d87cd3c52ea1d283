package io.countersign.config;

import java.util.List;

/**
 * What an agent may call.
 *
 * @param connector a connector's name, or a pattern with {@code *}
 * @param operations patterns over operation and recipe names, with {@code *}; never empty. The
 *     loader puts {@code *} where the key is left out, and refuses an empty list
 */
public record Grant(String connector, List<String> operations) {
  public Grant {
    operations = List.copyOf(operations);
    if (operations.isEmpty()) {
      throw new IllegalArgumentException("a grant names at least one operation pattern");
    }
  }
}
