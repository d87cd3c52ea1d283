package io.countersign.signer;

import java.util.concurrent.ConcurrentHashMap;

/**
 * The derived signing keys in use, by access key ID, secret, date, Region and service: all five, so
 * that neither midnight nor a new secret under an old access key ID can give a stale key.
 *
 * <p>Safe for any number of threads; a hit takes no lock. Keys of the newest day seen and of the
 * day seen before it stay, older ones go when a new day begins. The number of keys is bounded: past
 * it the cache starts anew, which costs four hashes a key.
 */
public final class SigningKeys {

  private static final int DEFAULT_MAX_KEYS = 4096;

  /** Calls that repeat, ready to be signed or verified again with a key of this cache. */
  final Recent<SignedShape> signed = new Recent<>();

  final Recent<VerifiedShape> verified = new Recent<>();

  private final ConcurrentHashMap<Id, SigningKey> keys = new ConcurrentHashMap<>();
  private final int maxKeys;

  /** Of the days seen, as {@code 20150830}: such days compare as text does. */
  private volatile String newestDay = "";

  /** A cache of up to 4,096 keys. */
  public SigningKeys() {
    this(DEFAULT_MAX_KEYS);
  }

  /**
   * A cache of the given size.
   *
   * @throws IllegalArgumentException if the size is below 1
   */
  public SigningKeys(int maxKeys) {
    if (maxKeys < 1) {
      throw new IllegalArgumentException("a key cache holds at least one key");
    }
    this.maxKeys = maxKeys;
  }

  /** The key for these credentials and scope; {@code date} is {@code 20150830}. */
  SigningKey key(AwsCredentials credentials, String date, String region, String service) {
    Id id = new Id(credentials.accessKeyId(), credentials.secretAccessKey(), date, region, service);
    SigningKey known = keys.get(id);
    return known != null ? known : derive(id);
  }

  /**
   * Drops the keys that were derived from these credentials, and the calls kept that were signed or
   * verified with them: for credentials that are over. Who signs with them all the same has them
   * derived again.
   */
  public void forget(AwsCredentials credentials) {
    keys.keySet()
        .removeIf(
            id ->
                id.accessKeyId.equals(credentials.accessKeyId())
                    && id.secret.equals(credentials.secretAccessKey()));
    signed.removeIf(call -> call.isOf(credentials));
    verified.removeIf(call -> call.isOf(credentials));
  }

  /** The number of keys held. */
  public int size() {
    return keys.size();
  }

  @SuppressWarnings("deprecation") // a secret is ASCII, so its chars are its octets
  private SigningKey derive(Id id) {
    int size = id.secret.length();
    byte[] key = new byte[4 + size];
    key[0] = 'A';
    key[1] = 'W';
    key[2] = 'S';
    key[3] = '4';
    id.secret.getBytes(0, size, key, 4);
    byte[] derivedKey =
        Hmac.chain(key, Scratch.get().sha256(), id.date, id.region, id.service, "aws4_request");
    Bytes.zero(key, 0, key.length);
    SigningKey derived =
        new SigningKey(new Hmac(derivedKey), id.accessKeyId, id.date, id.region, id.service);
    Bytes.zero(derivedKey, 0, derivedKey.length);
    makeRoom(id.date);
    keys.put(id, derived);
    return derived;
  }

  private void makeRoom(String date) {
    String newest = newestDay; // a race costs keys that are derived again, or go a day later
    if (date.compareTo(newest) > 0) {
      newestDay = date;
      keys.keySet().removeIf(id -> id.date.compareTo(newest) < 0);
    }
    if (keys.size() >= maxKeys) {
      keys.clear();
    }
  }

  /** Never printed: it has the secret. */
  private record Id(String accessKeyId, String secret, String date, String region, String service) {

    @Override
    public String toString() {
      return "Id[" + accessKeyId + ", " + date + "/" + region + "/" + service + "]";
    }
  }
}
