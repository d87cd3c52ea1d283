package io.countersign.signer;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The parameters that presigning adds to a query, made once for all URLs of one second that differ
 * in their targets only. Immutable; threads share it.
 */
final class Presigning {

  private final byte[] signedHeaders;
  private final long expires;
  private final @Nullable String tokenKey;
  private final @Nullable String token;
  private final boolean tokenSigned;

  /** What is signed, in canonical order. */
  final byte[] canonical;

  /** What goes behind the query of the request, up to the signature. */
  final String wire;

  /**
   * @param signedHeaders their names, {@code host;x-amz-acl}
   * @param expires in seconds
   * @param tokenKey the parameter that the session token goes into; null if there is none
   */
  Presigning(
      SigningKey.Moment moment,
      SigningParameters p,
      byte[] signedHeaders,
      long expires,
      @Nullable String tokenKey) {
    this.signedHeaders = signedHeaders;
    this.expires = expires;
    this.tokenKey = tokenKey;
    this.token = p.credentials().sessionToken();
    this.tokenSigned = p.signSessionToken();

    Bytes credential = new Bytes(128);
    Percent.encodeAll(credential, moment.key.credential);
    Bytes names = new Bytes(64);
    Percent.encodeAll(names, signedHeaders, 0, signedHeaders.length);
    String algorithm = CanonicalQuery.ALGORITHM + "=" + SigningKey.ALGORITHM;
    String date = CanonicalQuery.DATE + "=" + moment.amzDate;
    String life = CanonicalQuery.EXPIRES + "=" + expires;
    Bytes session = new Bytes(1024);
    if (token != null && tokenKey != null) {
      session.text(tokenKey).put('=');
      Percent.encodeAll(session, token);
      session.put('&');
    }

    // S3session-Token and Security-Token both lie between Expires and SignedHeaders.
    Bytes out = new Bytes(1536);
    out.text(algorithm).put('&').text(CanonicalQuery.CREDENTIAL).put('=').put(credential);
    out.put('&').text(date).put('&').text(life).put('&');
    if (tokenSigned) {
      out.put(session);
    }
    out.text(CanonicalQuery.SIGNED_HEADERS).put('=').put(names);
    canonical = out.copy();

    out.clear();
    out.text(algorithm).put('&').text(CanonicalQuery.CREDENTIAL).put('=').put(credential);
    out.put('&').text(date);
    out.put('&').text(CanonicalQuery.SIGNED_HEADERS).put('=').put(names).put('&').text(life);
    out.put('&').put(session).text(CanonicalQuery.SIGNATURE).put('=');
    wire = out.toString();
  }

  boolean matches(SigningParameters p, Bytes names, long seconds, @Nullable String key) {
    return expires == seconds
        && Objects.equals(tokenKey, key)
        && tokenSigned == p.signSessionToken()
        && Objects.equals(token, p.credentials().sessionToken())
        && Arrays.equals(signedHeaders, 0, signedHeaders.length, names.array, 0, names.length);
  }
}
