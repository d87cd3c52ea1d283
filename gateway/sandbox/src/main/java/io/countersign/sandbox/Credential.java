package io.countersign.sandbox;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request says about its own signature, from the Authorization header or from a presigned
 * query.
 *
 * @param accessKeyId first part of the scope
 * @param date the scope's date, yyyyMMdd
 * @param region the scope's Region
 * @param service the scope's signing name
 * @param signedHeaders lower-case names, as listed
 * @param signature lower-case hex, as sent
 * @param timestamp the request's own date, yyyyMMdd'T'HHmmss'Z'
 * @param time the same as an instant
 * @param expiresSeconds null unless presigned
 */
record Credential(
    String accessKeyId,
    String date,
    String region,
    String service,
    List<String> signedHeaders,
    String signature,
    String timestamp,
    Instant time,
    @Nullable Long expiresSeconds) {
  private static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT);

  boolean presigned() {
    return expiresSeconds != null;
  }

  String scope() {
    return date + "/" + region + "/" + service + "/aws4_request";
  }

  /** Null when the request carries no SigV4 at all. */
  static @Nullable Credential parse(HttpRequest request, Dialect dialect) throws AwsError {
    List<String> headers = request.headers().all("authorization");
    boolean inQuery =
        request.hasParameter("X-Amz-Algorithm") || request.hasParameter("X-Amz-Signature");
    if ((!headers.isEmpty() && inQuery) || headers.size() > 1) {
      throw Refusal.TWO_WAYS.in(
          dialect,
          "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature"
              + " query string parameter or the Authorization header should be specified");
    }
    if (inQuery) {
      return fromQuery(request, dialect);
    }
    return headers.isEmpty() ? null : fromHeader(request, headers.get(0), dialect);
  }

  private static Credential fromHeader(HttpRequest request, String header, Dialect dialect)
      throws AwsError {
    if (!header.startsWith(ALGORITHM + " ")) {
      throw Refusal.MALFORMED.in(dialect, "Unsupported Authorization Type");
    }
    Map<String, String> parts = new HashMap<>();
    for (String part : header.substring(ALGORITHM.length() + 1).split(",", -1)) {
      int equals = part.indexOf('=');
      String name = equals < 0 ? part.strip() : part.substring(0, equals).strip();
      if (equals < 0 || parts.put(name, part.substring(equals + 1).strip()) != null) {
        throw Refusal.MALFORMED.in(
            dialect,
            "'" + name + "' is not a valid, single key=value pair in Authorization header");
      }
    }
    String date = request.header("x-amz-date");
    return of(
        need(parts.get("Credential"), "Credential", dialect),
        need(parts.get("SignedHeaders"), "SignedHeaders", dialect),
        need(parts.get("Signature"), "Signature", dialect),
        need(date, "X-Amz-Date", dialect),
        null,
        dialect);
  }

  private static Credential fromQuery(HttpRequest request, Dialect dialect) throws AwsError {
    for (String name :
        List.of(
            "X-Amz-Algorithm",
            "X-Amz-Credential",
            "X-Amz-Date",
            "X-Amz-SignedHeaders",
            "X-Amz-Signature",
            "X-Amz-Expires")) {
      long count = request.parameters().stream().filter(p -> p.name().equals(name)).count();
      if (count != 1) {
        throw Refusal.MALFORMED.in(
            dialect, "Query-string authentication version 4 requires one " + name);
      }
    }
    if (!ALGORITHM.equals(request.parameter("X-Amz-Algorithm"))) {
      throw Refusal.MALFORMED.in(dialect, "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"");
    }
    String expires = need(request.parameter("X-Amz-Expires"), "X-Amz-Expires", dialect);
    if (!expires.matches("[0-9]{1,6}")
        || Long.parseLong(expires) < 1
        || Long.parseLong(expires) > 604_800) {
      throw Refusal.MALFORMED.in(
          dialect, "X-Amz-Expires must be a number of seconds from 1 to 604800");
    }
    return of(
        need(request.parameter("X-Amz-Credential"), "X-Amz-Credential", dialect),
        need(request.parameter("X-Amz-SignedHeaders"), "X-Amz-SignedHeaders", dialect),
        need(request.parameter("X-Amz-Signature"), "X-Amz-Signature", dialect),
        need(request.parameter("X-Amz-Date"), "X-Amz-Date", dialect),
        Long.valueOf(expires),
        dialect);
  }

  private static Credential of(
      String credential,
      String signedHeaders,
      String signature,
      String timestamp,
      @Nullable Long expires,
      Dialect dialect)
      throws AwsError {
    String[] scope = credential.split("/", -1);
    if (scope.length != 5 || !scope[4].equals("aws4_request")) {
      throw Refusal.MALFORMED.in(
          dialect,
          "Credential must have exactly 5 slash-delimited elements, e.g."
              + " keyid/date/region/service/term, got '"
              + credential
              + "'");
    }
    if (!scope[2].matches("[a-z0-9-]+") || !scope[3].matches("[a-z0-9-]+")) {
      throw Refusal.WRONG_SCOPE.in(
          dialect, "Credential should be scoped to a valid region and service");
    }
    Instant time;
    try {
      time = LocalDateTime.parse(timestamp, TIMESTAMP).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      throw Refusal.MALFORMED.in(
          dialect, "Date must be in ISO-8601 'basic format'. Got '" + timestamp + "'.");
    }
    if (!timestamp.startsWith(scope[1]) || scope[1].length() != 8) {
      throw Refusal.WRONG_SCOPE.in(
          dialect,
          "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from"
              + " HTTP");
    }
    return new Credential(
        scope[0],
        scope[1],
        scope[2],
        scope[3],
        List.of(signedHeaders.split(";", -1)),
        signature,
        timestamp,
        time,
        expires);
  }

  private static String need(@Nullable String value, String name, Dialect dialect) throws AwsError {
    if (value == null || value.isEmpty()) {
      throw Refusal.MALFORMED.in(dialect, "Authorization requires '" + name + "'");
    }
    return value;
  }
}
