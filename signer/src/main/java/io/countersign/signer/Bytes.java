package io.countersign.signer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing array of octets. Not thread-safe. */
final class Bytes {

  private static final byte[] NOTHING = new byte[4096];

  byte[] array;
  int length;
  private int highest;

  Bytes(int capacity) {
    array = new byte[capacity];
  }

  void clear() {
    cut(0);
  }

  /** Takes the end away. */
  void cut(int to) {
    highest = Math.max(highest, length);
    length = to;
  }

  /** Empties it and overwrites all that it held. */
  void wipe() {
    clear();
    zero(array, 0, highest);
    highest = 0;
  }

  /** Overwrites octets; quicker than a fill, which goes byte by byte at its ends. */
  static void zero(byte[] octets, int from, int to) {
    for (int at = from; at < to; at += NOTHING.length) {
      System.arraycopy(NOTHING, 0, octets, at, Math.min(NOTHING.length, to - at));
    }
  }

  void reserve(int more) {
    if (array.length - length < more) {
      byte[] small = array;
      array = Arrays.copyOf(small, Math.max(small.length * 2, length + more));
      zero(small, 0, small.length); // it may have held a token
    }
  }

  Bytes put(int octet) {
    int at = length;
    if (at == array.length) {
      reserve(1);
    }
    array[at] = (byte) octet;
    length = at + 1;
    return this;
  }

  Bytes put(byte[] octets) {
    return put(octets, 0, octets.length);
  }

  Bytes put(Bytes other) {
    return put(other.array, 0, other.length);
  }

  Bytes put(byte[] octets, int from, int count) {
    reserve(count);
    System.arraycopy(octets, from, array, length, count);
    length += count;
    return this;
  }

  /** Appends text of the library's own, or text already checked: each char is an octet. */
  @SuppressWarnings("deprecation") // it takes the low octet of each char, which is what is wanted
  Bytes text(String octets) {
    int n = octets.length();
    reserve(n);
    octets.getBytes(0, n, array, length);
    length += n;
    return this;
  }

  /** Appends text of a request, refusing a char that is no octet. */
  Bytes octets(String octets, String what) throws MalformedRequestException {
    int n = octets.length();
    reserve(n);
    int seen = 0;
    for (int i = 0; i < n; i++) {
      char c = octets.charAt(i);
      seen |= c;
      array[length + i] = (byte) c;
    }
    if (seen > 0xff) {
      throw notOctets(octets, what);
    }
    length += n;
    return this;
  }

  static MalformedRequestException notOctets(String octets, String what) {
    int at = 0;
    while (octets.charAt(at) <= 0xff) {
      at++;
    }
    return new MalformedRequestException(
        what + " has a character above U+00FF at offset " + at + ": pass the octets of the wire",
        at);
  }

  /** Appends the lower-case hex of the given bytes. */
  Bytes hex(byte[] bytes) {
    reserve(bytes.length * 2);
    Hex.encode(bytes, array, length);
    length += bytes.length * 2;
    return this;
  }

  String string(int from) {
    return new String(array, from, length - from, StandardCharsets.ISO_8859_1);
  }

  byte[] copy() {
    return Arrays.copyOf(array, length);
  }

  @Override
  public String toString() {
    return string(0);
  }
}
