package io.countersign.sandbox;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request as it arrived.
 *
 * @param method as sent, upper case by convention
 * @param path the raw path, without the query
 * @param query the raw query without its question mark; empty when there is none
 * @param headers in order of arrival
 * @param body after HTTP's own chunking was taken off; {@code aws-chunked} still on
 */
record HttpRequest(String method, String path, String query, Headers headers, Body body) {

  /** A decoded query or form parameter. */
  record Parameter(String name, String value) {}

  HttpRequest withBody(Body other) {
    return new HttpRequest(method, path, query, headers, other);
  }

  @Nullable String header(String name) {
    return headers.first(name);
  }

  List<Parameter> parameters() {
    return parseForm(query);
  }

  /** The first parameter of that name; null when it is absent. */
  @Nullable String parameter(String name) {
    for (Parameter parameter : parameters()) {
      if (parameter.name().equals(name)) {
        return parameter.value();
      }
    }
    return null;
  }

  boolean hasParameter(String name) {
    return parameter(name) != null;
  }

  /**
   * Splits on {@code &}, then on the first {@code =}; decodes both halves; a bare key has an empty
   * value.
   */
  static List<Parameter> parseForm(String raw) {
    List<Parameter> parameters = new ArrayList<>();
    for (String part : raw.split("&", -1)) {
      if (part.isEmpty()) {
        continue;
      }
      int equals = part.indexOf('=');
      parameters.add(
          equals < 0
              ? new Parameter(decode(part, true), "")
              : new Parameter(
                  decode(part.substring(0, equals), true),
                  decode(part.substring(equals + 1), true)));
    }
    return parameters;
  }

  /** Percent-decoding; a percent sign that starts no escape stands for itself. */
  static String decode(String raw, boolean plusIsSpace) {
    byte[] in = raw.getBytes(StandardCharsets.UTF_8);
    byte[] out = new byte[in.length];
    int n = 0;
    for (int i = 0; i < in.length; i++) {
      byte b = in[i];
      if (b == '%' && i + 2 < in.length && hex(in[i + 1]) >= 0 && hex(in[i + 2]) >= 0) {
        b = (byte) (hex(in[i + 1]) << 4 | hex(in[i + 2]));
        i += 2;
      } else if (b == '+' && plusIsSpace) {
        b = ' ';
      }
      out[n++] = b;
    }
    return new String(out, 0, n, StandardCharsets.UTF_8);
  }

  private static int hex(byte b) {
    return Character.digit((char) (b & 0xff), 16);
  }

  /**
   * Percent-encodes all but the unreserved characters of RFC 3986, and the slash where it is to
   * stay.
   */
  static String encode(String text, boolean keepSlash) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean unreserved =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "-._~".indexOf(c) >= 0;
      if (unreserved || (keepSlash && c == '/')) {
        out.append(c);
      } else {
        out.append('%')
            .append("0123456789ABCDEF".charAt(c >> 4))
            .append("0123456789ABCDEF".charAt(c & 15));
      }
    }
    return out.toString();
  }
}
