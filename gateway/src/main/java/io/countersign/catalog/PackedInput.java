package io.countersign.catalog;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Reads the primitives of the packed form out of one section: whole numbers in groups of seven
 * bits, least first, and texts as numbers into the section's own table. Every read is checked
 * against the section's bounds and throws {@link CatalogFormatException} beyond them. A text is
 * made when it is first asked for.
 *
 * <p>One input reads on one thread; {@link #at} makes others over the same bytes.
 */
final class PackedInput {
  /** More than ten times the largest section there is. */
  static final int MOST_BYTES = 64 << 20;

  private final byte[] bytes;
  private final Texts texts;
  private int at;

  private PackedInput(byte[] bytes, Texts texts, int at) {
    this.bytes = bytes;
    this.texts = texts;
    this.at = at;
  }

  /** The table of a section. Two threads may make the same text, and either stays. */
  private static final class Texts {
    private final byte[] bytes;
    private final int[] starts;
    private final @Nullable String[] made;

    Texts(byte[] bytes, int[] starts) {
      this.bytes = bytes;
      this.starts = starts;
      this.made = new String[starts.length - 1];
    }

    String get(int index) {
      if (index >= made.length) {
        throw new CatalogFormatException("text " + index + " of " + made.length);
      }
      String known = made[index];
      if (known == null) {
        known =
            new String(
                bytes, starts[index], starts[index + 1] - starts[index], StandardCharsets.UTF_8);
        made[index] = known;
      }
      return known;
    }
  }

  /** Opens a section: its table of texts, then what it says. */
  static PackedInput section(byte[] raw) {
    PackedInput head = new PackedInput(raw, new Texts(raw, new int[1]), 0);
    int count = head.count();
    int[] lengths = new int[count];
    for (int i = 0; i < count; i++) {
      lengths[i] = head.number();
    }
    int[] starts = new int[count + 1];
    starts[0] = head.at;
    for (int i = 0; i < count; i++) {
      if (lengths[i] > raw.length - starts[i]) {
        throw new CatalogFormatException("a text goes beyond its section");
      }
      starts[i + 1] = starts[i] + lengths[i];
    }
    return new PackedInput(raw, new Texts(raw, starts), starts[count]);
  }

  /**
   * Inflates a section.
   *
   * @param length what it must come to
   */
  static byte[] inflate(byte[] deflated, int length) {
    if (length > MOST_BYTES) {
      throw new CatalogFormatException("a section of " + length + " bytes");
    }
    try (Inflater inflater = new Inflater()) {
      inflater.setInput(deflated);
      byte[] raw = new byte[length];
      int made = 0;
      while (made < length) {
        int more = inflater.inflate(raw, made, length - made);
        if (more == 0) {
          throw new CatalogFormatException("a section ends too soon");
        }
        made += more;
      }
      return raw;
    } catch (DataFormatException e) {
      throw new CatalogFormatException("a section is not deflated: " + e.getMessage());
    }
  }

  /** Another input over the same section, from a place that {@link #position} gave. */
  PackedInput at(int position) {
    if (position < 0 || position > bytes.length) {
      throw new CatalogFormatException("a position beyond its section");
    }
    return new PackedInput(bytes, texts, position);
  }

  int position() {
    return at;
  }

  /** A whole number that is not negative. */
  int number() {
    int value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      if (at >= bytes.length) {
        throw new CatalogFormatException("a section ends within a number");
      }
      int next = bytes[at++];
      value |= (next & 0x7f) << shift;
      if (next >= 0) {
        if (value < 0 || (shift == 28 && next > 7)) {
          break;
        }
        return value;
      }
    }
    throw new CatalogFormatException("a number that is too large");
  }

  /** How many things follow, each of a byte or more. */
  int count() {
    int count = number();
    if (count > bytes.length - at) {
      throw new CatalogFormatException("more things than its section has bytes");
    }
    return count;
  }

  String text() {
    return texts.get(number());
  }

  /** A text; null where there is none. */
  @Nullable String textOrNull() {
    int number = number();
    return number == 0 ? null : texts.get(number - 1);
  }

  List<String> textList() {
    return list(this::text);
  }

  <T> List<T> list(Supplier<T> one) {
    int count = count();
    if (count == 0) {
      return List.of();
    }
    List<T> list = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      list.add(one.get());
    }
    return List.copyOf(list);
  }

  /** A constant by its ordinal. */
  <E extends Enum<E>> E constant(E[] constants) {
    int ordinal = number();
    if (ordinal >= constants.length) {
      throw new CatalogFormatException("constant " + ordinal + " of " + constants.length);
    }
    return constants[ordinal];
  }

  boolean flag() {
    return number() != 0;
  }

  /** A text of its own, which is in no table. */
  String document() {
    int length = count();
    at += length;
    return new String(bytes, at - length, length, StandardCharsets.UTF_8);
  }
}
