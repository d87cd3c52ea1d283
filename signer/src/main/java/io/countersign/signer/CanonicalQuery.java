package io.countersign.signer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The one form of a query that is put on the wire: each key and value decoded and encoded once,
 * sorted by encoded key and then by encoded value. A bare {@code a} becomes {@code a=}, {@code
 * a=b=c} becomes {@code a=b%3Dc}, empty parameters ({@code &&}) go, an empty key stays. Duplicates
 * stay, each one. Octets that are no UTF-8 are kept.
 *
 * <p>A literal {@code +} is read as a space and written {@code %20}. Signers differ here (the SDKs
 * for Java, Go and Rust read a space, the C library a plus, botocore neither), and servers that
 * decode forms read a space: so this is what AWS most likely sees, and as {@code %20} there is
 * nothing left to guess. {@link Verifier} accepts all three readings, and says which one was
 * signed.
 *
 * <p>Stateless.
 */
public final class CanonicalQuery {

  static final String ALGORITHM = "X-Amz-Algorithm";
  static final String CREDENTIAL = "X-Amz-Credential";
  static final String DATE = "X-Amz-Date";
  static final String EXPIRES = "X-Amz-Expires";
  static final String SIGNED_HEADERS = "X-Amz-SignedHeaders";
  static final String SECURITY_TOKEN = "X-Amz-Security-Token";
  static final String S3_SESSION_TOKEN = "X-Amz-S3session-Token";
  static final String SIGNATURE = "X-Amz-Signature";
  static final String CONTENT_SHA256 = "X-Amz-Content-Sha256";

  /** The parameters that a presigned URL adds to a request. */
  static final Set<String> AUTHENTICATION =
      Set.of(
          ALGORITHM,
          CREDENTIAL,
          DATE,
          EXPIRES,
          SIGNED_HEADERS,
          SECURITY_TOKEN,
          S3_SESSION_TOKEN,
          SIGNATURE);

  /**
   * What goes when a request is to be signed anew: these, and the payload hash that a presigned URL
   * may carry.
   */
  static final Set<String> DROPPED =
      Set.of(
          ALGORITHM,
          CREDENTIAL,
          DATE,
          EXPIRES,
          SIGNED_HEADERS,
          SECURITY_TOKEN,
          S3_SESSION_TOKEN,
          SIGNATURE,
          CONTENT_SHA256);

  /** What a literal + in a query stands for. */
  enum Plus {
    SPACE("%20"),
    PLUS("%2B"),
    VERBATIM("+");

    final String written;

    Plus(String written) {
      this.written = written;
    }
  }

  private static final String WHAT = "query";

  private CanonicalQuery() {}

  /**
   * Gives the query to send for a raw query. The result is a fixed point.
   *
   * @throws MalformedRequestException if there is a {@code %} without two hex digits, or a char
   *     above U+00FF
   */
  public static String wire(String rawQuery) throws MalformedRequestException {
    return write(rawQuery, Set.of(), Plus.SPACE);
  }

  /**
   * The same without what a presigned URL adds ({@code X-Amz-Signature} and its like), for a
   * request that is to be signed anew.
   *
   * @throws MalformedRequestException as {@link #wire}
   */
  public static String withoutAuthentication(String rawQuery) throws MalformedRequestException {
    return write(rawQuery, DROPPED, Plus.SPACE);
  }

  static String write(String rawQuery, Set<String> drop, Plus plus)
      throws MalformedRequestException {
    if (rawQuery.isEmpty()) {
      return rawQuery;
    }
    Bytes out = new Bytes(rawQuery.length() + 16);
    canonical(out, rawQuery, drop, plus);
    return out.toString();
  }

  /** Appends the query as the canonical request has it. */
  static void canonical(Bytes out, String rawQuery, Set<String> drop, Plus plus)
      throws MalformedRequestException {
    if (rawQuery.isEmpty()) {
      return;
    }
    Table table = parse(rawQuery, plus);
    int from = out.length;
    for (int index : table.sorted()) {
      if (!drop.isEmpty() && drop.contains(table.key(index))) {
        continue;
      }
      if (out.length > from) {
        out.put('&');
      }
      table.write(out, index);
    }
  }

