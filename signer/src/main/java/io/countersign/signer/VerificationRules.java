package io.countersign.signer;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a signed request must keep to, whatever algorithm it is signed with. */
final class VerificationRules {

  private static final Set<String> DROP_SIGNATURE = Set.of(CanonicalQuery.SIGNATURE);

  private VerificationRules() {}

  /** Answers in what way the request comes too early or too late, or null. */
  static @Nullable Verification checkTime(
      Instant signedAt, @Nullable Duration expires, Instant now) {
    boolean early = signedAt.isAfter(now.plus(Verifier.MAX_SKEW));
    if (expires != null) {
      Instant expiredAt = signedAt.plus(expires);
      if (now.isAfter(expiredAt)) {
        return new Verification.Expired(expiredAt, now);
      }
      return early ? new Verification.Skewed(signedAt, now, Verifier.MAX_SKEW) : null;
    }
    return early || signedAt.isBefore(now.minus(Verifier.MAX_SKEW))
        ? new Verification.Skewed(signedAt, now, Verifier.MAX_SKEW)
        : null;
  }

  /** Gathers exactly the signed headers; answers what is wrong with them, or null. */
  static @Nullable Verification collect(Fields fields, List<String> signed, RequestView request)
      throws MalformedRequestException {
    boolean[] found = new boolean[signed.size()];
    int hosts = 0;
    for (int i = 0; i < request.headerCount(); i++) {
      String name = HeaderNames.lower(request.headerName(i));
      int at = Collections.binarySearch(signed, name);
      if (at >= 0) {
        found[at] = true;
        fields.add(name, request.headerValue(i));
      } else if (name.startsWith("x-amz-")) {
        return new Verification.UnsignedHeader(name);
      }
      if (name.equals("host") && ++hosts > 1) {
        throw new MalformedRequestException("the request has more than one Host header");
      }
    }
    for (int i = 0; i < found.length; i++) {
      if (!found[i]) {
        return new Verification.MissingHeader(signed.get(i));
      }
    }
    return null;
  }

  static String withoutToken(String canonicalRequest, @Nullable String token) {
    if (token == null || token.isEmpty()) {
      return canonicalRequest;
    }
    Bytes encoded = new Bytes(token.length() * 2);
    Percent.encodeAll(encoded, token);
    return canonicalRequest
        .replace(encoded.toString(), "<session-token>")
        .replace(token, "<session-token>");
  }

  /** The parameters of the query that a signature does not cover. */
  static Set<String> notSigned(boolean presigned) {
    return presigned ? DROP_SIGNATURE : Set.of();
  }

  /**
   * What to forward of a request that is valid.
   *
   * @param plus the reading of a + that was signed
   */
  static Verification.Valid valid(
      RequestView request,
      PathRule rule,
      CanonicalQuery.Plus plus,
      boolean presigned,
      ChunkSeed seed)
      throws MalformedRequestException {
    // A + that was signed as it stands means what it means to AWS: a space.
    CanonicalQuery.Plus reading =
        plus == CanonicalQuery.Plus.PLUS ? plus : CanonicalQuery.Plus.SPACE;
    Set<String> drop = presigned ? CanonicalQuery.DROPPED : Set.of();
    return new Verification.Valid(
        CanonicalPath.wire(request.path(), rule),
        CanonicalQuery.write(request.query(), drop, reading),
        seed);
  }
}
