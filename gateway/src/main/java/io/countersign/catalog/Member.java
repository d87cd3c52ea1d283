package io.countersign.catalog;

/**
 * A top-level member of an operation's input.
 *
 * @param name as in the model and in JSON
 * @param required whether the model requires it
 */
public record Member(String name, Type type, boolean required) {

  /** The JSON form of a member's value. The packed form has the ordinals. */
  public enum Type {
    STRING("a string"),
    INTEGER("an integer"),
    NUMBER("a number"),
    BOOLEAN("a boolean"),
    /** A number of seconds since the epoch in the JSON protocols. */
    TIMESTAMP("a timestamp (seconds since 1970-01-01T00:00:00Z, or ISO 8601)"),
    /** Base64 in a JSON string. */
    BLOB("a base64 string"),
    LIST("an array"),
    OBJECT("an object"),
    /** Any JSON value. */
    DOCUMENT("any JSON value");

    private final String words;

    Type(String words) {
      this.words = words;
    }

    /** For messages: "must be " + words(). */
    public String words() {
      return words;
    }

    /** The type of a member of that kind. */
    public static Type of(Shape.Kind kind) {
      return switch (kind) {
        case STRING -> STRING;
        case BYTE, SHORT, INTEGER, LONG, BIG_INTEGER -> INTEGER;
        case FLOAT, DOUBLE, BIG_DECIMAL -> NUMBER;
        case BOOLEAN -> BOOLEAN;
        case TIMESTAMP -> TIMESTAMP;
        case BLOB -> BLOB;
        case LIST -> LIST;
        case STRUCTURE, MAP -> OBJECT;
        case DOCUMENT -> DOCUMENT;
      };
    }
  }
}
