package io.countersign.signer;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * HMAC-SHA256 (RFC 2104) under one key, with the states after the inner and the outer key block
 * kept, so that a message costs its own blocks and one more. Threads may share it: the kept states
 * are only ever cloned.
 */
final class Hmac {

  private static final int BLOCK = 64;

  private final MessageDigest inner;
  private final MessageDigest outer;

  Hmac(byte[] key) {
    byte[] block = Arrays.copyOf(key.length > BLOCK ? Sha256.create().digest(key) : key, BLOCK);
    inner = keyed(block, 0x36);
    outer = keyed(block, 0x5c);
    Arrays.fill(block, (byte) 0);
  }

  private static MessageDigest keyed(byte[] block, int pad) {
    byte[] padded = new byte[BLOCK];
    for (int i = 0; i < BLOCK; i++) {
      padded[i] = (byte) (block[i] ^ pad);
    }
    MessageDigest digest = Sha256.create();
    digest.update(padded);
    Arrays.fill(padded, (byte) 0);
    return digest;
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

  /** Ends a message that began with {@link #begin}. */
  void end(MessageDigest message, byte[] out) {
    Sha256.finish(message, out);
    MessageDigest around = Sha256.copy(outer);
    around.update(out, 0, Sha256.BYTES);
    Sha256.finish(around, out);
  }
}
