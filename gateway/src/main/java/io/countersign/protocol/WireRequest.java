package io.countersign.protocol;

import java.util.Map;

/** An unsigned HTTP request to AWS, without its host. */
public final class WireRequest {
  private final String method;
  private final String path;
  private final Map<String, String> headers;
  private final byte[] body;

  WireRequest(String method, String path, Map<String, String> headers, byte[] body) {
    this.method = method;
    this.path = path;
    this.headers = Map.copyOf(headers);
    this.body = body;
  }

  public String method() {
    return method;
  }

  /** Encoded; it has no query. */
  public String path() {
    return path;
  }

  /** Names in lower case. */
  public Map<String, String> headers() {
    return headers;
  }

  /** The array itself, which the caller owns from now on. */
  public byte[] body() {
    return body;
  }
}
