package io.countersign.signer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * HMAC-SHA256 (RFC 2104) under one key, with the state after the inner key block kept, so that a
 * message costs its own blocks and two more. The state after the outer key block is not worth a
 * clone: hashing that block again takes as long, and leaves no garbage. Threads may share it.
 */
final class Hmac {

  private static final int BLOCK = 64;
  private static final long INNER = 0x3636363636363636L;
  private static final long OUTER = 0x5c5c5c5c5c5c5c5cL;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final MessageDigest inner;
  private final byte[] outer;

  Hmac(byte[] key) {
    byte[] block = Arrays.copyOf(key.length > BLOCK ? Sha256.create().digest(key) : key, BLOCK);
    pad(block, INNER);
    inner = Sha256.create();
    inner.update(block);
    pad(block, INNER ^ OUTER);
    outer = block;
  }

  private static void pad(byte[] block, long pad) {
    for (int i = 0; i < BLOCK; i += Long.BYTES) {
      LONG.set(block, i, (long) LONG.get(block, i) ^ pad);
    }
  }

  /**
   * The same for keys that are used once, each the outcome of the one before: no state is kept.
   *
   * @param sha256 in its initial state, and so again afterwards
   * @param messages ASCII
   */
  @SuppressWarnings("deprecation") // each char of a message is an octet
  static byte[] chain(byte[] key, MessageDigest sha256, String... messages) {
    int longest = Sha256.BYTES;
    for (String message : messages) {
      longest = Math.max(longest, message.length());
    }
    byte[] text = new byte[BLOCK + longest];
    byte[] last = key.length > BLOCK ? sha256.digest(key) : key;
    byte[] out = new byte[Sha256.BYTES];
    for (String message : messages) {
      int size = message.length();
      System.arraycopy(last, 0, text, 0, last.length);
      Bytes.zero(text, last.length, BLOCK);
      pad(text, INNER);
      message.getBytes(0, size, text, BLOCK);
      sha256.update(text, 0, BLOCK + size);
      Sha256.finish(sha256, out);
      pad(text, INNER ^ OUTER);
      System.arraycopy(out, 0, text, BLOCK, out.length);
      sha256.update(text, 0, BLOCK + out.length);
      Sha256.finish(sha256, out);
      last = out;
    }
    Bytes.zero(text, 0, text.length);
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
