package io.countersign.catalog;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decoded parameters of a query string or form, in their order. */
public final class QueryParams {
  /** More than any AWS request has; past it the request counts as unknown. */
  private static final int MOST = 20_000;

  /** A parameter, decoded. */
  public record Param(String name, String value) {}

  private final List<Param> params;

  private QueryParams(List<Param> params) {
    this.params = params;
  }

  /** Null where it is malformed: a broken percent escape, or too many parameters. */
  public static @Nullable QueryParams parse(String raw) {
    List<Param> params = new ArrayList<>();
    int at = 0;
    while (at < raw.length()) {
      int end = raw.indexOf('&', at);
      if (end < 0) {
        end = raw.length();
      }
      if (end > at) {
        int equals = raw.indexOf('=', at);
        boolean hasValue = equals >= 0 && equals < end;
        String name = decode(raw.substring(at, hasValue ? equals : end), true);
        String value = hasValue ? decode(raw.substring(equals + 1, end), true) : "";
        if (name == null || value == null || params.size() == MOST) {
          return null;
        }
        params.add(new Param(name, value));
      }
      at = end + 1;
    }
    return new QueryParams(params);
  }

  /** In their order. */
  public List<Param> list() {
    return params;
  }

  boolean has(String name) {
    for (Param param : params) {
      if (param.name().equals(name)) {
        return true;
      }
    }
    return false;
  }

  boolean hasIgnoreCase(String name) {
    for (Param param : params) {
      if (param.name().equalsIgnoreCase(name)) {
        return true;
      }
    }
    return false;
  }

  boolean has(String name, String value) {
    for (Param param : params) {
      if (param.name().equals(name) && param.value().equals(value)) {
        return true;
      }
    }
    return false;
  }

  /** True when every name starts with {@code x-}: a presigned request's, or a client's own mark. */
  boolean onlyExtensions() {
    for (Param param : params) {
      if (!isExtension(param.name())) {
        return false;
      }
    }
    return true;
  }

  /** Whether a name starts with {@code x-}. */
  public static boolean isExtension(String name) {
    return name.regionMatches(true, 0, "x-", 0, 2);
  }

  /** Percent-decodes as UTF-8; null where an escape is broken. */
  public static @Nullable String decode(String raw, boolean plusIsSpace) {
    if (raw.indexOf('%') < 0) {
      return plusIsSpace ? raw.replace('+', ' ') : raw;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '%') {
        boolean whole = i + 2 < raw.length();
        int high = whole ? Character.digit(raw.charAt(i + 1), 16) : -1;
        int low = whole ? Character.digit(raw.charAt(i + 2), 16) : -1;
        if (high < 0 || low < 0) {
          return null;
        }
        bytes.write((high << 4) | low);
        i += 2;
      } else if (c == '+' && plusIsSpace) {
        bytes.write(' ');
      } else {
        bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
