package io.countersign.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.Operation;
import io.countersign.catalog.Protocol;
import io.countersign.catalog.Service;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A JSON input to an AWS request, and a successful answer to JSON, for the operations that the tool
 * door can speak: all of the AWS JSON 1.0 and 1.1 protocols, and {@code sts:GetCallerIdentity}.
 */
public final class Codec {
  private static final byte[] EMPTY_OBJECT = "{}".getBytes(StandardCharsets.US_ASCII);

  private Codec() {}

  /** Whether {@link #encode} and {@link #decode} know the operation's protocol. */
  public static boolean supports(Service service, Operation operation) {
    return switch (service.protocol()) {
      case JSON -> true;
      case QUERY -> service.id().equals("sts") && operation.name().equals("GetCallerIdentity");
      case EC2, REST_JSON, REST_XML, RPC_V2_CBOR -> false;
    };
  }

  /**
   * The request for an input that {@link InputMerge} has checked.
   *
   * @throws IllegalArgumentException for an operation that is not supported
   */
  public static WireRequest encode(Service service, Operation operation, ObjectNode input) {
    if (!supports(service, operation)) {
      throw new IllegalArgumentException(operation.id() + " has a protocol that is not supported");
    }
    if (service.protocol() == Protocol.QUERY) {
      String form = "Action=" + operation.name() + "&Version=" + service.apiVersion();
      return new WireRequest(
          "POST",
          "/",
          Map.of("content-type", "application/x-www-form-urlencoded; charset=utf-8"),
          form.getBytes(StandardCharsets.US_ASCII));
    }
    return new WireRequest(
        "POST",
        "/",
        Map.of(
            "content-type", "application/x-amz-json-" + service.jsonVersion(),
            "x-amz-target", service.targetPrefix() + "." + operation.name()),
        bytes(input));
  }

  /**
   * The output of a successful answer; an empty object for an empty body.
   *
   * @throws GarbledAnswerException if the body is not what the protocol says
   */
  public static ObjectNode decode(Service service, Operation operation, byte[] body)
      throws GarbledAnswerException {
    if (!supports(service, operation)) {
      throw new IllegalArgumentException(operation.id() + " has a protocol that is not supported");
    }
    return service.protocol() == Protocol.QUERY
        ? queryResult(operation, body)
        : object(operation, body.length == 0 ? EMPTY_OBJECT : body);
  }

  private static ObjectNode object(Operation operation, byte[] body) throws GarbledAnswerException {
    JsonNode node;
    try {
      node = Json.mapper().readTree(body);
    } catch (IOException e) {
      throw new GarbledAnswerException(
          "the answer of " + operation.id() + " is not JSON: " + firstLine(e));
    }
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw new GarbledAnswerException(
        "the answer of " + operation.id() + " is JSON, but not an object");
  }

  /** {@code <NameResponse><NameResult><Member>text</Member>…} to an object of strings. */
  private static ObjectNode queryResult(Operation operation, byte[] body)
      throws GarbledAnswerException {
    Xml response = Xml.parse(body);
    if (!response.name().equals(operation.name() + "Response")) {
      throw new GarbledAnswerException(
          "the answer of " + operation.id() + " is XML, but its root is " + response.name());
    }
    ObjectNode result = Json.nodes().objectNode();
    response
        .child(operation.name() + "Result")
        .ifPresent(xml -> xml.children().forEach(c -> result.put(c.name(), c.text())));
    return result;
  }

  private static byte[] bytes(ObjectNode input) {
    try {
      return Json.mapper().writeValueAsBytes(input);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree could not be written", e);
    }
  }

  /** Without Jackson's excerpt of the source, which may hold data. */
  private static String firstLine(IOException e) {
    return e instanceof JsonProcessingException json
        ? json.getOriginalMessage()
        : String.valueOf(e.getMessage());
  }
}
