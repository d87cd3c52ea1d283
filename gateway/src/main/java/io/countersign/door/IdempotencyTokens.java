package io.countersign.door;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** Idempotency tokens for operations that want one. */
public final class IdempotencyTokens {
  private static final long VERSION_4 = 0x4000L;
  private static final long VARIANT = 0x8000_0000_0000_0000L;

  private IdempotencyTokens() {}

  /**
   * A new UUID of version 4. It has to be unlike others, not unguessable: the secure source of the
   * JDK's own may make an event loop wait.
   */
  public static String next() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long high = (random.nextLong() & ~0xf000L) | VERSION_4;
    long low = (random.nextLong() & 0x3fff_ffff_ffff_ffffL) | VARIANT;
    return new UUID(high, low).toString();
  }
}
