package io.countersign.signer;

import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/**
 * Verifies SigV4 signatures, of headers and of presigned queries. Safe for any number of threads.
 *
 * <p>It checks a request as it came: exactly the headers that SignedHeaders names, in their arrival
 * order, {@code content-length} or {@code accept-encoding} too where a client signs them.
 */
public final class Verifier {

  /**
   * How far the clocks of client and server may be apart, either way; the bound itself is still
   * good.
   */
  public static final Duration MAX_SKEW = Duration.ofMinutes(5);

  private final SigningKeys keys;

  /**
   * A verifier over a cache of keys. Give it one of its own, not the signer's: whoever knows an
   * access key ID chooses the scopes that come into it.
   */
  public Verifier(SigningKeys keys) {
    this.keys = keys;
  }

  /**
   * Reads what a request claims, as {@link Authorization#parse} does, and faster where this
   * verifier found a request like it valid a moment ago.
   *
   * @throws MalformedRequestException as {@link Authorization#parse}
   */
  public Authorization claim(RequestView request) throws MalformedRequestException {
    VerifiedShape known = keys.verified.get(RequestShape.hash(request));
    Authorization claim = known == null ? null : known.claim(request);
    return claim != null ? claim : Authorization.parse(request);
  }

  /**
   * Verifies with the path rule of the service in the scope.
   *
   * @param authorization what {@link Authorization#parse} read from this very request
   * @param payload the hash of the body, or {@link Authorization#declaredPayload} where the caller
   *     checks the body against it later
   * @param credentials those of the access key ID that the request names
   * @param now the time to judge by
   * @throws IllegalArgumentException if the credentials are not those of the request's access key
   *     ID
   * @throws MalformedRequestException if path, query or a header do not parse
   */
  public Verification verify(
      Authorization authorization,
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
      Authorization authorization,
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
    int hash = authorization.presigned() ? 0 : RequestShape.hash(request);
    VerifiedShape known = keys.verified.get(hash);
    if (known != null
        && known.matches(authorization, request, credentials, rule)
        && known.isValid(scratch, authorization, payload)) {
      return known.valid(authorization);
    }
    try {
      return verify(authorization, request, payload, credentials, rule, scratch, hash);
    } finally {
      scratch.wipe();
    }
  }

  private Verification verify(
      Authorization authorization,
      RequestView request,
      PayloadHash payload,
      AwsCredentials credentials,
      PathRule rule,
      Scratch scratch,
      int hash)
      throws MalformedRequestException {
    Fields fields = scratch.fields();
    Verification uncovered =
        VerificationRules.collect(fields, authorization.signedHeaders(), request);
    if (uncovered != null) {
      return uncovered;
    }
    fields.sort();
    SigningKey.Moment moment =
        keys.key(credentials, authorization.date(), authorization.region(), authorization.service())
            .at(authorization.amzDate());
    Set<String> drop = VerificationRules.notSigned(authorization.presigned());
    boolean hasPlus = request.query().indexOf('+') >= 0;
    for (CanonicalQuery.Plus plus : CanonicalQuery.Plus.values()) {
      if (plus != CanonicalQuery.Plus.SPACE && !hasPlus) {
        break;
      }
      Bytes canonical = scratch.main();
      QueryTable query = scratch.query().parse(request.query(), plus);
      CanonicalRequest.write(canonical, request, rule, query, drop, fields);
      MessageDigest sha256 = scratch.sha256();
      sha256.update(canonical.array, 0, canonical.length);
      sha256.update(payload.octets());
      Sha256.finish(sha256, scratch.hash);
      moment.sign(scratch.hash, scratch.hex);
      if (scratch.isHex(authorization.signature())) {
        Verification.Valid valid =
            VerificationRules.valid(
                request,
                rule,
                plus,
                authorization.presigned(),
                new ChunkSeed(moment.key, authorization.amzDate(), authorization.signature()));
        if (!authorization.presigned() && keys.verified.again(hash)) {
          // Hashed once more, in place of a state cloned for each request that does not come again.
          MessageDigest state = Sha256.create();
          state.update(canonical.array, 0, canonical.length);
          VerifiedShape shape =
              VerifiedShape.of(authorization, request, credentials, rule, valid, moment, state);
          if (shape != null) {
            keys.verified.put(hash, shape);
          }
        }
        return valid;
      }
    }
    return mismatch(authorization, request, payload, rule, drop, fields, moment);
  }

  private static Verification.Mismatch mismatch(
      Authorization authorization,
      RequestView request,
      PayloadHash payload,
      PathRule rule,
      Set<String> drop,
      Fields fields,
      SigningKey.Moment moment)
      throws MalformedRequestException {
    Scratch scratch = Scratch.get();
    Bytes canonical = scratch.main();
    QueryTable query = scratch.query().parse(request.query(), CanonicalQuery.Plus.SPACE);
    CanonicalRequest.write(canonical, request, rule, query, drop, fields);
    canonical.put(payload.octets());
    MessageDigest sha256 = scratch.sha256();
    sha256.update(canonical.array, 0, canonical.length);
    Sha256.finish(sha256, scratch.hash);
    return new Verification.Mismatch(
        VerificationRules.withoutToken(canonical.toString(), authorization.sessionToken()),
        moment.stringToSign(scratch.hash));
  }
}
