package io.countersign.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.catalog.Shape;
import io.countersign.catalog.ShapeRef;
import io.countersign.catalog.ShapeRef.Location;
import io.countersign.catalog.ShapeRef.Trait;
import io.countersign.catalog.TimestampFormat;
import io.countersign.catalog.XmlNamespace;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Bodies of requests in the protocol rest-xml. */
final class XmlBody {
  private final StringBuilder out = new StringBuilder(512);

  private XmlBody() {}

  /**
   * A document whose root is that element.
   *
   * @param namespace that the root declares; null for none
   * @param value what {@link InputCheck} has passed
   */
  static byte[] write(String root, @Nullable XmlNamespace namespace, ShapeRef ref, JsonNode value) {
    XmlBody body = new XmlBody();
    body.structure(root, namespace, ref.target(), value);
    return body.out.toString().getBytes(UTF_8);
  }

  private void structure(
      String name, @Nullable XmlNamespace namespace, Shape shape, JsonNode value) {
    out.append('<').append(name);
    declare(namespace);
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      ShapeRef member = shape.member(entry.getKey());
      if (member != null && member.has(Trait.XML_ATTRIBUTE) && !entry.getValue().isNull()) {
        out.append(' ').append(member.wireName()).append("=\"");
        escape(Scalars.text(member, entry.getValue(), TimestampFormat.ISO8601));
        out.append('"');
      }
    }
    out.append('>');
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      ShapeRef member = shape.member(entry.getKey());
      if (member != null
          && member.location() == Location.BODY
          && !member.has(Trait.XML_ATTRIBUTE)
          && !entry.getValue().isNull()) {
        element(member.wireName(), member, entry.getValue());
      }
    }
    close(name);
  }

  private void element(String name, ShapeRef ref, JsonNode value) {
    Shape shape = ref.target();
    switch (shape.kind()) {
      case STRUCTURE -> structure(name, namespace(ref), shape, value);
      case LIST -> list(name, ref, value);
      case MAP -> map(name, ref, value);
      case STRING,
          BLOB,
          TIMESTAMP,
          BOOLEAN,
          BYTE,
          SHORT,
          INTEGER,
          LONG,
          BIG_INTEGER,
          FLOAT,
          DOUBLE,
          BIG_DECIMAL,
          DOCUMENT -> {
        open(name, namespace(ref));
        escape(Scalars.text(ref, value, TimestampFormat.ISO8601));
        close(name);
      }
    }
  }

  private void list(String name, ShapeRef ref, JsonNode value) {
    ShapeRef element = ref.target().element();
    if (QueryForm.isFlattened(ref)) {
      for (JsonNode item : value) {
        element(name, element, item);
      }
      return;
    }
    open(name, namespace(ref));
    String own = element.locationName();
    for (JsonNode item : value) {
      element(own == null ? "member" : own, element, item);
    }
    close(name);
  }

  private void map(String name, ShapeRef ref, JsonNode value) {
    Shape shape = ref.target();
    boolean flattened = QueryForm.isFlattened(ref);
    String entryName = flattened ? name : "entry";
    if (!flattened) {
      open(name, namespace(ref));
    }
    String key = shape.key().locationName();
    String val = shape.value().locationName();
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      open(entryName, flattened ? namespace(ref) : null);
      String keyName = key == null ? "key" : key;
      open(keyName, namespace(shape.key()));
      escape(entry.getKey());
      close(keyName);
      element(val == null ? "value" : val, shape.value(), entry.getValue());
      close(entryName);
    }
    if (!flattened) {
      close(name);
    }
  }

  static @Nullable XmlNamespace namespace(ShapeRef ref) {
    XmlNamespace own = ref.xmlNamespace();
    return own == null ? ref.target().xmlNamespace() : own;
  }

  private void open(String name, @Nullable XmlNamespace namespace) {
    out.append('<').append(name);
    declare(namespace);
    out.append('>');
  }

  private void declare(@Nullable XmlNamespace namespace) {
    if (namespace != null) {
      out.append(" xmlns");
      if (!namespace.prefix().isEmpty()) {
        out.append(':').append(namespace.prefix());
      }
      out.append("=\"");
      escape(namespace.uri());
      out.append('"');
    }
  }

  private void close(String name) {
    out.append("</").append(name).append('>');
  }

  private void escape(String text) {
    text.codePoints().forEach(c -> XmlText.append(out, c));
  }
}
