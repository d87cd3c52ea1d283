package io.countersign.catalog.endpoint;

/** An endpoint rule set, or the list of partitions, that cannot be read. */
public final class RuleSetException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  RuleSetException(String message) {
    super(message);
  }
}
