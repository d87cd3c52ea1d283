package io.countersign.signer;

import java.security.MessageDigest;

/**
 * A derived key, and the scope that it is good for: {@code 20150830/us-east-1/iam/aws4_request}.
 */
final class SigningKey {

  static final String ALGORITHM = "AWS4-HMAC-SHA256";

  final String scope;
  private final Hmac hmac;

  SigningKey(Hmac hmac, String scope) {
    this.hmac = hmac;
    this.scope = scope;
  }

  /** Replaces the canonical request in the buffer by the string to sign. */
  void stringToSign(Bytes buffer, String amzDate, MessageDigest sha256) {
    sha256.update(buffer.array, 0, buffer.length);
    byte[] hash = sha256.digest();
    buffer.clear();
    buffer.text(ALGORITHM).put('\n').text(amzDate).put('\n').text(scope).put('\n').hex(hash);
  }

  byte[] sign(Bytes stringToSign) {
    return hmac.of(stringToSign);
  }

  @Override
  public String toString() {
    return "SigningKey[" + scope + "]";
  }
}
