package io.countersign.signer;

import java.nio.charset.StandardCharsets;

/** Header names: tokens of RFC 9110, section 5.6.2, compared in lower case. */
final class HeaderNames {

  /** For each char of a token its lower case, and 0 for any other. */
  private static final char[] LOWER = new char[128];

  static {
    for (char c = '0'; c <= '9'; c++) {
      LOWER[c] = c;
    }
    for (char c = 'a'; c <= 'z'; c++) {
      LOWER[c] = c;
      LOWER[c - 32] = c;
    }
    for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
      LOWER[c] = c;
    }
  }

  private HeaderNames() {}

  static boolean isToken(String s) {
    int n = s.length();
    for (int i = 0; i < n; i++) {
      char c = s.charAt(i);
      if (c >= 128 || LOWER[c] == 0) {
        return false;
      }
    }
    return n > 0;
  }

  /** The lower-case form, the same object if it is that already. */
  @SuppressWarnings("deprecation") // it takes the low octet of each char, which is all there is
  static String lower(String name) throws MalformedRequestException {
    int n = name.length();
    byte[] lowered = null;
    for (int i = 0; i < n; i++) {
      char c = name.charAt(i);
      char lower = c < 128 ? LOWER[c] : 0;
      if (lower == 0) {
        throw new MalformedRequestException("a header name has a character that it must not", i);
      }
      if (lowered == null && lower != c) {
        lowered = new byte[n];
        name.getBytes(0, i, lowered, 0);
      }
      if (lowered != null) {
        lowered[i] = (byte) lower;
      }
    }
    if (n == 0) {
      throw new MalformedRequestException("a header name is empty");
    }
    return lowered == null ? name : new String(lowered, StandardCharsets.ISO_8859_1);
  }
}
