package io.countersign.protocol;

/** An answer that is not what the protocol says. It has no stack trace. */
public final class GarbledAnswerException extends Exception {
  private static final long serialVersionUID = 1L;

  public GarbledAnswerException(String message) {
    super(message, null, false, false);
  }
}
