package io.countersign.protocol;

import java.util.Locale;
import java.util.Set;

/**
 * What an agent's input may put into HTTP headers. A line break there would begin another header,
 * or another request.
 */
final class HeaderValues {
  /** What the gateway itself sets, and what frames a message or changes who makes it. */
  private static final Set<String> RESERVED =
      Set.of(
          "authorization",
          "connection",
          "expect",
          "host",
          "keep-alive",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "x-amz-content-sha256",
          "x-amz-date",
          "x-amz-region-set",
          "x-amz-security-token",
          "x-amz-trailer");

  private HeaderValues() {}

  /** The name in lower case, if it is a token (RFC 9110, section 5.6.2) that a member may set. */
  static String name(String pointer, String name) throws BadInputException {
    boolean token = !name.isEmpty() && name.chars().allMatch(HeaderValues::isTokenCharacter);
    if (!token) {
      throw new BadInputException(
          pointer,
          "becomes the name of an HTTP header, which takes letters, digits and - _ . only");
    }
    String lower = name.toLowerCase(Locale.ROOT);
    if (RESERVED.contains(lower)) {
      throw new BadInputException(pointer, "becomes the header " + lower + ", which is not yours");
    }
    return lower;
  }

  private static boolean isTokenCharacter(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
  }

  /** The value, if it is visible ASCII with blanks and tabs (RFC 9110, section 5.5). */
  static String value(String pointer, String value) throws BadInputException {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c != '\t' && (c < ' ' || c == 0x7f)) {
        throw new BadInputException(
            pointer,
            "goes into an HTTP header and has the control character U+%04X at position %d"
                .formatted((int) c, i));
      }
      if (c > 0x7f) {
        throw new BadInputException(
            pointer,
            "goes into an HTTP header and has U+%04X at position %d; write it in ASCII, such as"
                    .formatted((int) c, i)
                + " percent-encoded");
      }
    }
    return value;
  }
}
