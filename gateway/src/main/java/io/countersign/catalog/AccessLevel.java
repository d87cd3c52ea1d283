package io.countersign.catalog;

/**
 * The access level of an operation, as the Service Authorization Reference classifies it. What has
 * no known level counts as {@link #WRITE}. The packed form has the ordinals.
 */
public enum AccessLevel {
  LIST,
  READ,
  WRITE,
  TAGGING,
  PERMISSIONS_MANAGEMENT;

  /** True for what a read-only connector may call. */
  public boolean isReadOnly() {
    return switch (this) {
      case LIST, READ -> true;
      case WRITE, TAGGING, PERMISSIONS_MANAGEMENT -> false;
    };
  }
}
