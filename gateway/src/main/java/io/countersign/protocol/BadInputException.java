package io.countersign.protocol;

/** An input that an operation or a recipe cannot take. It has no stack trace. */
public final class BadInputException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String pointer;

  /**
   * Names what is wrong and how to mend it.
   *
   * @param pointer where, as a JSON pointer (RFC 6901); empty for the whole input
   */
  public BadInputException(String pointer, String message) {
    super(pointer.isEmpty() ? message : pointer + ": " + message, null, false, false);
    this.pointer = pointer;
  }

  /** Where the fault is, as a JSON pointer. */
  public String pointer() {
    return pointer;
  }

  /** The pointer to a top-level member. */
  public static String pointerTo(String member) {
    return "/" + member.replace("~", "~0").replace("/", "~1");
  }
}
