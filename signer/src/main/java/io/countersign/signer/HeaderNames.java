package io.countersign.signer;

/** Header names: tokens of RFC 9110, section 5.6.2, compared in lower case. */
final class HeaderNames {

  private static final boolean[] TOKEN = new boolean[128];

  static {
    for (char c = '0'; c <= '9'; c++) {
      TOKEN[c] = true;
    }
    for (char c = 'a'; c <= 'z'; c++) {
      TOKEN[c] = true;
      TOKEN[c - 32] = true;
    }
    for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
      TOKEN[c] = true;
    }
  }

  private HeaderNames() {}

  static boolean isToken(String s) {
    if (s.isEmpty()) {
      return false;
    }
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (c >= 128 || !TOKEN[c]) {
        return false;
      }
    }
    return true;
  }

  /** The lower-case form, the same object if it is that already. */
  static String lower(String name) throws MalformedRequestException {
    if (!isToken(name)) {
      throw new MalformedRequestException(
          "a header name is empty or has a character that it must not");
    }
    int i = 0;
    while (i < name.length() && !isUpper(name.charAt(i))) {
      i++;
    }
    if (i == name.length()) {
      return name;
    }
    char[] chars = name.toCharArray();
    for (; i < chars.length; i++) {
      if (isUpper(chars[i])) {
        chars[i] = (char) (chars[i] + 32);
      }
    }
    return new String(chars);
  }

  private static boolean isUpper(char c) {
    return c >= 'A' && c <= 'Z';
  }
}
