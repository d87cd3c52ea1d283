package io.countersign.catalog.endpoint;

import org.jspecify.annotations.Nullable;

/** A function of the rules language. */
@FunctionalInterface
interface RuleFunction {
  /**
   * Calls it.
   *
   * @param arguments as many as the function has, null for one that is not set
   * @return null where there is no answer, which fails the condition
   */
  @Nullable Object call(@Nullable Object[] arguments);
}
