package io.countersign.benchmarks.credentials;

import io.countersign.config.Arn;
import io.countersign.config.CredentialSource;
import io.countersign.config.RoleHop;
import io.countersign.config.Secret;
import io.countersign.credentials.CredentialKey;
import io.countersign.credentials.CredentialResult;
import io.countersign.credentials.Slot;
import io.countersign.credentials.Snapshot;
import io.countersign.credentials.StsTarget;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** Keys of roles as tenants have them. */
final class Keys {
  private static final StsTarget STS = new StsTarget("eu-west-1", null);

  private static final CredentialKey SOURCE =
      new CredentialKey.OfSource(
          new CredentialSource.Static("AKIAEXAMPLE", new Secret("secret"), null), null);

  private Keys() {}

  /** The key of a tenant's role, chained through one role that all tenants share. */
  static CredentialKey tenant(int number) {
    CredentialKey shared =
        new CredentialKey.OfRole(SOURCE, STS, hop("adapter", "countersign", new TreeMap<>()));
    return new CredentialKey.OfRole(
        shared,
        STS,
        hop(
            "warehouse-read",
            "countersign-agent-" + number,
            new TreeMap<>(Map.of("tenant", "t" + number))));
  }

  private static RoleHop hop(String role, String session, SortedMap<String, String> tags) {
    return new RoleHop(
        Arn.parse("arn:aws:iam::123456789012:role/" + role),
        "external-id",
        session,
        Duration.ofHours(1),
        tags,
        Set.of(),
        null);
  }

  /** Waits until the slot has credentials. */
  static Slot warm(Slot slot) {
    CompletableFuture<CredentialResult> result = new CompletableFuture<>();
    slot.await(Runnable::run, Duration.ofMinutes(5), result::complete);
    if (!(result.join() instanceof Snapshot)) {
      throw new IllegalStateException("no credentials: " + result.join());
    }
    return slot;
  }
}
