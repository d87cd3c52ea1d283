package io.countersign.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Pieces of JSON Schema 2020-12. */
final class Schema {
  private static final String REFERENCE = "#/$defs/reference";

  private Schema() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static ObjectNode string() {
    return object().put("type", "string");
  }

  /** A string of this form, or a reference to one. */
  static ObjectNode pattern(String pattern) {
    return orReference(string().put("pattern", pattern));
  }

  /** The schema, or a reference such as {@code ${env:NAME}} in its place. */
  static ObjectNode orReference(ObjectNode schema) {
    return anyOf(List.of(schema, object().put("$ref", REFERENCE)));
  }

  static ObjectNode anyOf(List<ObjectNode> schemas) {
    ObjectNode any = object();
    schemas.forEach(any.putArray("anyOf")::add);
    return any;
  }

  static ObjectNode choice(Iterable<String> names) {
    ObjectNode choice = string();
    names.forEach(choice.putArray("enum")::add);
    return choice;
  }

  /** A key's schema with its description, default and example. */
  static ObjectNode of(Key<?> key) {
    ObjectNode schema = key.form().schema();
    schema.put("description", key.meaning());
    String fallback = key.fallback();
    if (fallback != null) {
      schema.set("default", json(fallback));
    }
    if (!key.example().isEmpty()) {
      schema.putArray("examples").add(json(key.example()));
    }
    return schema;
  }

  /** The schema of the whole file. */
  static ObjectNode document(Section root) {
    ObjectNode document = object();
    document.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    document.put("title", "Countersign configuration");
    document.setAll(root.schema());
    document.setAll(definitions());
    return document;
  }

  /** What other parts of a schema refer to. */
  static ObjectNode definitions() {
    ObjectNode definitions = object();
    definitions
        .putObject("$defs")
        .set(
            "reference",
            string()
                .put("pattern", "\\$\\{(env|file):[^}]+\\}")
                .put("description", "A value from the environment or from a file."));
    return definitions;
  }

  /** As the committed file has it: two spaces, a line end at the end. */
  static String text(ObjectNode schema) {
    return new ObjectMapper().valueToTree(schema).toPrettyString().replace("\r\n", "\n") + "\n";
  }

  /** A YAML value as JSON. */
  static JsonNode json(String yaml) {
    try {
      return json(Objects.requireNonNull(Yaml.compose(yaml)));
    } catch (ConfigException e) {
      throw new IllegalStateException("'" + yaml + "' is not YAML", e);
    }
  }

  private static JsonNode json(Node node) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    return switch (node) {
      case MappingNode mapping -> {
        ObjectNode object = json.objectNode();
        for (NodeTuple tuple : mapping.getValue()) {
          object.set(((ScalarNode) tuple.getKeyNode()).getValue(), json(tuple.getValueNode()));
        }
        yield object;
      }
      case SequenceNode sequence -> {
        List<JsonNode> items = new ArrayList<>();
        sequence.getValue().forEach(item -> items.add(json(item)));
        yield json.arrayNode().addAll(items);
      }
      case ScalarNode scalar -> scalar(scalar);
      default -> throw new IllegalStateException("an alias has no JSON");
    };
  }

  private static JsonNode scalar(ScalarNode scalar) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    try {
      return switch (Free.scalar(scalar.getTag(), scalar.getValue())) {
        case Boolean bool -> json.booleanNode(bool);
        case Long number -> json.numberNode(number);
        case Double number -> json.numberNode(number);
        case Object text -> json.textNode(text.toString());
      };
    } catch (Wrong e) {
      throw new IllegalStateException("'" + scalar.getValue() + "' " + e.says(), e);
    }
  }
}
