package io.countersign.signer;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads {@link Authorization} and {@link SigV4aAuthorization}. */
final class AuthorizationParser {

  private static final int MAX_ACCESS_KEY_ID = 512;
  private static final int MAX_SCOPE_PART = 64;
  private static final int MAX_SIGNED_HEADERS = 256;
  private static final String REGION_SET = "x-amz-region-set";

  private AuthorizationParser() {}

  static boolean isPresent(RequestView request) {
    for (int i = 0; i < request.headerCount(); i++) {
      if (request.headerName(i).equalsIgnoreCase("authorization")
          && request.headerValue(i).strip().startsWith("AWS4-")) {
        return true;
      }
    }
    try {
      return CanonicalQuery.firstAuthenticationKey(request.query()) != null;
    } catch (MalformedRequestException e) {
      return true; // parse() says what is wrong with the query
    }
  }

  /** Whether the request claims a signature of this algorithm; false if it does not parse. */
  static boolean claims(RequestView request, String algorithm) {
    for (int i = 0; i < request.headerCount(); i++) {
      if (request.headerName(i).equalsIgnoreCase("authorization")) {
        String value = trim(request.headerValue(i));
        if (value.equals(algorithm) || value.startsWith(algorithm + " ")) {
          return true;
        }
      }
    }
    try {
      for (String value : CanonicalQuery.values(request.query(), CanonicalQuery.ALGORITHM)) {
        if (value.equals(algorithm)) {
          return true;
        }
      }
      return false;
    } catch (MalformedRequestException e) {
      return false; // as isPresent() and parse() say
    }
  }

  static Authorization parse(RequestView request) throws MalformedRequestException {
    return sigV4(read(request, SigningKey.ALGORITHM));
  }

  static SigV4aAuthorization parseSigV4a(RequestView request) throws MalformedRequestException {
    return sigV4a(read(request, SigV4aKey.ALGORITHM));
  }

  /** The parts of a claim as they stand in header or query; the first four are never empty. */
  private record Parts(
      String credential,
      String amzDate,
      String signedHeaders,
      String signature,
      @Nullable String regionSet,
      @Nullable Duration expires,
      @Nullable String token,
      @Nullable PayloadHash payload) {}

  private static Parts read(RequestView request, String algorithm)
      throws MalformedRequestException {
    Headers headers = Headers.of(request);
    String queryKey = CanonicalQuery.firstAuthenticationKey(request.query());
    if (headers.authorization != null && queryKey != null) {
      throw new MalformedRequestException(
          "the request has both an Authorization header and "
              + queryKey
              + " in its query; only one way of signing is allowed");
    }
    if (headers.connection) {
      refuseSignedHopByHop(request);
    }
    if (headers.authorization != null) {
      return ofHeader(headers, headers.authorization, algorithm);
    }
    if (queryKey != null) {
      return ofQuery(request.query(), headers, algorithm);
    }
    throw new MalformedRequestException(
        "the request is not signed: it has neither an Authorization header nor X-Amz-Signature");
  }

  /** The headers that a claim is made of, each with its one value; found in one look at all. */
  private static final class Headers {
    private @Nullable String authorization;
    private @Nullable String date;
    private @Nullable String hash;
    private @Nullable String regionSet;
    private @Nullable String token;
    private @Nullable String s3Token;
    private boolean connection;

    static Headers of(RequestView request) throws MalformedRequestException {
      Headers headers = new Headers();
      for (int i = 0; i < request.headerCount(); i++) {
        String name = request.headerName(i);
        switch (name.length()) {
          case 10 -> {
            if (name.equalsIgnoreCase("x-amz-date")) {
              headers.date = only(headers.date, request, i);
            } else {
              headers.connection |= name.equalsIgnoreCase("connection");
            }
          }
          case 13 -> {
            if (name.equalsIgnoreCase("authorization")) {
              headers.authorization = only(headers.authorization, request, i);
            }
          }
          case 16 -> {
            if (name.equalsIgnoreCase(REGION_SET)) {
              headers.regionSet = only(headers.regionSet, request, i);
            }
          }
          case 20 -> {
            if (name.equalsIgnoreCase("x-amz-security-token")) {
              headers.token = only(headers.token, request, i);
            } else if (name.equalsIgnoreCase("x-amz-content-sha256")) {
              headers.hash = only(headers.hash, request, i);
            }
          }
          case 21 -> {
            if (name.equalsIgnoreCase("x-amz-s3session-token")) {
              headers.s3Token = only(headers.s3Token, request, i);
            }
          }
          default -> {}
        }
      }
      return headers;
    }

