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
 */
public record StsFailure(
    @Nullable String code,
    int status,
    String message,
    @Nullable String requestId,
    @Nullable Instant date) {
  /** A failure without a date. */
  public StsFailure(@Nullable String code, int status, String message, @Nullable String requestId) {
    this(code, status, message, requestId, null);
  }

  /** No answer came. */
  static StsFailure unreachable(String message) {
    return new StsFailure(null, 0, message, null);
  }

  /** What AWS said, for a message. */
  String said() {
    return code != null ? code + ": " + message : status != 0 ? status + " " + message : message;
  }
}
