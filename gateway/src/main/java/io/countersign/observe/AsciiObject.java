package io.countersign.observe;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes one flat JSON object as printable ASCII, straight into bytes: two of them are written for
 * each request. What is not printable ASCII is escaped, surrogates that lack their half too.
 *
 * <p>Reused for line after line, by one thread.
 */
final class AsciiObject {
  /** What one character can become: {@code \}{@code u001b}. */
  private static final int MOST_FOR_A_CHAR = 6;

  private static final int MOST_FOR_A_NUMBER = 24;
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private byte[] bytes = new byte[2_048];
  private int length;

  /** The second of {@link #secondText}; lines of one second share it. */
  private long second = Long.MIN_VALUE;

  private byte[] secondText = new byte[0];

  /**
   * A field of one object: its name, and its last value with the bytes that it became. Most values
   * are those of the line before, and then nothing is escaped anew.
   */
  static final class Field {
    /** Longer values are an agent's choice, and seldom come twice. */
    private static final int LONGEST_KEPT = 128;

    private final byte[] name;
    private String last = "";
    private byte[] lastBytes = {'"', '"'};

    Field(String name) {
      this.name = (",\"" + name + "\":").getBytes(StandardCharsets.US_ASCII);
    }
  }

  /** Begins anew with the time of the line, always with milliseconds. */
  void begin(long wallMillis) {
    length = 0;
    raw("{\"time\":\"");
    long now = Math.floorDiv(wallMillis, 1_000);
    if (now != second) {
      String text = Instant.ofEpochSecond(now).toString();
      secondText = text.substring(0, text.length() - 1).getBytes(StandardCharsets.US_ASCII);
      second = now;
    }
    raw(secondText);
    reserve(MOST_FOR_A_NUMBER);
    bytes[length++] = '.';
    threeDigits((int) Math.floorMod(wallMillis, 1_000L));
    raw("Z\"");
  }

  /** A field of text; without a value it is left out. */
  void text(Field field, @Nullable String value) {
    if (value == null) {
      return;
    }
    raw(field.name);
    if (value.equals(field.last)) {
      raw(field.lastBytes);
      return;
    }
    int begin = length;
    quoted(value);
    if (value.length() <= Field.LONGEST_KEPT) {
      field.last = value;
      field.lastBytes = Arrays.copyOfRange(bytes, begin, length);
    }
  }

  /** As {@link #text}, for a value that is another on each line. */
  void unique(Field field, @Nullable String value) {
    if (value != null) {
      raw(field.name);
      quoted(value);
    }
  }

  /** A field with an array of texts, at most so many of them; without any it is left out. */
  void texts(Field field, List<String> values, int most) {
    if (values.isEmpty()) {
      return;
    }
    raw(field.name);
    for (int i = 0; i < Math.min(values.size(), most); i++) {
      raw(i == 0 ? "[" : ",");
      quoted(LineFormat.bounded(values.get(i)));
    }
    raw("]");
  }

  private void quoted(String value) {
    reserve(value.length() * MOST_FOR_A_CHAR + 2);
    bytes[length++] = '"';
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c >= ' ' && c < 0x7f && c != '"' && c != '\\') {
        bytes[length++] = (byte) c;
      } else {
        escape(c);
      }
    }
    bytes[length++] = '"';
  }

  private void escape(char c) {
    bytes[length++] = '\\';
    if (c == '"' || c == '\\') {
      bytes[length++] = (byte) c;
      return;
    }
    bytes[length++] = 'u';
    for (int shift = 12; shift >= 0; shift -= 4) {
      bytes[length++] = HEX[c >> shift & 0xf];
    }
  }

  /** A field with a whole number. */
  void number(Field field, long value) {
    raw(field.name);
    digits(value);
  }

  /**
   * A duration in milliseconds with microseconds as fraction: beyond that it is noise. Left out
   * where it was not measured.
   */
  void millis(Field field, long nanos) {
    if (nanos < 0) {
      return;
    }
    raw(field.name);
    long micros = nanos / 1_000;
    digits(micros / 1_000);
    bytes[length++] = '.';
    threeDigits((int) (micros % 1_000));
  }

  /** The object and the end of its line, valid until the next {@link #begin}. */
  byte[] end() {
    raw("}\n");
    return bytes;
  }

  int length() {
    return length;
  }

  /** Leaves room for a fraction behind it. */
  private void digits(long value) {
    reserve(MOST_FOR_A_NUMBER + 4);
    if (value < 0) {
      raw(Long.toString(value));
      return;
    }
    int digits = 1;
    for (long rest = value; rest >= 10; rest /= 10) {
      digits++;
    }
    int at = length + digits;
    length = at;
    long rest = value;
    do {
      bytes[--at] = (byte) ('0' + rest % 10);
      rest /= 10;
    } while (rest > 0);
  }

  private void threeDigits(int value) {
    bytes[length++] = (byte) ('0' + value / 100);
    bytes[length++] = (byte) ('0' + value / 10 % 10);
    bytes[length++] = (byte) ('0' + value % 10);
  }

  private void raw(String ascii) {
    reserve(ascii.length());
    for (int i = 0; i < ascii.length(); i++) {
      bytes[length++] = (byte) ascii.charAt(i);
    }
  }

  private void raw(byte[] ascii) {
    reserve(ascii.length);
    System.arraycopy(ascii, 0, bytes, length, ascii.length);
    length += ascii.length;
  }

  private void reserve(int count) {
    if (bytes.length - length < count) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
    }
  }
}
