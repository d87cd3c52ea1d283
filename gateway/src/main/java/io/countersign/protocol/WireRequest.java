package io.countersign.protocol;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** An unsigned HTTP request to AWS, without its host. */
public final class WireRequest {
  private final String method;
  private final String path;
  private final String query;
  private final Map<String, String> headers;
  private final String hostPrefix;
  private final byte[] body;

  WireRequest(String method, String path, Map<String, String> headers, byte[] body) {
    this(method, path, "", headers, "", body);
  }

  WireRequest(
      String method,
      String path,
      String query,
      Map<String, String> headers,
      String hostPrefix,
      byte[] body) {
    this.method = method;
    this.path = path;
    this.query = query;
    this.headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    this.hostPrefix = hostPrefix;
    this.body = body;
  }

  public String method() {
    return method;
  }

  /** Encoded, without the query. */
  public String path() {
    return path;
  }

  /** Encoded, without the question mark; empty for none. */
  public String query() {
    return query;
  }

  /** Names in lower case. */
  public Map<String, String> headers() {
    return headers;
  }

  /** What stands before the endpoint's host, such as {@code 123456789012.}; empty for most. */
  public String hostPrefix() {
    return hostPrefix;
  }

  /** The array itself, which the caller owns from now on. */
  public byte[] body() {
    return body;
  }
}
