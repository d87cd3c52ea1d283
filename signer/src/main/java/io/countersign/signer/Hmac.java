package io.countersign.signer;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * HMAC-SHA256 (RFC 2104) under one key, with the state after the inner key block kept, so that a
 * message costs its own blocks and two more. The state after the outer key block is not worth a
 * clone: hashing that block again takes as long, and leaves no garbage. Threads may share it.
 */
final class Hmac {

  private static final int BLOCK = 64;
  private static final byte INNER = 0x36;
  private static final byte OUTER = 0x5c;

  private final MessageDigest inner;
  private final byte[] outer;

  Hmac(byte[] key) {
    byte[] block = block(key, INNER);
    inner = Sha256.create();
    inner.update(block);
    Arrays.fill(block, (byte) 0);
    outer = block(key, OUTER);
  }

  private static byte[] block(byte[] key, byte pad) {
    return padded(key, pad, 0);
  }

  /** The key block, and room behind it. */
  private static byte[] padded(byte[] key, byte pad, int room) {
    byte[] hashed = key.length > BLOCK ? Sha256.create().digest(key) : key;
    byte[] block = Arrays.copyOf(hashed, BLOCK + room);
    for (int i = 0; i < BLOCK; i++) {
      block[i] ^= pad;
    }
    return block;
  }

  /**
   * The same under a key that is used once, which costs no state to keep.
   *
   * @param sha256 in its initial state, and so again afterwards
   */
  static byte[] once(byte[] key, byte[] message, MessageDigest sha256) {
    byte[] text = padded(key, INNER, Math.max(message.length, Sha256.BYTES));
    System.arraycopy(message, 0, text, BLOCK, message.length);
    byte[] out = new byte[Sha256.BYTES];
    sha256.update(text, 0, BLOCK + message.length);
    Sha256.finish(sha256, out);
    for (int i = 0; i < BLOCK; i++) {
      text[i] ^= INNER ^ OUTER;
    }
    System.arraycopy(out, 0, text, BLOCK, out.length);
    sha256.update(text, 0, BLOCK + out.length);
    Sha256.finish(sha256, out);
    Arrays.fill(text, (byte) 0);
    return out;
  }

  byte[] of(byte[] message, int from, int count) {
    MessageDigest in = begin();
    in.update(message, from, count);
    byte[] out = new byte[Sha256.BYTES];
    end(in, out);
    return out;
  }

  /** A state to update with a message. */
  MessageDigest begin() {
    return Sha256.copy(inner);
  }

  /** Ends a message that began with {@link #begin}, whose digest is free after it. */
  void end(MessageDigest message, byte[] out) {
    Sha256.finish(message, out);
    message.update(outer, 0, BLOCK);
    message.update(out, 0, Sha256.BYTES);
    Sha256.finish(message, out);
  }
}
