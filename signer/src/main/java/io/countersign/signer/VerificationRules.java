package io.countersign.signer;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a signed request must keep to, whatever algorithm it is signed with. */
final class VerificationRules {

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
}
