package io.countersign.benchmarks.credentials;

import io.countersign.config.Arn;
import io.countersign.config.ConfigException;
import io.countersign.config.ConfigLoader;
import io.countersign.config.CredentialSource;
import io.countersign.config.Environment;
import io.countersign.config.RoleHop;
import io.countersign.config.Secret;
import io.countersign.credentials.ConnectorSlots;
import io.countersign.credentials.CredentialCache;
import io.countersign.credentials.CredentialKey;
import io.countersign.credentials.CredentialResult;
import io.countersign.credentials.Slot;
import io.countersign.credentials.Snapshot;
import io.countersign.credentials.StsTarget;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
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

  /** A connector where each agent has a session of its own, with that of one agent warm. */
  static ConnectorSlots perAgent(CredentialCache cache, String agent) {
    String yaml =
        """
        agents:
          %s:
            token: a-token-of-32-characters-or-more-000
            allow: [{ connector: warehouse }]
        connectors:
          warehouse:
            service: redshift-data
            region: eu-west-1
            credentials: { static: { access-key-id: AKIAEXAMPLE, secret-access-key: secret } }
            role:
              arn: arn:aws:iam::123456789012:role/warehouse-read
              session-name: countersign-${agent}
        """
            .formatted(agent);
    ConnectorSlots slots;
    try {
      slots =
          Objects.requireNonNull(
              cache
                  .configure(
                      ConfigLoader.parse(yaml, Path.of("."), Environment.of(Map.of())).config())
                  .get("warehouse"));
    } catch (ConfigException e) {
      throw new IllegalStateException("the benchmark's configuration is wrong: " + e, e);
    }
    warm(slots.of(agent));
    return slots;
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
