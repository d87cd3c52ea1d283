package io.countersign.signer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of one query: each key and value decoded and encoded again, in the order of the
 * wire until they are written. Not thread-safe.
 */
final class QueryTable {

  private static final String WHAT = "query";

  /** Up to here insertion wins over the machinery of a sort that never costs the square. */
  private static final int FEW = 32;

  /** Past this, a table that grew for one large query is not kept. */
  private static final int KEEP_BYTES = 64 * 1024;

  private Bytes text = new Bytes(512);

  /** For each parameter: where its key begins, where its value begins, where that ends. */
  private int[] bounds = new int[3 * 16];

  private int count;

  void clear() {
    text.clear();
    count = 0;
  }

  void wipe() {
    if (text.array.length > KEEP_BYTES) {
      text = new Bytes(512);
      bounds = new int[3 * 16];
    } else {
      text.wipe();
    }
    count = 0;
  }

  int count() {
    return count;
  }

  /** Adds all parameters of a raw query; empty ones ({@code &&}) go. */
  QueryTable parse(String query, CanonicalQuery.Plus plus) throws MalformedRequestException {
    int size = query.length();
    text.reserve(size);
    int at = 0;
    while (at < size) {
      int begin = text.length;
      int end = recode(query, at, plus, true);
      int value = text.length;
      if (end < size && query.charAt(end) == '=') {
        end = recode(query, end + 1, plus, false);
      } else if (end == at) {
        at++; // an & that follows nothing
        continue;
      }
      bound(begin, value);
      at = end + 1;
    }
    return this;
  }

  /** Adds a parameter of the library's own, whose value is encoded already. */
  void add(String key, Bytes encoded) {
    int begin = text.length;
    text.text(key);
    int value = text.length;
    text.put(encoded.array, 0, encoded.length);
    bound(begin, value);
  }

  /** Adds a parameter of the library's own, whose value needs no encoding. */
  void add(String key, String plain) {
    int begin = text.length;
    text.text(key);
    int value = text.length;
    text.text(plain);
    bound(begin, value);
  }

  /** Adds a parameter of the library's own, whose value is encoded already. */
  void add(String key, byte[] encoded) {
    int begin = text.length;
    text.text(key);
    int value = text.length;
    text.put(encoded);
    bound(begin, value);
  }

  private void bound(int begin, int value) {
    if (bounds.length < (count + 1) * 3) {
      bounds = Arrays.copyOf(bounds, bounds.length * 2);
    }
    bounds[count * 3] = begin;
    bounds[count * 3 + 1] = value;
    bounds[count * 3 + 2] = text.length;
    count++;
  }

  /** Appends up to the next {@code &} (or {@code =}, in a key), and gives its offset. */
  private int recode(String query, int from, CanonicalQuery.Plus plus, boolean key)
      throws MalformedRequestException {
    int size = query.length();
    for (int i = from; i < size; i++) {
      char c = query.charAt(i);
      if (Percent.isUnreserved(c)) {
        text.put(c);
      } else if (c == '&' || (key && c == '=')) {
        return i;
      } else if (c == '%') {
        Percent.encode(text, Percent.decode(query, i, WHAT));
        i += 2;
      } else if (c == '+') {
        text.text(plus.written);
      } else {
        Percent.encode(text, Percent.octet(c, i, WHAT));
      }
    }
    return size;
  }

  /** The first authentication parameter, in whatever case it is written; null if there is none. */
  @Nullable String authenticationKey() {
    for (int i = 0; i < count; i++) {
      int at = bounds[i * 3];
      if (bounds[i * 3 + 1] - at > 6
          && (text.array[at] | 0x20) == 'x'
          && text.array[at + 1] == '-'
          && text.array[at + 5] == '-') {
        String key = key(i);
        for (String known : CanonicalQuery.AUTHENTICATION) {
          if (known.equalsIgnoreCase(key)) {
            return key;
          }
        }
      }
    }
    return null;
  }

  String key(int i) {
    return text(bounds[i * 3], bounds[i * 3 + 1]);
  }

  String value(int i) {
    return text(bounds[i * 3 + 1], bounds[i * 3 + 2]);
  }

  private String text(int from, int to) {
    return new String(text.array, from, to - from, StandardCharsets.ISO_8859_1);
  }

  /** Appends the parameters from number {@code from} on in the order in which they were added. */
  void writeAdded(Bytes out, int from) {
    for (int i = from; i < count; i++) {
      if (i > from) {
        out.put('&');
      }
      write(out, i);
    }
  }

  private void write(Bytes out, int i) {
    int key = bounds[i * 3];
    int value = bounds[i * 3 + 1];
    out.put(text.array, key, value - key).put('=');
    out.put(text.array, value, bounds[i * 3 + 2] - value);
  }

  /** Appends the parameters in canonical order, but for those with one of these keys. */
  void write(Bytes out, Set<String> drop) {
    sort();
    int from = out.length;
    for (int i = 0; i < count; i++) {
      if (!drop.isEmpty() && drop.contains(key(i))) {
        continue;
      }
      if (out.length > from) {
        out.put('&');
      }
      write(out, i);
    }
  }

  /** By encoded key, then by encoded value. */
  private void sort() {
    if (count > FEW) {
      Integer[] order = new Integer[count];
      Arrays.setAll(order, i -> i);
      Arrays.sort(order, this::compare);
      int[] sorted = new int[count * 3];
      for (int i = 0; i < count; i++) {
        System.arraycopy(bounds, order[i] * 3, sorted, i * 3, 3);
      }
      System.arraycopy(sorted, 0, bounds, 0, sorted.length);
      return;
    }
    for (int i = 1; i < count; i++) {
      for (int j = i; j > 0 && compare(j - 1, j) > 0; j--) {
        swap(j - 1, j);
      }
    }
  }

  private void swap(int a, int b) {
    for (int i = 0; i < 3; i++) {
      int kept = bounds[a * 3 + i];
      bounds[a * 3 + i] = bounds[b * 3 + i];
      bounds[b * 3 + i] = kept;
    }
  }

  private int compare(int a, int b) {
    int byKey = compare(bounds[a * 3], bounds[a * 3 + 1], bounds[b * 3], bounds[b * 3 + 1]);
    return byKey != 0
        ? byKey
        : compare(bounds[a * 3 + 1], bounds[a * 3 + 2], bounds[b * 3 + 1], bounds[b * 3 + 2]);
  }

  private int compare(int from, int to, int otherFrom, int otherTo) {
    return Arrays.compareUnsigned(text.array, from, to, text.array, otherFrom, otherTo);
  }
}
