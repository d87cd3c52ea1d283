package io.countersign.signer.differential;

import io.countersign.signer.AwsCredentials;
import io.countersign.signer.HeaderSelection;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signature Version 4 once more, written down as the documentation tells it: strings, lists, {@link
 * Mac}, and nothing kept from one signature to the next. It makes the same choices as the library
 * where references disagree, so that nothing at all may differ from it.
 */
final class Reference implements Oracle {

  private static final DateTimeFormatter AMZ_DATE =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private static final HexFormat UPPER_HEX = HexFormat.of().withUpperCase();

  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

  private static final Set<String> NEVER_SIGNED =
      Set.of(
          "authorization",
          "connection",
          "keep-alive",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "expect",
          "user-agent",
          "x-amzn-trace-id",
          "forwarded",
          "via",
          "accept-encoding");

  private static final Set<String> SET_BY_THE_SIGNER =
      Set.of(
          "authorization",
          "x-amz-date",
          "x-amz-security-token",
          "x-amz-s3session-token",
          "x-amz-content-sha256");

  private static final Set<String> OF_A_SIGNED_QUERY =
      Set.of(
          "x-amz-algorithm",
          "x-amz-credential",
          "x-amz-date",
          "x-amz-expires",
          "x-amz-signedheaders",
          "x-amz-security-token",
          "x-amz-s3session-token",
          "x-amz-signature");

  @Override
  public String name() {
    return "reference";
  }

  @Override
  public List<Outcome> sign(List<Case> cases) {
    List<Outcome> outcomes = new ArrayList<>();
    for (Case c : cases) {
      try {
        outcomes.add(sign(c));
      } catch (IllegalArgumentException e) {
        outcomes.add(new Outcome.Refused(String.valueOf(e.getMessage())));
      }
    }
    return outcomes;
  }

  /**
   * Signs one case.
   *
   * @throws IllegalArgumentException if it is malformed
   */
  static Outcome.Signed sign(Case c) {
    Map<String, List<String>> headers = headers(c);
    String date = AMZ_DATE.format(c.time());
    String scope = date.substring(0, 8) + "/" + c.region() + "/" + c.service() + "/aws4_request";
    String hash = c.unsignedPayload() ? "UNSIGNED-PAYLOAD" : hex(sha256(c.bodyBytes()));
    String token = c.credentials().sessionToken();
    boolean express = c.service().equals("s3express");
    List<String[]> parameters = parameters(c.query());
    for (String[] parameter : parameters) {
      if (OF_A_SIGNED_QUERY.contains(decoded(parameter[0]).toLowerCase(Locale.ROOT))) {
        throw new IllegalArgumentException("signed already");
      }
    }
    if (c.presigned()) {
      add(parameters, "X-Amz-Algorithm", "AWS4-HMAC-SHA256");
      add(parameters, "X-Amz-Credential", c.credentials().accessKeyId() + "/" + scope);
      add(parameters, "X-Amz-Date", date);
      add(parameters, "X-Amz-Expires", Long.toString(Case.EXPIRES.toSeconds()));
      add(parameters, "X-Amz-SignedHeaders", String.join(";", headers.keySet()));
      if (token != null && c.parameters().signSessionToken()) {
        add(parameters, express ? "X-Amz-S3session-Token" : "X-Amz-Security-Token", token);
      }
    } else {
      headers.put("x-amz-date", List.of(date));
      if (token != null && c.parameters().signSessionToken()) {
        headers.put(
            express ? "x-amz-s3session-token" : "x-amz-security-token", List.of(token.strip()));
      }
      if (c.hashHeader() || has(c, "x-amz-content-sha256")) {
        headers.put("x-amz-content-sha256", List.of(hash));
      }
    }
    parameters.sort((a, b) -> a[0].equals(b[0]) ? a[1].compareTo(b[1]) : a[0].compareTo(b[0]));
    StringBuilder canonical = new StringBuilder();
    canonical.append(checkedName(c.method())).append('\n');
    canonical.append(path(c)).append('\n');
    List<String> query = new ArrayList<>();
    parameters.forEach(p -> query.add(p[0] + "=" + p[1]));
    canonical.append(String.join("&", query)).append('\n');
    headers.forEach(
        (name, values) ->
            canonical.append(name).append(':').append(String.join(",", values)).append('\n'));
    canonical.append('\n').append(String.join(";", headers.keySet())).append('\n').append(hash);
    String stringToSign =
        "AWS4-HMAC-SHA256\n"
            + date
            + "\n"
            + scope
            + "\n"
            + hex(sha256(Case.octets(canonical.toString())));
    byte[] key = key(c.credentials(), c.time(), c.region(), c.service());
    return new Outcome.Signed(
        canonical.toString(), stringToSign, hex(hmac(key, Case.octets(stringToSign))), true);
  }

