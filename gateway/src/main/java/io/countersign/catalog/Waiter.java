package io.countersign.catalog;

import java.util.List;

/**
 * How one waits for a state of a resource: an operation is sent again until an acceptor takes its
 * answer.
 *
 * @param name such as {@code BucketExists}
 * @param operation that is sent
 * @param delaySeconds between two tries
 * @param maxAttempts after which it has failed
 * @param acceptors the first that fits decides; where none fits, it is tried again
 */
public record Waiter(
    String name, String operation, int delaySeconds, int maxAttempts, List<Acceptor> acceptors) {

  public Waiter {
    acceptors = List.copyOf(acceptors);
  }

  /**
   * What an answer means.
   *
   * @param state {@code success}, {@code failure} or {@code retry}
   * @param matcher {@code path}, {@code pathAll}, {@code pathAny}, {@code status} or {@code error}
   * @param argument the JMESPath expression of the path matchers; empty for the others
   * @param expected as JSON
   */
  public record Acceptor(String state, String matcher, String argument, String expected) {}
}
