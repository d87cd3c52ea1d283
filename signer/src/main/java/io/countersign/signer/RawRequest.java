package io.countersign.signer;

import java.util.List;
import java.util.function.Predicate;

/**
 * A request as text, as people write it into a file: request line, header lines, an empty line, the
 * body.
 *
 * <p>Lines end with LF or CRLF. A header value may go on in lines that begin with white space
 * (obs-fold; as the AWS test suite has it). The target of the request line may have spaces and raw
 * UTF-8 in it. The body is everything after the empty line, to the byte; where a {@code
 * Content-Length} says less, line breaks behind the body are dropped, and any other difference is
 * an error. Several requests are separated by a line {@code ---}; the line break before it is not
 * part of the body.
 *
 * <p>Immutable. {@link #toString} shows method and path only.
 */
public final class RawRequest implements RequestView {

  private final String method;
  private final String path;
  private final String query;
  private final String version;
  private final String lineEnd;
  private final List<Header> headers;
  private final byte[] body;

  /**
   * A header: its name, its unfolded value, and its line or lines as written, without the last line
   * end.
   */
  record Header(String name, String value, String written) {}

  RawRequest(
      String method,
      String target,
      String version,
      String lineEnd,
      List<Header> headers,
      byte[] body) {
    int mark = target.indexOf('?');
    this.method = method;
    this.path = mark < 0 ? target : target.substring(0, mark);
    this.query = mark < 0 ? "" : target.substring(mark + 1);
    this.version = version;
    this.lineEnd = lineEnd;
    this.headers = List.copyOf(headers);
    this.body = body;
  }

  /**
   * Parses one or more requests.
   *
   * @throws MalformedRequestException with the line, counted from 1, and the reason
   */
  public static List<RawRequest> parseAll(byte[] text) throws MalformedRequestException {
    return new RawRequestParser(text).parseAll();
  }

  @Override
  public String method() {
    return method;
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public String query() {
    return query;
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

  /** A copy of the body. */
  public byte[] body() {
    return body.clone();
  }

  /** The request with the headers of the signature behind its own, in its own line ends. */
  public byte[] with(SignedRequest signed) {
    Bytes out = new Bytes(512 + body.length);
    start(out, query, Signer::replaces);
    signed.forEachHeader((name, value) -> out.text(name).put(':').text(value).text(lineEnd));
    return out.text(lineEnd).put(body).copy();
  }

  /** The request with the headers of a SigV4a signature behind its own, in its own line ends. */
  public byte[] with(SigV4aSignedRequest signed) {
    Bytes out = new Bytes(512 + body.length);
    start(out, query, SigV4aSigner::replaces);
    signed.forEachHeader((name, value) -> out.text(name).put(':').text(value).text(lineEnd));
    return out.text(lineEnd).put(body).copy();
  }

  /** The request with the query of the signature, in its own line ends. */
  public byte[] with(PresignedRequest presigned) {
    Bytes out = new Bytes(512 + body.length);
    // Only SigV4a writes a region set into the query, and then decides about the header too.
    boolean sigV4a = presigned.query().contains(CanonicalQuery.REGION_SET + "=");
    start(out, presigned.query(), sigV4a ? SigV4aSigner::replaces : Signer::replaces);
    return out.text(lineEnd).put(body).copy();
  }

  private void start(Bytes out, String newQuery, Predicate<String> replaced) {
    out.text(method).put(' ').text(path);
    if (!newQuery.isEmpty()) {
      out.put('?').text(newQuery);
    }
    out.put(' ').text(version).text(lineEnd);
    for (Header header : headers) {
      if (!replaced.test(header.name())) {
        out.text(header.written()).text(lineEnd);
      }
    }
  }

  @Override
  public String toString() {
    return "RawRequest[" + method + " " + path + "]";
  }
}
