package io.countersign.signer;

import java.security.interfaces.ECPublicKey;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The SigV4a keys in use, by access key ID and secret: both, so that a new secret under an old
 * access key ID cannot give the old key. A SigV4a key is good for every day, Region and service, so
 * nothing else comes into it.
 *
 * <p>Safe for any number of threads; a hit takes no lock. The number of keys is bounded: past it
 * the cache starts anew. Deriving costs a few hashes, and the public key once a key agreement.
 */
public final class SigV4aKeys {

  private static final int DEFAULT_MAX_KEYS = 1024;

  private final ConcurrentHashMap<Id, SigV4aKey> keys = new ConcurrentHashMap<>();
  private final int maxKeys;

  /** A cache of up to 1,024 keys. */
  public SigV4aKeys() {
    this(DEFAULT_MAX_KEYS);
  }

  /**
   * A cache of the given size.
   *
   * @throws IllegalArgumentException if the size is below 1
   */
  public SigV4aKeys(int maxKeys) {
    if (maxKeys < 1) {
      throw new IllegalArgumentException("a key cache holds at least one key");
    }
    this.maxKeys = maxKeys;
  }

  /**
   * The public key of these credentials, on the curve P-256. Whoever has it can verify, and cannot
   * sign.
   */
  public ECPublicKey publicKey(AwsCredentials credentials) {
    return key(credentials).publicKey();
  }

  /** The number of keys held. */
  public int size() {
    return keys.size();
  }

  SigV4aKey key(AwsCredentials credentials) {
    Id id = new Id(credentials.accessKeyId(), credentials.secretAccessKey());
    SigV4aKey known = keys.get(id);
    if (known != null) {
      return known;
    }
    SigV4aKey derived = SigV4aKey.derive(id.accessKeyId, id.secret);
    if (keys.size() >= maxKeys) {
      keys.clear();
    }
    keys.put(id, derived);
    return derived;
  }

  /** Never printed: it has the secret. */
  private record Id(String accessKeyId, String secret) {

    @Override
    public String toString() {
      return "Id[" + accessKeyId + "]";
    }
  }
}
