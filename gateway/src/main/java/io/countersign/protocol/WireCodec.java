package io.countersign.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.OperationModel;
import io.countersign.catalog.Protocol;
import io.countersign.catalog.ServiceMetadata;
import io.countersign.catalog.Shape;
import io.countersign.catalog.ShapeRef;
import io.countersign.catalog.ShapeRef.Trait;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * JSON, as agents write and read it, to an AWS request and from an answer, in the service's
 * protocol: members have their names in the model, blobs are base64, timestamps are ISO 8601 (or
 * seconds since 1970-01-01T00:00:00Z in an input), NaN and the infinities are strings.
 */
public final class WireCodec {
  private static final byte[] NOTHING = {};

  private WireCodec() {}

  /** Why an operation cannot be called with one JSON object; null if it can. */
  public static @Nullable String refusal(OperationModel operation) {
    ShapeRef input = operation.input();
    boolean streamsEvents =
        input != null
            && input.target().members().stream()
                .anyMatch(m -> m.target().has(Shape.Trait.EVENT_STREAM));
    return streamsEvents ? "its input is a stream of events" : null;
  }

  /** The output's member that is a stream of events; null if there is none. */
  public static @Nullable ShapeRef eventStream(OperationModel operation) {
    ShapeRef output = operation.output();
    if (output == null) {
      return null;
    }
    for (ShapeRef member : output.target().members()) {
      if (member.target().has(Shape.Trait.EVENT_STREAM)) {
        return member;
      }
    }
    return null;
  }

  /** The output's member that is a body of octets which streams; null if there is none. */
  public static @Nullable ShapeRef streamedBlob(OperationModel operation) {
    ShapeRef output = operation.output();
    ShapeRef payload = output == null ? null : output.target().payload();
    return payload != null && payload.target().kind() == Shape.Kind.BLOB ? payload : null;
  }

  /**
   * The request for an input, which is checked against the whole model.
   *
   * @param id of the operation, for messages
   * @param tokens makes idempotency tokens, for a top-level member that wants one and is left out
   * @throws BadInputException naming the first member that is wrong
   * @throws IllegalArgumentException for an operation that has a {@link #refusal}
   */
  public static WireRequest encode(
      ServiceMetadata service,
      OperationModel operation,
      String id,
      ObjectNode input,
      Supplier<String> tokens)
      throws BadInputException {
    String refusal = refusal(operation);
    if (refusal != null) {
      throw new IllegalArgumentException(id + " cannot be called: " + refusal);
    }
    ShapeRef ref = operation.input();
    ObjectNode whole = withTokens(ref, input, tokens);
    if (ref != null) {
      InputCheck.check(id, ref, whole);
    } else if (!input.isEmpty()) {
      throw new BadInputException(
          BadInputException.pointerTo(input.fieldNames().next()), id + " takes no input");
    }
    String hostPrefix = Labels.hostPrefix(operation.hostPrefix(), ref, whole);
    WireRequest request = request(service, operation, ref, whole, hostPrefix);
    Map<String, String> headers = new LinkedHashMap<>(request.headers());
    Checksums.add(operation, whole, headers, request.body());
    return new WireRequest(
        request.method(), request.path(), request.query(), headers, hostPrefix, request.body());
  }

  private static ObjectNode withTokens(
      @Nullable ShapeRef ref, ObjectNode input, Supplier<String> tokens) {
    ObjectNode whole = Json.nodes().objectNode();
    whole.setAll(input);
    if (ref != null) {
      for (ShapeRef member : ref.target().members()) {
        if (member.has(Trait.IDEMPOTENCY_TOKEN) && !input.hasNonNull(member.name())) {
          whole.put(member.name(), tokens.get());
        }
      }
    }
    return whole;
  }

  private static WireRequest request(
      ServiceMetadata service,
      OperationModel operation,
      @Nullable ShapeRef ref,
      ObjectNode input,
      String hostPrefix)
      throws BadInputException {
    Map<String, String> headers = new LinkedHashMap<>();
    return switch (service.protocol()) {
      case JSON -> {
        headers.put("content-type", "application/x-amz-json-" + service.jsonVersion());
        headers.put("x-amz-target", service.targetPrefix() + "." + operation.name());
        queryMode(service, headers);
        byte[] body = ref == null ? JsonBody.bytes(input) : JsonBody.write(ref, input);
        yield new WireRequest("POST", "/", "", headers, hostPrefix, body);
      }
      case QUERY, EC2 -> {
        headers.put("content-type", "application/x-www-form-urlencoded; charset=utf-8");
        boolean ec2 = service.protocol() == Protocol.EC2;
        byte[] form = QueryForm.write(ec2, operation.name(), service.apiVersion(), ref, input);
        yield new WireRequest("POST", "/", "", headers, hostPrefix, form);
      }
      case REST_JSON -> RestRequest.write(service, operation, true, input, hostPrefix);
      case REST_XML -> RestRequest.write(service, operation, false, input, hostPrefix);
      case RPC_V2_CBOR -> {
        headers.put("smithy-protocol", "rpc-v2-cbor");
        headers.put(
            "accept",
            eventStream(operation) == null
                ? "application/cbor"
                : "application/vnd.amazon.eventstream");
        queryMode(service, headers);
        byte[] body = ref == null ? NOTHING : CborBody.write(ref, input);
        if (ref != null) {
          headers.put("content-type", "application/cbor");
        }
        String path = "/service/" + service.targetPrefix() + "/operation/" + operation.name();
        yield new WireRequest("POST", path, "", headers, hostPrefix, body);
      }
    };
  }

