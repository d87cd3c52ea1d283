package io.countersign.policy;

/**
 * A name or an ARN in which {@code *} stands for any characters, none included, and {@code ?} for
 * one. Upper and lower case differ: {@code query} is a recipe and {@code Query} an operation of
 * DynamoDB. Immutable; matching takes no memory and at most the product of both lengths.
 */
public record NamePattern(String text) {

  public boolean matches(String name) {
    return matches(name, false);
  }

  /** Whether only upper and lower case keep the pattern from matching. */
  boolean matchesButForCase(String name) {
    return !matches(name, false) && matches(name, true);
  }

  private boolean matches(String name, boolean ignoreCase) {
    int at = 0;
    int in = 0;
    int star = -1;
    int resume = 0;
    while (in < name.length()) {
      if (at < text.length() && text.charAt(at) == '*') {
        star = at++;
        resume = in;
      } else if (at < text.length()
          && (text.charAt(at) == '?' || same(text.charAt(at), name.charAt(in), ignoreCase))) {
        at++;
        in++;
      } else if (star >= 0) {
        // The last star takes one character more; earlier ones never need to.
        at = star + 1;
        in = ++resume;
      } else {
        return false;
      }
    }
    while (at < text.length() && text.charAt(at) == '*') {
      at++;
    }
    return at == text.length();
  }

  private static boolean same(char a, char b, boolean ignoreCase) {
    return a == b || (ignoreCase && Character.toLowerCase(a) == Character.toLowerCase(b));
  }

  /**
   * Whether this pattern fits an ARN that has {@code *} for what a call leaves open, whatever that
   * is; no part of an ARN has a colon. Takes the memory of one row, and the product of both
   * lengths.
   */
  boolean meets(String open) {
    // row[j]: whether the first i characters of this and the first j of the other can be one name
    boolean[] row = new boolean[open.length() + 1];
    row[0] = true;
    for (int j = 1; j <= open.length(); j++) {
      row[j] = row[j - 1] && open.charAt(j - 1) == '*';
    }
    for (int i = 1; i <= text.length(); i++) {
      char a = text.charAt(i - 1);
      boolean diagonal = row[0];
      row[0] = diagonal && a == '*';
      for (int j = 1; j <= open.length(); j++) {
        char b = open.charAt(j - 1);
        boolean above = row[j];
        boolean star =
            (a == '*' && (above || row[j - 1]))
                || (b == '*' && (row[j - 1] || (above && a != ':')));
        boolean one = a == b || a == '?' || b == '?';
        row[j] = star || (diagonal && one);
        diagonal = above;
      }
    }
    return row[open.length()];
  }

  @Override
  public String toString() {
    return text;
  }
}
