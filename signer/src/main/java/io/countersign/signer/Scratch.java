package io.countersign.signer;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What one thread reuses from one signature to the next. Each public entry point takes it and uses
 * it up before it returns or calls out; no reference to it outlives the call, and {@link #wipe}
 * leaves nothing of the request in it.
 */
final class Scratch {

  /** A buffer that grew past this for one large request is not kept. */
  private static final int KEEP_BYTES = 64 * 1024;

  private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

  /** A hash, in 32 bytes. */
  final byte[] hash = new byte[Sha256.BYTES];

  /** A hash, in 64 digits. */
  final byte[] hex = new byte[2 * Sha256.BYTES];

  /** Another one, to compare with. */
  private final byte[] claimed = new byte[2 * Sha256.BYTES];

  private final MessageDigest sha256 = Sha256.create();
  private final Fields fields = new Fields();
  private final QueryTable query = new QueryTable();
  private Bytes main = new Bytes(2048);
  private Bytes side = new Bytes(512);
  private Bytes path = new Bytes(256);
  private long second = Long.MIN_VALUE;
  private String amzDate = "";
  private String date = "";

  static Scratch get() {
    return OF_THREAD.get();
  }

  /** The digest, in its initial state: every use of it ends with {@link Sha256#finish}. */
  MessageDigest sha256() {
    return sha256;
  }

  /** The buffer for canonical requests, empty. */
  Bytes main() {
    main.clear();
    return main;
  }

  /** A second buffer, empty. */
  Bytes side() {
    side.clear();
    return side;
  }

  /** A buffer for a path on its way, empty. */
  Bytes path() {
    path.clear();
    return path;
  }

  /** The time as {@code 20150830T123600Z}; mostly it is still the second of the last time. */
  String amzDate(Instant time) {
    if (time.getEpochSecond() != second) {
      amzDate = AmzTime.format(time);
      date = amzDate.substring(0, 8);
      second = time.getEpochSecond();
    }
    return amzDate;
  }

  /** The day of the time that {@link #amzDate} was last asked for, as {@code 20150830}. */
  String date() {
    return date;
  }

  /** The table of headers to sign, empty. */
  Fields fields() {
    fields.clear();
    return fields;
  }

  /** The table of a query's parameters, empty. */
  QueryTable query() {
    query.clear();
    return query;
  }

  /** The 64 digits of lower-case hex that a string ends with; null if it does not. */
  @SuppressWarnings("deprecation") // the low octet of each char; endsWith() finds a high one
  @Nullable String signatureAtEnd(String text) {
    int from = text.length() - claimed.length;
    if (from < 0) {
      return null;
    }
    text.getBytes(from, text.length(), claimed, 0);
    if (!Hex.isLower(claimed)) {
      return null;
    }
    String signature = new String(claimed, StandardCharsets.ISO_8859_1);
    return text.endsWith(signature) ? signature : null;
  }

  /** Whether {@link #hex} holds these 64 chars; takes the same time whatever they are. */
  @SuppressWarnings("deprecation") // it takes the low octet of each char, which is what is wanted
  boolean isHex(String signature) {
    signature.getBytes(0, claimed.length, claimed, 0);
    return Hex.same(hex, claimed);
  }

  /** Forgets the request: its text, which a session token may be part of, and its strings. */
  void wipe() {
    main = wiped(main);
    side = wiped(side);
    path = wiped(path);
    fields.clear();
    query.wipe();
  }

  private static Bytes wiped(Bytes buffer) {
    if (buffer.array.length > KEEP_BYTES) {
      return new Bytes(2048);
    }
    buffer.wipe();
    return buffer;
  }
}
