package io.countersign.config;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where environment variables come from: the process in production, a map in a test. */
@FunctionalInterface
public interface Environment {
  /** The variable's value, or null when it is not set. */
  @Nullable String get(String name);

  /** The variables of this process. */
  static Environment system() {
    return System::getenv;
  }

  /** Exactly these variables. */
  static Environment of(Map<String, String> variables) {
    Map<String, String> copy = Map.copyOf(variables);
    return copy::get;
  }
}