  /** The decoded parameters of the given name, in the order of the wire; octets as chars. */
  static String[] values(String rawQuery, String name) throws MalformedRequestException {
    Table table = parse(rawQuery, Plus.SPACE);
    String[] found = new String[table.count];
    int count = 0;
    for (int i = 0; i < table.count; i++) {
      if (table.key(i).equals(name)) {
        found[count++] = decode(table.value(i));
      }
    }
    return Arrays.copyOf(found, count);
  }

  /** The first authentication parameter, in whatever case it is written; null if there is none. */
  static @Nullable String firstAuthenticationKey(String rawQuery) throws MalformedRequestException {
    if (rawQuery.isEmpty()) {
      return null;
    }
    Table table = parse(rawQuery, Plus.SPACE);
    for (int i = 0; i < table.count; i++) {
      String key = table.key(i);
      if (!key.regionMatches(true, 0, "x-amz-", 0, 6)) {
        continue;
      }
      for (String known : AUTHENTICATION) {
        if (known.equalsIgnoreCase(key)) {
          return key;
        }
      }
    }
    return null;
  }

  private static String decode(String encoded) throws MalformedRequestException {
    if (encoded.indexOf('%') < 0) {
      return encoded;
    }
    StringBuilder out = new StringBuilder(encoded.length());
    for (int i = 0; i < encoded.length(); i++) {
      char c = encoded.charAt(i);
      if (c == '%') {
        out.append((char) Percent.decode(encoded, i, WHAT));
        i += 2;
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  private static Table parse(String query, Plus plus) throws MalformedRequestException {
    Table table = new Table(query.length());
    int at = 0;
    while (at <= query.length()) {
      int end = query.indexOf('&', at);
      if (end < 0) {
        end = query.length();
      }
      if (end > at) {
        table.add(query, at, end, plus);
      }
      at = end + 1;
    }
    return table;
  }

  /** The parameters of one query, encoded, in the order of the wire. */
  private static final class Table {

    private final Bytes text;
    private int[] bounds = new int[3 * 8];
    private int count;

    Table(int size) {
      text = new Bytes(size + 32);
    }

    void add(String query, int from, int to, Plus plus) throws MalformedRequestException {
      if (bounds.length < (count + 1) * 3) {
        bounds = Arrays.copyOf(bounds, bounds.length * 2);
      }
      int equals = query.indexOf('=', from);
      if (equals < 0 || equals > to) {
        equals = to;
      }
      bounds[count * 3] = text.length;
      recode(query, from, equals, plus);
      bounds[count * 3 + 1] = text.length;
      recode(query, Math.min(equals + 1, to), to, plus);
      bounds[count * 3 + 2] = text.length;
      count++;
    }

    private void recode(String query, int from, int to, Plus plus)
        throws MalformedRequestException {
      for (int i = from; i < to; i++) {
        char c = query.charAt(i);
        if (c == '%') {
          if (i + 2 >= to) {
            throw new MalformedRequestException(
                "the query has a % at offset " + i + " that no two hex digits follow", i);
          }
          Percent.encode(text, Percent.decode(query, i, WHAT));
          i += 2;
        } else if (c == '+') {
          text.text(plus.written);
        } else {
          Percent.encode(text, Percent.octet(c, i, WHAT));
        }
      }
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

    void write(Bytes out, int i) {
      int key = bounds[i * 3];
      int value = bounds[i * 3 + 1];
      out.put(text.array, key, value - key).put('=');
      out.put(text.array, value, bounds[i * 3 + 2] - value);
    }

    int[] sorted() {
      int[] order = new int[count];
      boolean inOrder = true;
      for (int i = 0; i < count; i++) {
        order[i] = i;
        inOrder &= i == 0 || compare(i - 1, i) <= 0;
      }
      if (inOrder) {
        return order;
      }
      return Arrays.stream(order)
          .boxed()
          .sorted(this::compare)
          .mapToInt(Integer::intValue)
          .toArray();
    }

    private int compare(int a, int b) {
      int byKey =
          Arrays.compareUnsigned(
              text.array,
              bounds[a * 3],
              bounds[a * 3 + 1],
              text.array,
              bounds[b * 3],
              bounds[b * 3 + 1]);
      return byKey != 0
          ? byKey
          : Arrays.compareUnsigned(
              text.array,
              bounds[a * 3 + 1],
              bounds[a * 3 + 2],
              text.array,
              bounds[b * 3 + 1],
              bounds[b * 3 + 2]);
    }
  }
}
