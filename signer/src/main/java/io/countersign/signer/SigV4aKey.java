package io.countersign.signer;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import javax.crypto.KeyAgreement;
import org.jspecify.annotations.Nullable;

/**
 * The P-256 key that SigV4a derives from a secret access key: the key derivation function of NIST
 * SP 800-108 in counter mode over HMAC-SHA256, its candidates rejected as FIPS 186-4, appendix
 * B.4.2, has it. One key serves every day, Region and service. Safe for any number of threads.
 */
final class SigV4aKey {

  static final String ALGORITHM = "AWS4-ECDSA-P256-SHA256";

  static final ECParameterSpec P256 = p256();

  private static final byte[] ORDER_MINUS_TWO =
      unsigned(P256.getOrder().subtract(BigInteger.TWO), 32);
  private static final int LAST_COUNTER = 254;

  private final PrivateKey privateKey;
  private volatile @Nullable ECPublicKey publicKey;

  private SigV4aKey(PrivateKey privateKey) {
    this.privateKey = privateKey;
  }

  static SigV4aKey derive(String accessKeyId, String secret) {
    byte[] secretKey = ("AWS4A" + secret).getBytes(StandardCharsets.UTF_8);
    Hmac hmac = new Hmac(secretKey);
    Arrays.fill(secretKey, (byte) 0);
    for (int counter = 1; counter <= LAST_COUNTER; counter++) {
      byte[] input = derivationInput(accessKeyId, counter);
      byte[] candidate = hmac.of(input, 0, input.length);
      if (toScalar(candidate)) {
        BigInteger scalar = new BigInteger(1, candidate);
        Arrays.fill(candidate, (byte) 0);
        return new SigV4aKey(privateKey(scalar));
      }
    }
    // Each round fails once in 2^32; 254 in a row do not happen.
    throw new IllegalStateException("no SigV4a key can be derived from these credentials");
  }

  /** The one block that the function asks for, as the C library of AWS lays it out. */
  private static byte[] derivationInput(String accessKeyId, int counter) {
    Bytes input = new Bytes(64 + accessKeyId.length());
    input.put(0).put(0).put(0).put(1); // the first and only block
    input.text(ALGORITHM).put(0); // label, and the octet that ends it
    input.text(accessKeyId).put(counter); // context
    input.put(0).put(0).put(1).put(0); // 256 bits are wanted
    return input.copy();
  }

  /**
   * Makes a candidate into a private scalar in place, by adding one; false, and no change that
   * matters, if it is above the order of the curve less two. Takes the same time for every value.
   */
  static boolean toScalar(byte[] candidate) {
    int above = 0;
    int equal = 1;
    for (int i = 0; i < candidate.length; i++) {
      int a = candidate[i] & 0xff;
      int b = ORDER_MINUS_TWO[i] & 0xff;
      above |= equal & (b - a) >>> 31;
      equal &= ((a ^ b) - 1) >>> 31;
    }
    int carry = 1;
    for (int i = candidate.length - 1; i >= 0; i--) {
      int sum = (candidate[i] & 0xff) + carry;
      candidate[i] = (byte) sum;
      carry = sum >>> 8;
    }
    return above == 0;
  }

  private static PrivateKey privateKey(BigInteger scalar) {
    try {
      return KeyFactory.getInstance("EC").generatePrivate(new ECPrivateKeySpec(scalar, P256));
    } catch (GeneralSecurityException e) {
      throw missing(e);
    }
  }

  /** Signs; the answer is a DER sequence of r and s, another one each time. */
  byte[] sign(byte[] text, int from, int count) {
    try {
      Signature ecdsa = Signature.getInstance("SHA256withECDSA");
      ecdsa.initSign(privateKey);
      ecdsa.update(text, from, count);
      return ecdsa.sign();
    } catch (GeneralSecurityException e) {
      throw missing(e);
    }
  }

  byte[] sign(Bytes text) {
    return sign(text.array, 0, text.length);
  }

  /** Whether the DER signature is that of the text; false for one that is not well-formed. */
  static boolean verify(PublicKey key, byte[] text, int from, int count, byte[] der) {
    try {
      Signature ecdsa = Signature.getInstance("SHA256withECDSA");
      ecdsa.initVerify(key);
      ecdsa.update(text, from, count);
      return ecdsa.verify(der);
    } catch (SignatureException e) {
      return false; // what the caller asked: it is no signature of this text
    } catch (GeneralSecurityException e) {
      throw missing(e);
    }
  }

  /** The public key, computed when first asked for. */
  ECPublicKey publicKey() {
    ECPublicKey known = publicKey;
    if (known == null) {
      known = computePublicKey();
      publicKey = known;
    }
    return known;
  }

  /**
   * The JDK has no multiplication of a point by a scalar in its API, but a key agreement with the
   * base point is one: it gives the x of the public point. Of the two y that belong to it, the
   * right one verifies a signature of the private key.
   */
  private ECPublicKey computePublicKey() {
    try {
      KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
      agreement.init(privateKey);
      agreement.doPhase(publicKeyAt(P256.getGenerator()), true);
      BigInteger x = new BigInteger(1, agreement.generateSecret());
      BigInteger p = ((ECFieldFp) P256.getCurve().getField()).getP();
      BigInteger square =
          x.pow(3).add(P256.getCurve().getA().multiply(x)).add(P256.getCurve().getB()).mod(p);
      // p is 3 modulo 4, so this power is a square root
      BigInteger y = square.modPow(p.add(BigInteger.ONE).shiftRight(2), p);
      ECPublicKey one = publicKeyAt(new ECPoint(x, y));
      byte[] text = {1};
      return verify(one, text, 0, 1, sign(text, 0, 1))
          ? one
          : publicKeyAt(new ECPoint(x, p.subtract(y)));
    } catch (GeneralSecurityException e) {
      throw missing(e);
    }
  }

  static ECPublicKey publicKeyAt(ECPoint point) throws GeneralSecurityException {
    return (ECPublicKey)
        KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, P256));
  }

  private static ECParameterSpec p256() {
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec("secp256r1"));
      return parameters.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException e) {
      throw missing(e);
    }
  }

  private static byte[] unsigned(BigInteger value, int size) {
    byte[] signed = value.toByteArray();
    return Arrays.copyOfRange(signed, signed.length - size, signed.length);
  }

  private static IllegalStateException missing(GeneralSecurityException e) {
    return new IllegalStateException(
        "this Java runtime lacks ECDSA or ECDH over P-256; is the module jdk.crypto.ec there?", e);
  }

  @Override
  public String toString() {
    return "SigV4aKey[redacted]";
  }
}
