package io.countersign.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Percent-encoding (RFC 3986, section 2.1) as the AWS protocols want it. */
final class Percent {
  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  private Percent() {}

  /**
   * Appends a text, all but its unreserved characters encoded.
   *
   * @param safe further ASCII characters that stay
   */
  static void encode(StringBuilder out, String text, String safe) {
    for (byte octet : text.getBytes(UTF_8)) {
      char c = (char) (octet & 0xff);
      if (isUnreserved(c) || (c < 0x80 && safe.indexOf(c) >= 0)) {
        out.append(c);
      } else {
        out.append('%').append(HEX[c >> 4]).append(HEX[c & 15]);
      }
    }
  }

  private static boolean isUnreserved(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '.'
        || c == '_'
        || c == '~';
  }
}
