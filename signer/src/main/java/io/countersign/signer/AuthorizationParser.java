package io.countersign.signer;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@link Authorization}. */
final class AuthorizationParser {

  private static final int MAX_ACCESS_KEY_ID = 512;
  private static final int MAX_SCOPE_PART = 64;
  private static final int MAX_SIGNED_HEADERS = 256;

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

  static Authorization parse(RequestView request) throws MalformedRequestException {
    String header = header(request, "authorization");
    String queryKey = CanonicalQuery.firstAuthenticationKey(request.query());
    if (header != null && queryKey != null) {
      throw new MalformedRequestException(
          "the request has both an Authorization header and "
              + queryKey
              + " in its query; only one way of signing is allowed");
    }
    refuseSignedHopByHop(request);
    if (header != null) {
      return ofHeader(request, header);
    }
    if (queryKey != null) {
      return ofQuery(request);
    }
    throw new MalformedRequestException(
        "the request is not signed: it has neither an Authorization header nor X-Amz-Signature");
  }

  /** The one value of a header, or null; twice is an error. */
  private static @Nullable String header(RequestView request, String name)
      throws MalformedRequestException {
    String found = null;
    for (int i = 0; i < request.headerCount(); i++) {
      if (request.headerName(i).equalsIgnoreCase(name)) {
        if (found != null) {
          throw new MalformedRequestException("the request has more than one header " + name);
        }
        found = trim(request.headerValue(i));
      }
    }
    return found;
  }

  /**
   * Connection must not take a header away that the signature is about (RFC 9110, section 7.6.1).
   */
  private static void refuseSignedHopByHop(RequestView request) throws MalformedRequestException {
    for (String name : Signer.namedByConnection(request)) {
      if (name.equals("host") || name.equals("authorization") || name.startsWith("x-amz-")) {
        throw new MalformedRequestException(
            "the Connection header names " + name + ", which is not a hop-by-hop header");
      }
    }
  }

  private static Authorization ofHeader(RequestView request, String header)
      throws MalformedRequestException {
    int space = header.indexOf(' ');
    String algorithm = space < 0 ? header : header.substring(0, space);
    checkAlgorithm(algorithm);
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
    String amzDate = header(request, "x-amz-date");
    String hash = header(request, "x-amz-content-sha256");
    return build(
        required(credential, "Credential in the Authorization header"),
        required(amzDate, "an x-amz-date header"),
        required(signedHeaders, "SignedHeaders in the Authorization header"),
        required(signature, "Signature in the Authorization header"),
        null,
        token(header(request, "x-amz-security-token"), header(request, "x-amz-s3session-token")),
        hash == null ? null : PayloadHash.parse(hash));
  }

  private static Authorization ofQuery(RequestView request) throws MalformedRequestException {
    String query = request.query();
    checkAlgorithm(
        required(parameter(query, CanonicalQuery.ALGORITHM), "X-Amz-Algorithm in the query"));
    String expires =
        required(parameter(query, CanonicalQuery.EXPIRES), "X-Amz-Expires in the query");
    String hash = header(request, "x-amz-content-sha256");
    String queryHash = parameter(query, CanonicalQuery.CONTENT_SHA256);
    if (hash != null && queryHash != null && !hash.equals(queryHash)) {
      throw new MalformedRequestException(
          "the header x-amz-content-sha256 differs from the query parameter of that name");
    }
    if (hash == null) {
      hash = queryHash;
    }
    Authorization read =
        build(
            required(parameter(query, CanonicalQuery.CREDENTIAL), "X-Amz-Credential in the query"),
            required(parameter(query, CanonicalQuery.DATE), "X-Amz-Date in the query"),
            required(
                parameter(query, CanonicalQuery.SIGNED_HEADERS),
                "X-Amz-SignedHeaders in the query"),
            required(parameter(query, CanonicalQuery.SIGNATURE), "X-Amz-Signature in the query"),
            expires(expires),
            token(
                parameter(query, CanonicalQuery.SECURITY_TOKEN),
                parameter(query, CanonicalQuery.S3_SESSION_TOKEN)),
            hash == null ? null : PayloadHash.parse(hash));
    if (hash == null && PathRule.isS3Family(read.service())) {
      return read.withPayload(PayloadHash.UNSIGNED);
    }
    return read;
  }

  private static Authorization build(
      String credential,
      String amzDate,
      String signedHeaders,
      String signature,
      @Nullable Duration expires,
      @Nullable String token,
      @Nullable PayloadHash payload)
      throws MalformedRequestException {
    String[] parts = credential.split("/", -1);
    if (parts.length != 5) {
      throw new MalformedRequestException(
          "the credential has "
              + parts.length
              + " parts, not the 5 of <access key ID>/<date>/<Region>/<service>/aws4_request"
              + (credential.indexOf('%') < 0 ? "" : "; is it percent-encoded twice?"));
    }
    checkAccessKeyId(parts[0]);
    if (AmzTime.parseDay(parts[1]) == null) {
      throw new MalformedRequestException("the date of the credential is no day such as 20150830");
    }
    checkScopePart("Region", parts[2]);
    checkScopePart("service", parts[3]);
    if (!parts[4].equals("aws4_request")) {
      throw new MalformedRequestException("the credential does not end with aws4_request");
    }
    Instant time = AmzTime.parse(amzDate);
    if (time == null) {
      throw new MalformedRequestException("x-amz-date is no time such as 20150830T123600Z");
    }
    if (!amzDate.startsWith(parts[1])) {
      throw new MalformedRequestException(
          "the date of the credential is not the day of x-amz-date: "
              + parts[1]
              + " against "
              + amzDate);
    }
    if (!Hex.isSha256(signature)) {
      throw new MalformedRequestException("the signature is not 64 digits of lower-case hex");
    }
    return new Authorization(
        parts[0],
        parts[1],
        parts[2],
        parts[3],
        signedHeaders(signedHeaders),
        signature,
        amzDate,
        time,
        expires,
        token,
        payload);
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
      if (!HeaderNames.isToken(name) || !HeaderNames.lower(name).equals(name)) {
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

  private static void checkAlgorithm(String algorithm) throws MalformedRequestException {
    if (algorithm.equals(SigningKey.ALGORITHM)) {
      return;
    }
    if (algorithm.equals("AWS4-ECDSA-P256-SHA256")) {
      throw new MalformedRequestException(
          "the request is signed with AWS4-ECDSA-P256-SHA256 (SigV4a); only AWS4-HMAC-SHA256 is"
              + " verified");
    }
    throw new MalformedRequestException("the signing algorithm is not AWS4-HMAC-SHA256");
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