  private static void queryMode(ServiceMetadata service, Map<String, String> headers) {
    if (service.queryCompatible()) {
      headers.put("x-amzn-query-mode", "true");
    }
  }

  /**
   * The output of a successful answer. One that streams events has all its events in an array, each
   * as an object whose only member is the event; an error within the stream is the last of them,
   * named {@code error}.
   *
   * @throws GarbledAnswerException if the body is not what the protocol and the model say
   */
  public static ObjectNode decode(
      ServiceMetadata service, OperationModel operation, WireAnswer answer)
      throws GarbledAnswerException {
    ObjectNode out = Json.nodes().objectNode();
    ShapeRef ref = operation.output();
    ShapeRef stream = eventStream(operation);
    if (stream != null) {
      events(service, operation, stream, answer, out);
    } else if (ref != null) {
      read(service, ref, wrapper(service, operation), answer, out);
    }
    return out;
  }

  private static void events(
      ServiceMetadata service,
      OperationModel operation,
      ShapeRef stream,
      WireAnswer answer,
      ObjectNode out)
      throws GarbledAnswerException {
    ShapeRef ref = operation.output();
    if (ref != null) {
      RestAnswer.readHead(ref, answer, out);
    }
    ArrayNode list = out.putArray(stream.name());
    EventReader reader =
        new EventReader(
            service,
            operation,
            new EventReader.Sink() {
              @Override
              public void event(String name, JsonNode value) {
                if (name.equals(EventReader.INITIAL_RESPONSE)) {
                  setAll(out, value);
                } else {
                  list.addObject().set(name, value);
                }
              }

              @Override
              public void error(AwsError error) {
                list.addObject()
                    .putObject("error")
                    .put("code", error.code())
                    .put("message", error.message());
              }
            });
    reader.feed(ByteBuffer.wrap(answer.body()));
    reader.finish();
  }

  /** The element around a query protocol's output; the others have none. */
  private static @Nullable String wrapper(ServiceMetadata service, OperationModel operation) {
    if (service.protocol() != Protocol.QUERY) {
      return null;
    }
    String wrapper = operation.resultWrapper();
    return wrapper == null ? operation.name() + "Result" : wrapper;
  }

  private static void read(
      ServiceMetadata service,
      ShapeRef ref,
      @Nullable String wrapper,
      WireAnswer answer,
      ObjectNode out)
      throws GarbledAnswerException {
    byte[] body = answer.body();
    switch (service.protocol()) {
      case JSON -> setAll(out, JsonBody.read(ref, body));
      case QUERY, EC2 -> {
        if (body.length > 0) {
          XmlAnswer.read(body, wrapper, false, ref, out);
        }
      }
      case REST_JSON, REST_XML -> {
        RestAnswer.readHead(ref, answer, out);
        boolean json = service.protocol() == Protocol.REST_JSON;
        RestAnswer.readBody(ref, json, false, body, out);
      }
      case RPC_V2_CBOR -> setAll(out, CborBody.read(ref, body));
    }
  }

  private static void setAll(ObjectNode out, JsonNode value) {
    if (value instanceof ObjectNode object) {
      out.setAll(object);
    }
  }

  /**
   * The error of an answer whose status says that it is one. Its code is the one that the model
   * knows: for a service whose query protocol had other codes, that of {@code x-amzn-query-error}.
   */
  public static AwsError error(ServiceMetadata service, WireAnswer answer) {
    AwsError error = AwsErrors.read(answer.status(), answer.byName(), answer.body());
    String query = service.queryCompatible() ? answer.headers().get("x-amzn-query-error") : null;
    if (query != null && query.indexOf(';') > 0) {
      return AwsErrors.of(
          query.substring(0, query.indexOf(';')),
          error.message(),
          error.requestId(),
          error.status());
    }
    return error;
  }

  /**
   * The error that an answer of success holds all the same: S3's CopyObject and
   * CompleteMultipartUpload answer 200 before they know. Null for none.
   */
  public static @Nullable AwsError hiddenError(ServiceMetadata service, WireAnswer answer) {
    if (service.protocol() != Protocol.REST_XML || !XmlAnswer.beginsWithError(answer.body())) {
      return null;
    }
    return AwsErrors.read(500, answer.byName(), answer.body());
  }

  /**
   * The members of an error that the model names, beside its code and message; an empty object
   * where the model does not name it, or the answer holds none.
   */
  public static ObjectNode errorMembers(
      ServiceMetadata service, OperationModel operation, String code, WireAnswer answer) {
    ObjectNode out = Json.nodes().objectNode();
    for (ShapeRef error : operation.errors()) {
      Shape shape = error.target();
      String known = shape.errorCode() == null ? shape.name() : shape.errorCode();
      if (code.equals(known) || code.equals(shape.name())) {
        try {
          readError(service, error, answer, out);
        } catch (GarbledAnswerException e) {
          // The code and the message are told all the same.
          return Json.nodes().objectNode();
        }
        return out;
      }
    }
    return out;
  }

  private static void readError(
      ServiceMetadata service, ShapeRef ref, WireAnswer answer, ObjectNode out)
      throws GarbledAnswerException {
    switch (service.protocol()) {
      case QUERY, EC2 -> XmlAnswer.readError(answer.body(), ref, out);
      case REST_XML -> {
        RestAnswer.readHead(ref, answer, out);
        XmlAnswer.readError(answer.body(), ref, out);
      }
      case JSON, REST_JSON, RPC_V2_CBOR -> read(service, ref, null, answer, out);
    }
  }
}
