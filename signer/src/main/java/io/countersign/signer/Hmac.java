package io.countersign.signer;

import java.nio.charset.StandardCharsets;
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
    byte[] block = Arrays.copyOf(key.length > BLOCK ? Sha256.create().digest(key) : key, BLOCK);
    pad(block, pad);
    return block;
  }

  private static void pad(byte[] block, int pad) {
    for (int i = 0; i < BLOCK; i++) {
      block[i] ^= (byte) pad;
    }
  }

  /**
   * The same for keys that are used once, each the outcome of the one before: no state is kept.
   *
   * @param sha256 in its initial state, and so again afterwards
   * @param messages as UTF-8
   */
  static byte[] chain(byte[] key, MessageDigest sha256, String... messages) {
    byte[] text = new byte[2 * BLOCK];
    byte[] last = key.length > BLOCK ? sha256.digest(key) : key;
    byte[] out = new byte[Sha256.BYTES];
    for (String message : messages) {
      byte[] octets = message.getBytes(StandardCharsets.UTF_8);
      if (octets.length > text.length - BLOCK) {
        Arrays.fill(text, (byte) 0);
        text = new byte[BLOCK + octets.length];
      }
      System.arraycopy(last, 0, text, 0, last.length);
      Arrays.fill(text, last.length, BLOCK, (byte) 0);
      pad(text, INNER);
      System.arraycopy(octets, 0, text, BLOCK, octets.length);
      sha256.update(text, 0, BLOCK + octets.length);
      Sha256.finish(sha256, out);
      pad(text, INNER ^ OUTER);
      System.arraycopy(out, 0, text, BLOCK, out.length);
      sha256.update(text, 0, BLOCK + out.length);
      Sha256.finish(sha256, out);
      last = out;
    }
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
