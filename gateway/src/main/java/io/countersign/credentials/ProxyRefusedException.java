package io.countersign.credentials;

import java.io.IOException;

/** A proxy does not open a way to STS. */
final class ProxyRefusedException extends IOException {
  private static final long serialVersionUID = 1L;
  private final int status;

  /**
   * @param status that the proxy answers
   */
  ProxyRefusedException(int status, String message) {
    super(message);
    this.status = status;
  }

  int status() {
    return status;
  }
}
