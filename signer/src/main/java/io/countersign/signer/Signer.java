package io.countersign.signer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
    return new Explanation(trace.canonicalRequest, trace.stringToSign, signature);
  }

  /** Tells how {@link #presign} comes to its signature. */
  public Explanation explainPresigned(
      SigningParameters parameters, RequestView request, PayloadHash payload, Duration expires)
      throws MalformedRequestException {
    Trace trace = new Trace();
    String signature = presign(parameters, request, payload, expires, trace).signature();
    return new Explanation(trace.canonicalRequest, trace.stringToSign, signature);
  }

  private SignedRequest sign(
      SigningParameters p, RequestView request, PayloadHash payload, @Nullable Trace trace)
      throws MalformedRequestException {
    refuseSignedQuery(request.query());
    String amzDate = AmzTime.format(p.time());
    String token = p.credentials().sessionToken();
    String tokenHeader =
        p.service().equals("s3express") ? "x-amz-s3session-token" : "x-amz-security-token";
    Scratch scratch = Scratch.get();
    Fields fields = scratch.fields();
    boolean hashHeader = collect(fields, request, p.headers()) || p.contentHashHeader();
    fields.add("x-amz-date", amzDate);
    if (token != null && p.signSessionToken()) {
      fields.add(tokenHeader, token);
    }
    if (hashHeader) {
      fields.add("x-amz-content-sha256", payload.headerValue());
    }
    fields.sort();
    String signedHeaders = fields.signedHeaders();

    Bytes buffer = scratch.main();
    CanonicalRequest.write(
        buffer,
        request,
        p.pathRule(),
        request.query(),
        Set.of(),
        CanonicalQuery.Plus.SPACE,
        fields,
        signedHeaders,
        payload);
    SigningKey key = key(p, amzDate);
    String signature = signature(scratch, buffer, key, amzDate, trace);

    buffer.clear();
    buffer.text("AWS4-HMAC-SHA256 Credential=").text(p.credentials().accessKeyId());
    buffer.put('/').text(key.scope).text(", SignedHeaders=").text(signedHeaders);
    buffer.text(", Signature=").text(signature);
    return new SignedRequest(
        token == null
            ? null
            : tokenHeader.equals("x-amz-security-token") ? "X-Amz-Security-Token" : tokenHeader,
        token,
        amzDate,
        hashHeader ? payload.headerValue() : null,
        buffer.toString(),
        new ChunkSeed(key, amzDate, signature));
  }

  private PresignedRequest presign(
      SigningParameters p,
      RequestView request,
      PayloadHash payload,
      Duration expires,
      @Nullable Trace trace)
      throws MalformedRequestException {
    long seconds = expires.toSeconds();
    if (seconds < 1 || expires.compareTo(MAX_EXPIRES) > 0) {
      throw new IllegalArgumentException(
          "a presigned URL is good for 1 to 604800 seconds, not for " + expires);
    }
    refuseSignedQuery(request.query());
    String amzDate = AmzTime.format(p.time());
    Scratch scratch = Scratch.get();
    Fields fields = scratch.fields();
    collect(fields, request, p.headers());
    fields.sort();
    String signedHeaders = fields.signedHeaders();
    SigningKey key = key(p, amzDate);

    String before = request.query().isEmpty() ? "" : request.query() + "&";
    Bytes query = new Bytes(512);
    query.octets(before, "the query");
    parameter(query, CanonicalQuery.ALGORITHM, SigningKey.ALGORITHM);
    parameter(query, CanonicalQuery.CREDENTIAL, p.credentials().accessKeyId() + "/" + key.scope);
    parameter(query, CanonicalQuery.DATE, amzDate);
    parameter(query, CanonicalQuery.SIGNED_HEADERS, signedHeaders);
    parameter(query, CanonicalQuery.EXPIRES, Long.toString(seconds));
    String token = p.credentials().sessionToken();
    String tokenParameter =
        p.service().equals("s3express")
            ? CanonicalQuery.S3_SESSION_TOKEN
            : CanonicalQuery.SECURITY_TOKEN;
    if (token != null && p.signSessionToken()) {
      parameter(query, tokenParameter, token);
    }

    Bytes buffer = scratch.main();
    CanonicalRequest.write(
        buffer,
        request,
        p.pathRule(),
        query.toString(),
        Set.of(),
        CanonicalQuery.Plus.SPACE,
        fields,
        signedHeaders,
        payload);
    String signature = signature(scratch, buffer, key, amzDate, trace);
    if (token != null && !p.signSessionToken()) {
      parameter(query, tokenParameter, token);
    }
    parameter(query, CanonicalQuery.SIGNATURE, signature);
    query.length--; // the last &
    return new PresignedRequest(query.toString(), signature);
  }

  private static void parameter(Bytes query, String name, String value) {
    query.text(name).put('=');
    Percent.encodeAll(query, value);
    query.put('&');
  }

  private SigningKey key(SigningParameters p, String amzDate) {
    return keys.key(p.credentials(), amzDate.substring(0, 8), p.region(), p.service());
  }

  private static String signature(
      Scratch scratch, Bytes buffer, SigningKey key, String amzDate, @Nullable Trace trace) {
    if (trace != null) {
      trace.canonicalRequest = buffer.toString();
    }
    key.stringToSign(buffer, amzDate, scratch.sha256());
    if (trace != null) {
      trace.stringToSign = buffer.toString();
    }
    return Hex.encode(key.sign(buffer));
  }

  private static void refuseSignedQuery(String query) throws MalformedRequestException {
    if (query.isEmpty() || (query.indexOf('-') < 0 && query.indexOf('%') < 0)) {
      return; // no X-Amz- in any spelling
    }
    String key = CanonicalQuery.firstAuthenticationKey(query);
    if (key != null) {
      throw new MalformedRequestException(
          "the query is signed already ("
              + key
              + "): sign what CanonicalQuery.withoutAuthentication leaves of it");
    }
  }

  /** Gathers the headers to sign; answers whether the request has x-amz-content-sha256. */
  private static boolean collect(Fields fields, RequestView request, HeaderSelection selection)
      throws MalformedRequestException {
    List<String> hopByHop = namedByConnection(request);
    boolean hashHeader = false;
    int hosts = 0;
    for (int i = 0; i < request.headerCount(); i++) {
      String name = HeaderNames.lower(request.headerName(i));
      if (name.equals("x-amz-content-sha256")) {
        hashHeader = true;
      }
      if (!replaces(name) && selection.signs(name) && !hopByHop.contains(name)) {
        fields.add(name, request.headerValue(i));
        hosts += name.equals("host") ? 1 : 0;
      }
    }
    if (hosts != 1) {
      throw new MalformedRequestException(
          hosts == 0
              ? "the request has no Host header, which every signature covers"
              : "the request has " + hosts + " Host headers");
    }
    return hashHeader;
  }

  /** The lower-case names that Connection headers list: the next hop takes these away. */
  static List<String> namedByConnection(RequestView request) throws MalformedRequestException {
    List<String> names = List.of();
    for (int i = 0; i < request.headerCount(); i++) {
      if (request.headerName(i).equalsIgnoreCase("connection")) {
        for (String item : request.headerValue(i).split(",", -1)) {
          String name = item.strip();
          if (!name.isEmpty()) {
            if (names.isEmpty()) {
              names = new ArrayList<>();
            }
            names.add(HeaderNames.lower(name));
          }
        }
      }
    }
    return names;
  }

  private static final class Trace {
    String canonicalRequest = "";
    String stringToSign = "";
  }
}