    private static String only(@Nullable String before, RequestView request, int i)
        throws MalformedRequestException {
      if (before != null) {
        throw new MalformedRequestException(
            "the request has more than one header "
                + request.headerName(i).toLowerCase(Locale.ROOT));
      }
      return trim(request.headerValue(i));
    }
  }

  /**
   * Connection must not take a header away that the signature is about (RFC 9110, section 7.6.1).
   */
  private static void refuseSignedHopByHop(RequestView request) throws MalformedRequestException {
    for (String name : SigningRules.namedByConnection(request)) {
      if (name.equals("host") || name.equals("authorization") || name.startsWith("x-amz-")) {
        throw new MalformedRequestException(
            "the Connection header names " + name + ", which is not a hop-by-hop header");
      }
    }
  }

  private static Parts ofHeader(Headers headers, String header, String expected)
      throws MalformedRequestException {
    int space = header.indexOf(' ');
    String algorithm = space < 0 ? header : header.substring(0, space);
    checkAlgorithm(algorithm, expected);
    String credential = null;
    String signedHeaders = null;
    String signature = null;
    int at = algorithm.length();
    while (at < header.length()) {
      int end = header.indexOf(',', at);
      if (end < 0) {
        end = header.length();
      }
      String part = trim(header.substring(at, end));
      int equals = part.indexOf('=');
      String name = equals < 0 ? part : part.substring(0, equals);
      String value = equals < 0 ? "" : part.substring(equals + 1);
      switch (name) {
        case "Credential" -> credential = once(credential, value, name, at);
        case "SignedHeaders" -> signedHeaders = once(signedHeaders, value, name, at);
        case "Signature" -> signature = once(signature, value, name, at);
        default ->
            throw new MalformedRequestException(
                "the Authorization header has something other than Credential, SignedHeaders and "
                    + "Signature at offset "
                    + at,
                at);
      }
      at = end + 1;
    }
    if (header.endsWith(",")) {
      throw new MalformedRequestException(
          "the Authorization header ends with a comma", header.length() - 1);
    }
    return new Parts(
        required(credential, "Credential in the Authorization header"),
        required(headers.date, "an x-amz-date header"),
        required(signedHeaders, "SignedHeaders in the Authorization header"),
        required(signature, "Signature in the Authorization header"),
        headers.regionSet,
        null,
        token(headers.token, headers.s3Token),
        headers.hash == null ? null : PayloadHash.parse(headers.hash));
  }

  private static Parts ofQuery(String query, Headers headers, String expected)
      throws MalformedRequestException {
    checkAlgorithm(
        required(parameter(query, CanonicalQuery.ALGORITHM), "X-Amz-Algorithm in the query"),
        expected);
    String expires =
        required(parameter(query, CanonicalQuery.EXPIRES), "X-Amz-Expires in the query");
    String hash = headers.hash;
    String queryHash = parameter(query, CanonicalQuery.CONTENT_SHA256);
    if (hash != null && queryHash != null && !hash.equals(queryHash)) {
      throw new MalformedRequestException(
          "the header x-amz-content-sha256 differs from the query parameter of that name");
    }
    if (hash == null) {
      hash = queryHash;
    }
    String regionSet = parameter(query, CanonicalQuery.REGION_SET);
    if (headers.regionSet != null
        && expected.equals(SigV4aKey.ALGORITHM)
        && !headers.regionSet.equals(regionSet)) {
      throw new MalformedRequestException(
          "the header x-amz-region-set differs from the query parameter of that name");
    }
    return new Parts(
        required(parameter(query, CanonicalQuery.CREDENTIAL), "X-Amz-Credential in the query"),
        required(parameter(query, CanonicalQuery.DATE), "X-Amz-Date in the query"),
        required(
            parameter(query, CanonicalQuery.SIGNED_HEADERS), "X-Amz-SignedHeaders in the query"),
        required(parameter(query, CanonicalQuery.SIGNATURE), "X-Amz-Signature in the query"),
        regionSet,
        expires(expires),
        token(
            parameter(query, CanonicalQuery.SECURITY_TOKEN),
            parameter(query, CanonicalQuery.S3_SESSION_TOKEN)),
        hash == null ? null : PayloadHash.parse(hash));
  }

