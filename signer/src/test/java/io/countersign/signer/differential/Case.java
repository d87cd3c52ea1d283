package io.countersign.signer.differential;

import io.countersign.signer.AwsCredentials;
import io.countersign.signer.CanonicalPath;
import io.countersign.signer.CanonicalQuery;
import io.countersign.signer.HeaderSelection;
import io.countersign.signer.MalformedRequestException;
import io.countersign.signer.PathRule;
import io.countersign.signer.PayloadHash;
import io.countersign.signer.RequestView;
import io.countersign.signer.SigningParameters;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/**
 * One request in octets, and all that signing it takes. Immutable.
 *
 * @param body octets as chars
 */
record Case(
    SigningParameters parameters,
    boolean presigned,
    boolean unsignedPayload,
    String method,
    String path,
    String query,
    List<Header> headers,
    String body)
    implements RequestView {

  /** How long presigned requests are good for. */
  static final Duration EXPIRES = Duration.ofMinutes(5);

  private static final DateTimeFormatter AMZ_DATE =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  /** A header line as octets. */
  record Header(String name, String value) {}

  Case {
    headers = List.copyOf(headers);
  }

  @Override
  public int headerCount() {
    return headers.size();
  }

  @Override
  public String headerName(int i) {
    return headers.get(i).name();
  }

  @Override
  public String headerValue(int i) {
    return headers.get(i).value();
  }

  byte[] bodyBytes() {
    return octets(body);
  }

  PayloadHash payload() {
    return unsignedPayload ? PayloadHash.UNSIGNED : PayloadHash.ofBody(bodyBytes());
  }

  AwsCredentials credentials() {
    return parameters.credentials();
  }

  String region() {
    return parameters.region();
  }

  String service() {
    return parameters.service();
  }

  Instant time() {
    return parameters.time();
  }

  PathRule rule() {
    return parameters.pathRule();
  }

  boolean hashHeader() {
    return parameters.contentHashHeader();
  }

  /** The same request as the library would have it put on the wire. */
  Case onWire() throws MalformedRequestException {
    return withPath(CanonicalPath.wire(path, rule())).withQuery(CanonicalQuery.wire(query));
  }

  Case with(SigningParameters other) {
    return new Case(other, presigned, unsignedPayload, method, path, query, headers, body);
  }

  Case withModes(boolean presign, boolean unsigned) {
    return new Case(parameters, presign, unsigned, method, path, query, headers, body);
  }

  Case withMethod(String other) {
    return new Case(parameters, presigned, unsignedPayload, other, path, query, headers, body);
  }

  Case withPath(String other) {
    return new Case(parameters, presigned, unsignedPayload, method, other, query, headers, body);
  }

  Case withQuery(String other) {
    return new Case(parameters, presigned, unsignedPayload, method, path, other, headers, body);
  }

  Case withHeaders(List<Header> other) {
    return new Case(parameters, presigned, unsignedPayload, method, path, query, other, body);
  }

  Case withBody(String other) {
    return new Case(parameters, presigned, unsignedPayload, method, path, query, headers, other);
  }

  Case withCredentials(AwsCredentials other) {
    return with(
        new SigningParameters(
            other,
            region(),
            service(),
            time(),
            rule(),
            parameters.headers(),
            hashHeader(),
            parameters.signSessionToken()));
  }

  static byte[] octets(String chars) {
    return chars.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The request as text, for {@code countersign sign}. */
  String raw() {
    StringBuilder out = new StringBuilder();
    out.append(method).append(' ').append(path);
    if (!query.isEmpty()) {
      out.append('?').append(query);
    }
    out.append(" HTTP/1.1\n");
    headers.forEach(h -> out.append(h.name()).append(':').append(h.value()).append('\n'));
    return out.append('\n').append(body).toString();
  }

  /** The command that signs {@link #raw} likewise. The credentials are invented ones. */
  String command() {
    StringBuilder out = new StringBuilder("countersign sign --region ");
    out.append(region()).append(" --service ").append(service());
    out.append(" --date ").append(AMZ_DATE.format(time()));
    out.append(" --access-key ").append(credentials().accessKeyId());
    out.append(" --secret-key '").append(credentials().secretAccessKey()).append('\'');
    if (credentials().sessionToken() != null) {
      out.append(" --session-token '").append(credentials().sessionToken()).append('\'');
    }
    out.append(presigned ? " --presign --expires " + EXPIRES.toSeconds() : "");
    out.append(rule().normalize() ? "" : " --no-normalize");
    out.append(rule().doubleEncode() ? "" : " --single-encode");
    out.append(hashHeader() && !unsignedPayload ? " --sign-body" : "");
    out.append(unsignedPayload ? " --unsigned-payload" : "");
    out.append(parameters.signSessionToken() ? "" : " --omit-session-token");
    out.append(parameters.headers() == HeaderSelection.ALL ? "" : " --sign-headers minimal");
    return out.append(" --print canonical-request").toString();
  }

  /** The command and the request, with what is no printable ASCII written as a Java escape. */
  @Override
  public String toString() {
    StringBuilder out = new StringBuilder(command()).append('\n');
    for (char c : raw().toCharArray()) {
      if (c == '\n' || (c >= ' ' && c < 0x7f)) {
        out.append(c);
      } else {
        out.append(String.format("\\u%04x", (int) c));
      }
    }
    return out.toString();
  }
}
