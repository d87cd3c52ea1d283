package io.countersign.catalog;

import io.countersign.catalog.OperationModel.Checksum;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The section of a service's model: the lengths of its shapes, the shapes, the operations. A shape
 * is read when it is first asked for. What {@link ModelReader} passes over is not in it.
 */
final class PackedModel {
  private static final int MIN = 1;
  private static final int MAX = 1 << 1;
  private static final int PAYLOAD = 1 << 2;
  private static final int TIMESTAMP_FORMAT = 1 << 3;
  private static final int LOCATION_NAME = 1 << 4;
  private static final int XML_NAMESPACE = 1 << 5;
  private static final int ERROR_CODE = 1 << 6;
  private static final int HTTP_STATUS = 1 << 7;
  private static final int ENUM_VALUES = 1 << 8;
  private static final int QUERY_NAME = 1 << 9;
  private static final int CONTEXT_PARAM = 1 << 10;

  private PackedModel() {}

  // ---- writing ----------------------------------------------------------------------------------

  static byte[] write(ServiceModel model) {
    PackedOutput out = new PackedOutput();
    PackedOutput shapes = out.part();
    List<Integer> lengths = new ArrayList<>();
    for (Shape shape : model.shapes()) {
      int before = shapes.size();
      write(shapes, shape);
      lengths.add(shapes.size() - before);
    }
    out.list(lengths, out::number).append(shapes);
    Map<String, OperationModel> sorted = new TreeMap<>();
    model.operations().forEach(o -> sorted.put(o.name(), o));
    out.list(sorted.values(), operation -> write(out, operation));
    return out.section();
  }

