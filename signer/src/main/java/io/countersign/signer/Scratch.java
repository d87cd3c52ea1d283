package io.countersign.signer;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * What one thread reuses from one signature to the next. Each public entry point takes it and uses
 * it up before it returns or calls out; no reference to it outlives the call. The text of the last
 * request stays in it until the next.
 */
final class Scratch {

  /** A buffer that grew past this for one large request is not kept. */
  private static final int KEEP_BYTES = 64 * 1024;

  private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

  private final MessageDigest sha256 = newSha256();
  private Bytes main = new Bytes(2048);
  private Bytes side = new Bytes(512);
  private final Fields fields = new Fields();

  static Scratch get() {
    return OF_THREAD.get();
  }

  static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(
          "this Java runtime has no SHA-256, which every one must have", e);
    }
  }

  /** The digest, reset. */
  MessageDigest sha256() {
    sha256.reset();
    return sha256;
  }

  /** The buffer for canonical requests and strings to sign, empty. */
  Bytes main() {
    if (main.array.length > KEEP_BYTES) {
      main = new Bytes(2048);
    }
    main.clear();
    return main;
  }

  /** A second buffer, empty. */
  Bytes side() {
    if (side.array.length > KEEP_BYTES) {
      side = new Bytes(512);
    }
    side.clear();
    return side;
  }

  /** The table of headers to sign, empty. */
  Fields fields() {
    fields.clear();
    return fields;
  }
}
