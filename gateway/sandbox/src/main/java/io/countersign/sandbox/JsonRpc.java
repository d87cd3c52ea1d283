package io.countersign.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** What the services that speak AWS JSON 1.0 and 1.1 share: documents in, documents out. */
final class JsonRpc {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final long MAX_INPUT_BYTES = 8 << 20;

  private JsonRpc() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** The request's document; an empty body is an empty object. */
  static JsonNode input(HttpRequest request) throws AwsError, IOException {
    if (request.body().length() == 0) {
      return object();
    }
    if (request.body().length() > MAX_INPUT_BYTES) {
      throw new AwsError(413, "RequestEntityTooLargeException", "The request is too large");
    }
    try {
      JsonNode tree = MAPPER.readTree(request.body().bytes());
      if (!tree.isObject()) {
        throw new AwsError(400, "SerializationException", "The document is not an object");
      }
      return tree;
    } catch (JsonProcessingException e) {
      throw new AwsError(400, "SerializationException", "The document is not JSON");
    }
  }

  static HttpResponse output(HttpRequest request, ObjectNode document) {
    String type = request.headers().first("content-type", "application/x-amz-json-1.1");
    return HttpResponse.of(200, Body.of(document.toString()))
        .with(
            "Content-Type",
            type.startsWith("application/x-amz-json-1.0") ? type : "application/x-amz-json-1.1");
  }

  /** A text member; empty when it is missing or null. */
  static String text(JsonNode input, String member) {
    return input.path(member).asText("");
  }

  /** A text member that must be there. */
  static String need(JsonNode input, String member, String code) throws AwsError {
    if (!input.path(member).isTextual() || input.path(member).textValue().isEmpty()) {
      throw new AwsError(
          400,
          code,
          "1 validation error detected: Value null at '"
              + member
              + "' failed to satisfy constraint: Member must not be null");
    }
    return input.path(member).textValue();
  }

  static AwsError unknownOperation(String operation) {
    return new AwsError(
        400, "UnknownOperationException", "The operation is not known: " + operation);
  }
}
