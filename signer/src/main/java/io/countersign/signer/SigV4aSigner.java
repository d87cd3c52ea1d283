package io.countersign.signer;

import java.security.MessageDigest;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Signs requests with AWS Signature Version 4A: ECDSA over P-256, for a set of Regions at once
 * ("AWS Signature Version 4 for API requests", IAM User Guide, and the signer of awslabs/aws-c-auth
 * for what that leaves out). Safe for any number of threads.
 *
 * <p>The same request has another signature each time, for ECDSA draws a random number; all of them
 * are good. What {@link Signer} says of path and query holds here too.
 */
public final class SigV4aSigner {

  private final SigV4aKeys keys;

  /** A signer over a cache of keys, which it may share with other signers and verifiers. */
  public SigV4aSigner(SigV4aKeys keys) {
    this.keys = keys;
  }

  /**
   * Whether the signer decides about this header, in whatever case: those of {@link
   * Signer#replaces} and {@code x-amz-region-set}. Such a header of a request is not signed as it
   * stands; remove it before setting the headers of a {@link SigV4aSignedRequest}.
   */
  public static boolean replaces(String headerName) {
    return Signer.replaces(headerName) || headerName.equalsIgnoreCase("x-amz-region-set");
  }

  /**
   * Signs a request with headers.
   *
   * @throws MalformedRequestException if the request has no host or several, has a query that is
   *     signed already, or does not parse
   */
  public SigV4aSignedRequest sign(
      SigV4aParameters parameters, RequestView request, PayloadHash payload)
      throws MalformedRequestException {
    return sign(parameters, request, payload, null);
  }

  /**
   * Signs a request with its query. The request must be sent with the {@code x-amz-} headers that
   * it has now, less those that {@link #replaces} knows.
   *
   * @param payload mostly {@link PayloadHash#UNSIGNED} for S3, and the hash of the body elsewhere
   * @param expires how long the query is good for, 1 second to {@link Signer#MAX_EXPIRES}; cut to
   *     seconds
   * @throws IllegalArgumentException if {@code expires} is out of range
   * @throws MalformedRequestException as {@link #sign}
   */
  public PresignedRequest presign(
      SigV4aParameters parameters, RequestView request, PayloadHash payload, Duration expires)
      throws MalformedRequestException {
    return presign(parameters, request, payload, expires, null);
  }

  /** Tells how {@link #sign} comes to its signature. */
  public Explanation explain(SigV4aParameters parameters, RequestView request, PayloadHash payload)
      throws MalformedRequestException {
    Trace trace = new Trace();
    String signature = sign(parameters, request, payload, trace).signature();
    return trace.explain(signature);
  }

  /** Tells how {@link #presign} comes to its signature. */
  public Explanation explainPresigned(
      SigV4aParameters parameters, RequestView request, PayloadHash payload, Duration expires)
      throws MalformedRequestException {
    Trace trace = new Trace();
    String signature = presign(parameters, request, payload, expires, trace).signature();
    return trace.explain(signature);
  }

  private SigV4aSignedRequest sign(
      SigV4aParameters p, RequestView request, PayloadHash payload, @Nullable Trace trace)
      throws MalformedRequestException {
    Scratch scratch = Scratch.get();
    try {
      return sign(p, request, payload, scratch, trace);
    } finally {
      scratch.wipe();
    }
  }

  private SigV4aSignedRequest sign(
      SigV4aParameters p,
      RequestView request,
      PayloadHash payload,
      Scratch scratch,
      @Nullable Trace trace)
      throws MalformedRequestException {
    QueryTable query = scratch.query().parse(request.query(), CanonicalQuery.Plus.SPACE);
    SigningRules.refuseSigned(query);
    String amzDate = AmzTime.format(p.time());
    String scope = scope(amzDate, p.service());
    String token = p.credentials().sessionToken();
    Fields fields = scratch.fields();
    boolean hashHeader =
        SigningRules.collect(fields, request, p.headers(), SigV4aSigner::replaces)
            || p.contentHashHeader();
    fields.add("x-amz-date", amzDate);
    fields.add("x-amz-region-set", p.regionSetValue());
    if (token != null && p.signSessionToken()) {
      fields.add(SignedRequest.TOKEN_HEADER, token);
    }
    if (hashHeader) {
      fields.add("x-amz-content-sha256", payload.octets());
    }
    fields.sort();
    Bytes canonical = scratch.main();
    int names = CanonicalRequest.write(canonical, request, p.pathRule(), query, Set.of(), fields);
    Bytes authorization = new Bytes(512);
    authorization.text(SigV4aKey.ALGORITHM).text(" Credential=");
    authorization.text(p.credentials().accessKeyId()).put('/').text(scope);
    authorization.text(", SignedHeaders=");
    authorization.put(canonical.array, names, canonical.length - 1 - names);
    SigV4aKey key = keys.key(p.credentials());
    String signature = signature(scratch, canonical, payload, key, amzDate, scope, trace);
    authorization.text(", Signature=").text(signature);
    return new SigV4aSignedRequest(
        token,
        amzDate,
        p.regionSetValue(),
        hashHeader ? payload.headerValue() : null,
        authorization.toString(),
        new ChunkSeed(new ChunkKey.Ecdsa(key, key::publicKey, scope), amzDate, signature));
  }

