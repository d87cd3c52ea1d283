package io.countersign.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.catalog.Shape;
import io.countersign.catalog.ShapeRef;
import io.countersign.catalog.TimestampFormat;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Forms of the protocols query and ec2: each leaf of the input is a parameter with a dotted name.
 */
final class QueryForm {
  private final boolean ec2;
  private final StringBuilder form = new StringBuilder(256);

  private QueryForm(boolean ec2) {
    this.ec2 = ec2;
  }

  /**
   * The form of an input that {@link InputCheck} has passed.
   *
   * @param ec2 whether it is the protocol ec2, which has other names and no empty lists
   */
  static byte[] write(
      boolean ec2, String action, String version, @Nullable ShapeRef input, JsonNode value) {
    QueryForm form = new QueryForm(ec2);
    form.add("Action", action);
    form.add("Version", version);
    if (input != null) {
      form.structure("", input.target(), value);
    }
    return form.form.toString().getBytes(UTF_8);
  }

  private void add(String name, String value) {
    if (!form.isEmpty()) {
      form.append('&');
    }
    Percent.encode(form, name, "");
    form.append('=');
    Percent.encode(form, value, "");
  }

  private void value(String name, ShapeRef ref, JsonNode value) {
    if (value.isNull()) {
      return;
    }
    switch (ref.target().kind()) {
      case STRUCTURE -> structure(name + ".", ref.target(), value);
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
          DOCUMENT ->
          add(name, Scalars.text(ref, value, TimestampFormat.ISO8601));
    }
  }

  private void structure(String prefix, Shape shape, JsonNode value) {
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      ShapeRef member = shape.member(entry.getKey());
      if (member != null) {
        value(prefix + name(ec2, member), member, entry.getValue());
      }
    }
  }

  /** The name of a member on the wire. */
  static String name(boolean ec2, ShapeRef member) {
    if (!ec2) {
      return member.wireName();
    }
    String queryName = member.queryName();
    if (queryName != null) {
      return queryName;
    }
    String name = member.wireName();
    return name.isEmpty()
        ? name
        : name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
  }

  private void list(String name, ShapeRef ref, JsonNode value) {
    ShapeRef element = ref.target().element();
    String prefix = name;
    if (!ec2) {
      if (value.isEmpty()) {
        add(name, "");
        return;
      }
      String elementName = element.locationName();
      if (!isFlattened(ref)) {
        prefix = name + "." + (elementName == null ? "member" : elementName);
      } else if (elementName != null && ref.locationName() == null) {
        // SimpleDB: its model renames the elements of flattened lists, not the lists.
        prefix = name.substring(0, name.lastIndexOf('.') + 1) + elementName;
      }
    }
    int number = 1;
    for (JsonNode item : value) {
      value(prefix + "." + number++, element, item);
    }
  }

  private void map(String name, ShapeRef ref, JsonNode value) {
    Shape shape = ref.target();
    String prefix = isFlattened(ref) ? name : name + ".entry";
    String keyName = or(shape.key().locationName(), "key");
    String valueName = or(shape.value().locationName(), "value");
    int number = 1;
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      String pair = prefix + "." + number++ + ".";
      add(pair + keyName, entry.getKey());
      value(pair + valueName, shape.value(), entry.getValue());
    }
  }

  static boolean isFlattened(ShapeRef ref) {
    return ref.has(ShapeRef.Trait.FLATTENED) || ref.target().has(Shape.Trait.FLATTENED);
  }

  private static String or(@Nullable String name, String otherwise) {
    return name == null ? otherwise : name;
  }
}
