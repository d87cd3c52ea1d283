package io.countersign.signer;

/**
 * Percent-encoding as SigV4 wants it: all but the unreserved octets of RFC 3986, in upper-case hex.
 */
final class Percent {

  private static final boolean[] UNRESERVED = new boolean[256];
  private static final byte[] UPPER = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'
  };

  static {
    for (char c :
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".toCharArray()) {
      UNRESERVED[c] = true;
    }
  }

  private Percent() {}

  static boolean isUnreserved(int octet) {
    return octet < 256 && UNRESERVED[octet];
  }

  /**
   * The offset of the first octet from {@code from} on that is neither unreserved nor part of an
   * escape as {@link #encode} writes it; the end if there is none.
   */
  static int canonical(byte[] octets, int from) {
    int at = from;
    while (at < octets.length) {
      if (UNRESERVED[octets[at] & 0xff]) {
        at++;
      } else if (octets[at] == '%' && at + 2 < octets.length) {
        int high = Hex.upper(octets[at + 1]);
        int low = Hex.upper(octets[at + 2]);
        if (high < 0 || low < 0 || UNRESERVED[high << 4 | low]) {
          return at;
        }
        at += 3;
      } else {
        return at;
      }
    }
    return at;
  }

  /** Appends the octet, encoded unless it is unreserved. */
  static void encode(Bytes out, int octet) {
    out.reserve(3);
    out.length = encode(out.array, out.length, octet);
  }

  /** Writes the octet, for which there must be room thrice, and gives the offset after it. */
  static int encode(byte[] to, int at, int octet) {
    if (UNRESERVED[octet]) {
      to[at] = (byte) octet;
      return at + 1;
    }
    to[at] = '%';
    to[at + 1] = UPPER[octet >> 4];
    to[at + 2] = UPPER[octet & 0xf];
    return at + 3;
  }

  /** Appends text of the library's own or already checked, encoded. */
  static void encodeAll(Bytes out, String octets) {
    int n = octets.length();
    out.reserve(3 * n);
    byte[] to = out.array;
    int at = out.length;
    for (int i = 0; i < n; i++) {
      at = encode(to, at, octets.charAt(i) & 0xff);
    }
    out.length = at;
  }

  /** Appends octets, encoded. */
  static void encodeAll(Bytes out, byte[] octets, int from, int end) {
    out.reserve(3 * (end - from));
    byte[] to = out.array;
    int at = out.length;
    for (int i = from; i < end; i++) {
      at = encode(to, at, octets[i] & 0xff);
    }
    out.length = at;
  }

  /** The octet that the escape at {@code at} stands for. */
  static int decode(String s, int at, String what) throws MalformedRequestException {
    int high = at + 1 < s.length() ? Hex.digit(s.charAt(at + 1)) : -1;
    int low = at + 2 < s.length() ? Hex.digit(s.charAt(at + 2)) : -1;
    if (high < 0 || low < 0) {
      throw new MalformedRequestException(
          "the " + what + " has a % at offset " + at + " that no two hex digits follow", at);
    }
    return high << 4 | low;
  }

  /** The char as an octet. */
  static int octet(char c, int at, String what) throws MalformedRequestException {
    if (c > 0xff) {
      throw new MalformedRequestException(
          "the "
              + what
              + " has a character above U+00FF at offset "
              + at
              + ": pass the octets of the wire",
          at);
    }
    return c;
  }
}
