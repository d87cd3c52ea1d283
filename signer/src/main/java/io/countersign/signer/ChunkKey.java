package io.countersign.signer;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.interfaces.ECPublicKey;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Signs or verifies the chunks of a body, and knows the scope that stands in their signatures. */
sealed interface ChunkKey {

  /** The algorithm, which a chunk's string to sign begins with. */
  String algorithm();

  String scope();

  /** The digits that every signature takes on the wire, padding included. */
  int digits();

  /** Whether there is a private key. */
  boolean canSign();

  /** The form of a signature on the wire. */
  String pad(String signature);

  /** Signs, without padding. */
  String sign(Bytes text);

  /** The signature to go on from, without padding, if it is that of the text; otherwise null. */
  @Nullable String verified(Bytes text, String claimed);

  /** Whether this could be a signature, by its form. */
  boolean isWellFormed(String claimed);

  /** HMAC-SHA256: every signature has 64 digits. */
  record Hmac256(SigningKey key) implements ChunkKey {

    @Override
    public String algorithm() {
      return SigningKey.ALGORITHM;
    }

    @Override
    public String scope() {
      return key.scope;
    }

    @Override
    public int digits() {
      return 64;
    }

    @Override
    public boolean canSign() {
      return true;
    }

    @Override
    public String pad(String signature) {
      return signature;
    }

    @Override
    public String sign(Bytes text) {
      return Hex.encode(key.sign(text));
    }

    @Override
    public @Nullable String verified(Bytes text, String claimed) {
      String expected = sign(text);
      return MessageDigest.isEqual(
              expected.getBytes(StandardCharsets.US_ASCII),
              claimed.getBytes(StandardCharsets.US_ASCII))
          ? expected
          : null;
    }

    @Override
    public boolean isWellFormed(String claimed) {
      return Hex.isSha256(claimed);
    }

    @Override
    public String toString() {
      return key.scope;
    }
  }

  /**
   * ECDSA: signatures differ in length, so those of chunks are padded, and the padding is not part
   * of what the next one signs.
   *
   * @param key null where there is a public key only, which can verify but not sign
   */
  record Ecdsa(@Nullable SigV4aKey key, Supplier<ECPublicKey> publicKey, String scope)
      implements ChunkKey {

    @Override
    public String algorithm() {
      return SigV4aKey.ALGORITHM;
    }

    @Override
    public int digits() {
      return EcdsaSignature.MAX_DIGITS;
    }

    @Override
    public boolean canSign() {
      return key != null;
    }

    @Override
    public String pad(String signature) {
      return EcdsaSignature.pad(signature);
    }

    @Override
    public String sign(Bytes text) {
      if (key == null) {
        throw new IllegalStateException("a public key cannot sign chunks");
      }
      return EcdsaSignature.encode(key.sign(text));
    }

    @Override
    public @Nullable String verified(Bytes text, String claimed) {
      String signature = EcdsaSignature.unpad(claimed);
      byte[] der = EcdsaSignature.decode(signature);
      return der != null && SigV4aKey.verify(publicKey.get(), text.array, 0, text.length, der)
          ? signature
          : null;
    }

    @Override
    public boolean isWellFormed(String claimed) {
      return claimed.length() == EcdsaSignature.MAX_DIGITS
          && EcdsaSignature.decode(EcdsaSignature.unpad(claimed)) != null;
    }

    @Override
    public String toString() {
      return scope;
    }
  }
}
