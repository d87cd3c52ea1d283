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
    byte[] block = Arrays.copyOf(key.length > BLOCK ? Scratch.newSha256().digest(key) : key, BLOCK);
    inner = keyed(block, 0x36);
    outer = keyed(block, 0x5c);
    Arrays.fill(block, (byte) 0);
  }

  private static MessageDigest keyed(byte[] block, int pad) {
    byte[] padded = new byte[BLOCK];
    for (int i = 0; i < BLOCK; i++) {
      padded[i] = (byte) (block[i] ^ pad);
    }
    MessageDigest digest = Scratch.newSha256();
    digest.update(padded);
    Arrays.fill(padded, (byte) 0);
    return digest;
  }

  byte[] of(byte[] message, int from, int count) {
    MessageDigest in = copy(inner);
    in.update(message, from, count);
    MessageDigest out = copy(outer);
    out.update(in.digest());
    return out.digest();
  }

  byte[] of(Bytes message) {
    return of(message.array, 0, message.length);
  }

  private static MessageDigest copy(MessageDigest digest) {
    try {
      return (MessageDigest) digest.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the SHA-256 of this Java runtime cannot be cloned", e);
    }
  }
}
