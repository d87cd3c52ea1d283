package io.countersign.signer;

import java.nio.charset.StandardCharsets;

/** Lower-case hexadecimal. */
final class Hex {

  private static final byte[] LOWER = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private Hex() {}

  static String encode(byte[] bytes) {
    byte[] out = new byte[bytes.length * 2];
    encode(bytes, out, 0);
    return new String(out, StandardCharsets.ISO_8859_1);
  }

  static void encode(byte[] bytes, byte[] out, int at) {
    for (byte b : bytes) {
      out[at++] = LOWER[(b >> 4) & 0xf];
      out[at++] = LOWER[b & 0xf];
    }
  }

  /** The value of a digit of either case, or -1. */
  static int digit(int c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    int lower = c | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }

  /** Whether this is a SHA-256 as AWS writes it: 64 digits, lower case. */
  static boolean isSha256(String s) {
    if (s.length() != 64) {
      return false;
    }
    for (int i = 0; i < 64; i++) {
      char c = s.charAt(i);
      if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
        return false;
      }
    }
    return true;
  }
}
