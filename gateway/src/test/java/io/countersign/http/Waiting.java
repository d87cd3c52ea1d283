package io.countersign.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.gateway.Gateway;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what comes on another thread, and fails when it does not. */
final class Waiting {
  private Waiting() {}

  static void until(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - deadline).as("this never came: " + what).isNegative();
      LockSupport.parkNanos(1_000_000);
    }
  }

  static double gauge(Gateway gateway, String name) {
    return gateway.metrics().registry().get(name).gauge().value();
  }

  static double counter(Gateway gateway, String name) {
    return gateway.metrics().registry().get(name).counter().count();
  }
}
