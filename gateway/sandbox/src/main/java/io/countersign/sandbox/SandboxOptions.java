package io.countersign.sandbox;

import java.time.Clock;
import java.time.Duration;

/**
 * How a sandbox is to be.
 *
 * @param port loopback port; 0 for any that is free
 * @param clock by which dates, expiries and statement times are judged
 * @param seed of the keys, tokens and IDs that it makes up
 * @param accounts who exists
 * @param statementTime how long a Redshift or Athena statement runs before its result is there; 0
 *     for at once
 * @param maxBodyBytes the largest request body that is read
 */
public record SandboxOptions(
    int port,
    Clock clock,
    long seed,
    Accounts accounts,
    Duration statementTime,
    long maxBodyBytes) {
  /** Refuses values out of range. */
  public SandboxOptions {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port must be 0 to 65535, not " + port);
    }
    if (statementTime.isNegative()) {
      throw new IllegalArgumentException("statementTime must not be negative");
    }
    if (maxBodyBytes < 0) {
      throw new IllegalArgumentException("maxBodyBytes must not be negative");
    }
  }

  /** Any port, the system's clock, the demo's accounts, statements of 20 ms, bodies up to 5 GiB. */
  public static SandboxOptions defaults() {
    return new SandboxOptions(
        0,
        Clock.systemUTC(),
        new java.security.SecureRandom().nextLong(),
        Accounts.demo(),
        Duration.ofMillis(20),
        5L << 30);
  }

  /** The same on that port. */
  public SandboxOptions withPort(int other) {
    return new SandboxOptions(other, clock, seed, accounts, statementTime, maxBodyBytes);
  }

  /** The same by that clock. */
  public SandboxOptions withClock(Clock other) {
    return new SandboxOptions(port, other, seed, accounts, statementTime, maxBodyBytes);
  }

  /** The same with that seed. */
  public SandboxOptions withSeed(long other) {
    return new SandboxOptions(port, clock, other, accounts, statementTime, maxBodyBytes);
  }

  /** The same with those accounts. */
  public SandboxOptions withAccounts(Accounts other) {
    return new SandboxOptions(port, clock, seed, other, statementTime, maxBodyBytes);
  }

  /** The same with statements that take that long. */
  public SandboxOptions withStatementTime(Duration other) {
    return new SandboxOptions(port, clock, seed, accounts, other, maxBodyBytes);
  }

  /** The same with that limit on bodies. */
  public SandboxOptions withMaxBodyBytes(long other) {
    return new SandboxOptions(port, clock, seed, accounts, statementTime, other);
  }
}
