package io.countersign.identity;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.KDF;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The gateway's key, as the six keys that HKDF (RFC 5869) derives from it, one for each use, so
 * that no value of one use can be passed off as a value of another. Thread-safe; redacted.
 */
final class GatewayKey {
  private static final String HMAC = "HmacSHA256";
  private static final String SECRET_PREFIX = "csk1";

  private final int id;
  private final SecretKey tags;
  private final SecretKey secrets;
  private final SecretKey references;
  private final SecretKey statements;
  private final SecretKey pages;

  private GatewayKey(
      int id,
      SecretKey tags,
      SecretKey secrets,
      SecretKey references,
      SecretKey statements,
      SecretKey pages) {
    this.id = id;
    this.tags = tags;
    this.secrets = secrets;
    this.references = references;
    this.statements = statements;
    this.pages = pages;
  }

  static GatewayKey of(byte[] material) {
    byte[] id = derive(material, "key id");
    return new GatewayKey(
        (id[0] & 0xff) << 24 | (id[1] & 0xff) << 16 | (id[2] & 0xff) << 8 | (id[3] & 0xff),
        new SecretKeySpec(derive(material, "tag"), HMAC),
        new SecretKeySpec(derive(material, "secret"), HMAC),
        new SecretKeySpec(derive(material, "reference"), HMAC),
        new SecretKeySpec(derive(material, "statement"), HMAC),
        new SecretKeySpec(derive(material, "page"), HMAC));
  }

  /** Tells keys apart without saying anything about them. */
  int id() {
    return id;
  }

  byte[] tag(byte[] tagged) {
    Mac mac = mac(tags);
    mac.update(AccessKeyId.PREFIX.getBytes(StandardCharsets.US_ASCII));
    return Arrays.copyOf(mac.doFinal(tagged), AccessKeyId.TAG_BYTES);
  }

  /**
   * 47 characters of {@code [A-Za-z0-9_-]}, so that no shell, INI file or URL needs it quoted; the
   * fixed beginning keeps it from looking like an option and lets a secret scanner know it.
   */
  String secret(String accessKeyId) {
    byte[] secret = mac(secrets).doFinal(accessKeyId.getBytes(StandardCharsets.US_ASCII));
    return SECRET_PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
  }

  long agentReference(String name) {
    return reference("agent", name);
  }

  long connectorReference(String name) {
    return reference("connector", name);
  }

  private long reference(String kind, String name) {
    byte[] text = (kind + '\0' + name).getBytes(StandardCharsets.UTF_8);
    return AccessKeyId.reference(mac(references).doFinal(text), 0);
  }

  /** 32 bytes that stand for a statement of an agent on a connector. */
  byte[] statement(String agent, String connector, String id) {
    // Names have no NUL, so no two triples give the same text.
    byte[] text = (agent + '\0' + connector + '\0' + id).getBytes(StandardCharsets.UTF_8);
    return mac(statements).doFinal(text);
  }

  /** 32 bytes that stand for a place in the pages of a call. */
  byte[] page(byte[] place) {
    return mac(pages).doFinal(place);
  }

  private static byte[] derive(byte[] material, String use) {
    byte[] info = ("countersign virtual credentials 1: " + use).getBytes(StandardCharsets.US_ASCII);
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(HKDFParameterSpec.ofExtract().addIKM(material).thenExpand(info, 32));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Java 25 has HKDF-SHA256", e);
    }
  }

  private static Mac mac(SecretKey key) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(key);
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  @Override
  public String toString() {
    return "GatewayKey[<redacted>]";
  }
}
