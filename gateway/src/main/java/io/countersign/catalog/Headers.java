package io.countersign.catalog;

import org.jspecify.annotations.Nullable;

/** A request's headers, so that recognition depends on no HTTP library. */
@FunctionalInterface
public interface Headers {
  /**
   * The value of the header of that name, case aside; null if there is none. Where the header came
   * more than once, all its values joined by commas, so that none is overlooked.
   */
  @Nullable String value(String name);

  /** No headers at all. */
  static Headers none() {
    return name -> null;
  }
}
