package io.countersign.catalog;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A use of a shape: by a member of a structure, as the element of a list, as the key or value of a
 * map, as an operation's input, output or error. What the use says goes before what the shape says.
 * Immutable; it finds the shape only when asked.
 */
public final class ShapeRef {

  /** Where a member stands in an HTTP message. */
  public enum Location {
    /** In the body, with the other members. */
    BODY,
    HEADER,
    /** A map of which each entry is a header; the location name is their common prefix. */
    HEADERS,
    URI,
    QUERY,
    STATUS_CODE
  }

  /** What the model says of a use with a yes or a no. */
  public enum Trait {
    REQUIRED,
    /** A list or map without an element around it. */
    FLATTENED,
    XML_ATTRIBUTE,
    /** JSON as text in a string, for which callers write JSON. */
    JSON_VALUE,
    /** Filled with a fresh value where the caller leaves it out. */
    IDEMPOTENCY_TOKEN,
    /** Stands in the endpoint's host prefix. */
    HOST_LABEL,
    /** The payload of an event. */
    EVENT_PAYLOAD,
    /** A header of an event. */
    EVENT_HEADER,
    STREAMING,
    SENSITIVE,
    DEPRECATED
  }

  private final Shapes shapes;
  private final int target;
  private final String name;
  private final Location location;
  private final int traits;
  private final @Nullable String locationName;
  private final @Nullable Rare rare;

  /** What few uses have. */
  private record Rare(
      @Nullable XmlNamespace xmlNamespace,
      @Nullable TimestampFormat timestampFormat,
      @Nullable String queryName,
      @Nullable String contextParam,
      List<String> enumValues) {
    static final Rare NONE = new Rare(null, null, null, null, List.of());
  }

  private ShapeRef(Builder b) {
    this.shapes = b.shapes;
    this.target = b.target;
    this.name = b.name;
    this.location = b.location;
    this.traits = Traits.bits(b.traits);
    this.locationName = b.locationName;
    Rare all =
        new Rare(
            b.xmlNamespace,
            b.timestampFormat,
            b.queryName,
            b.contextParam,
            List.copyOf(b.enumValues));
    this.rare = all.equals(Rare.NONE) ? null : all;
  }

  /** The member's name in the model and in JSON; empty where the use is no member. */
  public String name() {
    return name;
  }

  /** The shape that is used. */
  public Shape target() {
    return shapes.at(target);
  }

  /** The number of that shape among its service's: equal numbers are the same shape. */
  public int targetIndex() {
    return target;
  }

  public Location location() {
    return location;
  }

  /** The name on the wire where it differs from {@link #name}; null where the model gives none. */
  public @Nullable String locationName() {
    return locationName;
  }

  /** {@link #locationName}, or {@link #name} where there is none. */
  public String wireName() {
    return locationName == null ? name : locationName;
  }

  public boolean has(Trait trait) {
    return Traits.has(traits, trait);
  }

  public boolean isRequired() {
    return has(Trait.REQUIRED);
  }

  /** All the traits it has. */
  public Set<Trait> traits() {
    return Traits.set(Trait.class, traits);
  }

  /** Declared by the element of this use; null for none. */
  public @Nullable XmlNamespace xmlNamespace() {
    return rare().xmlNamespace();
  }

  /** The use's own format, which goes before that of the shape; null for none. */
  public @Nullable TimestampFormat timestampFormat() {
    return rare().timestampFormat();
  }

  /** The name in the EC2 protocol, before every other; null for none. */
  public @Nullable String queryName() {
    return rare().queryName();
  }

  /** The parameter of the endpoint rules that this member gives a value; null for none. */
  public @Nullable String contextParam() {
    return rare().contextParam();
  }

  /** Values that the use itself allows, before those of the shape; empty for none. */
  public List<String> enumValues() {
    return rare().enumValues();
  }

  private Rare rare() {
    return rare == null ? Rare.NONE : rare;
  }

  @Override
  public String toString() {
    return "ShapeRef[" + name + " -> " + target + "]";
  }

  static Builder builder(String name, Shapes shapes, int target) {
    return new Builder(name, shapes, target);
  }

  /** Collects what a use says. Every part but the name and the target is optional. */
  static final class Builder {
    private final String name;
    private final Shapes shapes;
    private final int target;
    private final EnumSet<Trait> traits = EnumSet.noneOf(Trait.class);
    private Location location = Location.BODY;
    private @Nullable String locationName;
    private @Nullable XmlNamespace xmlNamespace;
    private @Nullable TimestampFormat timestampFormat;
    private @Nullable String queryName;
    private @Nullable String contextParam;
    private List<String> enumValues = List.of();

    private Builder(String name, Shapes shapes, int target) {
      this.name = name;
      this.shapes = shapes;
      this.target = target;
    }

    Builder trait(Trait trait) {
      traits.add(trait);
      return this;
    }

    Builder location(Location value) {
      location = value;
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

    Builder timestampFormat(@Nullable TimestampFormat value) {
      timestampFormat = value;
      return this;
    }

    Builder queryName(@Nullable String value) {
      queryName = value;
      return this;
    }

    Builder contextParam(@Nullable String value) {
      contextParam = value;
      return this;
    }

    Builder enumValues(List<String> value) {
      enumValues = value;
      return this;
    }

    ShapeRef build() {
      return new ShapeRef(this);
    }
  }
}
