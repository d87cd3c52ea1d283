package io.countersign.sandbox;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A request as the sandbox saw it, for assertions. Nothing is left out, secrets least of all: this
 * is a test double.
 *
 * @param time by the sandbox's clock
 * @param method as sent
 * @param path raw
 * @param query raw, without the question mark
 * @param headers in order of arrival
 * @param body its first 64 KiB, with {@code aws-chunked} framing still on
 * @param bodyBytes how long it was in all
 * @param service signing name, as far as it could be told
 * @param operation empty when it could not be told
 * @param callerArn who signed it; null when the signature was not good
 * @param status what was answered; 0 when a fault left it without an answer
 * @param errorCode the AWS code of a refusal; null otherwise
 */
public record ReceivedRequest(
    Instant time,
    String method,
    String path,
    String query,
    Headers headers,
    ByteBuffer body,
    long bodyBytes,
    String service,
    String operation,
    @Nullable String callerArn,
    int status,
    @Nullable String errorCode) {
  static final int MAX_BODY_BYTES = 64 << 10;

  /** Makes the bytes read-only. */
  public ReceivedRequest {
    body = body.asReadOnlyBuffer();
  }

  /** The kept part of the body as text. */
  public String bodyText() {
    return StandardCharsets.UTF_8.decode(body.duplicate()).toString();
  }
}
