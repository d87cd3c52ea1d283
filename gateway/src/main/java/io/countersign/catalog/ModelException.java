package io.countersign.catalog;

/** A service model that is not in the form that botocore publishes. It has no stack trace. */
public final class ModelException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Names the place in the model and what is wrong there. */
  public ModelException(String message) {
    super(message, null, false, false);
  }
}
