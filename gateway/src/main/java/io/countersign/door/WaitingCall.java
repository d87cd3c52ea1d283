package io.countersign.door;

import io.countersign.catalog.Nearest;
import io.countersign.catalog.Operation;
import io.countersign.catalog.Waiter;
import io.countersign.connector.Waiting;
import java.time.Duration;
import java.util.List;

/**
 * A call that waits for a state of a resource.
 *
 * @param waiter the name
 * @param limit how long the agent waits
 */
public record WaitingCall(String waiter, Waiting waiting, Duration limit) {

  /**
   * Reads the call. It may read the packed catalog, and blocks.
   *
   * @throws Refused if the operation has no such waiter
   */
  public static WaitingCall of(Binding binding, Operation operation, CallOptions options)
      throws Refused {
    List<String> names = operation.waiters();
    if (names.isEmpty()) {
      throw refused(
          "no-waiter",
          operation.id() + " has no waiter",
          "call it without wait, and again until the answer is what you wait for");
    }
    String name = String.valueOf(options.waiter());
    if (name.equals(CallOptions.ONLY)) {
      if (names.size() > 1) {
        throw refused(
            "which-waiter",
            operation.id() + " has " + names.size() + " waiters",
            "name one: wait=" + String.join(", wait=", names));
      }
      name = names.getFirst();
    }
    for (Waiter waiter : binding.service().waiters()) {
      if (waiter.name().equals(name) && names.contains(name)) {
        return new WaitingCall(
            name,
            new Waiting(waiter, operation.idempotent()),
            Duration.ofSeconds(options.waitSeconds()));
      }
    }
    throw refused(
        "unknown-waiter",
        operation.id() + " has no waiter '" + name + "'",
        Nearest.of(name, names).map(near -> "did you mean " + near + "? ").orElse("")
            + "It has "
            + String.join(", ", names));
  }

  private static Refused refused(String code, String detail, String hint) {
    return new Refused(new Refusal(Refusal.Kind.MALFORMED, code, detail, hint));
  }
}
