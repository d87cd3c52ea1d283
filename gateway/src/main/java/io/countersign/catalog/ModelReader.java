package io.countersign.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.catalog.OperationModel.Checksum;
import io.countersign.catalog.ShapeRef.Location;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads a service model in the form that botocore publishes as {@code service-2.json}. Each key is
 * taken, or passed over because it is listed here as one that says nothing of the wire, or reported
 * in {@link ServiceModel#unknownKeys}.
 */
public final class ModelReader {
  /** Prose, and what only code generators need. */
  private static final Set<String> IGNORED =
      Set.of(
          "top.version",
          "top.documentation",
          "top.examples",
          "top.deprecated",
          "top.deprecatedMessage",
          // Settings of a client; the endpoint rule sets declare the same parameters.
          "top.clientContextParams",
          "metadata.serviceFullName",
          "metadata.serviceAbbreviation",
          "metadata.uid",
          // Glacier's tree hash: the caller gives it as a member.
          "metadata.checksumFormat",
          "metadata.ripServiceName",
          "operation.documentation",
          "operation.documentationUrl",
          "operation.deprecatedMessage",
          "operation.deprecatedSince",
          "operation.alias",
          "ref.documentation",
          "ref.deprecatedMessage",
          "ref.deprecatedSince",
          // Whether generated code has a primitive or an object.
          "ref.box",
          "shape.box",
          // Old models repeat an error's traits where it is used.
          "ref.exception",
          "ref.error",
          "ref.fault",
          "ref.wrapper",
          "shape.documentation",
          "shape.deprecatedMessage",
          "shape.deprecatedSince",
          // Regular expressions of a dialect that is not defined; the service checks them.
          "shape.pattern",
          "ref.pattern",
          // The order in an answer, which a reader by name does not need.
          "shape.xmlOrder",
          // An error that the query protocol's model lacks.
          "shape.synthetic");

  private final Map<String, Integer> index = new HashMap<>();
  private final List<Shape> shapes = new ArrayList<>();
  private final SortedSet<String> unknown = new TreeSet<>();

  private ModelReader() {}

  /**
   * Reads a model.
   *
   * @throws ModelException if it is not of that form
   */
  public static ServiceModel read(JsonNode model) throws ModelException {
    return new ModelReader().service(model);
  }

  private ServiceModel service(JsonNode model) throws ModelException {
    ModelObject top = new ModelObject("top", "", model, unknown);
    ServiceMetadata metadata = metadata(top.object("metadata", "metadata"));
    Map<String, ModelObject> named = top.objects("shapes", "shape");
    named.keySet().forEach(name -> index.put(name, index.size()));
    for (Map.Entry<String, ModelObject> shape : named.entrySet()) {
      shapes.add(shape(shape.getKey(), shape.getValue()));
    }
    List<OperationModel> operations = new ArrayList<>();
    for (Map.Entry<String, ModelObject> operation :
        top.objects("operations", "operation").entrySet()) {
      operations.add(operation(operation.getKey(), operation.getValue()));
    }
    top.close(IGNORED);
    return new ServiceModel(metadata, operations, shapes, unknown);
  }

  private static ServiceMetadata metadata(ModelObject in) throws ModelException {
    List<String> protocols = new ArrayList<>(in.texts("protocols"));
    String first = in.text("protocol");
    if (protocols.isEmpty()) {
      protocols.add(first);
    }
    String endpointPrefix = in.text("endpointPrefix", "");
    ModelObject settings = in.object("protocolSettings");
    String http2 = settings.text("h2", "");
    settings.close(IGNORED);
    ServiceMetadata metadata =
        new ServiceMetadata(
            in.text("serviceId", ""),
            endpointPrefix,
            in.text("signingName", endpointPrefix),
            in.all(protocols, Protocol::ofId),
            in.text("jsonVersion", ""),
            in.text("targetPrefix", ""),
            in.text("apiVersion"),
            in.text("signatureVersion", "v4"),
            in.texts("auth"),
            in.text("globalEndpoint", ""),
            in.text("xmlNamespace", ""),
            in.has("awsQueryCompatible"),
            http2);
    in.close(IGNORED);
    return metadata;
  }

  /** {@code name} is what SDKs call it; CloudFront's models have another one with a date inside. */
  private OperationModel operation(String name, ModelObject in) throws ModelException {
    in.text("name");
    EnumSet<OperationModel.Trait> traits = EnumSet.noneOf(OperationModel.Trait.class);
    in.flag("unsignedPayload", () -> traits.add(OperationModel.Trait.UNSIGNED_PAYLOAD));
    in.flag("idempotent", () -> traits.add(OperationModel.Trait.IDEMPOTENT));
    in.flag("readonly", () -> traits.add(OperationModel.Trait.READ_ONLY));
    in.flag("deprecated", () -> traits.add(OperationModel.Trait.DEPRECATED));
    in.flag("endpointoperation", () -> traits.add(OperationModel.Trait.ENDPOINT_OPERATION));
    if (in.has("endpointdiscovery")) {
      ModelObject discovery = in.object("endpointdiscovery");
      traits.add(OperationModel.Trait.ENDPOINT_DISCOVERY);
      discovery.flag(
          "required", () -> traits.add(OperationModel.Trait.ENDPOINT_DISCOVERY_REQUIRED));
      discovery.close(IGNORED);
    }
    if (in.has("requestcompression")) {
      ModelObject compression = in.object("requestcompression");
      compression.texts("encodings");
      compression.close(IGNORED);
      traits.add(OperationModel.Trait.REQUEST_COMPRESSION);
    }
    ModelObject http = in.object("http");
    ModelObject endpoint = in.object("endpoint");
    ModelObject output = in.object("output");
    List<ShapeRef> errors = new ArrayList<>();
    for (ModelObject error : in.list("errors", "ref")) {
      errors.add(ref("", error, Set.of()));
    }
    String resultWrapper = output.textOrNull("resultWrapper");
    OperationModel operation =
        new OperationModel(
            name,
            http.text("method"),
            http.text("requestUri"),
            http.number("responseCode", 200),
            in.has("input") ? ref("", in.object("input", "ref"), Set.of()) : null,
            in.has("output") ? ref("", output.as("ref"), Set.of()) : null,
            resultWrapper,
            errors,
            endpoint.text("hostPrefix", ""),
            in.texts("auth"),
            in.text("authtype", ""),
            checksum(in),
            traits,
            staticParams(in),
            contextParams(in));
    http.close(IGNORED);
    endpoint.close(IGNORED);
    in.close(IGNORED);
    return operation;
  }

  private static Checksum checksum(ModelObject in) throws ModelException {
    boolean[] required = {false};
    in.flag("httpChecksumRequired", () -> required[0] = true);
    ModelObject checksum = in.object("httpChecksum");
    checksum.flag("requestChecksumRequired", () -> required[0] = true);
    Checksum result =
        new Checksum(
            checksum.textOrNull("requestAlgorithmMember"),
            required[0],
            checksum.textOrNull("requestValidationModeMember"),
            checksum.texts("responseAlgorithms"));
    checksum.close(IGNORED);
    return result.equals(Checksum.NONE) ? Checksum.NONE : result;
  }

  private static Map<String, Object> staticParams(ModelObject in) throws ModelException {
    Map<String, Object> params = new LinkedHashMap<>();
    for (Map.Entry<String, ModelObject> param :
        in.objects("staticContextParams", "param").entrySet()) {
      params.put(param.getKey(), param.getValue().value("value"));
      param.getValue().close(IGNORED);
    }
    return params;
  }

  private static Map<String, String> contextParams(ModelObject in) throws ModelException {
    Map<String, String> params = new LinkedHashMap<>();
    for (Map.Entry<String, ModelObject> param :
        in.objects("operationContextParams", "param").entrySet()) {
      params.put(param.getKey(), param.getValue().text("path"));
      param.getValue().close(IGNORED);
    }
    return params;
  }

  private Shape shape(String name, ModelObject in) throws ModelException {
    Shape.Kind kind = kind(in);
    Shape.Builder shape = Shape.builder(name, kind);
    Set<String> required = Set.copyOf(in.texts("required"));
    List<ShapeRef> members = new ArrayList<>();
    for (Map.Entry<String, ModelObject> member : in.objects("members", "ref").entrySet()) {
      members.add(ref(member.getKey(), member.getValue(), required));
    }
    if (kind == Shape.Kind.STRUCTURE) {
      shape.members(members);
    }
    if (kind == Shape.Kind.LIST) {
      shape.element(ref("", in.object("member", "ref"), Set.of()));
    } else if (kind == Shape.Kind.MAP) {
      shape.entry(
          ref("", in.object("key", "ref"), Set.of()), ref("", in.object("value", "ref"), Set.of()));
    }
    shapeTraits(in, shape);
    ModelObject error = in.object("error");
    error.flag("senderFault", () -> shape.trait(Shape.Trait.SENDER_FAULT));
    error.flag("fault", () -> shape.trait(Shape.Trait.FAULT));
    shape
        .enumValues(in.texts("enum"))
        .min(in.decimalOrNull("min"))
        .max(in.decimalOrNull("max"))
        .payload(in.textOrNull("payload"))
        .timestampFormat(in.one("timestampFormat", TimestampFormat::ofId))
        .locationName(in.textOrNull("locationName"))
        .xmlNamespace(namespace(in))
        .errorCode(error.textOrNull("code"))
        .httpStatus(error.number("httpStatusCode", 0));
    error.close(IGNORED);
    in.close(IGNORED);
    return shape.build();
  }

  private static void shapeTraits(ModelObject in, Shape.Builder shape) throws ModelException {
    in.flag("union", () -> shape.trait(Shape.Trait.UNION));
    in.flag("sensitive", () -> shape.trait(Shape.Trait.SENSITIVE));
    in.flag("streaming", () -> shape.trait(Shape.Trait.STREAMING));
    in.flag("eventstream", () -> shape.trait(Shape.Trait.EVENT_STREAM));
    in.flag("event", () -> shape.trait(Shape.Trait.EVENT));
    in.flag("exception", () -> shape.trait(Shape.Trait.EXCEPTION));
    in.flag("fault", () -> shape.trait(Shape.Trait.FAULT));
    in.flag("flattened", () -> shape.trait(Shape.Trait.FLATTENED));
    in.flag("wrapper", () -> shape.trait(Shape.Trait.WRAPPER));
    in.flag("sparse", () -> shape.trait(Shape.Trait.SPARSE));
    in.flag("requiresLength", () -> shape.trait(Shape.Trait.REQUIRES_LENGTH));
    in.flag("deprecated", () -> shape.trait(Shape.Trait.DEPRECATED));
    if (in.has("retryable")) {
      ModelObject retryable = in.object("retryable");
      shape.trait(Shape.Trait.RETRYABLE);
      retryable.flag("throttling", () -> shape.trait(Shape.Trait.THROTTLING));
      retryable.close(IGNORED);
    }
  }

  private static Shape.Kind kind(ModelObject in) throws ModelException {
    String type = in.text("type");
    boolean[] document = {false};
    in.flag("document", () -> document[0] = true);
    if (document[0]) {
      return Shape.Kind.DOCUMENT;
    }
    return switch (type) {
      case "structure" -> Shape.Kind.STRUCTURE;
      case "list" -> Shape.Kind.LIST;
      case "map" -> Shape.Kind.MAP;
      case "string", "character" -> Shape.Kind.STRING;
      case "blob" -> Shape.Kind.BLOB;
      case "timestamp" -> Shape.Kind.TIMESTAMP;
      case "boolean" -> Shape.Kind.BOOLEAN;
      case "byte" -> Shape.Kind.BYTE;
      case "short" -> Shape.Kind.SHORT;
      case "integer" -> Shape.Kind.INTEGER;
      case "long" -> Shape.Kind.LONG;
      case "bigInteger", "biginteger" -> Shape.Kind.BIG_INTEGER;
      case "float" -> Shape.Kind.FLOAT;
      case "double" -> Shape.Kind.DOUBLE;
      case "bigDecimal", "bigdecimal" -> Shape.Kind.BIG_DECIMAL;
      default -> throw in.wrong("type", "is '" + type + "', which is no type of shape");
    };
  }

  private ShapeRef ref(String name, ModelObject in, Set<String> required) throws ModelException {
    String target = in.text("shape");
    Integer number = index.get(target);
    if (number == null) {
      throw in.wrong("shape", "names '" + target + "', which the model does not have");
    }
    ShapeRef.Builder ref = ShapeRef.builder(name, shapes::get, number);
    if (required.contains(name)) {
      ref.trait(ShapeRef.Trait.REQUIRED);
    }
    in.flag("flattened", () -> ref.trait(ShapeRef.Trait.FLATTENED));
    in.flag("xmlAttribute", () -> ref.trait(ShapeRef.Trait.XML_ATTRIBUTE));
    in.flag("jsonvalue", () -> ref.trait(ShapeRef.Trait.JSON_VALUE));
    in.flag("idempotencyToken", () -> ref.trait(ShapeRef.Trait.IDEMPOTENCY_TOKEN));
    in.flag("hostLabel", () -> ref.trait(ShapeRef.Trait.HOST_LABEL));
    in.flag("eventpayload", () -> ref.trait(ShapeRef.Trait.EVENT_PAYLOAD));
    in.flag("eventheader", () -> ref.trait(ShapeRef.Trait.EVENT_HEADER));
    in.flag("streaming", () -> ref.trait(ShapeRef.Trait.STREAMING));
    in.flag("sensitive", () -> ref.trait(ShapeRef.Trait.SENSITIVE));
    in.flag("deprecated", () -> ref.trait(ShapeRef.Trait.DEPRECATED));
    ModelObject context = in.object("contextParam");
    ref.location(location(in))
        .locationName(in.textOrNull("locationName"))
        .xmlNamespace(namespace(in))
        .timestampFormat(in.one("timestampFormat", TimestampFormat::ofId))
        .queryName(in.textOrNull("queryName"))
        .contextParam(context.textOrNull("name"))
        .enumValues(in.texts("enum"));
    context.close(IGNORED);
    in.close(IGNORED);
    return ref.build();
  }

  private static Location location(ModelObject in) throws ModelException {
    String location = in.text("location", "");
    return switch (location) {
      case "" -> Location.BODY;
      case "header" -> Location.HEADER;
      case "headers" -> Location.HEADERS;
      case "uri" -> Location.URI;
      case "querystring" -> Location.QUERY;
      case "statusCode" -> Location.STATUS_CODE;
      default -> throw in.wrong("location", "is '" + location + "', which is no location");
    };
  }

  private static @Nullable XmlNamespace namespace(ModelObject in) throws ModelException {
    if (!in.has("xmlNamespace")) {
      return null;
    }
    if (in.isText("xmlNamespace")) {
      return new XmlNamespace(in.text("xmlNamespace"), "");
    }
    ModelObject namespace = in.object("xmlNamespace");
    XmlNamespace result = new XmlNamespace(namespace.text("uri"), namespace.text("prefix", ""));
    namespace.close(IGNORED);
    return result;
  }
}
