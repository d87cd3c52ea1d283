package io.countersign.catalog;

/**
 * The access level of an operation, as the Service Authorization Reference classifies it. What has
 * no known level counts as {@link #WRITE}.
 */
public enum AccessLevel {
  LIST('L'),
  READ('R'),
  WRITE('W'),
  TAGGING('T'),
  PERMISSIONS_MANAGEMENT('P');

  private final char letter;

  AccessLevel(char letter) {
    this.letter = letter;
  }

  /** True for what a read-only connector may call. */
  public boolean isReadOnly() {
    return switch (this) {
      case LIST, READ -> true;
      case WRITE, TAGGING, PERMISSIONS_MANAGEMENT -> false;
    };
  }

  static AccessLevel ofLetter(String letter) {
    for (AccessLevel level : values()) {
      if (letter.length() == 1 && level.letter == letter.charAt(0)) {
        return level;
      }
    }
    throw new IllegalStateException("the catalog has an access level '" + letter + "'");
  }
}
