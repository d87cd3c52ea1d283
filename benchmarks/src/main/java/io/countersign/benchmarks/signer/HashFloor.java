package io.countersign.benchmarks.signer;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What the hashes of the JSON POST cost without anything around them: as a signer does them that
 * remembers only the key, and as one does them that remembers every state it can.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HashFloor {
  private static final int CANONICAL_REQUEST = 1200;
  private static final String BEFORE_THE_HASH =
      "AWS4-HMAC-SHA256\n20261124T000000Z\n20261124/eu-west-1/dynamodb/aws4_request\n";

  private final Pool pool = Pool.jsonPosts(Form.repeated);
  private final MessageDigest sha256 = sha256();
  private final Mac mac = keyed();
  private final byte[] canonicalRequest = filled(CANONICAL_REQUEST);
  private final byte[] stringToSign =
      (BEFORE_THE_HASH + "0".repeat(64)).getBytes(StandardCharsets.US_ASCII);
  private final MessageDigest prefix = after(filled(CANONICAL_REQUEST - 64));
  private final MessageDigest inner = after(filled(64), ascii(BEFORE_THE_HASH));
  private final MessageDigest outer = after(filled(64));
  private final byte[] hex = new byte[64];

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  private static Mac keyed() {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(new byte[32], "HmacSHA256"));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has HmacSHA256", e);
    }
  }

  private static byte[] filled(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) ('a' + i % 26);
    }
    return bytes;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static MessageDigest after(byte[]... parts) {
    MessageDigest digest = sha256();
    for (byte[] part : parts) {
      digest.update(part);
    }
    return digest;
  }

  private static MessageDigest copy(MessageDigest digest) {
    try {
      return (MessageDigest) digest.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the SHA-256 of this Java runtime cannot be cloned", e);
    }
  }

  /** SHA-256 of the body, SHA-256 of 1,200 bytes, one HMAC under a key that is set already. */
  @Benchmark
  public byte[] naive() {
    byte[] bodyHash = sha256.digest(pool.next().body());
    System.arraycopy(bodyHash, 0, canonicalRequest, CANONICAL_REQUEST - 32, 32);
    byte[] requestHash = sha256.digest(canonicalRequest);
    System.arraycopy(requestHash, 0, stringToSign, stringToSign.length - 32, 32);
    return mac.doFinal(stringToSign);
  }

  /**
   * SHA-256 of the body, then clones: of the state before the payload hash, of the inner HMAC after
   * date and scope, of the outer HMAC. Each hash is written as hex.
   */
  @Benchmark
  public byte[] clonedStates() {
    hex(sha256.digest(pool.next().body()));
    MessageDigest request = copy(prefix);
    request.update(hex);
    hex(request.digest());
    MessageDigest in = copy(inner);
    in.update(hex);
    MessageDigest out = copy(outer);
    out.update(in.digest());
    hex(out.digest());
    return hex;
  }

  private void hex(byte[] hash) {
    HexFormat digits = HexFormat.of();
    for (int i = 0; i < hash.length; i++) {
      hex[2 * i] = (byte) digits.toHighHexDigit(hash[i]);
      hex[2 * i + 1] = (byte) digits.toLowHexDigit(hash[i]);
    }
  }
}
