package io.countersign.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.Catalog;
import io.countersign.catalog.Headers;
import io.countersign.catalog.Operation;
import io.countersign.catalog.OperationModel;
import io.countersign.catalog.Protocol;
import io.countersign.catalog.Recognizer;
import io.countersign.catalog.Service;
import io.countersign.catalog.Shape;
import io.countersign.catalog.ShapeRef;
import io.countersign.catalog.ShapeRef.Trait;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Every operation of every service with a made-up input: what the tool door writes is recognised as
 * that operation, and reads back to an input that makes the same request.
 */
class EveryOperationTest {
  private static final String TOKEN = "00000000-0000-4000-8000-000000000000";
  private static final int DEEPEST = 4;
  private static final Catalog CATALOG = Catalog.load();

  private final Random random = new Random(20261124);

  @Test
  void isRecognisedAndReadBackAsItWasWritten() throws Exception {
    int written = 0;
    TreeSet<String> refused = new TreeSet<>();
    TreeSet<String> mistaken = new TreeSet<>();
    TreeSet<String> unlike = new TreeSet<>();
    for (Service service : CATALOG.services()) {
      for (Operation operation : service.operations()) {
        OperationModel model = service.model().operation(operation.name()).orElseThrow();
        if (WireCodec.refusal(model) != null) {
          continue;
        }
        ObjectNode input = input(model);
        WireRequest sent;
        try {
          sent = WireCodec.encode(service.metadata(), model, operation.id(), input, () -> TOKEN);
        } catch (BadInputException e) {
          refused.add(operation.id() + e.pointer());
          continue;
        }
        Operation found =
            Recognizer.recognize(
                service,
                sent.method(),
                sent.path(),
                sent.query(),
                headers(sent),
                Scalars.utf8(sent.body()));
        if (!operation.equals(found)) {
          mistaken.add(operation.id() + " " + (found == null ? "none" : found.name()));
        }
        try {
          if (!reads(service, model, operation, sent)) {
            unlike.add(operation.id());
          }
        } catch (BadInputException | UnreadableRequestException e) {
          unlike.add(operation.id() + " " + e.getMessage());
        }
        written++;
      }
    }
    assertThat(written).isGreaterThan(19_700);
    assertThat(refused).as("what the gateway itself sets").isEqualTo(REFUSED);
    assertThat(mistaken).as("what AWS's own models cannot tell apart").isSubsetOf(AMBIGUOUS);
    assertThat(unlike).isEmpty();
  }

  private static final TreeSet<String> REFUSED =
      new TreeSet<>(List.of("codeartifact:PublishPackageVersion/assetSHA256"));

  /** See ambiguous.tsv of the recognizer's tests. */
  private static final TreeSet<String> AMBIGUOUS =
      new TreeSet<>(
          List.of(
              "s3:GetBucketLifecycle GetBucketLifecycleConfiguration",
              "s3:GetBucketNotification GetBucketNotificationConfiguration",
              "s3:ListDirectoryBuckets ListBuckets",
              "s3:PutBucketLifecycle PutBucketLifecycleConfiguration",
              "s3:PutBucketNotification PutBucketNotificationConfiguration"));

  private static Headers headers(WireRequest request) {
    Map<String, String> byName = new TreeMap<>(request.headers());
    return name -> byName.get(name.toLowerCase(Locale.ROOT));
  }

  private boolean reads(
      Service service, OperationModel model, Operation operation, WireRequest sent)
      throws Exception {
    Protocol protocol = service.metadata().protocol();
    ObjectNode read =
        RequestReader.read(
            service.metadata(),
            protocol,
            model,
            sent.path(),
            sent.query(),
            List.copyOf(sent.headers().keySet()),
            headers(sent),
            sent.body());
    ShapeRef payload = model.input() == null ? null : model.input().target().payload();
    if (payload != null && payload.target().kind() == Shape.Kind.BLOB && sent.body().length > 0) {
      read.put(payload.name(), Base64.getEncoder().encodeToString(sent.body()));
    }
    WireRequest again =
        WireCodec.encode(service.metadata(), model, operation.id(), read, () -> TOKEN);
    return again.path().equals(sent.path())
        && again.query().equals(sent.query())
        && again.headers().equals(sent.headers())
        && sameBody(protocol, sent, again);
  }

