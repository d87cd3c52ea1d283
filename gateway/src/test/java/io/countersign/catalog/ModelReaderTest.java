package io.countersign.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.ShapeRef.Location;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ModelReaderTest {
  private static final String MODEL =
      """
      {"version": "2.0",
       "metadata": {
         "apiVersion": "2026-01-01", "endpointPrefix": "things", "protocol": "rest-xml",
         "protocols": ["rest-xml", "smithy-rpc-v2-cbor"], "serviceId": "Thing Store",
         "signingName": "thingstore", "signatureVersion": "v4", "uid": "x",
         "auth": ["aws.auth#sigv4"], "xmlNamespace": "http://things.example/",
         "awsQueryCompatible": {}, "protocolSettings": {"h2": "eventstream"}},
       "operations": {
         "PutThing": {
           "name": "PutThing",
           "http": {"method": "PUT", "requestUri": "/{Name+}?thing", "responseCode": 201},
           "input": {"shape": "PutThingInput", "locationName": "Put",
             "xmlNamespace": {"uri": "http://put.example/", "prefix": "p"}},
           "output": {"shape": "Tree", "resultWrapper": "PutThingResult"},
           "errors": [{"shape": "NoRoom"}],
           "endpoint": {"hostPrefix": "{Name}."},
           "auth": ["aws.auth#sigv4a"], "authtype": "v4-unsigned-body", "unsignedPayload": true,
           "idempotent": true, "readonly": true, "deprecated": true,
           "httpChecksum": {"requestAlgorithmMember": "Sum", "requestChecksumRequired": true,
             "requestValidationModeMember": "Mode", "responseAlgorithms": ["CRC32"]},
           "endpointdiscovery": {"required": true},
           "requestcompression": {"encodings": ["gzip"]},
           "staticContextParams": {"Big": {"value": true}, "Names": {"value": ["a", "b"]}},
           "operationContextParams": {"Keys": {"path": "keys(Map)"}},
           "documentation": "<p>Puts.</p>"},
         "Ping": {"name": "Ping", "http": {"method": "GET", "requestUri": "/ping"}}},
       "shapes": {
         "PutThingInput": {"type": "structure", "required": ["Name"], "payload": "Body",
           "members": {
             "Name": {"shape": "Name", "location": "uri", "hostLabel": true,
               "contextParam": {"name": "Bucket"}},
             "Token": {"shape": "Name", "location": "header", "locationName": "x-token",
               "idempotencyToken": true},
             "Meta": {"shape": "Labels", "location": "headers", "locationName": "x-meta-"},
             "Sum": {"shape": "Colour", "location": "querystring"},
             "Mode": {"shape": "Colour", "enum": ["RED"]},
             "When": {"shape": "When", "timestampFormat": "rfc822", "queryName": "when"},
             "Policy": {"shape": "Name", "jsonvalue": true, "deprecated": true, "sensitive": true},
             "Attribute": {"shape": "Name", "xmlAttribute": true},
             "List": {"shape": "Trees", "flattened": true},
             "Body": {"shape": "Bytes", "streaming": true}}},
         "Tree": {"type": "structure", "members": {
           "Children": {"shape": "Trees"}, "Status": {"shape": "Count", "location": "statusCode"},
           "Any": {"shape": "Any"}, "Either": {"shape": "Either"}}},
         "Trees": {"type": "list", "member": {"shape": "Tree", "locationName": "item"},
           "min": 1, "max": 5, "sparse": true},
         "Labels": {"type": "map", "key": {"shape": "Name", "locationName": "Key"},
           "value": {"shape": "Name"}, "flattened": true},
         "Name": {"type": "string", "min": 3, "pattern": "[a-z]+", "sensitive": true},
         "Colour": {"type": "string", "enum": ["RED", "BLUE"]},
         "When": {"type": "timestamp", "timestampFormat": "iso8601"},
         "Bytes": {"type": "blob", "streaming": true, "requiresLength": true},
         "Count": {"type": "integer", "box": true},
         "Any": {"type": "structure", "members": {}, "document": true},
         "Either": {"type": "structure", "union": true, "members": {"A": {"shape": "Count"},
           "B": {"shape": "Event"}}},
         "Event": {"type": "structure", "event": true, "members": {
           "Head": {"shape": "Name", "eventheader": true},
           "Load": {"shape": "Bytes", "eventpayload": true}}},
         "Events": {"type": "structure", "eventstream": true, "members": {
           "E": {"shape": "Event"}}},
         "NoRoom": {"type": "structure", "exception": true, "fault": true, "members": {},
           "retryable": {"throttling": true},
           "error": {"code": "Full", "httpStatusCode": 507, "senderFault": true},
           "locationName": "Gone", "xmlNamespace": {"uri": "urn:full"}}}}
      """;

  private final JsonMapper mapper = JsonMapper.builder().build();

  private JsonNode tree() throws JsonProcessingException {
    return mapper.readTree(MODEL);
  }

  private ServiceModel model() throws Exception {
    return ModelReader.read(tree());
  }

  private static ShapeRef member(Shape shape, String name) {
    return Objects.requireNonNull(shape.member(name), name);
  }

  @Test
  void readsWhatTheServiceSays() throws Exception {
    ServiceMetadata metadata = model().metadata();

    assertThat(metadata)
        .isEqualTo(
            new ServiceMetadata(
                "Thing Store",
                "things",
                "thingstore",
                List.of(Protocol.REST_XML, Protocol.RPC_V2_CBOR),
                "",
                "",
                "2026-01-01",
                "v4",
                List.of("aws.auth#sigv4"),
                "",
                "http://things.example/",
                true,
                "eventstream"));
    assertThat(metadata.protocol()).isEqualTo(Protocol.REST_XML);
    assertThat(metadata.defaultNamespace())
        .isEqualTo(new XmlNamespace("http://things.example/", ""));
    assertThat(model().unknownKeys()).isEmpty();
  }

  @Test
  void readsWhatAnOperationSays() throws Exception {
    OperationModel put = model().operation("PutThing").orElseThrow();

    assertThat(put.httpMethod()).isEqualTo("PUT");
    assertThat(put.requestUri()).isEqualTo("/{Name+}?thing");
    assertThat(put.responseCode()).isEqualTo(201);
    assertThat(put.resultWrapper()).isEqualTo("PutThingResult");
    assertThat(put.hostPrefix()).isEqualTo("{Name}.");
    assertThat(put.auth()).containsExactly("aws.auth#sigv4a");
    assertThat(put.authType()).isEqualTo("v4-unsigned-body");
    assertThat(put.checksum())
        .isEqualTo(new OperationModel.Checksum("Sum", true, "Mode", List.of("CRC32")));
    assertThat(put.traits())
        .containsExactlyInAnyOrder(
            OperationModel.Trait.UNSIGNED_PAYLOAD,
            OperationModel.Trait.IDEMPOTENT,
            OperationModel.Trait.READ_ONLY,
            OperationModel.Trait.DEPRECATED,
            OperationModel.Trait.ENDPOINT_DISCOVERY,
            OperationModel.Trait.ENDPOINT_DISCOVERY_REQUIRED,
            OperationModel.Trait.REQUEST_COMPRESSION);
    assertThat(put.staticContextParams())
        .isEqualTo(Map.of("Big", true, "Names", List.of("a", "b")));
    assertThat(put.operationContextParams()).isEqualTo(Map.of("Keys", "keys(Map)"));
    ShapeRef input = Objects.requireNonNull(put.input());
    assertThat(input.locationName()).isEqualTo("Put");
    assertThat(input.xmlNamespace()).isEqualTo(new XmlNamespace("http://put.example/", "p"));
    assertThat(put.errors()).hasSize(1);
    assertThat(put.errors().getFirst().target().name()).isEqualTo("NoRoom");
  }

  @Test
  void readsAnOperationThatTakesAndAnswersNothing() throws Exception {
    OperationModel ping = model().operation("Ping").orElseThrow();

    assertThat(ping.input()).isNull();
    assertThat(ping.output()).isNull();
    assertThat(ping.responseCode()).isEqualTo(200);
    assertThat(ping.checksum()).isSameAs(OperationModel.Checksum.NONE);
    assertThat(model().operation("Pong")).isEmpty();
  }

  @Test
  void keepsTheMembersInTheirOrderAndFindsThemByName() throws Exception {
    Shape input = model().shape("PutThingInput").orElseThrow();

    assertThat(input.members())
        .extracting(ShapeRef::name)
        .startsWith("Name", "Token", "Meta")
        .hasSize(10);
    assertThat(input.member("Nope")).isNull();
    assertThat(input.payload()).isSameAs(member(input, "Body"));
    ShapeRef token = member(input, "Token");
    assertThat(token.location()).isEqualTo(Location.HEADER);
    assertThat(token.wireName()).isEqualTo("x-token");
    assertThat(token.traits()).containsExactly(ShapeRef.Trait.IDEMPOTENCY_TOKEN);
    assertThat(member(input, "Name").traits())
        .containsExactlyInAnyOrder(ShapeRef.Trait.REQUIRED, ShapeRef.Trait.HOST_LABEL);
    assertThat(member(input, "Name").contextParam()).isEqualTo("Bucket");
    assertThat(member(input, "Mode").enumValues()).containsExactly("RED");
    assertThat(member(input, "When").timestampFormat()).isEqualTo(TimestampFormat.RFC822);
    assertThat(member(input, "When").target().timestampFormat()).isEqualTo(TimestampFormat.ISO8601);
    assertThat(member(input, "When").queryName()).isEqualTo("when");
    assertThat(member(input, "Policy").traits())
        .containsExactlyInAnyOrder(
            ShapeRef.Trait.JSON_VALUE, ShapeRef.Trait.DEPRECATED, ShapeRef.Trait.SENSITIVE);
    assertThat(member(input, "Attribute").has(ShapeRef.Trait.XML_ATTRIBUTE)).isTrue();
    assertThat(member(input, "List").has(ShapeRef.Trait.FLATTENED)).isTrue();
    assertThat(member(input, "Body").has(ShapeRef.Trait.STREAMING)).isTrue();
    assertThat(member(input, "Meta").location()).isEqualTo(Location.HEADERS);
    assertThat(member(input, "Sum").location()).isEqualTo(Location.QUERY);
    assertThat(member(input, "Sum").target().enumValues()).containsExactly("RED", "BLUE");
  }

  @Test
  void resolvesAShapeThatHoldsItself() throws Exception {
    Shape tree = model().shape("Tree").orElseThrow();
    ShapeRef children = member(tree, "Children");

    assertThat(children.target().element().target()).isSameAs(tree);
    assertThat(children.target().element().wireName()).isEqualTo("item");
    assertThat(children.target().min()).isEqualTo(BigDecimal.ONE);
    assertThat(children.target().max()).isEqualTo(BigDecimal.valueOf(5));
    assertThat(children.target().has(Shape.Trait.SPARSE)).isTrue();
    assertThat(member(tree, "Status").location()).isEqualTo(Location.STATUS_CODE);
    assertThat(member(tree, "Any").target().kind()).isEqualTo(Shape.Kind.DOCUMENT);
    assertThat(member(tree, "Either").target().isUnion()).isTrue();
  }

  @Test
  void readsMapsEventsAndErrors() throws Exception {
    ServiceModel model = model();
    Shape labels = model.shape("Labels").orElseThrow();
    Shape event = model.shape("Event").orElseThrow();
    Shape error = model.shape("NoRoom").orElseThrow();

    assertThat(labels.key().wireName()).isEqualTo("Key");
    assertThat(labels.value().target().name()).isEqualTo("Name");
    assertThat(labels.has(Shape.Trait.FLATTENED)).isTrue();
    assertThat(member(event, "Head").has(ShapeRef.Trait.EVENT_HEADER)).isTrue();
    assertThat(member(event, "Load").has(ShapeRef.Trait.EVENT_PAYLOAD)).isTrue();
    assertThat(model.shape("Events").orElseThrow().has(Shape.Trait.EVENT_STREAM)).isTrue();
    assertThat(model.shape("Bytes").orElseThrow().traits())
        .containsExactlyInAnyOrder(Shape.Trait.STREAMING, Shape.Trait.REQUIRES_LENGTH);
    assertThat(error.traits())
        .containsExactlyInAnyOrder(
            Shape.Trait.EXCEPTION,
            Shape.Trait.FAULT,
            Shape.Trait.SENDER_FAULT,
            Shape.Trait.RETRYABLE,
            Shape.Trait.THROTTLING);
    assertThat(error.errorCode()).isEqualTo("Full");
    assertThat(error.httpStatus()).isEqualTo(507);
    assertThat(error.locationName()).isEqualTo("Gone");
    assertThat(error.xmlNamespace()).isEqualTo(new XmlNamespace("urn:full", ""));
    assertThatThrownBy(error::element).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(labels::element).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void reportsKeysThatItDoesNotKnow() throws Exception {
    ObjectNode tree = (ObjectNode) tree();
    tree.put("newTop", 1);
    ((ObjectNode) tree.at("/operations/Ping")).put("colour", "red");
    ((ObjectNode) tree.at("/shapes/Name")).put("spelling", "strict");
    ((ObjectNode) tree.at("/shapes/Trees/member")).put("knot", true);
    ((ObjectNode) tree.at("/metadata")).put("mood", "good");
    ((ObjectNode) tree.at("/operations/PutThing/httpChecksum")).put("salt", "pepper");

    assertThat(ModelReader.read(tree).unknownKeys())
        .containsExactly(
            "metadata.mood",
            "operation.colour",
            "operation.httpChecksum.salt",
            "ref.knot",
            "shape.spelling",
            "top.newTop");
  }

  @Test
  void namesThePlaceOfAFault() throws Exception {
    ObjectNode tree = (ObjectNode) tree();
    ((ObjectNode) tree.at("/shapes/Tree/members/Children")).put("shape", "Wood");

    assertThatThrownBy(() -> ModelReader.read(tree))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            "the model's /shapes/Tree/members/Children/shape names 'Wood', which the model does"
                + " not have");
  }

  @Test
  void aBrokenModelRaisesOnlyAModelException() throws Exception {
    Random random = new Random(20_261_124);
    for (int round = 0; round < 1_000; round++) {
      JsonNode tree = tree();
      for (int change = 0; change <= random.nextInt(3); change++) {
        mutate(tree, random);
      }
      try {
        ModelReader.read(tree);
      } catch (ModelException e) {
        assertThat(e).hasMessageStartingWith("the model's ");
      }
    }
  }

  /** Replaces or removes one value somewhere below. */
  private static void mutate(JsonNode node, Random random) {
    JsonNode at = node;
    while (true) {
      if (at.isEmpty()) {
        return;
      }
      List<String> keys = new ArrayList<>();
      at.fieldNames().forEachRemaining(keys::add);
      int pick = random.nextInt(at.size());
      JsonNode child = at.isArray() ? at.get(pick) : at.get(keys.get(pick));
      if (!child.isContainerNode() || random.nextInt(4) == 0) {
        JsonNode other = other(random);
        if (at instanceof ArrayNode array) {
          array.set(pick, other);
        } else if (random.nextInt(3) == 0) {
          ((ObjectNode) at).remove(keys.get(pick));
        } else {
          ((ObjectNode) at).set(keys.get(pick), other);
        }
        return;
      }
      at = child;
    }
  }

  private static JsonNode other(Random random) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return switch (random.nextInt(8)) {
      case 0 -> nodes.nullNode();
      case 1 -> nodes.textNode("");
      case 2 -> nodes.textNode("Tree");
      case 3 -> nodes.numberNode(random.nextLong());
      case 4 -> nodes.numberNode(new BigDecimal("1e400"));
      case 5 -> nodes.booleanNode(random.nextBoolean());
      case 6 -> nodes.arrayNode().add("Name").add(1);
      default -> nodes.objectNode().put("shape", "list").put("type", "list");
    };
  }
}
