package io.countersign.answer;

/**
 * Something that was left out of an answer to keep it small.
 *
 * @param at where, as a JSON pointer (RFC 6901); empty for the whole output
 * @param kept how much of it is there
 * @param of how much there was
 */
public record Cut(String at, long kept, long of, Unit unit) {
  /** What {@code kept} and {@code of} count. */
  public enum Unit {
    ITEMS("items"),
    MEMBERS("members"),
    CHARACTERS("characters"),
    BYTES("bytes");

    private final String word;

    Unit(String word) {
      this.word = word;
    }

    /** As it stands in an answer. */
    public String word() {
      return word;
    }
  }
}