  private static Authorization sigV4(Parts parts) throws MalformedRequestException {
    String[] scope = scope(parts.credential, 5, "<date>/<Region>/<service>/aws4_request");
    checkScopePart("Region", scope[2]);
    checkScopePart("service", scope[3]);
    Instant time = time(parts.amzDate, scope[1]);
    if (!Hex.isSha256(parts.signature)) {
      throw new MalformedRequestException("the signature is not 64 digits of lower-case hex");
    }
    return new Authorization(
        scope[0],
        scope[1],
        scope[2],
        scope[3],
        signedHeaders(parts.signedHeaders),
        parts.signature,
        parts.amzDate,
        time,
        parts.expires,
        parts.token,
        payload(parts, scope[3], false));
  }

  private static SigV4aAuthorization sigV4a(Parts parts) throws MalformedRequestException {
    String[] scope = scope(parts.credential, 4, "<date>/<service>/aws4_request");
    checkScopePart("service", scope[2]);
    Instant time = time(parts.amzDate, scope[1]);
    byte[] der = EcdsaSignature.decode(parts.signature);
    if (der == null) {
      throw new MalformedRequestException(
          "the signature is not lower-case hex of an ECDSA signature in DER, 16 to 144 digits");
    }
    List<String> signedHeaders = signedHeaders(parts.signedHeaders);
    if (parts.expires == null && !signedHeaders.contains(REGION_SET)) {
      throw new MalformedRequestException("SignedHeaders does not name x-amz-region-set");
    }
    return new SigV4aAuthorization(
        scope[0],
        scope[1],
        RegionSet.parse(required(parts.regionSet, "x-amz-region-set in its headers or its query")),
        scope[2],
        signedHeaders,
        parts.signature,
        der,
        parts.amzDate,
        time,
        parts.expires,
        parts.token,
        payload(parts, scope[2], true));
  }

  /** The declared payload, if it goes with the algorithm of the request. */
  private static @Nullable PayloadHash payload(Parts parts, String service, boolean ecdsa)
      throws MalformedRequestException {
    PayloadHash declared = parts.payload;
    boolean other =
        declared != null
            && (ecdsa
                ? declared.headerValue().startsWith("STREAMING-AWS4-HMAC-")
                : declared.isEcdsa());
    if (other) {
      throw new MalformedRequestException(
          declared
              + " does not go with a request signed by "
              + (ecdsa ? SigV4aKey.ALGORITHM : SigningKey.ALGORITHM));
    }
    return parts.payload == null && parts.expires != null && PathRule.isS3Family(service)
        ? PayloadHash.UNSIGNED
        : parts.payload;
  }

  /** The parts of a credential, access key ID first, all checked but Region and service. */
  private static String[] scope(String credential, int count, String form)
      throws MalformedRequestException {
    String[] parts = credential.split("/", -1);
    if (parts.length != count) {
      throw new MalformedRequestException(
          "the credential has "
              + parts.length
              + " parts, not the "
              + count
              + " of <access key ID>/"
              + form
              + (credential.indexOf('%') < 0 ? "" : "; is it percent-encoded twice?"));
    }
    checkAccessKeyId(parts[0]);
    if (AmzTime.parseDay(parts[1]) == null) {
      throw new MalformedRequestException("the date of the credential is no day such as 20150830");
    }
    if (!parts[count - 1].equals("aws4_request")) {
      throw new MalformedRequestException("the credential does not end with aws4_request");
    }
    return parts;
  }

  private static Instant time(String amzDate, String date) throws MalformedRequestException {
    Instant time = AmzTime.parse(amzDate);
    if (time == null) {
      throw new MalformedRequestException("x-amz-date is no time such as 20150830T123600Z");
    }
    if (!amzDate.startsWith(date)) {
      throw new MalformedRequestException(
          "the date of the credential is not the day of x-amz-date: "
              + date
              + " against "
              + amzDate);
    }
    return time;
  }

