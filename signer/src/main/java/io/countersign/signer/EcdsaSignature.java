package io.countersign.signer;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * ECDSA signatures over P-256 as SigV4a writes them: a DER sequence of r and s in lower-case hex;
 * in chunks padded at the end with {@code *} to a fixed width.
 */
final class EcdsaSignature {

  /** Digits of the longest signature: two integers of 33 octets, each with its head, in one. */
  static final int MAX_DIGITS = 144;

  private EcdsaSignature() {}

  static String encode(byte[] der) {
    return HexFormat.of().formatHex(der);
  }

  static String pad(String hex) {
    return hex + "*".repeat(MAX_DIGITS - hex.length());
  }

  static String unpad(String padded) {
    int end = padded.length();
    while (end > 0 && padded.charAt(end - 1) == '*') {
      end--;
    }
    return padded.substring(0, end);
  }

  /**
   * The octets of a signature, or null if the text is not lower-case hex of a DER sequence of two
   * integers within 1 and the order of the curve less one, in its one shortest form. Some JDK 17
   * builds take r and s of zero for a signature of everything (CVE-2022-21449); these get none.
   */
  static byte @Nullable [] decode(String hex) {
    if (hex.length() > MAX_DIGITS || hex.length() % 2 != 0 || hex.length() < 16) {
      return null;
    }
    byte[] der = new byte[hex.length() / 2];
    for (int i = 0; i < hex.length(); i += 2) {
      int high = lowerDigit(hex.charAt(i));
      int low = lowerDigit(hex.charAt(i + 1));
      if (high < 0 || low < 0) {
        return null;
      }
      der[i / 2] = (byte) (high << 4 | low);
    }
    if (der[0] != 0x30 || der[1] != der.length - 2) {
      return null;
    }
    int second = integer(der, 2);
    return second > 0 && integer(der, second) == der.length ? der : null;
  }

  /** Checks the integer at this offset; gives the offset behind it, or -1. */
  private static int integer(byte[] der, int at) {
    if (at + 3 > der.length || der[at] != 2) {
      return -1;
    }
    int size = der[at + 1];
    int from = at + 2;
    if (size < 1 || from + size > der.length) {
      return -1;
    }
    boolean padded = size > 1 && der[from] == 0 && der[from + 1] >= 0;
    BigInteger value = new BigInteger(Arrays.copyOfRange(der, from, from + size));
    boolean inRange = value.signum() > 0 && value.compareTo(SigV4aKey.P256.getOrder()) < 0;
    return inRange && !padded ? from + size : -1;
  }

  private static int lowerDigit(char c) {
    return c >= 'A' && c <= 'F' ? -1 : Hex.digit(c);
  }
}
