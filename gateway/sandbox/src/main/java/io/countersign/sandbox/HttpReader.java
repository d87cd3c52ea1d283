package io.countersign.sandbox;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads HTTP/1.1 requests from a stream, strictly (RFC 9112): what two parsers could read in two
 * ways is refused, since this server also stands for the one that a smuggled request would reach.
 *
 * <p>Throws {@link MalformedHttpException} for bad input and {@link EOFException} for input that
 * ends too early.
 */
final class HttpReader {
  static final int MAX_HEAD_BYTES = 64 << 10;
  private static final int MAX_LINE_BYTES = 16 << 10;

  private final InputStream in;
  private final long maxBodyBytes;

  /** The stream should be buffered: it is read byte by byte. */
  HttpReader(InputStream in, long maxBodyBytes) {
    this.in = in;
    this.maxBodyBytes = maxBodyBytes;
  }

  /**
   * The head of the next request, with an empty body; null when the peer closed between requests.
   */
  @Nullable HttpRequest readHead() throws IOException {
    int[] budget = {MAX_HEAD_BYTES};
    String line = readLine(budget, true);
    if (line == null) {
      return null;
    }
    String[] parts = line.split(" ", -1);
    if (parts.length != 3 || !isToken(parts[0])) {
      throw new MalformedHttpException(
          "the request line is not 'METHOD target HTTP/1.1': " + printable(line));
    }
    if (!parts[2].equals("HTTP/1.1")) {
      throw new MalformedHttpException("the version is not HTTP/1.1: " + printable(parts[2]));
    }
    String target = parts[1];
    if (!target.startsWith("/")) {
      throw new MalformedHttpException(
          "the target does not start with a slash: " + printable(target));
    }
    for (int i = 0; i < target.length(); i++) {
      if (target.charAt(i) <= ' ' || target.charAt(i) == 0x7f || target.charAt(i) == '#') {
        throw new MalformedHttpException(
            "the target holds a character that must be encoded, at " + i);
      }
    }
    int question = target.indexOf('?');
    String path = question < 0 ? target : target.substring(0, question);
    String query = question < 0 ? "" : target.substring(question + 1);
    Headers headers = readFields(budget);
    if (headers.all("host").size() != 1) {
      throw new MalformedHttpException("there must be exactly one Host header");
    }
    framing(headers);
    return new HttpRequest(parts[0], path, query, headers, Body.EMPTY);
  }

  /** The body that the head announces; empty when it announces none. */
  Body readBody(Headers headers) throws IOException {
    Body.Sink sink = new Body.Sink();
    long length = framing(headers);
    if (length >= 0) {
      copy(length, sink);
      return sink.toBody();
    }
    while (true) {
      int[] budget = {MAX_LINE_BYTES};
      String line = requireLine(budget);
      int semicolon = line.indexOf(';');
      long size = hexSize(semicolon < 0 ? line : line.substring(0, semicolon));
      if (size == 0) {
        readFields(new int[] {MAX_HEAD_BYTES});
        return sink.toBody();
      }
      if (sink.length() + size > maxBodyBytes) {
        throw new MalformedHttpException("the body is longer than " + maxBodyBytes + " bytes");
      }
      copy(size, sink);
      if (!requireLine(new int[] {2}).isEmpty()) {
        throw new MalformedHttpException("a chunk is longer than its size says");
      }
    }
  }

  /** The length that the head announces; -1 for chunked. */
  private long framing(Headers headers) throws MalformedHttpException {
    List<String> lengths = headers.all("content-length");
    List<String> codings = headers.all("transfer-encoding");
    if (!codings.isEmpty()) {
      if (!lengths.isEmpty()) {
        throw new MalformedHttpException("Content-Length together with Transfer-Encoding");
      }
      if (codings.size() != 1 || !codings.get(0).equalsIgnoreCase("chunked")) {
        throw new MalformedHttpException(
            "the transfer coding is not 'chunked': " + printable(codings.toString()));
      }
      return -1;
    }
    if (lengths.isEmpty()) {
      return 0;
    }
    String text = lengths.get(0);
    if (lengths.size() != 1
        || text.isEmpty()
        || text.length() > 18
        || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new MalformedHttpException(
          "Content-Length is not one number: " + printable(lengths.toString()));
    }
    long length = Long.parseLong(text);
    if (length > maxBodyBytes) {
      throw new MalformedHttpException("the body is longer than " + maxBodyBytes + " bytes");
    }
    return length;
  }

  private Headers readFields(int[] budget) throws IOException {
    List<Headers.Field> fields = new ArrayList<>();
    while (true) {
      String line = requireLine(budget);
      if (line.isEmpty()) {
        return new Headers(fields);
      }
      int colon = line.indexOf(':');
      if (colon <= 0 || !isToken(line.substring(0, colon))) {
        throw new MalformedHttpException("a header is not 'name: value': " + printable(line));
      }
      fields.add(new Headers.Field(line.substring(0, colon), trim(line.substring(colon + 1))));
    }
  }

  private static long hexSize(String text) throws MalformedHttpException {
    String size = trim(text);
    if (size.isEmpty()
        || size.length() > 15
        || !size.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 128)) {
      throw new MalformedHttpException("a chunk's size is not hexadecimal: " + printable(text));
    }
    return Long.parseLong(size, 16);
  }

  private void copy(long count, Body.Sink sink) throws IOException {
    byte[] buffer = new byte[(int) Math.min(Math.max(count, 1), 1 << 16)];
    long left = count;
    while (left > 0) {
      int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (n < 0) {
        throw new EOFException("the body ended " + left + " bytes early");
      }
      sink.write(buffer, 0, n);
      left -= n;
    }
  }

  private String requireLine(int[] budget) throws IOException {
    String line = readLine(budget, false);
    if (line == null) {
      throw new EOFException("the message ended early");
    }
    return line;
  }

  /**
   * A line without its CR LF; null at the end of input where that is allowed and nothing was read.
   */
  private @Nullable String readLine(int[] budget, boolean endIsFine) throws IOException {
    byte[] line = new byte[256];
    int used = 0;
    while (true) {
      int b = in.read();
      if (b < 0) {
        if (used == 0 && endIsFine) {
          return null;
        }
        throw new EOFException("the message ended in the middle of a line");
      }
      if (--budget[0] < 0) {
        throw new MalformedHttpException("a line or the head is too long");
      }
      if (b == '\r') {
        if (--budget[0] < 0 || in.read() != '\n') {
          throw new MalformedHttpException("a carriage return without a line feed");
        }
        return new String(line, 0, used, StandardCharsets.UTF_8);
      }
      if (b == '\n' || b == 0) {
        throw new MalformedHttpException("a bare line feed or a zero byte in a line");
      }
      if (used == line.length) {
        line = java.util.Arrays.copyOf(line, used * 2);
      }
      line[used++] = (byte) b;
    }
  }

  private static boolean isToken(String text) {
    return !text.isEmpty()
        && text.chars().allMatch(c -> c > ' ' && c < 0x7f && "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0);
  }

  private static String trim(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && (text.charAt(start) == ' ' || text.charAt(start) == '\t')) {
      start++;
    }
    while (end > start && (text.charAt(end - 1) == ' ' || text.charAt(end - 1) == '\t')) {
      end--;
    }
    return text.substring(start, end);
  }

  private static String printable(String text) {
    String cut = text.length() > 80 ? text.substring(0, 80) + "…" : text;
    return String.format(Locale.ROOT, "'%s'", cut.replaceAll("\\p{Cntrl}", "?"));
  }
}
