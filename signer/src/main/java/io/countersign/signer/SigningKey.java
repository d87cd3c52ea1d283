package io.countersign.signer;

import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * A derived key, and the scope that it is good for: {@code 20150830/us-east-1/iam/aws4_request}.
 * Threads may share it.
 */
final class SigningKey {

  static final String ALGORITHM = "AWS4-HMAC-SHA256";

  final String scope;

  /** The access key ID and the scope, as they go into a signature. */
  final String credential;

  private final Hmac hmac;

  /**
   * The last one asked for. A race costs a second one; each is whole, since its fields are final.
   */
  private @Nullable Moment moment;

  SigningKey(Hmac hmac, String accessKeyId, String date, String region, String service) {
    this.hmac = hmac;
    Bytes text = new Bytes(96);
    text.text(accessKeyId).put('/');
    int from = text.length;
    text.text(date).put('/').text(region).put('/').text(service).text("/aws4_request");
    this.scope = text.string(from);
    this.credential = text.toString();
  }

  /** This key at a time of signing, {@code 20150830T123600Z}. */
  Moment at(String amzDate) {
    Moment last = moment;
    if (last == null || !last.amzDate.equals(amzDate)) {
      last = new Moment(this, amzDate);
      moment = last;
    }
    return last;
  }

  byte[] sign(Bytes text) {
    return hmac.of(text.array, 0, text.length);
  }

  @Override
  public String toString() {
    return "SigningKey[" + scope + "]";
  }

  /**
   * A key and a second: all of the string to sign but its last line is known then, and hashed
   * already.
   */
  static final class Moment {

    final SigningKey key;
    final String amzDate;
    private final MessageDigest started;

    /** The last one asked for; see {@link SigningKey#moment}. */
    private @Nullable Presigning presigning;

    Moment(SigningKey key, String amzDate) {
      this.key = key;
      this.amzDate = amzDate;
      Bytes head = new Bytes(128);
      writeHead(head);
      started = key.hmac.begin();
      started.update(head.array, 0, head.length);
    }

    /** Appends the string to sign up to its last line. */
    private void writeHead(Bytes out) {
      out.text(ALGORITHM).put('\n').text(amzDate).put('\n').text(key.scope).put('\n');
    }

    /**
     * Signs.
     *
     * @param hash that of the canonical request, in 32 bytes; overwritten
     * @param hex where the 64 digits of the signature go
     */
    void sign(byte[] hash, byte[] hex) {
      Hex.encode(hash, hex, 0);
      MessageDigest text = Sha256.copy(started);
      text.update(hex, 0, 2 * Sha256.BYTES);
      key.hmac.end(text, hash);
      Hex.encode(hash, hex, 0);
    }

    /** What presigning adds to a query. */
    Presigning presigning(
        SigningParameters p, Bytes signedHeaders, long expires, @Nullable String tokenKey) {
      Presigning last = presigning;
      if (last == null || !last.matches(p, signedHeaders, expires, tokenKey)) {
        last = new Presigning(this, p, signedHeaders.copy(), expires, tokenKey);
        presigning = last;
      }
      return last;
    }

    /** The whole string to sign, to be shown. */
    String stringToSign(byte[] hash) {
      Bytes out = new Bytes(192);
      writeHead(out);
      return out.hex(hash).toString();
    }

    @Override
    public String toString() {
      return "Moment[" + amzDate + ", " + key.scope + "]";
    }
  }
}
