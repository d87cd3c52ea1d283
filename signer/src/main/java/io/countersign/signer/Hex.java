package io.countersign.signer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Lower-case hexadecimal. */
final class Hex {

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final long HIGH = 0x8080808080808080L;

  private Hex() {}

  static String encode(byte[] hash) {
    byte[] out = new byte[hash.length * 2];
    encode(hash, out, 0);
    return new String(out, StandardCharsets.ISO_8859_1);
  }

  /** Writes twice as many digits as there are bytes, which are a multiple of four. */
  static void encode(byte[] bytes, byte[] out, int at) {
    for (int i = 0; i < bytes.length; i += 4) {
      LONG.set(out, at + 2 * i, digits((int) INT.get(bytes, i)));
    }
  }

  /** Eight digits at once: each nibble gets a byte, and each byte its letter. */
  private static long digits(int four) {
    long nibbles = four & 0xffffffffL;
    nibbles = (nibbles | nibbles << 16) & 0x0000ffff0000ffffL;
    nibbles = (nibbles | nibbles << 8) & 0x00ff00ff00ff00ffL;
    nibbles = (nibbles | nibbles << 4) & 0x0f0f0f0f0f0f0f0fL;
    long letters = ((nibbles + 0x0606060606060606L) >>> 4) & 0x0101010101010101L;
    return nibbles + 0x3030303030303030L + letters * ('a' - '0' - 10);
  }

  /** The value of a digit of either case, or -1. */
  static int digit(int c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    int lower = c | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }

  /** The value of a digit of upper case, or -1. */
  static int upper(int c) {
    return c < 'a' ? digit(c) : -1;
  }

  /** Whether this is a SHA-256 as AWS writes it: 64 digits, lower case. */
  static boolean isSha256(String s) {
    // A char that is no octet becomes a '?', which is no digit.
    return s.length() == 64 && isLower(s.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Whether these octets, a multiple of eight of them, are all digits of lower case. */
  static boolean isLower(byte[] octets) {
    long good = HIGH;
    for (int i = 0; i < octets.length; i += 8) {
      long eight = (long) LONG.get(octets, i);
      long low = eight & ~HIGH;
      // The highest bit of each octet says: at least '0', more than '9', at least 'a', more than f.
      long digit = (low + 0x5050505050505050L) & ~(low + 0x4646464646464646L);
      long letter = (low + 0x1f1f1f1f1f1f1f1fL) & ~(low + 0x1919191919191919L);
      good &= (digit | letter) & ~eight;
    }
    return good == HIGH;
  }

  /**
   * Whether two arrays of one length, a multiple of eight, are the same; takes the same time
   * whatever is in them.
   */
  static boolean same(byte[] a, byte[] b) {
    long difference = 0;
    for (int i = 0; i < a.length; i += 8) {
      difference |= (long) LONG.get(a, i) ^ (long) LONG.get(b, i);
    }
    return difference == 0;
  }
}
