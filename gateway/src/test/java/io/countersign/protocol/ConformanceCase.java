package io.countersign.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.ModelException;
import io.countersign.catalog.ModelReader;
import io.countersign.catalog.OperationModel;
import io.countersign.catalog.ServiceModel;
import io.countersign.catalog.Shape;
import io.countersign.catalog.ShapeRef;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A case of the protocol suites that botocore publishes: the model of one operation, and what it
 * makes of an input or of an answer.
 */
record ConformanceCase(String suite, ServiceModel model, OperationModel operation, JsonNode json) {
  private static final List<String> SUITES =
      List.of(
          "ec2",
          "json",
          "json_1_0",
          "json_1_0-query-compatible",
          "query",
          "rest-json",
          "rest-xml",
          "smithy-rpc-v2-cbor",
          "smithy-rpc-v2-cbor-non-query-compatible",
          "smithy-rpc-v2-cbor-query-compatible");

  String id() {
    return json.get("id").textValue();
  }

  String clientHost() {
    String endpoint = json.path("clientEndpoint").asText("https://example.com");
    return endpoint.substring("https://".length());
  }

  /** All cases of {@code input} or {@code output}. */
  static List<ConformanceCase> all(String direction) {
    List<ConformanceCase> cases = new ArrayList<>();
    for (String suite : SUITES) {
      for (JsonNode group : resource(direction + "/" + suite + ".json")) {
        for (JsonNode json : group.get("cases")) {
          ObjectNode model = Json.nodes().objectNode();
          model.set("metadata", group.get("metadata"));
          model.set("shapes", group.get("shapes"));
          JsonNode given = json.get("given");
          model.putObject("operations").set(given.get("name").textValue(), given);
          ObjectNode copy = ((ObjectNode) json).deepCopy();
          copy.set("clientEndpoint", group.path("clientEndpoint"));
          copy.set("description", group.get("description"));
          cases.add(of(suite, model, copy));
        }
      }
    }
    return cases;
  }

  private static ConformanceCase of(String suite, ObjectNode model, ObjectNode json) {
    try {
      ServiceModel read = ModelReader.read(model);
      if (!read.unknownKeys().isEmpty()) {
        throw new IllegalStateException(json.get("id") + " has " + read.unknownKeys());
      }
      return new ConformanceCase(suite, read, read.operations().iterator().next(), json);
    } catch (ModelException e) {
      throw new IllegalStateException(json.get("id") + ": " + e.getMessage(), e);
    }
  }

  static JsonNode resource(String name) {
    try (InputStream in =
        Objects.requireNonNull(
            ConformanceCase.class.getResourceAsStream("/protocol-tests/" + name), name)) {
      return Json.mapper().readTree(in);
    } catch (IOException e) {
      throw new IllegalStateException(name + " cannot be read", e);
    }
  }

  /** The suites write the octets of a blob as text; agents write base64. */
  static JsonNode blobsToBase64(@Nullable ShapeRef ref, JsonNode value) {
    return mapped(
        ref,
        value,
        Shape.Kind.BLOB,
        n -> Json.nodes().textNode(Base64.getEncoder().encodeToString(n.asText().getBytes(UTF_8))));
  }

  /** The suites write timestamps as seconds; agents read ISO 8601. */
  static JsonNode secondsToText(@Nullable ShapeRef ref, JsonNode value) {
    return mapped(
        ref,
        value,
        Shape.Kind.TIMESTAMP,
        n -> Json.nodes().textNode(Timestamps.ofSeconds(n.decimalValue()).toString()));
  }

  private static JsonNode mapped(
      @Nullable ShapeRef ref, JsonNode value, Shape.Kind kind, UnaryOperator<JsonNode> change) {
    if (ref == null || value.isNull()) {
      return value;
    }
    Shape shape = ref.target();
    if (shape.kind() == kind) {
      return change.apply(value);
    }
    return switch (shape.kind()) {
      case STRUCTURE -> {
        ObjectNode out = Json.nodes().objectNode();
        for (Map.Entry<String, JsonNode> entry : value.properties()) {
          ShapeRef member = shape.member(entry.getKey());
          out.set(entry.getKey(), mapped(member, entry.getValue(), kind, change));
        }
        yield out;
      }
      case MAP -> {
        ObjectNode out = Json.nodes().objectNode();
        for (Map.Entry<String, JsonNode> entry : value.properties()) {
          out.set(entry.getKey(), mapped(shape.value(), entry.getValue(), kind, change));
        }
        yield out;
      }
      case LIST -> {
        ArrayNode out = Json.nodes().arrayNode();
        for (JsonNode item : value) {
          out.add(mapped(shape.element(), item, kind, change));
        }
        yield out;
      }
      default -> value;
    };
  }
}
