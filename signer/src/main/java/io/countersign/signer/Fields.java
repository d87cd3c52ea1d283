package io.countersign.signer;

import java.util.Arrays;

/** The headers that go into a signature: lower-case names, values as they came. Not thread-safe. */
final class Fields {

  /**
   * Up to here insertion wins; above it, a merge sort keeps a long list from costing its square.
   */
  private static final int FEW = 32;

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
      if (i > 0 && names[i].equals(names[i - 1])) {
        out.array[out.length - 1] = ',';
      } else {
        out.text(names[i]).put(':');
      }
      if (values[i] instanceof byte[] octets) {
        out.put(octets);
      } else {
        trimmed(out, names[i], (String) values[i]);
      }
      out.put('\n');
    }
  }

  /**
   * Appends a value without white space at its ends, and with one space for each run of it within.
   */
  static void trimmed(Bytes out, String name, String value) throws MalformedRequestException {
    int n = value.length();
    out.reserve(n);
    byte[] to = out.array;
    int at = out.length;
    for (int i = 0; i < n; i++) {
      char c = value.charAt(i);
      if (c > ' ' && c <= 0xff) {
        to[at++] = (byte) c;
      } else if (isSpace(c)) {
        while (i + 1 < n && isSpace(value.charAt(i + 1))) {
          i++;
        }
        if (at > out.length && i + 1 < n) {
          to[at++] = ' ';
        }
      } else if (c > 0xff || c == '\n' || c == '\r' || c == 0) {
        throw new MalformedRequestException(
            "header "
                + name
                + " has a line break, a NUL or a character above U+00FF at offset "
                + i,
            i);
      } else {
        to[at++] = (byte) c; // another control character
      }
    }
    out.length = at;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t';
  }
}
