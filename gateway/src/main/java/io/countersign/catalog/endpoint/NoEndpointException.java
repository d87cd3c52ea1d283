package io.countersign.catalog.endpoint;

/** The rules have no endpoint for these parameters; the message is mostly AWS's own. */
public final class NoEndpointException extends Exception {
  private static final long serialVersionUID = 1L;

  public NoEndpointException(String message) {
    super(message);
  }

  /** Never null. */
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
