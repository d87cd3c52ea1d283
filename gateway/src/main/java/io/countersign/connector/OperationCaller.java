package io.countersign.connector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Calls one operation, the same one each time, and waits for the answer. It is called from a
 * virtual thread; an implementation must let {@link Thread#interrupt} end the wait.
 */
@FunctionalInterface
public interface OperationCaller {
  /** What became of a call. */
  sealed interface Called {
    /** The HTTP status. */
    int status();

    /**
     * It was carried out.
     *
     * @param output belongs to who called
     */
    record Done(int status, JsonNode output) implements Called {}

    /**
     * It failed.
     *
     * @param code AWS's, such as {@code ThrottlingException}
     * @param throttled whether AWS asks to slow down
     * @param problem what the agent is told of it
     */
    record Failed(int status, String code, boolean throttled, JsonNode problem) implements Called {}
  }

  /**
   * Calls the operation.
   *
   * @param input as it goes to AWS: the connector's parameters are already in it
   */
  Called call(ObjectNode input) throws InterruptedException;
}
