package io.countersign.catalog;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/** Writes what {@link PackedInput} reads. The same calls give the same bytes. */
final class PackedOutput {
  private final Map<String, Integer> texts;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();

  PackedOutput() {
    this(new LinkedHashMap<>());
  }

  private PackedOutput(Map<String, Integer> texts) {
    this.texts = texts;
  }

  /** Another output with the same table, to be appended to this one. */
  PackedOutput part() {
    return new PackedOutput(texts);
  }

  /** {@code value} is not negative. */
  PackedOutput number(int value) {
    number(body, value);
    return this;
  }

  private static void number(ByteArrayOutputStream out, int value) {
    if (value < 0) {
      throw new IllegalArgumentException("negative: " + value);
    }
    int rest = value;
    while (rest > 0x7f) {
      out.write((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }

  PackedOutput text(String text) {
    return number(index(text));
  }

  PackedOutput textOrNull(@Nullable String text) {
    return number(text == null ? 0 : index(text) + 1);
  }

  private int index(String text) {
    return texts.computeIfAbsent(text, _ -> texts.size());
  }

  PackedOutput textList(Collection<String> list) {
    return list(list, this::text);
  }

  <T> PackedOutput list(Collection<T> list, Consumer<T> one) {
    number(list.size());
    list.forEach(one);
    return this;
  }

  /** By its ordinal, so that constants are only ever added at the end. */
  @SuppressWarnings("EnumOrdinal")
  PackedOutput constant(Enum<?> constant) {
    return number(constant.ordinal());
  }

  PackedOutput flag(boolean value) {
    return number(value ? 1 : 0);
  }

  PackedOutput document(String document) {
    byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
    number(bytes.length);
    body.writeBytes(bytes);
    return this;
  }

  /** How many bytes were written so far, without the table. */
  int size() {
    return body.size();
  }

  PackedOutput append(PackedOutput part) {
    body.writeBytes(part.body.toByteArray());
    return this;
  }

  /** The section: the table and what was written. */
  byte[] section() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    number(out, texts.size());
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (String text : texts.keySet()) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      number(out, bytes.length);
      all.writeBytes(bytes);
    }
    out.writeBytes(all.toByteArray());
    out.writeBytes(body.toByteArray());
    return out.toByteArray();
  }

  static byte[] deflate(byte[] raw) {
    try (Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION)) {
      deflater.setInput(raw);
      deflater.finish();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] buffer = new byte[8_192];
      while (!deflater.finished()) {
        out.write(buffer, 0, deflater.deflate(buffer));
      }
      return out.toByteArray();
    }
  }
}
