package io.countersign.config;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A rule: what an agent may call, or must not.
 *
 * @param connector a connector's name, or a pattern with {@code *}
 * @param operations patterns over operation and recipe names, with {@code *}; never empty. The
 *     loader puts {@code *} where the key is left out, and refuses an empty list
 * @param levels access levels ({@code read}, {@code write} and so on) of which the operation has to
 *     have one; empty for any
 * @param resources patterns over ARNs with {@code *} and {@code ?}; empty for any
 * @param when conditions, all of which have to hold
 * @param hours null for always
 */
public record Grant(
    String connector,
    List<String> operations,
    Set<String> levels,
    List<String> resources,
    List<Condition> when,
    @Nullable Hours hours) {
  public Grant {
    operations = List.copyOf(operations);
    levels = Set.copyOf(levels);
    resources = List.copyOf(resources);
    when = List.copyOf(when);
    if (operations.isEmpty()) {
      throw new IllegalArgumentException("a grant names at least one operation pattern");
    }
  }

  /** One that looks at nothing but names. */
  public Grant(String connector, List<String> operations) {
    this(connector, operations, Set.of(), List.of(), List.of(), null);
  }

  /** Whether the grant is about this connector. */
  public boolean names(String name) {
    return Pattern.compile("\\Q" + connector.replace("*", "\\E.*\\Q") + "\\E")
        .matcher(name)
        .matches();
  }
}
