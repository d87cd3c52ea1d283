package io.countersign.connector;

import io.countersign.protocol.AwsError;

/** A call that AWS, or the way to it, answered with an error. It has no stack trace. */
public final class AwsCallException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient AwsError error;

  public AwsCallException(AwsError error) {
    super(error.code() + ": " + error.message(), null, false, false);
    this.error = error;
  }

  /** What AWS said. */
  public AwsError error() {
    return error;
  }
}
