package io.countersign.signer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of one query: each key and value decoded and encoded again, in the order of the
 * wire until they are written. Not thread-safe.
 */
final class QueryTable {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** The first octets of {@link CanonicalQuery#ALGORITHM}, which no other key begins with. */
  private static final long FIRST_OF_PRESIGNING = 0x582d416d7a2d416cL; // X-Amz-Al

  private static final String WHAT = "query";

  /** Up to here insertion wins over the machinery of a sort that never costs the square. */
  private static final int FEW = 32;

  /** Past this, a table that grew for one large query is not kept. */
  private static final int KEEP_BYTES = 64 * 1024;

  private Bytes text = new Bytes(512);

  /**
   * For each parameter where its key begins, where its value begins and where that ends; an = lies
   * between, and an & behind.
   */
  private int[] bounds = new int[3 * 16];

  /** For each parameter the first eight octets of its key, which mostly tell its place. */
  private long[] heads = new long[16];

  /** The numbers of the parameters in canonical order. */
  private int[] order = new int[16];

  private int count;

  /** Several parameters in one, in place of number {@link #blockAt}; null if there are none. */
  private byte @Nullable [] block;

  private int blockAt;

  void clear() {
    text.clear();
    count = 0;
    block = null;
  }

  void wipe() {
    if (text.array.length > KEEP_BYTES) {
      text = new Bytes(512);
      bounds = new int[3 * 16];
      heads = new long[16];
      order = new int[16];
    } else {
      text.wipe();
    }
    count = 0;
    block = null;
  }

  int count() {
    return count;
  }

  /** Adds all parameters of a raw query; empty ones ({@code &&}) go. */
  QueryTable parse(String query, CanonicalQuery.Plus plus) throws MalformedRequestException {
    int size = query.length();
    if (size == 0) {
      return this;
    }
    // In one go, which is quicker than char by char; a char that is no octet becomes a '?'.
    byte[] raw = query.getBytes(StandardCharsets.ISO_8859_1);
    int at = 0;
    while (at < size) {
      if (raw[at] == '&') {
        at++; // it follows nothing
        continue;
      }
      int begin = text.length;
      int value = Percent.canonical(raw, at) + 1;
      int end = Percent.canonical(raw, Math.min(value, size));
      if (end > value - 1 && raw[value - 1] == '=' && (end == size || raw[end] == '&')) {
        text.put(raw, at, end - at); // spelled as it is to be
        bound(begin, begin + value - at);
      } else {
        end = recode(query, raw, at, plus, true);
        text.put('=');
        value = text.length;
        if (end < size && raw[end] == '=') {
          end = recode(query, raw, end + 1, plus, false);
        }
        bound(begin, value);
      }
      at = end + 1;
    }
    return this;
  }

  /** Adds a parameter of the library's own, whose value is encoded already. */
  void add(String key, Bytes encoded) {
    int begin = text.length;
    text.text(key).put('=');
    int value = text.length;
    text.put(encoded);
    bound(begin, value);
  }

  /**
   * Adds what presigning adds, in canonical order already. Mostly all of it lies together, before
   * or behind the parameters of the request.
   */
  void add(byte[] presigning) throws MalformedRequestException {
    for (int i = 0; i < count; i++) {
      if (heads[i] >>> 56 == 'X') {
        parse(new String(presigning, StandardCharsets.ISO_8859_1), CanonicalQuery.Plus.SPACE);
        return;
      }
    }
    bound(text.length, text.length);
    heads[count - 1] = FIRST_OF_PRESIGNING;
    block = presigning;
    blockAt = count - 1;
  }

  private void bound(int begin, int value) {
    if (heads.length == count) {
      bounds = Arrays.copyOf(bounds, count * 6);
      heads = Arrays.copyOf(heads, count * 2);
      order = new int[count * 2];
    }
    bounds[count * 3] = begin;
    bounds[count * 3 + 1] = value;
    bounds[count * 3 + 2] = text.length;
    text.put('&');
    int size = Math.min(8, value - 1 - begin);
    text.reserve(8);
    // A NUL after a short key: an encoded key has none.
    long head = size == 0 ? 0 : (long) LONG.get(text.array, begin) & (-1L << (64 - 8 * size));
    heads[count++] = head;
  }

