package io.countersign.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * An XML element of an AWS answer: its local name, its child elements and its own text. A document
 * type declaration is refused, as are more than 32 levels or 10,000 elements.
 */
record Xml(String name, List<Xml> children, String text) {
  private static final int DEEPEST = 32;
  private static final int MOST_ELEMENTS = 10_000;

  private static final class Open {
    final String name;
    final List<Xml> children = new ArrayList<>();
    final StringBuilder text = new StringBuilder();

    Open(String name) {
      this.name = name;
    }

    Xml close() {
      String own = children.isEmpty() ? text.toString() : "";
      return new Xml(name, List.copyOf(children), own);
    }
  }

  /** The first child of that name. */
  Optional<Xml> child(String childName) {
    return children.stream().filter(c -> c.name.equals(childName)).findFirst();
  }

  /** The first element of that name in the tree, this one included, depth first. */
  Optional<Xml> find(String wanted) {
    if (name.equals(wanted)) {
      return Optional.of(this);
    }
    for (Xml child : children) {
      Optional<Xml> found = child.find(wanted);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** Reads a document; {@link GarbledAnswerException} is the only thing it throws. */
  static Xml parse(byte[] document) throws GarbledAnswerException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, true);
    try {
      // Decoded here: the JDK's parser prints broken UTF-8 to standard error.
      String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(document)).toString();
      XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(text));
      try {
        return read(reader);
      } finally {
        reader.close();
      }
    } catch (CharacterCodingException | XMLStreamException | RuntimeException e) {
      // The JDK's parser throws unchecked exceptions too.
      throw new GarbledAnswerException("the answer is not well-formed XML");
    }
  }

  private static Xml read(XMLStreamReader reader)
      throws XMLStreamException, GarbledAnswerException {
    Deque<Open> open = new ArrayDeque<>();
    Xml root = null;
    int elements = 0;
    while (reader.hasNext()) {
      switch (reader.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          if (open.size() == DEEPEST || ++elements > MOST_ELEMENTS) {
            throw new GarbledAnswerException("the answer's XML is too deep or too large");
          }
          open.push(new Open(reader.getLocalName()));
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
          Open top = open.peek();
          if (top != null) {
            top.text.append(reader.getText());
          }
        }
        case XMLStreamConstants.END_ELEMENT -> {
          Xml closed = open.pop().close();
          Open parent = open.peek();
          if (parent == null) {
            root = closed;
          } else {
            parent.children.add(closed);
          }
        }
        case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
            throw new GarbledAnswerException("the answer's XML declares a document type");
        default -> {}
      }
    }
    if (root == null) {
      throw new GarbledAnswerException("the answer is not well-formed XML");
    }
    return root;
  }
}
