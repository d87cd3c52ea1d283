package io.countersign.protocol;

/** Characters of XML 1.0 documents. */
final class XmlText {
  private XmlText() {}

  /**
   * Whether a character may stand in a document at all: XML 1.0, section 2.2, knows no other
   * control characters, no lone surrogates, and neither U+FFFE nor U+FFFF.
   */
  static boolean isAllowed(int c) {
    return c == '\t'
        || c == '\n'
        || c == '\r'
        || (c >= 0x20 && (c < 0xD800 || c > 0xDFFF) && c != 0xFFFE && c != 0xFFFF);
  }

  /** Appends a character, escaped where it must be; one that is not allowed becomes U+FFFD. */
  static void append(StringBuilder out, int c) {
    switch (c) {
      case '<' -> out.append("&lt;");
      case '>' -> out.append("&gt;");
      case '&' -> out.append("&amp;");
      case '"' -> out.append("&quot;");
      case '\t', '\n', '\r', 0x85, 0x2028 -> out.append("&#").append(c).append(';');
      default -> out.appendCodePoint(isAllowed(c) ? c : 0xFFFD);
    }
  }
}
