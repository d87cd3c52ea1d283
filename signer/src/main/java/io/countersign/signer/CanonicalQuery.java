package io.countersign.signer;

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
  static final String REGION_SET = "X-Amz-Region-Set";

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
          REGION_SET,
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
          REGION_SET,
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
    Scratch.get().query().parse(rawQuery, plus).write(out, drop);
  }

  /** The decoded parameters of the given name, in the order of the wire; octets as chars. */
  static String[] values(String rawQuery, String name) throws MalformedRequestException {
    QueryTable table = Scratch.get().query().parse(rawQuery, Plus.SPACE);
    String[] found = new String[table.count()];
    int count = 0;
    for (int i = 0; i < table.count(); i++) {
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
    return Scratch.get().query().parse(rawQuery, Plus.SPACE).authenticationKey();
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
}
