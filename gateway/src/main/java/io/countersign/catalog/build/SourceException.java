package io.countersign.catalog.build;

/** A file that a catalog is to be made of and that is missing or wrong. It has no stack trace. */
public final class SourceException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Names the file, the place in it, and what is wrong there. */
  SourceException(String message) {
    super(message, null, false, false);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
