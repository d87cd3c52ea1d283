package io.countersign.catalog;

/**
 * A top-level member of an operation's input.
 *
 * @param name as in the model and in JSON
 * @param required whether the model requires it
 */
public record Member(String name, Type type, boolean required) {

  /** The JSON form of a member's value. */
  public enum Type {
    STRING('s', "a string"),
    INTEGER('i', "an integer"),
    NUMBER('n', "a number"),
    BOOLEAN('b', "a boolean"),
    /** A number of seconds since the epoch in the JSON protocols. */
    TIMESTAMP('t', "a timestamp (seconds since 1970-01-01T00:00:00Z, or ISO 8601)"),
    /** Base64 in a JSON string. */
    BLOB('B', "a base64 string"),
    LIST('l', "an array"),
    OBJECT('o', "an object"),
    /** Any JSON value. */
    DOCUMENT('d', "any JSON value");

    private final char letter;
    private final String words;

    Type(char letter, String words) {
      this.letter = letter;
      this.words = words;
    }

    /** For messages: "must be " + words(). */
    public String words() {
      return words;
    }

    static Type ofLetter(char letter) {
      for (Type type : values()) {
        if (type.letter == letter) {
          return type;
        }
      }
      throw new IllegalStateException("the catalog has a member type '" + letter + "'");
    }
  }

  /** Reads {@code name:type[!]}. */
  static Member parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 1 || colon + 1 >= text.length()) {
      throw new IllegalStateException("the catalog has a member '" + text + "'");
    }
    return new Member(
        text.substring(0, colon), Type.ofLetter(text.charAt(colon + 1)), text.endsWith("!"));
  }
}
