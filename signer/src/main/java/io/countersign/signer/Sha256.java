package io.countersign.signer;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 of the Java runtime, which compiles to the processor's own instructions. */
final class Sha256 {

  static final int BYTES = 32;

  /** Looking up an algorithm costs ten times a clone. */
  private static final MessageDigest INITIAL = lookUp();

  private Sha256() {}

  static MessageDigest create() {
    return copy(INITIAL);
  }

  private static MessageDigest lookUp() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(
          "this Java runtime has no SHA-256, which every one must have", e);
    }
  }

  /** The same state once more; the given one stays as it is, so threads may share it. */
  static MessageDigest copy(MessageDigest state) {
    try {
      return (MessageDigest) state.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the SHA-256 of this Java runtime cannot be cloned", e);
    }
  }

  /** Ends the hash into the first 32 bytes of {@code out}, and resets the digest. */
  static void finish(MessageDigest digest, byte[] out) {
    try {
      digest.digest(out, 0, BYTES);
    } catch (DigestException e) {
      throw new IllegalStateException("no room for a SHA-256 in " + out.length + " bytes", e);
    }
  }
}
