package io.countersign.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.gateway.Gateway;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what comes on another thread, and fails when it does not. */
public final class Waiting {
  private Waiting() {}

  /** Waits until it is so; fails after twenty seconds. */
  public static void until(String what, BooleanSupplier condition) {
    until(what, Duration.ofSeconds(20), condition);
  }

  /** Waits until it is so; fails after {@code limit}. */
  public static void until(String what, Duration limit, BooleanSupplier condition) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - deadline).as("this never came: " + what).isNegative();
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** The value of a gauge without tags. */
  public static double gauge(Gateway gateway, String name) {
    return gateway.metrics().registry().get(name).gauge().value();
  }

  /** The value of a counter without tags. */
  public static double counter(Gateway gateway, String name) {
    return gateway.metrics().registry().get(name).counter().count();
  }
}
