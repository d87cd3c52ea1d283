package io.countersign.credentials;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The bare facts of a call to STS that failed. What they mean is decided by the code, never by the
 * status alone: STS answers 400 for throttling.
 *
 * @param code AWS's error code; null when there was no answer, or none of STS's form
 * @param status HTTP status; 0 when there was no answer
 * @param message AWS's text or the I/O error's, on one line, of bounded length, without the secrets
 *     of the request
 * @param requestId AWS's; null when there was no answer
 * @param date STS's own clock, from the {@code Date} header; null when there was none
 * @param obstacle what stood between the gateway and STS, where that is known
 */
public record StsFailure(
    @Nullable String code,
    int status,
    String message,
    @Nullable String requestId,
    @Nullable Instant date,
    @Nullable Obstacle obstacle) {
  /** What keeps a call from STS, other than a network that does not answer. */
  public enum Obstacle {
    /** The proxy wants another user or password. */
    PROXY_USER,
    /** The proxy does not let the call through. */
    PROXY,
    /** The certificate is for another host. */
    CERTIFICATE_HOST,
    /** The certificate is of an authority that is not trusted. */
    CERTIFICATE_AUTHORITY,
    /** The certificate's time is over, or has not begun. */
    CERTIFICATE_TIME
  }

  /** An answer, or none, with no obstacle that is known. */
  public StsFailure(
      @Nullable String code,
      int status,
      String message,
      @Nullable String requestId,
      @Nullable Instant date) {
    this(code, status, message, requestId, date, null);
  }

  /** A failure without a date. */
  public StsFailure(@Nullable String code, int status, String message, @Nullable String requestId) {
    this(code, status, message, requestId, null, null);
  }

  /** No answer came. */
  static StsFailure unreachable(String message) {
    return new StsFailure(null, 0, message, null);
  }

  /** No answer of STS came. */
  static StsFailure kept(Obstacle obstacle, String message) {
    return new StsFailure(null, 0, message, null, null, obstacle);
  }

  /** What AWS said, for a message. */
  String said() {
    return code != null ? code + ": " + message : status != 0 ? status + " " + message : message;
  }
}
