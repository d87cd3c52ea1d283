package io.countersign.signer;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Instant;

/**
 * The chain of signatures over the events of one stream. Date and scope come from each event, so
 * that the key changes with the day. Not thread-safe.
 */
final class EventSignatures {

  static final String DATE = ":date";
  static final String SIGNATURE = ":chunk-signature";

  private final SigningKeys keys;
  private final AwsCredentials credentials;
  private final String region;
  private final String service;
  private final MessageDigest digest = Sha256.create();
  private String previous;

  EventSignatures(
      SigningKeys keys, AwsCredentials credentials, String region, String service, String seed) {
    this.keys = keys;
    this.credentials = credentials;
    this.region = region;
    this.service = service;
    this.previous = seed;
  }

  /** The signature of the next event; {@link #goOn} makes it the one that the event after signs. */
  byte[] next(EventHeader date, Instant time, ByteBuffer payload) {
    String amzDate = AmzTime.format(time);
    SigningKey key = keys.key(credentials, amzDate.substring(0, 8), region, service);
    Bytes header = new Bytes(16);
    date.write(header);
    digest.update(header.array, 0, header.length);
    byte[] headerHash = digest.digest();
    digest.update(payload.duplicate());
    Bytes text =
        Scratch.get()
            .main()
            .text("AWS4-HMAC-SHA256-PAYLOAD\n")
            .text(amzDate)
            .put('\n')
            .text(key.scope)
            .put('\n')
            .text(previous)
            .put('\n')
            .hex(headerHash)
            .put('\n')
            .hex(digest.digest());
    return key.sign(text);
  }

  void goOn(byte[] signature) {
    previous = Hex.encode(signature);
  }
}
