package io.countersign.protocol;

/** A request whose input cannot be read for certain. It has no stack trace. */
public final class UnreadableRequestException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What is wrong, for a sentence that begins with the request; never with data of it. */
  public UnreadableRequestException(String message) {
    super(message, null, false, false);
  }
}
