package io.countersign.identity;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The wire form of a virtual access key ID: the prefix {@value #PREFIX}, then 35 bytes in the base
 * 32 of RFC 4648 section 6, which is 56 characters with no bit to spare, so that each ID has one
 * spelling.
 *
 * <pre>
 *  4  key id        which gateway key made it
 *  4  expiry        seconds since 1970, unsigned: until 2106
 *  7  agent         keyed hash of the agent's name
 *  7  connector     keyed hash of the connector's name; zero for none
 * 13  tag           104 bits of an HMAC-SHA256 over the prefix and all of the above
 * </pre>
 */
final class AccessKeyId {
  /** Family and version. AWS's own IDs begin with four letters of another set (AKIA, ASIA). */
  static final String PREFIX = "CSGN1";

  static final int LENGTH = 61;
  static final int REFERENCE_BYTES = 7;
  static final int TAG_BYTES = 13;

  /** What the tag is computed over. */
  static final int TAGGED_BYTES = 4 + 4 + 2 * REFERENCE_BYTES;

  private static final int BYTES = TAGGED_BYTES + TAG_BYTES;
  private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final byte[] VALUES = new byte[128];

  static {
    Arrays.fill(VALUES, (byte) -1);
    for (int i = 0; i < ALPHABET.length(); i++) {
      VALUES[ALPHABET.charAt(i)] = (byte) i;
    }
  }

  private final int keyId;
  private final long expirySeconds;
  private final long agent;
  private final long connector;
  private final byte[] tag;

  /**
   * @param tag {@value #TAG_BYTES} bytes, or none yet; not copied
   */
  AccessKeyId(int keyId, long expirySeconds, long agent, long connector, byte[] tag) {
    this.keyId = keyId;
    this.expirySeconds = expirySeconds;
    this.agent = agent;
    this.connector = connector;
    this.tag = tag;
  }

  int keyId() {
    return keyId;
  }

  long expirySeconds() {
    return expirySeconds;
  }

  long agent() {
    return agent;
  }

  long connector() {
    return connector;
  }

  byte[] tag() {
    return tag;
  }

  /** The bytes before the tag. */
  byte[] tagged() {
    ByteBuffer buffer = ByteBuffer.allocate(TAGGED_BYTES);
    buffer.putInt(keyId).putInt((int) expirySeconds);
    putReference(buffer, agent);
    putReference(buffer, connector);
    return buffer.array();
  }

  String encode() {
    byte[] bytes = Arrays.copyOf(tagged(), BYTES);
    System.arraycopy(tag, 0, bytes, TAGGED_BYTES, TAG_BYTES);
    StringBuilder text = new StringBuilder(LENGTH).append(PREFIX);
    for (int at = 0; at < BYTES; at += 5) {
      long group = 0;
      for (int i = 0; i < 5; i++) {
        group = group << 8 | (bytes[at + i] & 0xff);
      }
      for (int shift = 35; shift >= 0; shift -= 5) {
        text.append(ALPHABET.charAt((int) (group >>> shift) & 31));
      }
    }
    return text.toString();
  }

  /** Null when the text is not of this form. Nothing is verified here. */
  static @Nullable AccessKeyId decode(String text) {
    if (text.length() != LENGTH || !text.startsWith(PREFIX)) {
      return null;
    }
    byte[] bytes = new byte[BYTES];
    int at = 0;
    for (int from = PREFIX.length(); from < LENGTH; from += 8) {
      long group = 0;
      for (int i = from; i < from + 8; i++) {
        char c = text.charAt(i);
        int value = c < VALUES.length ? VALUES[c] : -1;
        if (value < 0) {
          return null;
        }
        group = group << 5 | value;
      }
      for (int shift = 32; shift >= 0; shift -= 8) {
        bytes[at++] = (byte) (group >>> shift);
      }
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    int keyId = buffer.getInt();
    long expirySeconds = Integer.toUnsignedLong(buffer.getInt());
    long agent = reference(bytes, 8);
    long connector = reference(bytes, 8 + REFERENCE_BYTES);
    return new AccessKeyId(
        keyId, expirySeconds, agent, connector, Arrays.copyOfRange(bytes, TAGGED_BYTES, BYTES));
  }

  /** The first {@value #REFERENCE_BYTES} bytes from {@code offset} on, as a number. */
  static long reference(byte[] bytes, int offset) {
    long value = 0;
    for (int i = 0; i < REFERENCE_BYTES; i++) {
      value = value << 8 | (bytes[offset + i] & 0xff);
    }
    return value;
  }

  private static void putReference(ByteBuffer buffer, long reference) {
    for (int shift = 8 * (REFERENCE_BYTES - 1); shift >= 0; shift -= 8) {
      buffer.put((byte) (reference >>> shift));
    }
  }
}
