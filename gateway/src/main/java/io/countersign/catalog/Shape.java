package io.countersign.catalog;

import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A type of a service's model. Immutable and thread-safe. */
public final class Shape {
  private static final int FEW_MEMBERS = 8;

  /** What a value of the shape is. */
  public enum Kind {
    /** Also a union, which has exactly one of its members. */
    STRUCTURE,
    LIST,
    MAP,
    STRING,
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
    /** Any JSON value. */
    DOCUMENT
  }

  /** What the model says of a shape with a yes or a no. */
  public enum Trait {
    UNION,
    SENSITIVE,
    STREAMING,
    /** A union whose members are the events of a stream. */
    EVENT_STREAM,
    EVENT,
    EXCEPTION,
    /** An error that is the service's fault. */
    FAULT,
    /** An error that is the caller's fault. */
    SENDER_FAULT,
    RETRYABLE,
    THROTTLING,
    FLATTENED,
    /** A structure whose only member stands for it in XML answers. */
    WRAPPER,
    /** A list or map that may hold nulls. */
    SPARSE,
    /** A streaming blob whose length must be known before it is sent. */
    REQUIRES_LENGTH,
    DEPRECATED
  }

  private final String name;
  private final Kind kind;
  private final int traits;
  private final List<ShapeRef> members;
  private final @Nullable Map<String, ShapeRef> byName;
  private final @Nullable ShapeRef element;
  private final @Nullable ShapeRef key;
  private final List<String> enumValues;
  private final @Nullable Rare rare;

  /** What few shapes have. */
  private record Rare(
      @Nullable BigDecimal min,
      @Nullable BigDecimal max,
      @Nullable String payload,
      @Nullable TimestampFormat timestampFormat,
      @Nullable String locationName,
      @Nullable XmlNamespace xmlNamespace,
      @Nullable String errorCode,
      int httpStatus) {
    static final Rare NONE = new Rare(null, null, null, null, null, null, null, 0);
  }

  private Shape(Builder b) {
    this.name = b.name;
    this.kind = b.kind;
    this.traits = Traits.bits(b.traits);
    this.members = List.copyOf(b.members);
    this.byName =
        members.size() > FEW_MEMBERS
            ? members.stream().collect(Collectors.toMap(ShapeRef::name, Function.identity()))
            : null;
    this.element = b.element;
    this.key = b.key;
    this.enumValues = List.copyOf(b.enumValues);
    Rare all =
        new Rare(
            b.min,
            b.max,
            b.payload,
            b.timestampFormat,
            b.locationName,
            b.xmlNamespace,
            b.errorCode,
            b.httpStatus);
    this.rare = all.equals(Rare.NONE) ? null : all;
    boolean list = kind == Kind.LIST && (element == null || key != null);
    boolean map = kind == Kind.MAP && (element == null || key == null);
    if (list || map) {
      throw new IllegalArgumentException("the shape " + name + " has the wrong parts");
    }
  }

  /** As in the model. */
  public String name() {
    return name;
  }

  public Kind kind() {
    return kind;
  }

  public boolean has(Trait trait) {
    return Traits.has(traits, trait);
  }

  /** Whether it is a structure with exactly one member. */
  public boolean isUnion() {
    return has(Trait.UNION);
  }

  /** All the traits it has. */
  public Set<Trait> traits() {
    return Traits.set(Trait.class, traits);
  }

  /** A structure's members in the order of the model; empty for other kinds. */
  public List<ShapeRef> members() {
    return members;
  }

  /** A structure's member of that name; null if there is none. */
  public @Nullable ShapeRef member(String memberName) {
    if (byName != null) {
      return byName.get(memberName);
    }
    for (ShapeRef member : members) {
      if (member.name().equals(memberName)) {
        return member;
      }
    }
    return null;
  }

  /** A list's element. */
  public ShapeRef element() {
    return part(Kind.LIST, element);
  }

  /** A map's key. */
  public ShapeRef key() {
    return part(Kind.MAP, key);
  }

