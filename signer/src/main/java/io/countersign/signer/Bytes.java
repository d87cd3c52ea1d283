package io.countersign.signer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing array of octets. Not thread-safe. */
final class Bytes {

  byte[] array;
  int length;

  Bytes(int capacity) {
    array = new byte[capacity];
  }

  void clear() {
    length = 0;
  }

  void reserve(int more) {
    if (array.length - length < more) {
      array = Arrays.copyOf(array, Math.max(array.length * 2, length + more));
    }
  }

  Bytes put(int octet) {
    reserve(1);
    array[length++] = (byte) octet;
    return this;
  }

  Bytes put(byte[] octets) {
    return put(octets, 0, octets.length);
  }

  Bytes put(byte[] octets, int from, int count) {
    reserve(count);
    System.arraycopy(octets, from, array, length, count);
    length += count;
    return this;
  }

  /** Appends text of the library's own, or text already checked: each char is an octet. */
  Bytes text(String octets) {
    int n = octets.length();
    reserve(n);
    for (int i = 0; i < n; i++) {
      array[length + i] = (byte) octets.charAt(i);
    }
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
