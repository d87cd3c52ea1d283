package io.countersign.catalog;

/**
 * Packed bytes that are no catalog: damaged, cut off, or of another version. The catalog in the jar
 * is tested, so that nobody is expected to catch this.
 */
public final class CatalogFormatException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  CatalogFormatException(String message) {
    super("the packed catalog is damaged: " + message);
  }
}
