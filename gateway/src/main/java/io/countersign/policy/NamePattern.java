package io.countersign.policy;

/**
 * A name in which {@code *} stands for any characters, none included. Upper and lower case differ:
 * {@code query} is a recipe and {@code Query} an operation of DynamoDB. Immutable; matching takes
 * no memory and at most the product of both lengths.
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
      } else if (at < text.length() && same(text.charAt(at), name.charAt(in), ignoreCase)) {
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

  @Override
  public String toString() {
    return text;
  }
}
