package io.countersign.signer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A header of an {@link EventMessage}: a name, a type, and a value of that type. Immutable. {@link
 * #toString} shows name and type only.
 */
public final class EventHeader {

  /** The types of values. */
  public enum Type {
    /** No octets: the value is in the type. */
    TRUE(0, 0),
    /** No octets: the value is in the type. */
    FALSE(1, 0),
    /** One octet, signed. */
    BYTE(2, 1),
    /** Two octets, signed, big-endian. */
    SHORT(3, 2),
    /** Four octets, signed, big-endian. */
    INTEGER(4, 4),
    /** Eight octets, signed, big-endian. */
    LONG(5, 8),
    /** Up to 32,767 octets. */
    BYTES(6, -1),
    /** Up to 32,767 octets of UTF-8. */
    STRING(7, -1),
    /** Milliseconds since 1970-01-01T00:00:00Z in eight octets, signed, big-endian. */
    TIMESTAMP(8, 8),
    /** Sixteen octets. */
    UUID(9, 16);

    /** What stands for the type on the wire. */
    final int code;

    /** Octets of every value, or -1 if its length stands before it. */
    final int size;

    Type(int code, int size) {
      this.code = code;
      this.size = size;
    }

    static @Nullable Type of(int code) {
      for (Type type : values()) {
        if (type.code == code) {
          return type;
        }
      }
      return null;
    }
  }

  static final int MAX_NAME = 255;
  static final int MAX_VALUE = 32_767;

  private final String name;
  private final Type type;
  private final byte[] value;

  EventHeader(String name, Type type, byte[] value) {
    this.name = name;
    this.type = type;
    this.value = value;
  }

  /**
   * A header of the given type.
   *
   * @param name 1 to 255 octets in UTF-8
   * @param value its octets on the wire, without the length before them
   * @throws IllegalArgumentException if the name or the value has not the right length
   */
  public static EventHeader of(String name, Type type, byte[] value) {
    int octets = name.getBytes(StandardCharsets.UTF_8).length;
    if (octets < 1 || octets > MAX_NAME) {
      throw new IllegalArgumentException("the name of an event header has 1 to 255 octets");
    }
    if (type.size < 0 ? value.length > MAX_VALUE : value.length != type.size) {
      throw new IllegalArgumentException(
          "the event header " + name + " cannot be " + type + " of " + value.length + " octets");
    }
    return new EventHeader(name, type, value.clone());
  }

  /** A header of type {@link Type#BYTES}. */
  public static EventHeader bytes(String name, byte[] value) {
    return of(name, Type.BYTES, value);
  }

  /** A header of type {@link Type#STRING}. */
  public static EventHeader string(String name, String value) {
    return of(name, Type.STRING, value.getBytes(StandardCharsets.UTF_8));
  }

  /** A header of type {@link Type#TIMESTAMP}; the time is cut to milliseconds. */
  public static EventHeader timestamp(String name, Instant value) {
    return of(name, Type.TIMESTAMP, ByteBuffer.allocate(8).putLong(value.toEpochMilli()).array());
  }

  /** The name. */
  public String name() {
    return name;
  }

  /** The type. */
  public Type type() {
    return type;
  }

  /** A copy of the octets of the value. */
  public byte[] value() {
    return value.clone();
  }

  /** The value as text, if it is a {@link Type#STRING}; otherwise null. */
  public @Nullable String string() {
    return type == Type.STRING ? new String(value, StandardCharsets.UTF_8) : null;
  }

  /** The value as a time, if it is a {@link Type#TIMESTAMP}; otherwise null. */
  public @Nullable Instant timestamp() {
    return type == Type.TIMESTAMP ? Instant.ofEpochMilli(ByteBuffer.wrap(value).getLong()) : null;
  }

  void write(Bytes out) {
    byte[] octets = name.getBytes(StandardCharsets.UTF_8);
    out.put(octets.length).put(octets).put(type.code);
    if (type.size < 0) {
      out.put(value.length >> 8).put(value.length);
    }
    out.put(value);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EventHeader that
        && name.equals(that.name)
        && type == that.type
        && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return name.hashCode() * 31 + Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return "EventHeader[" + name + ", " + type + "]";
  }
}
