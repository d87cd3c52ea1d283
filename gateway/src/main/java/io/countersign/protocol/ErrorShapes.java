package io.countersign.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.Protocol;
import java.io.ByteArrayOutputStream;
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
              cbor(code, message));
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
    text.codePoints().forEach(c -> appendEscaped(out, c));
    return out.append("</").append(name).append('>').toString();
  }

  private static void appendEscaped(StringBuilder out, int c) {
    switch (c) {
      case '<' -> out.append("&lt;");
      case '>' -> out.append("&gt;");
      case '&' -> out.append("&amp;");
      case '\t', '\n', '\r' -> out.append("&#").append(c).append(';');
      default -> {
        // XML 1.0, section 2.2: other control characters, lone surrogates and U+FFFE cannot stand
        // in a document at all.
        boolean allowed = c >= 0x20 && (c < 0xD800 || c > 0xDFFF) && c != 0xFFFE && c != 0xFFFF;
        out.appendCodePoint(allowed ? c : 0xFFFD);
      }
    }
  }

  private static String headerSafe(String text) {
    return text.replaceAll("[^\\x21-\\x7e]", "_");
  }

  /** RFC 8949: a map of two text strings, {@code __type} and {@code message}. */
  private static byte[] cbor(String code, String message) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0xA2);
    cborText(out, "__type");
    cborText(out, code);
    cborText(out, "message");
    cborText(out, message);
    return out.toByteArray();
  }

  private static void cborText(ByteArrayOutputStream out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int length = bytes.length;
    if (length < 24) {
      out.write(0x60 | length);
    } else if (length < 0x100) {
      out.write(0x78);
      out.write(length);
    } else if (length < 0x10000) {
      out.write(0x79);
      out.write(length >> 8);
      out.write(length);
    } else {
      out.write(0x7A);
      out.write(length >> 24);
      out.write(length >> 16);
      out.write(length >> 8);
      out.write(length);
    }
    out.writeBytes(bytes);
  }
}
