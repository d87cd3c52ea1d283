package io.countersign.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.Headers;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads error answers, whatever protocol they are in; never throws for what an answer holds. */
public final class AwsErrors {
  /** Codes by which AWS asks to slow down, from the SDKs' common retry behaviour. */
  private static final Set<String> THROTTLED =
      Set.of(
          "BandwidthLimitExceeded",
          "EC2ThrottledException",
          "LimitExceededException",
          "PriorRequestNotComplete",
          "ProvisionedThroughputExceededException",
          "RequestLimitExceeded",
          "RequestThrottled",
          "RequestThrottledException",
          "SlowDown",
          "ThrottledException",
          "Throttling",
          "ThrottlingException",
          "TooManyRequestsException",
          "TransactionInProgressException");

  /** Other codes after which the same call may succeed. */
  private static final Set<String> TRANSIENT =
      Set.of(
          "ActiveSessionsExceededException",
          "ActiveStatementsExceededException",
          "InternalError",
          "InternalFailure",
          "InternalServerError",
          "InternalServerException",
          "RequestTimeout",
          "RequestTimeoutException",
          "ServiceUnavailable");

  private AwsErrors() {}

  /**
   * Reads an answer whose status says that it is an error. Where the body says nothing, the code is
   * {@code Http} and the status.
   */
  public static AwsError read(int status, Headers headers, byte[] body) {
    String code = firstHeader(headers, "x-amzn-errortype", "x-amz-error-code");
    String message = firstHeader(headers, "x-amzn-error-message", "x-amz-error-message");
    String requestId = firstHeader(headers, "x-amzn-requestid", "x-amz-request-id");
    int first = firstByte(body);
    if (isCborMap(body)) {
      JsonNode cbor = cbor(body);
      code = or(code, Json.text(cbor, "__type"));
      message = or(Json.text(cbor, "message"), Json.text(cbor, "Message"), message);
    } else if (first == '{') {
      JsonNode json = json(body);
      code = or(code, Json.text(json, "__type"), Json.text(json, "code"), Json.text(json, "Code"));
      message =
          or(
              Json.text(json, "message"),
              Json.text(json, "Message"),
              Json.text(json, "errorMessage"),
              message);
    } else if (first == '<') {
      Optional<Xml> xml = xml(body);
      Optional<Xml> error = xml.flatMap(x -> x.find("Error"));
      code = or(code, childText(error, "Code"));
      message = or(childText(error, "Message"), message);
      requestId =
          or(requestId, text(xml, "RequestId"), text(xml, "RequestID"), text(xml, "requestId"));
    }
    String name = bareCode(code);
    return of(name.isEmpty() ? "Http" + status : name, message, nullIfEmpty(requestId), status);
  }

  /** An error of that code, with its nature worked out. */
  public static AwsError of(String code, String message, @Nullable String requestId, int status) {
    boolean throttled = status == 429 || THROTTLED.contains(code);
    boolean retryable = throttled || status >= 500 || TRANSIENT.contains(code);
    return new AwsError(code, message, requestId, status, throttled, retryable);
  }

  /** {@code ns#Code:http://…} is {@code Code}. */
  private static String bareCode(String code) {
    int colon = code.indexOf(':');
    String head = colon < 0 ? code : code.substring(0, colon);
    return head.substring(head.lastIndexOf('#') + 1).strip();
  }

  private static String firstHeader(Headers headers, String... names) {
    for (String name : names) {
      String value = headers.value(name);
      if (value != null && !value.isBlank()) {
        return value;
      }
    }
    return "";
  }

  private static String or(String... candidates) {
    for (String candidate : candidates) {
      if (!candidate.isEmpty()) {
        return candidate;
      }
    }
    return "";
  }

  private static int firstByte(byte[] body) {
    for (byte b : body) {
      // Blanks and a UTF-8 byte order mark may stand before XML.
      if (b > ' ') {
        return b;
      }
    }
    return -1;
  }

  /** RFC 8949, section 3.1: a map has major type 5. */
  private static boolean isCborMap(byte[] body) {
    return body.length > 0 && (body[0] & 0xe0) == 0xa0;
  }

  private static JsonNode cbor(byte[] body) {
    try {
      return CborBody.read(body);
    } catch (GarbledAnswerException e) {
      // As below: the status says that it is an error all the same.
      return Json.nodes().objectNode();
    }
  }

  private static JsonNode json(byte[] body) {
    try {
      JsonNode node = Json.mapper().readTree(body);
      return node instanceof ObjectNode ? node : Json.nodes().objectNode();
    } catch (IOException e) {
      // An error page cut short still has a status; the caller reports that.
      return Json.nodes().objectNode();
    }
  }

  private static Optional<Xml> xml(byte[] body) {
    try {
      return Optional.of(Xml.parse(body));
    } catch (GarbledAnswerException e) {
      // As above: a proxy's HTML is an error all the same.
      return Optional.empty();
    }
  }

  private static String text(Optional<Xml> xml, String element) {
    return xml.flatMap(x -> x.find(element)).map(Xml::text).orElse("");
  }

  private static String childText(Optional<Xml> xml, String element) {
    return xml.flatMap(x -> x.child(element)).map(Xml::text).orElse("");
  }

  private static @Nullable String nullIfEmpty(String text) {
    return text.isEmpty() ? null : text;
  }
}
