package io.countersign.protocol;

import org.jspecify.annotations.Nullable;

/**
 * An error answer of AWS.
 *
 * @param code without namespace, such as {@code ThrottlingException}; never empty
 * @param message AWS's words; empty where it gave none
 * @param requestId null where the answer had none
 * @param status the HTTP status
 * @param throttled whether AWS asks to slow down
 * @param retryable whether the same call may succeed later: throttled, or a fault of the server
 */
public record AwsError(
    String code,
    String message,
    @Nullable String requestId,
    int status,
    boolean throttled,
    boolean retryable) {}