  private static Map<String, List<String>> headers(Case c) {
    Set<String> hopByHop = new HashSet<>();
    for (Case.Header header : c.headers()) {
      if (header.name().equalsIgnoreCase("connection")) {
        for (String name : header.value().split(",", -1)) {
          if (!name.isBlank()) {
            hopByHop.add(checkedName(name.strip()).toLowerCase(Locale.ROOT));
          }
        }
      }
    }
    Map<String, List<String>> headers = new TreeMap<>();
    for (Case.Header header : c.headers()) {
      String name = checkedName(header.name()).toLowerCase(Locale.ROOT);
      if (NEVER_SIGNED.contains(name)
          || SET_BY_THE_SIGNER.contains(name)
          || name.startsWith("proxy-")
          || name.startsWith("sec-")
          || name.startsWith("x-forwarded-")
          || name.startsWith("amz-sdk-")
          || hopByHop.contains(name)
          || (c.parameters().headers() == HeaderSelection.MINIMAL && !isAskedFor(name))) {
        continue;
      }
      String value = header.value();
      if (value.chars().anyMatch(ch -> ch > 0xff || ch == 0x7f || (ch < ' ' && ch != '\t'))) {
        throw new IllegalArgumentException("a header value cannot be sent");
      }
      headers.computeIfAbsent(name, n -> new ArrayList<>()).add(collapsed(value));
    }
    if (headers.getOrDefault("host", List.of()).size() != 1) {
      throw new IllegalArgumentException("not exactly one Host");
    }
    return headers;
  }

  private static boolean isAskedFor(String name) {
    return name.startsWith("x-amz-")
        || name.equals("host")
        || name.equals("content-type")
        || name.equals("content-md5");
  }

  private static String collapsed(String value) {
    StringBuilder out = new StringBuilder();
    for (String word : value.split("[ \t]", -1)) {
      out.append(out.length() > 0 && !word.isEmpty() ? " " : "").append(word);
    }
    return out.toString();
  }

  private static boolean has(Case c, String name) {
    return c.headers().stream().anyMatch(h -> h.name().equalsIgnoreCase(name));
  }

  private static String checkedName(String name) {
    if (!TOKEN.matcher(name).matches()) {
      throw new IllegalArgumentException("no token: " + name);
    }
    return name;
  }

  private static String path(Case c) {
    if (!c.path().isEmpty() && !c.path().startsWith("/")) {
      throw new IllegalArgumentException("a relative path");
    }
    String path = c.path().isEmpty() ? "/" : c.path();
    String octets = c.rule().doubleEncode() ? path : decoded(path);
    if (!c.rule().normalize()) {
      return encoded(octets, "/");
    }
    Deque<String> kept = new ArrayDeque<>();
    for (String segment : octets.split("/", -1)) {
      if (segment.equals("..")) {
        kept.pollLast();
      } else if (!segment.isEmpty() && !segment.equals(".")) {
        kept.addLast(segment);
      }
    }
    String joined = "/" + String.join("/", kept);
    return encoded(!kept.isEmpty() && octets.endsWith("/") ? joined + "/" : joined, "/");
  }

  /** Encoded names and values in the order of the wire. */
  private static List<String[]> parameters(String query) {
    List<String[]> parameters = new ArrayList<>();
    for (String parameter : query.split("&", -1)) {
      if (!parameter.isEmpty()) {
        String[] parts = parameter.split("=", 2);
        add(
            parameters,
            decoded(parts[0].replace("+", "%20")),
            parts.length == 1 ? "" : decoded(parts[1].replace("+", "%20")));
      }
    }
    return parameters;
  }

  private static void add(List<String[]> parameters, String name, String value) {
    parameters.add(new String[] {encoded(name, ""), encoded(value, "")});
  }

  /** Percent-encodes all octets but the unreserved and those given. */
  static String encoded(String octets, String keep) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < octets.length(); i++) {
      char c = octets.charAt(i);
      boolean unreserved =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "-._~".indexOf(c) >= 0;
      if (unreserved || keep.indexOf(c) >= 0) {
        out.append(c);
      } else if (c > 0xff) {
        throw new IllegalArgumentException("no octet");
      } else {
        out.append('%').append(UPPER_HEX.toHexDigits((byte) c));
      }
    }
    return out.toString();
  }

  private static String decoded(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        String digits = text.substring(i + 1, Math.min(text.length(), i + 3));
        if (!digits.matches("[0-9A-Fa-f]{2}")) {
          throw new IllegalArgumentException("a % without two digits");
        }
        out.append((char) Integer.parseInt(digits, 16));
        i += 2;
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  /** The signing key of a day. */
  static byte[] key(AwsCredentials credentials, Instant time, String region, String service) {
    byte[] key = utf8("AWS4" + credentials.secretAccessKey());
    String day = AMZ_DATE.format(time).substring(0, 8);
    for (String step : List.of(day, region, service, "aws4_request")) {
      key = hmac(key, utf8(step));
    }
    return key;
  }

  static byte[] hmac(byte[] key, byte[] message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static byte[] sha256(byte[] message) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
