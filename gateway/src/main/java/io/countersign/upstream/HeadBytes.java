package io.countersign.upstream;

import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Puts the head of an HTTP/1.1 message together, byte by byte as it goes on the wire. Every char is
 * an octet, as everywhere on the request path; names and values are written as they are, so they
 * must come from a decoder that checks them, or from the gateway itself.
 *
 * <p>Reused for head after head. Used on one event loop, and never for two heads at a time.
 */
public final class HeadBytes {
  private byte[] bytes = new byte[2_048];
  private int length;

  /** Forgets what was there. */
  public HeadBytes reset() {
    length = 0;
    return this;
  }

  /** Appends octets; a char above U+00FF loses its upper half. */
  @SuppressWarnings("deprecation") // it is deprecated because it takes the low byte: what is wanted
  public HeadBytes text(String octets) {
    int count = octets.length();
    reserve(count);
    octets.getBytes(0, count, bytes, length);
    length += count;
    return this;
  }

  /** Appends octets. */
  public HeadBytes text(byte[] octets) {
    return text(octets, 0, octets.length);
  }

  private HeadBytes text(byte[] octets, int offset, int count) {
    reserve(count);
    System.arraycopy(octets, offset, bytes, length, count);
    length += count;
    return this;
  }

  /** Appends octets, whatever holds them. */
  public HeadBytes text(CharSequence octets) {
    return octets instanceof AsciiString ascii
        ? text(ascii.array(), ascii.arrayOffset(), ascii.length())
        : text(octets.toString());
  }

  /** Appends a whole number that is not negative. */
  public HeadBytes number(long value) {
    return text(Long.toString(value));
  }

  /** Appends a header line. */
  public void header(String name, String value) {
    text(name).colon().text(value).endLine();
  }

  /** Appends a header line. */
  public void header(CharSequence name, CharSequence value) {
    text(name).colon().text(value).endLine();
  }

  /** Appends a header line. */
  public void header(byte[] name, String value) {
    text(name).colon().text(value).endLine();
  }

  private HeadBytes colon() {
    reserve(2);
    bytes[length++] = ':';
    bytes[length++] = ' ';
    return this;
  }

  /** Ends a line. */
  public HeadBytes endLine() {
    reserve(2);
    bytes[length++] = '\r';
    bytes[length++] = '\n';
    return this;
  }

  /** The bytes so far; the array is the caller's. */
  public byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }

  private void reserve(int count) {
    if (bytes.length - length < count) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
    }
  }

  @Override
  public String toString() {
    int end = 0;
    while (end < length && bytes[end] != '\r') {
      end++;
    }
    return new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
  }
}
