package io.countersign.signer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads {@link RawRequest}s out of a text. Used once. */
final class RawRequestParser {

  private final byte[] text;
  private int at;
  private int lineNumber;

  /** The line read last, without its end. */
  private String line = "";

  private String lineEnd = "\n";

  RawRequestParser(byte[] text) {
    this.text = text;
  }

  List<RawRequest> parseAll() throws MalformedRequestException {
    List<RawRequest> requests = new ArrayList<>();
    boolean more = true;
    while (more) {
      do {
        more = nextLine();
      } while (more && (line.isEmpty() || line.equals("---")));
      if (more) {
        requests.add(request());
      }
    }
    if (requests.isEmpty()) {
      throw malformed("there is no request");
    }
    return requests;
  }

  private RawRequest request() throws MalformedRequestException {
    int first = line.indexOf(' ');
    int last = line.lastIndexOf(' ');
    if (first < 0 || last == first) {
      throw malformed("a request line is METHOD target HTTP/1.1");
    }
    String method = line.substring(0, first);
    String target = line.substring(first + 1, last);
    String version = line.substring(last + 1);
    if (!HeaderNames.isToken(method)) {
      throw malformed("the method is not a word");
    }
    if (!target.startsWith("/")) {
      throw malformed("the target does not begin with /");
    }
    for (int i = 0; i < target.length(); i++) {
      if (target.charAt(i) < ' ' || target.charAt(i) == 0x7f) {
        throw malformed("the target has a control character");
      }
    }
    if (!version.matches("HTTP/[0-9](\\.[0-9])?")) {
      throw malformed("the request line does not end with a version such as HTTP/1.1");
    }
    String end = lineEnd;
    List<RawRequest.Header> headers = new ArrayList<>();
    boolean more;
    while ((more = nextLine()) && !line.isEmpty() && !line.equals("---")) {
      header(headers);
    }
    byte[] body = more && line.isEmpty() ? body(headers) : new byte[0];
    if (body.length == 0) {
      checkLength(headers, body);
    }
    return new RawRequest(method, target, version, end, headers, body);
  }

  private void header(List<RawRequest.Header> headers) throws MalformedRequestException {
    if (line.charAt(0) == ' ' || line.charAt(0) == '\t') {
      if (headers.isEmpty()) {
        throw malformed("the first header line begins with white space");
      }
      RawRequest.Header folded = headers.remove(headers.size() - 1);
      headers.add(
          new RawRequest.Header(
              folded.name(),
              folded.value() + ' ' + checkedValue(line),
              folded.written() + lineEnd + line));
      return;
    }
    int colon = line.indexOf(':');
    if (colon < 0) {
      throw malformed("a header line has no colon");
    }
    String name = line.substring(0, colon);
    if (!HeaderNames.isToken(name)) {
      throw malformed(
          name.isEmpty()
              ? "a header line begins with its colon"
              : "a header name has white space or another character that it must not");
    }
    headers.add(new RawRequest.Header(name, checkedValue(line.substring(colon + 1)), line));
  }

  private String checkedValue(String value) throws MalformedRequestException {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7f) {
        throw malformed("a header value has a control character");
      }
    }
    return value;
  }

  /** Takes the bytes up to a line --- or the end. */
  private byte[] body(List<RawRequest.Header> headers) throws MalformedRequestException {
    int from = at;
    int to = text.length;
    int from1 = lineNumber;
    while (at < text.length) {
      int start = at;
      nextLine();
      if (line.equals("---")) {
        to = start;
        if (to > from) {
          to--; // the line break before the separator
          if (to > from && text[to - 1] == '\r') {
            to--;
          }
        }
        break;
      }
    }
    byte[] body = Arrays.copyOfRange(text, from, to);
    int after = lineNumber;
    lineNumber = from1;
    byte[] checked = checkLength(headers, body);
    lineNumber = after;
    return checked;
  }

  private byte[] checkLength(List<RawRequest.Header> headers, byte[] body)
      throws MalformedRequestException {
    long declared = -1;
    for (RawRequest.Header header : headers) {
      if (header.name().equalsIgnoreCase("content-length")) {
        String digits = header.value().strip();
        if (declared >= 0 || !digits.matches("[0-9]{1,18}")) {
          throw malformed("there are two Content-Length headers, or one that is not a number");
        }
        declared = Long.parseLong(digits);
      }
    }
    if (declared < 0 || declared == body.length) {
      return body;
    }
    boolean trimmable = declared < body.length;
    for (int i = (int) Math.min(declared, body.length); trimmable && i < body.length; i++) {
      trimmable = body[i] == '\n' || body[i] == '\r';
    }
    if (!trimmable) {
      throw malformed(
          "Content-Length says " + declared + ", the body has " + body.length + " bytes");
    }
    return Arrays.copyOf(body, (int) declared);
  }

  /** Reads the next line; false at the end of the text. */
  private boolean nextLine() {
    if (at >= text.length) {
      line = "";
      return false;
    }
    lineNumber++;
    int end = at;
    while (end < text.length && text[end] != '\n') {
      end++;
    }
    int stop = end;
    if (end < text.length) {
      boolean crlf = end > at && text[end - 1] == '\r';
      lineEnd = crlf ? "\r\n" : "\n";
      stop = crlf ? end - 1 : end;
    }
    line = new String(text, at, stop - at, StandardCharsets.ISO_8859_1);
    at = Math.min(end + 1, text.length);
    return true;
  }

  private MalformedRequestException malformed(String reason) {
    return new MalformedRequestException("line " + lineNumber + ": " + reason);
  }
}
