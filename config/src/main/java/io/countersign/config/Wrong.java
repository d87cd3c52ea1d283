package io.countersign.config;

/** What is wrong with one value; becomes a {@link Problem} at the value's place. */
final class Wrong extends Exception {
  private static final long serialVersionUID = 1L;

  private final String mend;

  /**
   * @param says continues the sentence that the value begins: "is not a duration"
   * @param mend what to do
   */
  Wrong(String says, String mend) {
    super(says, null, false, false);
    this.mend = mend;
  }

  String says() {
    return String.valueOf(getMessage());
  }

  String mend() {
    return mend;
  }
}
