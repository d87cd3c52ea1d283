package io.countersign.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.ModelException;
import io.countersign.catalog.ModelReader;
import io.countersign.catalog.OperationModel;
import io.countersign.catalog.ServiceModel;
import io.countersign.catalog.ShapeRef;
import java.util.Objects;

/** A small service in each protocol, whose only operation has all kinds of members. */
final class TestModels {
  private static final String MODEL =
      """
      {"metadata": {"apiVersion": "2026-01-01", "endpointPrefix": "things", "protocol": "PROTOCOL",
         "jsonVersion": "1.1", "targetPrefix": "Things", "signatureVersion": "SIGNATURE"},
       "operations": {"Put": {"name": "Put",
         "http": {"method": "PUT", "requestUri": "/b/{Bucket}/k/{Key+}?thing"},
         "input": {"shape": "In"}, "output": {"shape": "Out"},
         "errors": [{"shape": "Full"}],
         "endpoint": {"hostPrefix": "{Account}.data."},
         "httpChecksum": {"requestAlgorithmMember": "Algorithm"}}},
       "shapes": {
         "In": {"type": "structure", "required": ["Bucket", "Key", "Account"],
           "members": {
             "Bucket": {"shape": "Text", "location": "uri"},
             "Key": {"shape": "Text", "location": "uri"},
             "Account": {"shape": "Text", "hostLabel": true},
             "Note": {"shape": "Text", "location": "header", "locationName": "x-note"},
             "Notes": {"shape": "Texts", "location": "header", "locationName": "x-notes"},
             "Length": {"shape": "Long", "location": "header", "locationName": "Content-Length"},
             "Meta": {"shape": "Map", "location": "headers", "locationName": "x-meta-"},
             "Free": {"shape": "Map", "location": "headers", "locationName": ""},
             "Algorithm": {"shape": "Text", "location": "header", "locationName": "x-alg"},
             "Find": {"shape": "Text", "location": "querystring", "locationName": "find"},
             "Token": {"shape": "Text", "idempotencyToken": true},
             "Tree": {"shape": "Tree"}, "Choice": {"shape": "Choice"}, "Data": {"shape": "Blob"},
             "When": {"shape": "Time"}, "Small": {"shape": "Byte"}, "Count": {"shape": "Integer"},
             "Big": {"shape": "Long"}, "Share": {"shape": "Double"}, "On": {"shape": "Boolean"},
             "Sparse": {"shape": "Sparse"}, "Texts": {"shape": "Texts"}, "Map": {"shape": "Map"},
             "Any": {"shape": "Any"}, "Colour": {"shape": "Colour"},
             "Policy": {"shape": "Text", "jsonvalue": true}}},
         "Out": {"type": "structure", "members": {
             "Tree": {"shape": "Tree"}, "Choice": {"shape": "Choice"}, "Data": {"shape": "Blob"},
             "When": {"shape": "Time"}, "Big": {"shape": "Long"}, "Share": {"shape": "Double"},
             "On": {"shape": "Boolean"}, "Texts": {"shape": "Texts"}, "Map": {"shape": "Map"},
             "Flat": {"shape": "Texts", "flattened": true},
             "FlatMap": {"shape": "Map", "flattened": true}, "Any": {"shape": "Any"}}},
         "Full": {"type": "structure", "exception": true, "members": {"Left": {"shape": "Long"}}},
         "Tree": {"type": "structure", "required": ["Name"], "members": {
             "Name": {"shape": "Text"}, "Children": {"shape": "Trees"}}},
         "Trees": {"type": "list", "member": {"shape": "Tree"}},
         "Choice": {"type": "structure", "union": true, "members": {
             "Left": {"shape": "Text"}, "Right": {"shape": "Long"}}},
         "Text": {"type": "string"}, "Long": {"type": "long", "min": 1},
         "Integer": {"type": "integer"},
         "Byte": {"type": "byte"}, "Double": {"type": "double"}, "Boolean": {"type": "boolean"},
         "Blob": {"type": "blob"}, "Time": {"type": "timestamp"},
         "Colour": {"type": "string", "enum": ["RED", "BLUE"]},
         "Any": {"type": "structure", "members": {}, "document": true},
         "Texts": {"type": "list", "member": {"shape": "Text"}, "min": 1},
         "Sparse": {"type": "list", "member": {"shape": "Text"}, "sparse": true},
         "Map": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Text"}}}}
      """;

  private TestModels() {}

  static ServiceModel model(String protocol) {
    return model(protocol, "v4");
  }

  static ServiceModel model(String protocol, String signatureVersion) {
    try {
      return ModelReader.read(
          json(MODEL.replace("PROTOCOL", protocol).replace("SIGNATURE", signatureVersion)));
    } catch (ModelException e) {
      throw new IllegalStateException(e);
    }
  }

  static OperationModel put(ServiceModel model) {
    return model.operation("Put").orElseThrow();
  }

  static ShapeRef input(ServiceModel model) {
    return Objects.requireNonNull(put(model).input());
  }

  static ShapeRef output(ServiceModel model) {
    return Objects.requireNonNull(put(model).output());
  }

  /** JSON whose quotation marks may be apostrophes. */
  static JsonNode json(String text) {
    try {
      return Json.mapper().readTree(text.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  /** An input with the required members and these. */
  static ObjectNode with(String members) {
    ObjectNode input = (ObjectNode) json("{'Bucket':'b','Key':'k','Account':'a1'}");
    input.setAll((ObjectNode) json("{" + members + "}"));
    return input;
  }

  static WireRequest encode(ServiceModel model, ObjectNode input) throws BadInputException {
    return WireCodec.encode(model.metadata(), put(model), "things:Put", input, () -> "token-1");
  }
}
