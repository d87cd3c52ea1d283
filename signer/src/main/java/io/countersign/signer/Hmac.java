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

  private final MessageDigest inner;
  private final byte[] outer;

  Hmac(byte[] key) {
    byte[] block = Arrays.copyOf(key.length > BLOCK ? Sha256.create().digest(key) : key, BLOCK);
    byte[] padded = new byte[BLOCK];
    outer = new byte[BLOCK];
    for (int i = 0; i < BLOCK; i++) {
      padded[i] = (byte) (block[i] ^ 0x36);
      outer[i] = (byte) (block[i] ^ 0x5c);
    }
    inner = Sha256.create();
    inner.update(padded);
    Arrays.fill(block, (byte) 0);
    Arrays.fill(padded, (byte) 0);
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
