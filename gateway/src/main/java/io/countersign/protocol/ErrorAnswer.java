package io.countersign.protocol;

import java.util.Map;

/** An error answer as it goes to a client; its status is the caller's. */
public final class ErrorAnswer {
  private final String contentType;
  private final Map<String, String> headers;
  private final byte[] body;

  ErrorAnswer(String contentType, Map<String, String> headers, byte[] body) {
    this.contentType = contentType;
    this.headers = Map.copyOf(headers);
    this.body = body;
  }

  public String contentType() {
    return contentType;
  }

  /** Names in lower case; without content type and length. */
  public Map<String, String> headers() {
    return headers;
  }

  /** The array itself, which the caller owns from now on. An answer to HEAD leaves it out. */
  public byte[] body() {
    return body;
  }
}
