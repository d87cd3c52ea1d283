package io.countersign.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.Shape;
import io.countersign.catalog.ShapeRef;
import io.countersign.catalog.ShapeRef.Trait;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads XML answers by their shape, in one pass and without a tree. Elements that the model does
 * not know are passed over, namespaces do not count. A document type declaration is refused, as are
 * more than 64 levels.
 */
final class XmlAnswer {
  private static final int DEEPEST = 64;

  private final XMLStreamReader in;
  private final IdentityHashMap<Shape, Map<String, ShapeRef>> names = new IdentityHashMap<>();
  private final boolean strict;
  private int depth;

  private XmlAnswer(XMLStreamReader in, boolean strict) {
    this.in = in;
    this.strict = strict;
  }

  /** What is done at the root element. */
  private interface AtRoot {
    void read(XmlAnswer answer) throws XMLStreamException, GarbledAnswerException;
  }

  /**
   * Puts the members of a structure that a document holds into an object.
   *
   * @param wrapper the element in the root that holds them; null where the root does
   * @param strict whether an element that stands twice is refused; else the last one counts
   * @throws GarbledAnswerException if it is not XML, or not of the shape
   */
  static void read(
      byte[] document, @Nullable String wrapper, boolean strict, ShapeRef ref, ObjectNode out)
      throws GarbledAnswerException {
    parse(
        document,
        strict,
        answer -> {
          if (wrapper == null) {
            answer.root(ref, out);
          } else {
            answer.wrapped(wrapper, ref, out);
          }
        });
  }

  /**
   * Puts the members of an error into an object: from the element {@code Error}, wherever the
   * protocol's envelope has it.
   */
  static void readError(byte[] document, ShapeRef ref, ObjectNode out)
      throws GarbledAnswerException {
    parse(document, false, answer -> answer.error(ref, out));
  }

  /** Whether the root is {@code Error}, as far as the first 256 octets tell. */
  static boolean beginsWithError(byte[] document) {
    String start = new String(document, 0, Math.min(256, document.length), ISO_8859_1).strip();
    int at = start.startsWith("<?") ? start.indexOf("?>") + 2 : 0;
    return at >= 0 && start.substring(at).strip().startsWith("<Error>");
  }

