package io.countersign.signer.differential;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One thing in which another signer differs from this library.
 *
 * @param detail the header it is about, where it is about one; otherwise empty
 */
record Difference(Part part, String detail, String ours, String theirs) {

  /** What is compared, each apart. */
  enum Part {
    REFUSED_BY_US,
    REFUSED_BY_THEM,
    METHOD,
    PATH,
    QUERY,
    /** A header that they sign and we do not. */
    SIGNED_BY_THEM,
    /** A header that we sign and they do not. */
    SIGNED_BY_US,
    HEADER_VALUE,
    PAYLOAD,
    /** Everything in the string to sign but the hash of the canonical request. */
    STRING_TO_SIGN,
    /** The hash in the string to sign, or the signature, against what they must be. */
    SIGNATURE,
    /** A canonical request of which we see the beginning only, under another signature. */
    UNSEEN
  }

  /** All differences between two outcomes of one case. */
  static List<Difference> between(Case c, Outcome ours, Outcome theirs) {
    List<Difference> found = new ArrayList<>();
    if (ours instanceof Outcome.Refused || theirs instanceof Outcome.Refused) {
      if (!(theirs instanceof Outcome.Refused)) {
        found.add(new Difference(Part.REFUSED_BY_US, "", ours.toString(), theirs.toString()));
      } else if (!(ours instanceof Outcome.Refused)) {
        found.add(new Difference(Part.REFUSED_BY_THEM, "", ours.toString(), theirs.toString()));
      }
      return found;
    }
    Outcome.Signed a = (Outcome.Signed) ours;
    Outcome.Signed b = (Outcome.Signed) theirs;
    String[] linesA = a.stringToSign().split("\n", -1);
    String[] linesB = b.stringToSign().split("\n", -1);
    add(found, Part.STRING_TO_SIGN, "", scope(linesA), scope(linesB));
    // That these follow from the canonical request is checked on both sides, whether equal or not.
    byte[] key = Reference.key(c.credentials(), c.time(), c.region(), c.service());
    for (Outcome.Signed signed : List.of(a, b)) {
      String hash = Reference.hex(Reference.sha256(Case.octets(signed.canonicalRequest())));
      if (signed.complete() && !signed.stringToSign().endsWith("\n" + hash)) {
        found.add(new Difference(Part.SIGNATURE, "hash", hash, signed.stringToSign()));
      }
      String expected = Reference.hex(Reference.hmac(key, Case.octets(signed.stringToSign())));
      if (!signed.signature().equals(expected)) {
        found.add(new Difference(Part.SIGNATURE, "hmac", expected, signed.signature()));
      }
    }
    if (b.complete()) {
      compare(found, CanonicalParts.of(a, c), CanonicalParts.of(b, c));
    } else if (!a.signature().equals(b.signature())) {
      found.add(new Difference(Part.UNSEEN, "", a.canonicalRequest(), b.canonicalRequest()));
    }
    if (found.isEmpty()) {
      add(found, Part.SIGNATURE, "", a.signature(), b.signature());
    }
    return found;
  }

  private static String scope(String[] lines) {
    return String.join("\n", Arrays.copyOf(lines, lines.length - 1));
  }

  private static void compare(List<Difference> found, CanonicalParts a, CanonicalParts b) {
    add(found, Part.METHOD, "", a.method, b.method);
    add(found, Part.PATH, "", a.path, b.path);
    add(found, Part.QUERY, "", a.query, b.query);
    add(found, Part.PAYLOAD, "", a.payload, b.payload);
    a.headers.forEach(
        (name, value) -> {
          String other = b.headers.get(name);
          if (other == null) {
            found.add(new Difference(Part.SIGNED_BY_US, name, value, ""));
          } else {
            add(found, Part.HEADER_VALUE, name, value, other);
          }
        });
    b.headers.forEach(
        (name, value) -> {
          if (!a.headers.containsKey(name)) {
            found.add(new Difference(Part.SIGNED_BY_THEM, name, "", value));
          }
        });
  }

  private static void add(
      List<Difference> found, Part part, String detail, String ours, String theirs) {
    if (!ours.equals(theirs)) {
      found.add(new Difference(part, detail, ours, theirs));
    }
  }

  /** A canonical request, taken apart from its end: a path may have line breaks in it. */
  private record CanonicalParts(
      String method, String path, String query, Map<String, String> headers, String payload) {

    static CanonicalParts of(Outcome.Signed signed, Case c) {
      List<String> lines = List.of(signed.canonicalRequest().split("\n", -1));
      int n = lines.size();
      List<String> names = List.of(lines.get(n - 2).split(";", -1));
      int firstHeader = n - 3 - names.size();
      Map<String, String> headers = new LinkedHashMap<>();
      for (int i = 0; i < names.size(); i++) {
        String name = names.get(i);
        String line = lines.get(firstHeader + i);
        if (!line.startsWith(name + ":") || !lines.get(n - 3).isEmpty()) {
          throw new AssertionError("no canonical request: " + signed.canonicalRequest());
        }
        headers.put(name, line.substring(name.length() + 1));
      }
      String query = lines.get(firstHeader - 1);
      if (c.presigned()) {
        // It says once more which headers are signed; let that be no difference of its own.
        String claim = "X-Amz-SignedHeaders=" + Reference.encoded(lines.get(n - 2), "");
        if (!("&" + query + "&").contains("&" + claim + "&")) {
          throw new AssertionError("the query does not name the signed headers: " + query);
        }
        query = query.replace(claim, "X-Amz-SignedHeaders");
      }
      return new CanonicalParts(
          lines.get(0),
          String.join("\n", lines.subList(1, firstHeader - 1)),
          query,
          headers,
          lines.get(n - 1));
    }
  }
}
