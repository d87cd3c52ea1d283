package io.countersign.answer;

/**
 * A JMESPath expression that cannot be read, or that does not fit what it is applied to. The
 * message names the place, where one is known. It has no stack trace.
 */
public final class BadExpressionException extends Exception {
  private static final long serialVersionUID = 1L;

  BadExpressionException(String message) {
    super(message, null, false, false);
  }
}