  private static boolean sameBody(Protocol protocol, WireRequest one, WireRequest other)
      throws Exception {
    return switch (protocol) {
      case RPC_V2_CBOR -> Canonical.cbor(one.body()).equals(Canonical.cbor(other.body()));
      case QUERY, EC2 ->
          Canonical.form(Scalars.utf8(one.body()))
              .equals(Canonical.form(Scalars.utf8(other.body())));
      case JSON, REST_JSON ->
          one.headers().getOrDefault("content-type", "").contains("json")
              ? Canonical.json(one.body()).equals(Canonical.json(other.body()))
              : java.util.Arrays.equals(one.body(), other.body());
      case REST_XML ->
          one.headers().getOrDefault("content-type", "").equals("application/xml")
              ? Canonical.xml(one.body()).equals(Canonical.xml(other.body()))
              : java.util.Arrays.equals(one.body(), other.body());
    };
  }

  private ObjectNode input(OperationModel model) {
    ShapeRef ref = model.input();
    return ref == null ? Json.nodes().objectNode() : structure(ref.target(), 0);
  }

  private ObjectNode structure(Shape shape, int depth) {
    ObjectNode out = Json.nodes().objectNode();
    if (shape.isUnion()) {
      ShapeRef member = shape.members().get(random.nextInt(shape.members().size()));
      return out.set(member.name(), value(member, depth + 1));
    }
    for (ShapeRef member : shape.members()) {
      boolean wanted = member.isRequired() || (depth < DEEPEST && random.nextInt(3) == 0);
      // the length is that of the body, which is not made up yet
      if (wanted && !member.wireName().equals("Content-Length")) {
        out.set(member.name(), value(member, depth + 1));
      }
    }
    // A form has no way to say that a structure is there and empty.
    if (out.isEmpty() && depth > 0 && !shape.members().isEmpty()) {
      ShapeRef one =
          shape.members().stream().filter(m -> isLeaf(m.target())).findFirst().orElse(null);
      if (one == null && depth < 3 * DEEPEST) {
        one = shape.members().getFirst();
      }
      if (one != null) {
        out.set(one.name(), value(one, depth + 1));
      }
    }
    return out;
  }

  private static boolean isLeaf(Shape shape) {
    return switch (shape.kind()) {
      case STRUCTURE, LIST, MAP -> false;
      default -> true;
    };
  }

  private JsonNode value(ShapeRef ref, int depth) {
    Shape shape = ref.target();
    return switch (shape.kind()) {
      case STRUCTURE -> structure(shape, depth);
      case LIST -> {
        ArrayNode list = Json.nodes().arrayNode();
        for (int n = Math.max(least(shape), depth > DEEPEST ? 1 : 1 + random.nextInt(2));
            n > 0;
            n--) {
          list.add(value(shape.element(), depth + 1));
        }
        yield list;
      }
      case MAP -> {
        ObjectNode map = Json.nodes().objectNode();
        do {
          map.set(text(shape.key(), 2), value(shape.value(), depth + 1));
        } while (map.size() < least(shape));
        yield map;
      }
      case STRING -> Json.nodes().textNode(text(ref, length(shape)));
      case BLOB ->
          Json.nodes()
              .textNode(Base64.getEncoder().encodeToString(new byte[Math.max(4, least(shape))]));
      case TIMESTAMP -> Json.nodes().textNode("2026-11-24T12:34:56Z");
      case BOOLEAN -> Json.nodes().booleanNode(random.nextBoolean());
      case BYTE, SHORT, INTEGER, LONG, BIG_INTEGER ->
          Json.nodes().numberNode(shape.min() == null ? 7L : shape.min().longValue());
      case FLOAT, DOUBLE, BIG_DECIMAL ->
          Json.nodes().numberNode(shape.min() == null ? 1.5 : shape.min().doubleValue());
      case DOCUMENT -> Json.nodes().objectNode().put("a", 1);
    };
  }

  private static int least(Shape shape) {
    return shape.min() == null ? 0 : shape.min().intValue();
  }

  private static int length(Shape shape) {
    return shape.min() == null ? 3 : Math.max(3, shape.min().intValue());
  }

  private String text(ShapeRef ref, int length) {
    if (ref.has(Trait.JSON_VALUE)) {
      return "{\"a\":1}";
    }
    List<String> known = ref.target().enumValues();
    if (known.contains("CRC32")) {
      return "CRC32"; // one that the gateway makes
    }
    if (!known.isEmpty()) {
      return known.get(random.nextInt(known.size()));
    }
    return "v"
        + Integer.toString(random.nextInt(36 * 36), 36)
        + "x".repeat(Math.max(0, length - 2));
  }
}