  private static List<String> signedHeaders(String joined) throws MalformedRequestException {
    String[] names = joined.split(";", -1);
    if (names.length > MAX_SIGNED_HEADERS) {
      throw new MalformedRequestException(
          "SignedHeaders names more than " + MAX_SIGNED_HEADERS + " headers");
    }
    boolean host = false;
    for (int i = 0; i < names.length; i++) {
      String name = names[i];
      if (!HeaderNames.isLowerToken(name)) {
        throw new MalformedRequestException(
            "SignedHeaders has an entry that is no lower-case header name, number " + (i + 1));
      }
      if (i > 0 && names[i - 1].compareTo(name) >= 0) {
        throw new MalformedRequestException(
            "SignedHeaders is not sorted, or has " + name + " twice");
      }
      host |= name.equals("host");
    }
    if (!host) {
      throw new MalformedRequestException("SignedHeaders does not name host");
    }
    return List.of(names);
  }

  private static void checkAlgorithm(String algorithm, String expected)
      throws MalformedRequestException {
    if (algorithm.equals(expected)) {
      return;
    }
    if (algorithm.equals(SigV4aKey.ALGORITHM)) {
      throw new MalformedRequestException(
          "the request is signed with AWS4-ECDSA-P256-SHA256 (SigV4a); only AWS4-HMAC-SHA256 is"
              + " verified here");
    }
    throw new MalformedRequestException("the signing algorithm is not " + expected);
  }

  private static void checkAccessKeyId(String id) throws MalformedRequestException {
    boolean good = !id.isEmpty() && id.length() <= MAX_ACCESS_KEY_ID;
    for (int i = 0; good && i < id.length(); i++) {
      char c = id.charAt(i);
      good =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '-'
              || c == '_'
              || c == '.';
    }
    if (!good) {
      throw new MalformedRequestException(
          "the access key ID of the credential is empty, longer than "
              + MAX_ACCESS_KEY_ID
              + ", or has a character other than letters, digits, - _ .");
    }
  }

  /** What gets as far as a host name is this narrow: letters, digits, hyphens. */
  private static void checkScopePart(String what, String value) throws MalformedRequestException {
    boolean good = !value.isEmpty() && value.length() <= MAX_SCOPE_PART;
    for (int i = 0; good && i < value.length(); i++) {
      char c = value.charAt(i);
      good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    }
    if (!good) {
      throw new MalformedRequestException(
          "the "
              + what
              + " of the credential is empty, longer than "
              + MAX_SCOPE_PART
              + ", or has a character other than a-z, 0-9 and -");
    }
  }

  private static Duration expires(String value) throws MalformedRequestException {
    int seconds = 0;
    boolean good = !value.isEmpty() && value.length() <= 6;
    for (int i = 0; good && i < value.length(); i++) {
      char c = value.charAt(i);
      good = c >= '0' && c <= '9';
      seconds = seconds * 10 + (c - '0');
    }
    if (!good || seconds < 1 || seconds > Signer.MAX_EXPIRES.toSeconds()) {
      throw new MalformedRequestException("X-Amz-Expires is not 1 to 604800 seconds");
    }
    return Duration.ofSeconds(seconds);
  }

  private static @Nullable String token(@Nullable String token, @Nullable String s3Token)
      throws MalformedRequestException {
    if (token != null && s3Token != null) {
      throw new MalformedRequestException(
          "the request has both a security token and an S3 session token");
    }
    return token != null ? token : s3Token;
  }

  private static @Nullable String parameter(String query, String name)
      throws MalformedRequestException {
    String[] values = CanonicalQuery.values(query, name);
    if (values.length > 1) {
      throw new MalformedRequestException("the query has " + name + " more than once");
    }
    return values.length == 0 ? null : values[0];
  }

  private static String once(@Nullable String before, String value, String name, int at)
      throws MalformedRequestException {
    if (before != null) {
      throw new MalformedRequestException(
          "the Authorization header has " + name + " twice, again at offset " + at, at);
    }
    return value;
  }

  private static String required(@Nullable String value, String what)
      throws MalformedRequestException {
    if (value == null || value.isEmpty()) {
      throw new MalformedRequestException("the request is signed, but lacks " + what);
    }
    return value;
  }

  private static String trim(String s) {
    int from = 0;
    int to = s.length();
    while (from < to && (s.charAt(from) == ' ' || s.charAt(from) == '\t')) {
      from++;
    }
    while (to > from && (s.charAt(to - 1) == ' ' || s.charAt(to - 1) == '\t')) {
      to--;
    }
    return s.substring(from, to);
  }
}
