package io.countersign.upstream;

/**
 * Why an upstream gave no whole answer.
 *
 * @param kind what happened
 * @param nothingSent no byte of the request was handed to the connection, so that it can be sent
 *     again whatever it does
 * @param reused the connection had served another request before, and may have been closed while
 *     idle
 * @param detail one sentence for a log or an answer; names the host, holds no header and no body
 */
public record UpstreamFailure(Kind kind, boolean nothingSent, boolean reused, String detail) {
  /** The ways to fail. */
  public enum Kind {
    /** The name does not resolve. */
    NAME,
    /** The connection was refused or could not be routed. */
    CONNECT,
    /** The connection, with its TLS handshake, was not ready in time. */
    CONNECT_TIMEOUT,
    /** The TLS handshake failed: certificate, name or protocol. */
    TLS,
    /** The request was sent and no answer began in time. */
    FIRST_BYTE_TIMEOUT,
    /** The exchange stood still for too long. */
    IDLE_TIMEOUT,
    /** The connection ended before the answer began. */
    RESET,
    /** The connection ended within the answer. */
    TRUNCATED,
    /** The answer is not HTTP. */
    GARBAGE
  }
}
