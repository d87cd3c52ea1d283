package io.countersign.sandbox;

import java.io.IOException;

/** What arrived is not HTTP/1.1 as this server reads it; the message says what and where. */
final class MalformedHttpException extends IOException {
  private static final long serialVersionUID = 1L;

  MalformedHttpException(String message) {
    super(message);
  }
}
