package io.countersign.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.Protocol;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Errors of the gateway's own, in the shape of the protocol that a client speaks, so that its SDK
 * raises them as it raises AWS's.
 */
public final class ErrorShapes {
  private ErrorShapes() {}

  /**
   * Writes an error. {@link Protocol#REST_XML} takes S3's form, without an envelope.
   *
   * @param code such as {@code AccessDeniedException}; what SDKs raise
   */
  public static ErrorAnswer write(
      Protocol protocol, int status, String code, String message, String requestId) {
    return switch (protocol) {
      case JSON ->
          new ErrorAnswer(
              "application/x-amz-json-1.1",
              Map.of("x-amzn-requestid", requestId),
              json(node("__type", code, message)));
      case REST_JSON ->
          new ErrorAnswer(
              "application/json",
              Map.of("x-amzn-requestid", requestId, "x-amzn-errortype", headerSafe(code)),
              json(node("code", code, message)));
      case REST_XML ->
          xml(
              Map.of("x-amz-request-id", requestId),
              "<Error>%s%s%s</Error>"
                  .formatted(
                      element("Code", code),
                      element("Message", message),
                      element("RequestId", requestId)));
      case QUERY ->
          xml(
              Map.of("x-amzn-requestid", requestId),
              "<ErrorResponse><Error>%s%s%s</Error>%s</ErrorResponse>"
                  .formatted(
                      element("Type", status >= 500 ? "Receiver" : "Sender"),
                      element("Code", code),
                      element("Message", message),
                      element("RequestId", requestId)));
      case EC2 ->
          xml(
              Map.of("x-amzn-requestid", requestId),
              "<Response><Errors><Error>%s%s</Error></Errors>%s</Response>"
                  .formatted(
                      element("Code", code),
                      element("Message", message),
                      element("RequestID", requestId)));
      case RPC_V2_CBOR ->
          new ErrorAnswer(
              "application/cbor",
              Map.of("x-amzn-requestid", requestId, "smithy-protocol", "rpc-v2-cbor"),
              CborBody.write(node("__type", code, message)));
    };
  }

  private static ObjectNode node(String codeMember, String code, String message) {
    return Json.nodes().objectNode().put(codeMember, code).put("message", message);
  }

  private static byte[] json(ObjectNode node) {
    try {
      return Json.mapper().writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree could not be written", e);
    }
  }

  private static ErrorAnswer xml(Map<String, String> headers, String root) {
    String document = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + root;
    return new ErrorAnswer("application/xml", headers, document.getBytes(StandardCharsets.UTF_8));
  }

  private static String element(String name, String text) {
    StringBuilder out = new StringBuilder(text.length() + 2 * name.length() + 8);
    out.append('<').append(name).append('>');
    text.codePoints().forEach(c -> XmlText.append(out, c));
    return out.append("</").append(name).append('>').toString();
  }

  private static String headerSafe(String text) {
    return text.replaceAll("[^\\x21-\\x7e]", "_");
  }
}
