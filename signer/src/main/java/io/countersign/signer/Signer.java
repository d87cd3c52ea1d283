package io.countersign.signer;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Signs requests with AWS Signature Version 4. Safe for any number of threads.
 *
 * <p>The path and query that are signed are the canonical forms of what the view shows. Put {@link
 * CanonicalPath#wire} and {@link CanonicalQuery#wire} on the wire and show the same to the signer,
 * and there is nothing that AWS could read in another way.
 */
public final class Signer {

  /** The longest life of a presigned URL that AWS accepts. */
  public static final Duration MAX_EXPIRES = Duration.ofDays(7);

  private final SigningKeys keys;

  /** A signer over a cache of keys, which it may share with other signers and verifiers. */
  public Signer(SigningKeys keys) {
    this.keys = keys;
  }

  /**
   * Whether the signer decides about this header, in whatever case: {@code authorization}, {@code
   * x-amz-date}, {@code x-amz-security-token}, {@code x-amz-s3session-token}, {@code
   * x-amz-content-sha256}. Such a header of a request is not signed as it stands; remove it before
   * setting the headers of a {@link SignedRequest}.
   */
  public static boolean replaces(String headerName) {
    return switch (headerName.length()) {
      case 10 -> headerName.equalsIgnoreCase("x-amz-date");
      case 13 -> headerName.equalsIgnoreCase("authorization");
      case 20 ->
          headerName.equalsIgnoreCase("x-amz-security-token")
              || headerName.equalsIgnoreCase("x-amz-content-sha256");
      case 21 -> headerName.equalsIgnoreCase("x-amz-s3session-token");
      default -> false;
    };
  }

  /**
   * Signs a request with headers.
   *
   * @throws MalformedRequestException if the request has no host or several, has a query that is
   *     signed already, or does not parse
   */
  public SignedRequest sign(SigningParameters parameters, RequestView request, PayloadHash payload)
      throws MalformedRequestException {
    return sign(parameters, request, payload, null);
  }

  /**
   * Signs a request with its query. The request must be sent with the {@code x-amz-} headers that
   * it has now, less those that {@link #replaces} knows.
   *
   * @param payload mostly {@link PayloadHash#UNSIGNED} for S3, and the hash of the body elsewhere
   * @param expires how long the query is good for, 1 second to {@link #MAX_EXPIRES}; cut to seconds
   * @throws IllegalArgumentException if {@code expires} is out of range
   * @throws MalformedRequestException as {@link #sign}
   */
  public PresignedRequest presign(
      SigningParameters parameters, RequestView request, PayloadHash payload, Duration expires)
      throws MalformedRequestException {
    return presign(parameters, request, payload, expires, null);
  }

  /** Tells how {@link #sign} comes to its signature. */
  public Explanation explain(SigningParameters parameters, RequestView request, PayloadHash payload)
      throws MalformedRequestException {
    Trace trace = new Trace();
    String signature = sign(parameters, request, payload, trace).signature();
    return trace.explain(signature);
  }

  /** Tells how {@link #presign} comes to its signature. */
  public Explanation explainPresigned(
      SigningParameters parameters, RequestView request, PayloadHash payload, Duration expires)
      throws MalformedRequestException {
    Trace trace = new Trace();
    String signature = presign(parameters, request, payload, expires, trace).signature();
    return trace.explain(signature);
  }

  private SignedRequest sign(
      SigningParameters p, RequestView request, PayloadHash payload, @Nullable Trace trace)
      throws MalformedRequestException {
    int hash = SignedShape.hash(p, request);
    SignedShape known = keys.signed.get(hash);
    Scratch scratch = Scratch.get();
    if (known != null && trace == null && known.matches(p, request, payload)) {
      return known.sign(scratch, payload);
    }
    try {
      return sign(p, request, payload, scratch, hash, trace);
    } finally {
      scratch.wipe();
    }
  }

  private SignedRequest sign(
      SigningParameters p,
      RequestView request,
      PayloadHash payload,
      Scratch scratch,
      int hash,
      @Nullable Trace trace)
      throws MalformedRequestException {
    QueryTable query = scratch.query().parse(request.query(), CanonicalQuery.Plus.SPACE);
    SigningRules.refuseSigned(query);
    AwsCredentials credentials = p.credentials();
    String tokenHeader = tokenHeader(p, request.query());
    String amzDate = scratch.amzDate(p.time());
    Fields fields = scratch.fields();
    boolean hashHeader =
        SigningRules.collect(fields, request, p.headers(), Signer::replaces)
            || p.contentHashHeader();
    fields.add("x-amz-date", amzDate);
    if (tokenHeader != null && p.signSessionToken()) {
      fields.add(tokenHeader, credentials.tokenOctets());
    }
    if (hashHeader) {
      fields.add("x-amz-content-sha256", payload.octets());
    }
    fields.sort();

    Bytes canonical = scratch.main();
    int names = CanonicalRequest.write(canonical, request, p.pathRule(), query, Set.of(), fields);
    MessageDigest sha256 = scratch.sha256();
    sha256.update(canonical.array, 0, canonical.length);
    MessageDigest state =
        trace == null && keys.signed.again(hash)
            ? Sha256.copy(sha256)
            : null; // before the last line
    sha256.update(payload.octets());
    Sha256.finish(sha256, scratch.hash);
    SigningKey.Moment moment =
        keys.key(credentials, scratch.date(), p.region(), p.service()).at(amzDate);
    if (trace != null) {
      trace.canonicalRequest = canonical + payload.headerValue();
      trace.stringToSign = moment.stringToSign(scratch.hash);
    }
    moment.sign(scratch.hash, scratch.hex);

    Bytes authorization = scratch.side();
    authorization.text("AWS4-HMAC-SHA256 Credential=").text(moment.key.credential);
    authorization.text(", SignedHeaders=");
    authorization.put(canonical.array, names, canonical.length - 1 - names);
    authorization.text(", Signature=");
    if (state != null) {
      RequestShape shape = RequestShape.of(request, p.headers()::signs);
      if (shape != null) {
        keys.signed.put(
            hash,
            new SignedShape(
                p,
                shape,
                hashHeader ? payload : null,
                tokenHeader,
                moment,
                state,
                authorization.copy()));
      }
    }
    authorization.put(scratch.hex);
    return new SignedRequest(
        tokenHeader,
        credentials.sessionToken(),
        amzDate,
        hashHeader ? payload : null,
        authorization.toString(),
        moment.key);
  }

  /** The header that the session token goes into; null if there is none. */
  private static @Nullable String tokenHeader(SigningParameters p, String query) {
    if (p.credentials().sessionToken() == null) {
      return null;
    }
    return isOfSession(p, query) ? SignedRequest.S3_TOKEN_HEADER : SignedRequest.TOKEN_HEADER;
  }

  /** The parameter of a presigned URL that the session token goes into; null if there is none. */
  private static @Nullable String tokenKey(SigningParameters p, String query) {
    if (p.credentials().sessionToken() == null) {
      return null;
    }
    return isOfSession(p, query) ? CanonicalQuery.S3_SESSION_TOKEN : CanonicalQuery.SECURITY_TOKEN;
  }

  /** Whether the token is that of a session with an S3 Express bucket. */
  private static boolean isOfSession(SigningParameters p, String query) {
    return p.service().equals("s3express") && !createsSession(query);
  }

  /**
   * Whether this is the query of S3's CreateSession: it gives the credentials of a session out, and
   * is signed with those of a role, whose token is an ordinary one (Amazon S3 API Reference,
   * "CreateSession").
   */
  private static boolean createsSession(String query) {
    return query.startsWith("session")
        && (query.length() == 7 || query.charAt(7) == '=' || query.charAt(7) == '&');
  }

  private PresignedRequest presign(
      SigningParameters p,
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
      SigningParameters p,
      RequestView request,
      PayloadHash payload,
      Duration expires,
      Scratch scratch,
      @Nullable Trace trace)
      throws MalformedRequestException {
    QueryTable query = scratch.query().parse(request.query(), CanonicalQuery.Plus.SPACE);
    SigningRules.refuseSigned(query);
    String amzDate = scratch.amzDate(p.time());
    SigningKey.Moment moment =
        keys.key(p.credentials(), scratch.date(), p.region(), p.service()).at(amzDate);
    Fields fields = scratch.fields();
    SigningRules.collect(fields, request, p.headers(), Signer::replaces);
    fields.sort();

    Bytes names = scratch.main();
    fields.signedHeaders(names);
    Presigning added =
        moment.presigning(p, names, expires.toSeconds(), tokenKey(p, request.query()));
    query.add(added.canonical);

    Bytes canonical = scratch.main();
    CanonicalRequest.write(canonical, request, p.pathRule(), query, Set.of(), fields);
    canonical.put(payload.octets());
    MessageDigest sha256 = scratch.sha256();
    sha256.update(canonical.array, 0, canonical.length);
    Sha256.finish(sha256, scratch.hash);
    if (trace != null) {
      trace.canonicalRequest = canonical.toString();
      trace.stringToSign = moment.stringToSign(scratch.hash);
    }
    moment.sign(scratch.hash, scratch.hex);
    String raw = request.query(); // octets, or it would not have parsed
    String signature = new String(scratch.hex, StandardCharsets.ISO_8859_1);
    return new PresignedRequest(
        String.join("", raw, raw.isEmpty() ? "" : "&", added.wire, signature));
  }
}
