package io.countersign.admin;

import java.util.List;

/** Whether the gateway can serve calls now. Asked on a virtual thread at each {@code /readyz}. */
@FunctionalInterface
public interface Readiness {
  /**
   * One condition.
   *
   * @param name in kebab-case ({@code configuration}, {@code credentials:warehouse})
   * @param ready whether it is met
   * @param detail what is missing and how to mend it, or how it is met; fit for an operator, free
   *     of secrets
   */
  record Check(String name, boolean ready, String detail) {}

  /** All conditions; the gateway is ready when each of them is met. */
  List<Check> checks();
}