  private static void parse(byte[] document, boolean strict, AtRoot atRoot)
      throws GarbledAnswerException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, true);
    try {
      // Decoded here: the JDK's parser prints broken UTF-8 to standard error.
      String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(document)).toString();
      String whole = text.startsWith("\uFEFF") ? text.substring(1) : text;
      XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(whole.strip()));
      try {
        XmlAnswer answer = new XmlAnswer(reader, strict);
        while (reader.getEventType() != XMLStreamConstants.START_ELEMENT) {
          answer.next();
        }
        atRoot.read(answer);
        while (reader.hasNext()) {
          answer.next();
        }
      } finally {
        reader.close();
      }
    } catch (CharacterCodingException | XMLStreamException | RuntimeException e) {
      // The JDK's parser throws unchecked exceptions too.
      throw new GarbledAnswerException("the answer is not well-formed XML");
    }
  }

  private int next() throws XMLStreamException, GarbledAnswerException {
    int event = in.next();
    switch (event) {
      case XMLStreamConstants.START_ELEMENT -> {
        if (++depth > DEEPEST) {
          throw new GarbledAnswerException("the answer's XML is too deep");
        }
      }
      case XMLStreamConstants.END_ELEMENT -> depth--;
      case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
          throw new GarbledAnswerException("the answer's XML declares a document type");
      default -> {}
    }
    return event;
  }

  /** Goes to the next child of the element that is open, or to its end. */
  private boolean nextChild() throws XMLStreamException, GarbledAnswerException {
    while (true) {
      switch (next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          return true;
        }
        case XMLStreamConstants.END_ELEMENT -> {
          return false;
        }
        default -> {}
      }
    }
  }

  /** From the start of an element to its end. */
  private void skip() throws XMLStreamException, GarbledAnswerException {
    int open = 1;
    while (open > 0) {
      switch (next()) {
        case XMLStreamConstants.START_ELEMENT -> open++;
        case XMLStreamConstants.END_ELEMENT -> open--;
        default -> {}
      }
    }
  }

  private String text() throws XMLStreamException, GarbledAnswerException {
    StringBuilder text = new StringBuilder();
    while (true) {
      switch (next()) {
        case XMLStreamConstants.START_ELEMENT -> skip();
        case XMLStreamConstants.END_ELEMENT -> {
          return text.toString();
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE ->
            text.append(in.getText());
        default -> {}
      }
    }
  }

  private void wrapped(String wrapper, ShapeRef ref, ObjectNode out)
      throws XMLStreamException, GarbledAnswerException {
    while (nextChild()) {
      if (in.getLocalName().equals(wrapper)) {
        structure(ref.target(), out);
      } else {
        skip();
      }
    }
  }

  /**
   * The root of an answer without a wrapper. S3's GetBucketLocation has the only member itself as
   * its root.
   */
  private void root(ShapeRef ref, ObjectNode out)
      throws XMLStreamException, GarbledAnswerException {
    Shape shape = ref.target();
    ShapeRef only = shape.members().size() == 1 ? shape.members().getFirst() : null;
    if (only != null
        && only.target().kind() == Shape.Kind.STRING
        && inBody(only)
        && only.wireName().equals(in.getLocalName())) {
      out.set(only.name(), Scalars.read(only, text()));
    } else {
      structure(shape, out);
    }
  }

  /** {@code ErrorResponse/Error}, {@code Response/Errors/Error}, or the root itself. */
  private void error(ShapeRef ref, ObjectNode out)
      throws XMLStreamException, GarbledAnswerException {
    if (!in.getLocalName().equals("ErrorResponse") && !in.getLocalName().equals("Response")) {
      structure(ref.target(), out);
      return;
    }
    while (nextChild()) {
      if (in.getLocalName().equals("Errors")) {
        while (nextChild()) {
          structure(ref.target(), out);
        }
      } else if (in.getLocalName().equals("Error")) {
        structure(ref.target(), out);
      } else {
        skip();
      }
    }
  }

  private JsonNode value(ShapeRef ref) throws XMLStreamException, GarbledAnswerException {
    Shape shape = ref.target();
    return switch (shape.kind()) {
      case STRUCTURE -> {
        ObjectNode out = Json.nodes().objectNode();
        structure(shape, out);
        yield out;
      }
      case LIST -> {
        ArrayNode list = Json.nodes().arrayNode();
        while (nextChild()) {
          // Whatever the elements are called: services do not keep to the model here.
          list.add(value(shape.element()));
        }
        yield list;
      }
      case MAP -> {
        ObjectNode map = Json.nodes().objectNode();
        while (nextChild()) {
          entry(shape, map);
        }
        yield map;
      }
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
        String text = text();
        boolean absent = text.isBlank() && shape.kind() != Shape.Kind.STRING;
        yield absent && shape.kind() != Shape.Kind.BLOB
            ? Json.nodes().nullNode()
            : Scalars.read(ref, text);
      }
    };
  }

  private void structure(Shape shape, ObjectNode out)
      throws XMLStreamException, GarbledAnswerException {
    attributes(shape, out);
    Map<String, ShapeRef> byName = names.computeIfAbsent(shape, XmlAnswer::byName);
    while (nextChild()) {
      ShapeRef member = byName.get(in.getLocalName());
      if (member == null) {
        skip();
      } else if (!QueryForm.isFlattened(member)) {
        set(out, member.name(), value(member));
      } else if (member.target().kind() == Shape.Kind.LIST) {
        out.withArray("/" + escaped(member.name())).add(value(member.target().element()));
      } else if (member.target().kind() == Shape.Kind.MAP) {
        entry(member.target(), out.withObject("/" + escaped(member.name())));
      } else {
        set(out, member.name(), value(member));
      }
    }
  }

  private static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  private void set(ObjectNode out, String name, JsonNode value) throws GarbledAnswerException {
    if (strict && out.has(name)) {
      throw new GarbledAnswerException("the XML has an element twice");
    }
    if (!value.isNull()) {
      out.set(name, value);
    }
  }

  private void attributes(Shape shape, ObjectNode out) throws GarbledAnswerException {
    if (in.getAttributeCount() == 0) {
      return;
    }
    for (ShapeRef member : shape.members()) {
      if (member.has(Trait.XML_ATTRIBUTE)) {
        String wire = member.wireName();
        String local = wire.substring(wire.indexOf(':') + 1);
        for (int i = 0; i < in.getAttributeCount(); i++) {
          if (in.getAttributeLocalName(i).equals(local)) {
            out.set(member.name(), Scalars.read(member, in.getAttributeValue(i)));
          }
        }
      }
    }
  }

  /** What an answer holds, also where the same structure as an input has it elsewhere. */
  private static Map<String, ShapeRef> byName(Shape shape) {
    Map<String, ShapeRef> byName = new HashMap<>();
    for (ShapeRef member : shape.members()) {
      if (inBody(member)) {
        byName.putIfAbsent(member.wireName(), member);
      }
    }
    // SimpleDB: its model renames the elements of flattened lists, not the lists.
    for (ShapeRef member : shape.members()) {
      if (inBody(member)
          && member.locationName() == null
          && member.target().kind() == Shape.Kind.LIST
          && QueryForm.isFlattened(member)) {
        String element = member.target().element().locationName();
        if (element != null) {
          byName.putIfAbsent(element, member);
        }
      }
    }
    return byName;
  }

  private static boolean inBody(ShapeRef member) {
    return RestAnswer.inBody(member) && !member.has(Trait.XML_ATTRIBUTE);
  }

  private void entry(Shape shape, ObjectNode map)
      throws XMLStreamException, GarbledAnswerException {
    String key = shape.key().locationName();
    String keyName = key == null ? "key" : key;
    String name = null;
    JsonNode value = null;
    while (nextChild()) {
      if (in.getLocalName().equals(keyName)) {
        name = text();
      } else {
        value = value(shape.value());
      }
    }
    if (name != null && value != null) {
      set(map, name, value);
    }
  }
}
