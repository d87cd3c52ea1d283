package io.countersign.signer;

import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Verifies SigV4a signatures, of headers and of presigned queries. Safe for any number of threads.
 *
 * <p>It checks a request as it came, by the same rules as {@link Verifier}. Whether the region set
 * covers the Region in which the request arrived is for the caller to ask: {@link
 * SigV4aAuthorization#coversRegion}.
 */
public final class SigV4aVerifier {

  private final SigV4aKeys keys;

  /** A verifier over a cache of keys, which it may share. */
  public SigV4aVerifier(SigV4aKeys keys) {
    this.keys = keys;
  }

  /**
   * Verifies with the path rule of the service in the scope.
   *
   * @param authorization what {@link SigV4aAuthorization#parse} read from this very request
   * @param payload the hash of the body, or {@link SigV4aAuthorization#declaredPayload} where the
   *     caller checks the body against it later
   * @param credentials those of the access key ID that the request names
   * @param now the time to judge by
   * @throws IllegalArgumentException if the credentials are not those of the request's access key
   *     ID
   * @throws MalformedRequestException if path, query or a header do not parse
   */
  public Verification verify(
      SigV4aAuthorization authorization,
      RequestView request,
      PayloadHash payload,
      AwsCredentials credentials,
      Instant now)
      throws MalformedRequestException {
    return verify(
        authorization,
        request,
        payload,
        credentials,
        now,
        PathRule.forService(authorization.service()));
  }

  /** Verifies with the given path rule; otherwise as the shorter form. */
  public Verification verify(
      SigV4aAuthorization authorization,
      RequestView request,
      PayloadHash payload,
      AwsCredentials credentials,
      Instant now,
      PathRule rule)
      throws MalformedRequestException {
    if (!credentials.accessKeyId().equals(authorization.accessKeyId())) {
      throw new IllegalArgumentException(
          "these are not the credentials of the request's access key ID");
    }
    SigV4aKey key = keys.key(credentials);
    return verify(authorization, request, payload, key, key.publicKey(), now, rule);
  }

  /**
   * Verifies with a public key alone. The {@link ChunkSeed} of a valid request can then read chunks
   * but not write them.
   *
   * @param publicKey that of the access key ID that the request names, as {@link
   *     SigV4aKeys#publicKey} gives it
   * @throws IllegalArgumentException if the key is not on the curve P-256
   * @throws MalformedRequestException if path, query or a header do not parse
   */
  public static Verification verify(
      SigV4aAuthorization authorization,
      RequestView request,
      PayloadHash payload,
      ECPublicKey publicKey,
      Instant now,
      PathRule rule)
      throws MalformedRequestException {
    if (!publicKey.getParams().getOrder().equals(SigV4aKey.P256.getOrder())) {
      throw new IllegalArgumentException("a SigV4a key is on the curve P-256");
    }
    return verify(authorization, request, payload, null, publicKey, now, rule);
  }

  private static Verification verify(
      SigV4aAuthorization authorization,
      RequestView request,
      PayloadHash payload,
      @Nullable SigV4aKey key,
      ECPublicKey publicKey,
      Instant now,
      PathRule rule)
      throws MalformedRequestException {
    Verification untimely =
        VerificationRules.checkTime(authorization.time(), authorization.expires(), now);
    if (untimely != null) {
      return untimely;
    }
    PayloadHash declared = authorization.declaredPayload();
    if (declared != null && !declared.equals(payload)) {
      return new Verification.PayloadMismatch(declared, payload);
    }
    Scratch scratch = Scratch.get();
    try {
      return verify(authorization, request, payload, key, publicKey, rule, scratch);
    } finally {
      scratch.wipe();
    }
  }

  private static Verification verify(
      SigV4aAuthorization authorization,
      RequestView request,
      PayloadHash payload,
      @Nullable SigV4aKey key,
      ECPublicKey publicKey,
      PathRule rule,
      Scratch scratch)
      throws MalformedRequestException {
    Fields fields = scratch.fields();
    Verification uncovered =
        VerificationRules.collect(fields, authorization.signedHeaders(), request);
    if (uncovered != null) {
      return uncovered;
    }
    fields.sort();
    String scope = authorization.date() + "/" + authorization.service() + "/aws4_request";
    byte[] signature = authorization.der();
    Set<String> drop = VerificationRules.notSigned(authorization.presigned());
    boolean hasPlus = request.query().indexOf('+') >= 0;
    String canonicalRequest = "";
    String stringToSign = "";
    for (CanonicalQuery.Plus plus : CanonicalQuery.Plus.values()) {
      if (plus != CanonicalQuery.Plus.SPACE && !hasPlus) {
        break;
      }
      Bytes canonical = scratch.main();
      QueryTable query = scratch.query().parse(request.query(), plus);
      CanonicalRequest.write(canonical, request, rule, query, drop, fields);
      canonical.put(payload.octets());
      Bytes text = SigV4aSigner.stringToSign(scratch, canonical, authorization.amzDate(), scope);
      if (SigV4aKey.verify(publicKey, text.array, 0, text.length, signature)) {
        ChunkKey chunks = new ChunkKey.Ecdsa(key, () -> publicKey, scope);
        return VerificationRules.valid(
            request,
            rule,
            plus,
            authorization.presigned(),
            new ChunkSeed(chunks, authorization.amzDate(), authorization.signature()));
      }
      if (plus == CanonicalQuery.Plus.SPACE) {
        canonicalRequest = canonical.toString();
        stringToSign = text.toString();
      }
    }
    return new Verification.Mismatch(
        VerificationRules.withoutToken(canonicalRequest, authorization.sessionToken()),
        stringToSign);
  }
}