  /** A map's value. */
  public ShapeRef value() {
    return part(Kind.MAP, element);
  }

  private ShapeRef part(Kind owner, @Nullable ShapeRef part) {
    if (kind != owner || part == null) {
      throw new IllegalStateException("the shape " + name + " is a " + kind);
    }
    return part;
  }

  /** A string's known values, in the order of the model; empty where it may be any. */
  public List<String> enumValues() {
    return enumValues;
  }

  /** The least value, or the least length or size; null for none. */
  public @Nullable BigDecimal min() {
    return rare().min();
  }

  /** The greatest value, or the greatest length or size; null for none. */
  public @Nullable BigDecimal max() {
    return rare().max();
  }

  /** A structure's member that is the whole body; null for none. */
  public @Nullable ShapeRef payload() {
    String payload = rare().payload();
    return payload == null ? null : member(payload);
  }

  /** A timestamp's own format; null where the protocol says it. */
  public @Nullable TimestampFormat timestampFormat() {
    return rare().timestampFormat();
  }

  /** Its element's name as a payload in XML; null for none. */
  public @Nullable String locationName() {
    return rare().locationName();
  }

  public @Nullable XmlNamespace xmlNamespace() {
    return rare().xmlNamespace();
  }

  /** An error's code on the wire where it is not the shape's name; null for none. */
  public @Nullable String errorCode() {
    return rare().errorCode();
  }

  /** An error's HTTP status; 0 where the model gives none. */
  public int httpStatus() {
    return rare().httpStatus();
  }

  private Rare rare() {
    return rare == null ? Rare.NONE : rare;
  }

  @Override
  public String toString() {
    return "Shape[" + name + " " + kind + "]";
  }

  static Builder builder(String name, Kind kind) {
    return new Builder(name, kind);
  }

  /** Collects what a shape says. Every part but the name and the kind is optional. */
  static final class Builder {
    private final String name;
    private final Kind kind;
    private final EnumSet<Trait> traits = EnumSet.noneOf(Trait.class);
    private List<ShapeRef> members = List.of();
    private @Nullable ShapeRef element;
    private @Nullable ShapeRef key;
    private List<String> enumValues = List.of();
    private @Nullable BigDecimal min;
    private @Nullable BigDecimal max;
    private @Nullable String payload;
    private @Nullable TimestampFormat timestampFormat;
    private @Nullable String locationName;
    private @Nullable XmlNamespace xmlNamespace;
    private @Nullable String errorCode;
    private int httpStatus;

    private Builder(String name, Kind kind) {
      this.name = name;
      this.kind = kind;
    }

    Builder trait(Trait trait) {
      traits.add(trait);
      return this;
    }

    /** A structure's members. */
    Builder members(List<ShapeRef> value) {
      members = value;
      return this;
    }

    /** A list's element. */
    Builder element(ShapeRef value) {
      element = value;
      return this;
    }

    /** A map's key and value. */
    Builder entry(ShapeRef keyRef, ShapeRef valueRef) {
      key = keyRef;
      element = valueRef;
      return this;
    }

    Builder enumValues(List<String> value) {
      enumValues = value;
      return this;
    }

    Builder min(@Nullable BigDecimal value) {
      min = value;
      return this;
    }

    Builder max(@Nullable BigDecimal value) {
      max = value;
      return this;
    }

    Builder payload(@Nullable String value) {
      payload = value;
      return this;
    }

    Builder timestampFormat(@Nullable TimestampFormat value) {
      timestampFormat = value;
      return this;
    }

    Builder locationName(@Nullable String value) {
      locationName = value;
      return this;
    }

    Builder xmlNamespace(@Nullable XmlNamespace value) {
      xmlNamespace = value;
      return this;
    }

    Builder errorCode(@Nullable String value) {
      errorCode = value;
      return this;
    }

    Builder httpStatus(int value) {
      httpStatus = value;
      return this;
    }

    Shape build() {
      return new Shape(this);
    }
  }
}
