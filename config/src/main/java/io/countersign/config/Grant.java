package io.countersign.config;

import java.util.List;
import java.util.regex.Pattern;

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

  /** Whether the grant is about this connector. */
  public boolean names(String name) {
    return Pattern.compile("\\Q" + connector.replace("*", "\\E.*\\Q") + "\\E")
        .matcher(name)
        .matches();
  }
}
