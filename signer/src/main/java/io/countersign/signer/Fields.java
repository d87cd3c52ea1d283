package io.countersign.signer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The headers that go into a signature: lower-case names, values as they came. Not thread-safe. */
final class Fields {

  /**
   * Up to here insertion wins; above it, a merge sort keeps a long list from costing its square.
   */
  private static final int FEW = 32;

  private static final byte DELETE = 0x7f;

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH = 0x8080808080808080L;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private String[] names = new String[32];

  /** A string as it came, or octets that are trimmed already. */
  private Object[] values = new Object[32];

  private int count;

  void clear() {
    Arrays.fill(names, 0, count, "");
    Arrays.fill(values, 0, count, "");
    count = 0;
  }

  void add(String lowerName, String value) {
    put(lowerName, value);
  }

  /** Adds a value of the library's own, trimmed already. */
  void add(String lowerName, byte[] octets) {
    put(lowerName, octets);
  }

  private void put(String lowerName, Object value) {
    if (count == names.length) {
      names = Arrays.copyOf(names, count * 2);
      values = Arrays.copyOf(values, count * 2);
    }
    names[count] = lowerName;
    values[count++] = value;
  }

  /** Sorts by name; duplicates stay in the order in which they were added. */
  void sort() {
    if (count > FEW) {
      record Field(String name, Object value) {}
      Field[] all = new Field[count];
      for (int i = 0; i < count; i++) {
        all[i] = new Field(names[i], values[i]);
      }
      Arrays.sort(all, (a, b) -> a.name.compareTo(b.name));
      for (int i = 0; i < count; i++) {
        names[i] = all[i].name;
        values[i] = all[i].value;
      }
      return;
    }
    for (int i = 1; i < count; i++) {
      String name = names[i];
      Object value = values[i];
      int j = i;
      while (j > 0 && names[j - 1].compareTo(name) > 0) {
        names[j] = names[j - 1];
        values[j] = values[j - 1];
        j--;
      }
      names[j] = name;
      values[j] = value;
    }
  }

  /** Appends the sorted names, each once: {@code host;x-amz-date}. */
  void signedHeaders(Bytes out) {
    for (int i = 0; i < count; i++) {
      if (i == 0) {
        out.text(names[i]);
      } else if (!names[i].equals(names[i - 1])) {
        out.put(';').text(names[i]);
      }
    }
  }

  /** Appends a line for each name, duplicates joined by commas. */
  void write(Bytes out) throws MalformedRequestException {
    for (int i = 0; i < count; i++) {
      String name = names[i];
      byte[] value =
          values[i] instanceof byte[] octets ? octets : trimmed(name, (String) values[i]);
      if (i > 0 && name.equals(names[i - 1])) {
        out.array[out.length - 1] = ',';
      } else {
        out.text(name).put(':');
      }
      out.put(value).put('\n');
    }
  }

  /** A value without white space at its ends, and with one space for each run of it within. */
  static byte[] trimmed(String name, String value) throws MalformedRequestException {
    // In one go, which is quicker than char by char; a char that is no octet becomes a '?'.
    byte[] octets = value.getBytes(StandardCharsets.ISO_8859_1);
    if (isPlain(octets)) {
      return octets;
    }
    int at = 0;
    for (int i = 0; i < octets.length; i++) {
      byte octet = octets[i];
      if (isSpace(octet)) {
        while (i + 1 < octets.length && isSpace(octets[i + 1])) {
          i++;
        }
        if (at > 0 && i + 1 < octets.length) {
          octets[at++] = ' ';
        }
      } else if ((octet >= 0 && octet < ' ') || octet == DELETE || value.charAt(i) > 0xff) {
        throw new MalformedRequestException(
            "header " + name + " has a control character or one above U+00FF at offset " + i, i);
      } else {
        octets[at++] = octet;
      }
    }
    return Arrays.copyOf(octets, at);
  }

  /**
   * Whether all of a value is to be signed as it stands, by a quick look: {@code !} to {@code ~}.
   */
  private static boolean isPlain(byte[] octets) {
    int at = 0;
    long odd = 0;
    for (; at + Long.BYTES <= octets.length; at += Long.BYTES) {
      long eight = (long) LONG.get(octets, at);
      long question = eight ^ '?' * ONES;
      // The highest bit of an octet says: at most a space, a '?', DEL, or above ASCII.
      odd |= (eight - '!' * ONES) | ((question - ONES) & ~question) | (eight + ONES) | eight;
    }
    if ((odd & HIGH) != 0) {
      return false;
    }
    for (; at < octets.length; at++) {
      if (octets[at] <= ' ' || octets[at] == '?' || octets[at] == DELETE) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSpace(byte c) {
    return c == ' ' || c == '\t';
  }
}
