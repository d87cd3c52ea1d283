package io.countersign.connector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Calls one operation of the connector's service and waits for the answer. A recipe calls it from
 * its virtual thread; an implementation must let {@link Thread#interrupt} end the wait.
 */
@FunctionalInterface
public interface AwsCaller {
  /**
   * Calls the operation.
   *
   * @param input as it goes to AWS: the connector's parameters are already in it
   * @return the operation's output; an empty object where it has none
   * @throws AwsCallException if AWS, or the way to it, answered with an error
   */
  JsonNode call(String operation, ObjectNode input) throws AwsCallException, InterruptedException;
}
