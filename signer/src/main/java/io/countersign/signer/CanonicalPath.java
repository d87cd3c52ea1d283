package io.countersign.signer;

import java.nio.charset.StandardCharsets;

/**
 * The one form of a path that is put on the wire, so that what is signed, what a policy sees and
 * what AWS reads are the same. Stateless.
 */
public final class CanonicalPath {

  private static final String WHAT = "path";

  private CanonicalPath() {}

  /**
   * Gives the path to send for a raw path: every segment decoded and encoded again, so that each
   * octet has one spelling.
   *
   * <p>With {@link PathRule#doubleEncode} an encoded slash stays {@code %2F}; without (S3, where
   * both spell the same object key) it becomes {@code /}. With {@link PathRule#normalize}, {@code
   * .}, {@code ..} and empty segments are resolved after decoding, so that {@code %2e%2e} cannot
   * hide. The result is a fixed point: giving it in again changes nothing.
   *
   * @throws MalformedRequestException if the path does not begin with {@code /}, has a {@code %}
   *     without two hex digits, or a char above U+00FF
   */
  public static String wire(String rawPath, PathRule rule) throws MalformedRequestException {
    if (isPlain(octets(rawPath), rule.normalize())) {
      return rawPath;
    }
    Bytes out = Scratch.get().path();
    recode(out, rawPath, rule.doubleEncode());
    if (rule.normalize()) {
      out.cut(normalize(out.array, 0, out.length));
    }
    return out.toString();
  }

  /** Appends the path as the canonical request has it. */
  static void canonical(Bytes out, String rawPath, PathRule rule) throws MalformedRequestException {
    byte[] octets = octets(rawPath);
    if (isPlain(octets, rule.normalize())) {
      out.put(octets);
      return;
    }
    int from = out.length;
    if (!rule.doubleEncode()) {
      recode(out, rawPath, false);
      if (rule.normalize()) {
        out.cut(normalize(out.array, from, out.length));
      }
      return;
    }
    checkStart(rawPath);
    Bytes raw = Scratch.get().path();
    raw.octets(rawPath.isEmpty() ? "/" : rawPath, "the path");
    int end = rule.normalize() ? normalize(raw.array, 0, raw.length) : raw.length;
    for (int i = 0; i < end; i++) {
      int octet = raw.array[i] & 0xff;
      if (octet == '/') {
        out.put('/');
      } else {
        Percent.encode(out, octet);
      }
    }
  }

  /** In one go, which is quicker than char by char; a char that is no octet becomes a '?'. */
  private static byte[] octets(String path) {
    return path.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Whether the path is its own canonical form under every rule, by a quick look. */
  private static boolean isPlain(byte[] path, boolean normalize) {
    if (path.length == 0 || path[0] != '/') {
      return false;
    }
    byte before = 0;
    for (byte c : path) {
      boolean plain = c == '/' || Percent.isUnreserved(c & 0xff);
      if (!plain || (normalize && before == '/' && (c == '/' || c == '.'))) {
        return false;
      }
      before = c;
    }
    return true;
  }

  private static void checkStart(String path) throws MalformedRequestException {
    if (!path.isEmpty() && path.charAt(0) != '/') {
      throw new MalformedRequestException("the path does not begin with /", 0);
    }
  }

  private static void recode(Bytes out, String path, boolean keepEncodedSlash)
      throws MalformedRequestException {
    checkStart(path);
    if (path.isEmpty()) {
      out.put('/');
      return;
    }
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '/') {
        out.put('/');
      } else if (c == '%') {
        int octet = Percent.decode(path, i, WHAT);
        i += 2;
        if (octet == '/' && !keepEncodedSlash) {
          out.put('/');
        } else {
          Percent.encode(out, octet);
        }
      } else {
        Percent.encode(out, Percent.octet(c, i, WHAT));
      }
    }
  }

  /**
   * Resolves dot and empty segments in place, as RFC 3986 5.2.4 and AWS do, and gives the new end.
   */
  private static int normalize(byte[] a, int from, int to) {
    boolean slashAtEnd = a[to - 1] == '/';
    int write = from;
    int read = from;
    while (read < to) {
      int next = read + 1;
      while (next < to && a[next] != '/') {
        next++;
      }
      int size = next - read - 1;
      if (size == 2 && a[read + 1] == '.' && a[read + 2] == '.') {
        while (write > from) {
          write--;
          if (a[write] == '/') {
            break;
          }
        }
      } else if (size > 1 || (size == 1 && a[read + 1] != '.')) {
        System.arraycopy(a, read, a, write, size + 1);
        write += size + 1;
      }
      read = next;
    }
    if (slashAtEnd || write == from) {
      a[write++] = '/';
    }
    return write;
  }
}
