package io.countersign.door;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.protocol.AwsError;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * An error at the tool door, {@code application/problem+json}.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>
 */
public final class Problem {
  public static final String CONTENT_TYPE = "application/problem+json";
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private Problem() {}

  /** The error that the gateway itself gives. */
  public static byte[] of(Refusal refusal, String requestId) {
    return write(
        refusal.kind().status(),
        refusal.code(),
        refusal.kind().source(),
        refusal.detail(),
        refusal.hint(),
        refusal.kind().retryable(),
        null,
        requestId);
  }

  /** The error that AWS gave. */
  public static byte[] ofAws(AwsError error, String requestId) {
    return ofAws(
        error.status(),
        error.code(),
        error.message(),
        error.retryable(),
        error.throttled() ? "wait, and call less often" : null,
        error.requestId(),
        requestId);
  }

  /** The error that AWS gave, by its parts. */
  public static byte[] ofAws(
      int status,
      String code,
      String message,
      boolean retryable,
      @Nullable String hint,
      @Nullable String awsRequestId,
      String requestId) {
    return write(
        status, code, Refusal.Source.AWS, message, hint, retryable, awsRequestId, requestId);
  }

  private static byte[] write(
      int status,
      String code,
      Refusal.Source source,
      String detail,
      @Nullable String hint,
      boolean retryable,
      @Nullable String awsRequestId,
      String requestId) {
    ObjectNode problem = JSON.createObjectNode();
    problem.put("type", "about:blank");
    problem.put("title", title(source));
    problem.put("status", status);
    problem.put("code", code);
    problem.put("source", source.word());
    problem.put("detail", detail);
    if (hint != null) {
      problem.put("hint", hint);
    }
    problem.put("retryable", retryable);
    if (awsRequestId != null) {
      problem.put("awsRequestId", awsRequestId);
    }
    problem.put("requestId", requestId);
    return problem.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String title(Refusal.Source source) {
    return switch (source) {
      case AGENT -> "The request cannot be taken as it is";
      case POLICY -> "The policy does not allow this call";
      case CREDENTIALS -> "The connector's role gives no credentials";
      case AWS -> "AWS answered with an error";
      case GATEWAY -> "The gateway could not carry out the call";
    };
  }
}