  private PresignedRequest presign(
      SigV4aParameters p,
      RequestView request,
      PayloadHash payload,
      Duration expires,
      @Nullable Trace trace)
      throws MalformedRequestException {
    SigningRules.checkExpires(expires);
    Scratch scratch = Scratch.get();
    try {
      return presign(p, request, payload, expires, scratch, trace);
    } finally {
      scratch.wipe();
    }
  }

  private PresignedRequest presign(
      SigV4aParameters p,
      RequestView request,
      PayloadHash payload,
      Duration expires,
      Scratch scratch,
      @Nullable Trace trace)
      throws MalformedRequestException {
    QueryTable query = scratch.query().parse(request.query(), CanonicalQuery.Plus.SPACE);
    SigningRules.refuseSigned(query);
    String amzDate = AmzTime.format(p.time());
    String scope = scope(amzDate, p.service());
    Fields fields = scratch.fields();
    SigningRules.collect(fields, request, p.headers(), SigV4aSigner::replaces);
    fields.sort();
    Bytes names = new Bytes(64);
    fields.signedHeaders(names);

    int own = query.count();
    add(query, CanonicalQuery.ALGORITHM, SigV4aKey.ALGORITHM);
    add(query, CanonicalQuery.CREDENTIAL, p.credentials().accessKeyId() + "/" + scope);
    add(query, CanonicalQuery.DATE, amzDate);
    add(query, CanonicalQuery.SIGNED_HEADERS, names.toString());
    add(query, CanonicalQuery.EXPIRES, Long.toString(expires.toSeconds()));
    String token = p.credentials().sessionToken();
    if (token != null) {
      add(query, CanonicalQuery.SECURITY_TOKEN, token);
    }
    add(query, CanonicalQuery.REGION_SET, p.regionSetValue());
    Bytes signed = scratch.side();
    if (!request.query().isEmpty()) {
      signed.octets(request.query(), "the query").put('&');
    }
    query.writeAdded(signed, own);

    Bytes canonical = scratch.main();
    Set<String> drop = p.signSessionToken() ? Set.of() : Set.of(CanonicalQuery.SECURITY_TOKEN);
    CanonicalRequest.write(canonical, request, p.pathRule(), query, drop, fields);
    SigV4aKey key = keys.key(p.credentials());
    String signature = signature(scratch, canonical, payload, key, amzDate, scope, trace);
    signed.put('&').text(CanonicalQuery.SIGNATURE).put('=').text(signature);
    return new PresignedRequest(signed.toString());
  }

  private static void add(QueryTable query, String name, String value) {
    Bytes encoded = new Bytes(value.length() * 3);
    Percent.encodeAll(encoded, value);
    query.add(name, encoded);
  }

  private static String scope(String amzDate, String service) {
    return amzDate.substring(0, 8) + "/" + service + "/aws4_request";
  }

  /** Signs the canonical request in the buffer, which lacks its last line. */
  private static String signature(
      Scratch scratch,
      Bytes canonical,
      PayloadHash payload,
      SigV4aKey key,
      String amzDate,
      String scope,
      @Nullable Trace trace) {
    canonical.put(payload.octets());
    if (trace != null) {
      trace.canonicalRequest = canonical.toString();
    }
    Bytes text = stringToSign(scratch, canonical, amzDate, scope);
    if (trace != null) {
      trace.stringToSign = text.toString();
    }
    return EcdsaSignature.encode(key.sign(text));
  }

  /** The string to sign for a whole canonical request. */
  static Bytes stringToSign(Scratch scratch, Bytes canonical, String amzDate, String scope) {
    MessageDigest sha256 = scratch.sha256();
    sha256.update(canonical.array, 0, canonical.length);
    Sha256.finish(sha256, scratch.hash);
    Bytes text = new Bytes(192);
    text.text(SigV4aKey.ALGORITHM).put('\n').text(amzDate).put('\n').text(scope).put('\n');
    return text.hex(scratch.hash);
  }
}