  private static void write(PackedOutput out, Shape shape) {
    BigDecimal min = shape.min();
    BigDecimal max = shape.max();
    ShapeRef payload = shape.payload();
    TimestampFormat format = shape.timestampFormat();
    String locationName = shape.locationName();
    XmlNamespace namespace = shape.xmlNamespace();
    String code = shape.errorCode();
    int bits =
        (min == null ? 0 : MIN)
            | (max == null ? 0 : MAX)
            | (payload == null ? 0 : PAYLOAD)
            | (format == null ? 0 : TIMESTAMP_FORMAT)
            | (locationName == null ? 0 : LOCATION_NAME)
            | (namespace == null ? 0 : XML_NAMESPACE)
            | (code == null ? 0 : ERROR_CODE)
            | (shape.httpStatus() == 0 ? 0 : HTTP_STATUS)
            | (shape.enumValues().isEmpty() ? 0 : ENUM_VALUES);
    out.text(shape.name()).constant(shape.kind()).number(Traits.bits(shape.traits())).number(bits);
    if (min != null) {
      out.text(min.toString());
    }
    if (max != null) {
      out.text(max.toString());
    }
    if (payload != null) {
      out.text(payload.name());
    }
    if (format != null) {
      out.constant(format);
    }
    if (locationName != null) {
      out.text(locationName);
    }
    if (namespace != null) {
      out.text(namespace.uri()).text(namespace.prefix());
    }
    if (code != null) {
      out.text(code);
    }
    if (shape.httpStatus() != 0) {
      out.number(shape.httpStatus());
    }
    if (!shape.enumValues().isEmpty()) {
      out.textList(shape.enumValues());
    }
    switch (shape.kind()) {
      case STRUCTURE -> out.list(shape.members(), ref -> write(out, ref));
      case LIST -> write(out, shape.element());
      case MAP -> {
        write(out, shape.key());
        write(out, shape.value());
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
          DOCUMENT -> {}
    }
  }

  private static void write(PackedOutput out, ShapeRef ref) {
    XmlNamespace namespace = ref.xmlNamespace();
    TimestampFormat format = ref.timestampFormat();
    String locationName = ref.locationName();
    String queryName = ref.queryName();
    String contextParam = ref.contextParam();
    int bits =
        (format == null ? 0 : TIMESTAMP_FORMAT)
            | (locationName == null ? 0 : LOCATION_NAME)
            | (namespace == null ? 0 : XML_NAMESPACE)
            | (ref.enumValues().isEmpty() ? 0 : ENUM_VALUES)
            | (queryName == null ? 0 : QUERY_NAME)
            | (contextParam == null ? 0 : CONTEXT_PARAM);
    out.text(ref.name()).number(ref.targetIndex()).constant(ref.location());
    out.number(Traits.bits(ref.traits())).number(bits);
    if (format != null) {
      out.constant(format);
    }
    if (locationName != null) {
      out.text(locationName);
    }
    if (namespace != null) {
      out.text(namespace.uri()).text(namespace.prefix());
    }
    if (!ref.enumValues().isEmpty()) {
      out.textList(ref.enumValues());
    }
    if (queryName != null) {
      out.text(queryName);
    }
    if (contextParam != null) {
      out.text(contextParam);
    }
  }

  private static void write(PackedOutput out, OperationModel operation) {
    out.text(operation.name()).text(operation.httpMethod()).text(operation.requestUri());
    out.number(operation.responseCode());
    writeOptional(out, operation.input());
    writeOptional(out, operation.output());
    out.textOrNull(operation.resultWrapper());
    out.list(operation.errors(), ref -> write(out, ref));
    out.text(operation.hostPrefix()).textList(operation.auth()).text(operation.authType());
    Checksum checksum = operation.checksum();
    out.textOrNull(checksum.algorithmMember()).flag(checksum.required());
    out.textOrNull(checksum.validationModeMember()).textList(checksum.responseAlgorithms());
    out.number(Traits.bits(operation.traits()));
    out.list(
        new TreeMap<>(operation.staticContextParams()).entrySet(),
        entry -> {
          out.text(entry.getKey());
          switch (entry.getValue()) {
            case Boolean value -> out.number(0).flag(value);
            case String value -> out.number(1).text(value);
            case List<?> values -> out.number(2).list(values, v -> out.text(v.toString()));
            default -> throw new IllegalArgumentException("no static context parameter: " + entry);
          }
        });
    out.list(
        new TreeMap<>(operation.operationContextParams()).entrySet(),
        entry -> out.text(entry.getKey()).text(entry.getValue()));
  }

  private static void writeOptional(PackedOutput out, @Nullable ShapeRef ref) {
    out.flag(ref != null);
    if (ref != null) {
      write(out, ref);
    }
  }

  // ---- reading ----------------------------------------------------------------------------------

  static ServiceModel read(ServiceMetadata metadata, byte[] section) {
    try {
      PackedInput in = PackedInput.section(section);
      List<Integer> lengths = in.list(in::number);
      int[] starts = new int[lengths.size() + 1];
      starts[0] = in.position();
      for (int i = 0; i < lengths.size(); i++) {
        starts[i + 1] = starts[i] + lengths.get(i);
        if (starts[i + 1] < starts[i]) {
          throw new CatalogFormatException("a shape that is too long");
        }
      }
      Lazy shapes = new Lazy(in, starts);
      PackedInput rest = in.at(starts[lengths.size()]);
      List<OperationModel> operations = rest.list(() -> operation(rest, shapes));
      return new ServiceModel(metadata, operations, shapes, lengths.size(), new TreeSet<>());
    } catch (IllegalArgumentException e) {
      throw new CatalogFormatException(String.valueOf(e.getMessage()));
    }
  }

  /** Two threads may read the same shape, and either stays. */
  private static final class Lazy implements Shapes {
    private final PackedInput section;
    private final int[] starts;
    private final AtomicReferenceArray<@Nullable Shape> made;

    Lazy(PackedInput section, int[] starts) {
      this.section = section;
      this.starts = starts;
      this.made = new AtomicReferenceArray<>(starts.length - 1);
    }

    @Override
    public Shape at(int index) {
      Shape known = made.get(index);
      if (known == null) {
        try {
          known = shape(section.at(starts[index]), this);
        } catch (CatalogFormatException e) {
          throw e;
        } catch (IllegalArgumentException | IllegalStateException e) {
          throw new CatalogFormatException(String.valueOf(e.getMessage()));
        }
        made.set(index, known);
      }
      return known;
    }

    int size() {
      return made.length();
    }
  }

  private static Shape shape(PackedInput in, Lazy shapes) {
    String name = in.text();
    Shape.Kind kind = in.constant(Shape.Kind.values());
    Shape.Builder shape = Shape.builder(name, kind);
    Traits.set(Shape.Trait.class, in.number()).forEach(shape::trait);
    int bits = in.number();
    if ((bits & MIN) != 0) {
      shape.min(new BigDecimal(in.text()));
    }
    if ((bits & MAX) != 0) {
      shape.max(new BigDecimal(in.text()));
    }
    if ((bits & PAYLOAD) != 0) {
      shape.payload(in.text());
    }
    if ((bits & TIMESTAMP_FORMAT) != 0) {
      shape.timestampFormat(in.constant(TimestampFormat.values()));
    }
    if ((bits & LOCATION_NAME) != 0) {
      shape.locationName(in.text());
    }
    if ((bits & XML_NAMESPACE) != 0) {
      shape.xmlNamespace(new XmlNamespace(in.text(), in.text()));
    }
    if ((bits & ERROR_CODE) != 0) {
      shape.errorCode(in.text());
    }
    if ((bits & HTTP_STATUS) != 0) {
      shape.httpStatus(in.number());
    }
    if ((bits & ENUM_VALUES) != 0) {
      shape.enumValues(in.textList());
    }
    switch (kind) {
      case STRUCTURE -> shape.members(in.list(() -> ref(in, shapes)));
      case LIST -> shape.element(ref(in, shapes));
      case MAP -> shape.entry(ref(in, shapes), ref(in, shapes));
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
          DOCUMENT -> {}
    }
    return shape.build();
  }

  private static ShapeRef ref(PackedInput in, Lazy shapes) {
    String name = in.text();
    int target = in.number();
    if (target >= shapes.size()) {
      throw new CatalogFormatException("shape " + target + " of " + shapes.size());
    }
    ShapeRef.Builder ref = ShapeRef.builder(name, shapes, target);
    ref.location(in.constant(ShapeRef.Location.values()));
    Traits.set(ShapeRef.Trait.class, in.number()).forEach(ref::trait);
    int bits = in.number();
    if ((bits & TIMESTAMP_FORMAT) != 0) {
      ref.timestampFormat(in.constant(TimestampFormat.values()));
    }
    if ((bits & LOCATION_NAME) != 0) {
      ref.locationName(in.text());
    }
    if ((bits & XML_NAMESPACE) != 0) {
      ref.xmlNamespace(new XmlNamespace(in.text(), in.text()));
    }
    if ((bits & ENUM_VALUES) != 0) {
      ref.enumValues(in.textList());
    }
    if ((bits & QUERY_NAME) != 0) {
      ref.queryName(in.text());
    }
    if ((bits & CONTEXT_PARAM) != 0) {
      ref.contextParam(in.text());
    }
    return ref.build();
  }

  private static OperationModel operation(PackedInput in, Lazy shapes) {
    String name = in.text();
    String method = in.text();
    String uri = in.text();
    int code = in.number();
    ShapeRef input = in.flag() ? ref(in, shapes) : null;
    ShapeRef output = in.flag() ? ref(in, shapes) : null;
    String wrapper = in.textOrNull();
    List<ShapeRef> errors = in.list(() -> ref(in, shapes));
    String hostPrefix = in.text();
    List<String> auth = in.textList();
    String authType = in.text();
    Checksum checksum = new Checksum(in.textOrNull(), in.flag(), in.textOrNull(), in.textList());
    Set<OperationModel.Trait> traits = Traits.set(OperationModel.Trait.class, in.number());
    Map<String, Object> fixed = new LinkedHashMap<>();
    for (int left = in.count(); left > 0; left--) {
      String key = in.text();
      int type = in.number();
      fixed.put(
          key,
          switch (type) {
            case 0 -> in.flag();
            case 1 -> in.text();
            case 2 -> in.textList();
            default -> throw new CatalogFormatException("parameter type " + type);
          });
    }
    Map<String, String> context = new LinkedHashMap<>();
    for (int left = in.count(); left > 0; left--) {
      context.put(in.text(), in.text());
    }
    return new OperationModel(
        name,
        method,
        uri,
        code,
        input,
        output,
        wrapper,
        errors,
        hostPrefix,
        auth,
        authType,
        checksum.equals(Checksum.NONE) ? Checksum.NONE : checksum,
        traits,
        fixed,
        context);
  }
}
