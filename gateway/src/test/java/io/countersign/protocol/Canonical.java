package io.countersign.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.ByteArrayInputStream;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;

/** Forms in which two bodies that mean the same are equal, made by other parsers than ours. */
final class Canonical {
  private static final ObjectMapper CBOR = new ObjectMapper(new CBORFactory());

  private Canonical() {}

  /** Keys sorted, numbers as doubles in text. */
  static String json(JsonNode node) {
    return sorted(node).toString();
  }

  static String json(byte[] body) throws Exception {
    return json(Json.mapper().readTree(body));
  }

  static String cbor(byte[] body) throws Exception {
    return body.length == 0 ? "" : json(CBOR.readTree(body));
  }

  private static JsonNode sorted(JsonNode node) {
    if (node instanceof ObjectNode object) {
      Map<String, JsonNode> fields = new TreeMap<>();
      object.properties().forEach(e -> fields.put(e.getKey(), sorted(e.getValue())));
      return Json.nodes().objectNode().setAll(fields);
    }
    if (node instanceof ArrayNode array) {
      ArrayNode out = Json.nodes().arrayNode();
      array.forEach(item -> out.add(sorted(item)));
      return out;
    }
    // A float of 32 bits has seven digits.
    return node.isNumber()
        ? Json.nodes().textNode("number %.6e".formatted(node.doubleValue()))
        : node;
  }

  /** Parameters by name; those of one name in their order. */
  static Map<String, List<String>> form(String form) {
    Map<String, List<String>> parameters = new TreeMap<>();
    if (!form.isEmpty()) {
      for (String pair : form.split("&", -1)) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        parameters
            .computeIfAbsent(URLDecoder.decode(name, UTF_8), n -> new ArrayList<>())
            .add(URLDecoder.decode(value, UTF_8));
      }
    }
    return parameters;
  }

  /** Elements with their attributes sorted, without the blanks between elements. */
  static String xml(byte[] document) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    StringBuilder out = new StringBuilder();
    element(
        factory
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(Scalars.utf8(document).strip().getBytes(UTF_8)))
            .getDocumentElement(),
        out);
    return out.toString();
  }

  private static void element(Element element, StringBuilder out) {
    Map<String, String> attributes = new TreeMap<>();
    NamedNodeMap found = element.getAttributes();
    for (int i = 0; i < found.getLength(); i++) {
      attributes.put(found.item(i).getNodeName(), found.item(i).getNodeValue());
    }
    out.append('<').append(element.getTagName()).append(attributes).append('>');
    List<Element> children = new ArrayList<>();
    for (Node child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
      if (child instanceof Element inner) {
        children.add(inner);
      }
    }
    if (children.isEmpty()) {
      out.append(element.getTextContent());
    }
    children.forEach(child -> element(child, out));
    out.append("</").append(element.getTagName()).append('>');
  }
}