  /** Appends up to the next {@code &} (or {@code =}, in a key), and gives its offset. */
  private int recode(String query, byte[] raw, int from, CanonicalQuery.Plus plus, boolean key)
      throws MalformedRequestException {
    text.reserve(3 * (raw.length - from));
    byte[] to = text.array;
    int at = text.length;
    int i = from;
    for (; i < raw.length; i++) {
      byte c = raw[i];
      if (Percent.isUnreserved(c & 0xff)) {
        to[at++] = c;
      } else if (c == '&' || (key && c == '=')) {
        break;
      } else if (c == '%') {
        at = Percent.encode(to, at, Percent.decode(query, i, WHAT));
        i += 2;
      } else if (c == '+') {
        for (int k = 0; k < plus.written.length(); k++) {
          to[at++] = (byte) plus.written.charAt(k);
        }
      } else {
        at = Percent.encode(to, at, Percent.octet(query.charAt(i), i, WHAT));
      }
    }
    text.length = at;
    return i;
  }

  /** The first authentication parameter, in whatever case it is written; null if there is none. */
  @Nullable String authenticationKey() {
    for (int i = 0; i < count; i++) {
      int at = bounds[i * 3];
      if (bounds[i * 3 + 1] - at > 7
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
    return text(bounds[i * 3], bounds[i * 3 + 1] - 1);
  }

  String value(int i) {
    return text(bounds[i * 3 + 1], bounds[i * 3 + 2]);
  }

  private String text(int from, int to) {
    return new String(text.array, from, to - from, StandardCharsets.ISO_8859_1);
  }

  /** Appends the parameters from number {@code from} on in the order in which they were added. */
  void writeAdded(Bytes out, int from) {
    int begin = bounds[from * 3];
    out.put(text.array, begin, bounds[(count - 1) * 3 + 2] - begin);
  }

  /** Appends the parameters in canonical order, but for those with one of these keys. */
  void write(Bytes out, Set<String> drop) {
    sort();
    int from = out.length;
    for (int k = 0; k < count; k++) {
      int i = order[k];
      if (block != null && i == blockAt) {
        out.put(block).put('&');
      } else if (drop.isEmpty() || !drop.contains(key(i))) {
        int begin = bounds[i * 3];
        out.put(text.array, begin, bounds[i * 3 + 2] + 1 - begin);
      }
    }
    if (out.length > from) {
      out.length--; // the last &
    }
  }

  /** By encoded key, then by encoded value. */
  private void sort() {
    if (count > FEW) {
      Integer[] numbers = new Integer[count];
      Arrays.setAll(numbers, i -> i);
      Arrays.sort(numbers, this::compare);
      for (int i = 0; i < count; i++) {
        order[i] = numbers[i];
      }
      return;
    }
    for (int i = 0; i < count; i++) {
      int j = i;
      while (j > 0 && compare(order[j - 1], i) > 0) {
        order[j] = order[j - 1];
        j--;
      }
      order[j] = i;
    }
  }

  private int compare(int a, int b) {
    if (heads[a] != heads[b]) {
      return Long.compare(heads[a], heads[b]); // encoded octets are ASCII, so nothing is negative
    }
    int key = bounds[a * 3];
    int value = bounds[a * 3 + 1];
    int otherKey = bounds[b * 3];
    int otherValue = bounds[b * 3 + 1];
    int byKey = compare(key, value - 1, otherKey, otherValue - 1);
    return byKey != 0 ? byKey : compare(value, bounds[a * 3 + 2], otherValue, bounds[b * 3 + 2]);
  }

  private int compare(int from, int to, int otherFrom, int otherTo) {
    return Arrays.compareUnsigned(text.array, from, to, text.array, otherFrom, otherTo);
  }
}
