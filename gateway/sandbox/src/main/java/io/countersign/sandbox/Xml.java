package io.countersign.sandbox;

/** Writes XML text; reading is left to the JDK's parser. */
final class Xml {
  private Xml() {}

  /** Escapes for element content and attributes; characters that XML 1.0 cannot hold become '?'. */
  static String escape(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\r' -> out.append("&#13;");
                default -> {
                  if ((c >= 0x20 && c != 0xfffe && c != 0xffff) || c == '\n' || c == '\t') {
                    out.appendCodePoint(c);
                  } else {
                    out.append('?');
                  }
                }
              }
            });
    return out.toString();
  }

  static String element(String name, String text) {
    return "<" + name + ">" + escape(text) + "</" + name + ">";
  }
}
