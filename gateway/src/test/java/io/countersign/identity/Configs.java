package io.countersign.identity;

import io.countersign.config.Access;
import io.countersign.config.Agent;
import io.countersign.config.Connector;
import io.countersign.config.CredentialSource;
import io.countersign.config.GatewayConfig;
import io.countersign.config.Grant;
import io.countersign.config.HostPort;
import io.countersign.config.Limits;
import io.countersign.config.Logging;
import io.countersign.config.Secret;
import io.countersign.config.Sts;
import io.countersign.config.Timeouts;
import io.countersign.config.VirtualCredentials;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Configurations for tests of identity and policy: agents, connectors and a gateway key. */
public final class Configs {
  public static final String KEY = "a-gateway-key-of-thirty-two-chars-or-more";

  private Configs() {}

  public static GatewayConfig of(List<Agent> agents, List<Connector> connectors) {
    return of(agents, connectors, KEY, Duration.ofHours(1), Duration.ofHours(12));
  }

  public static GatewayConfig of(
      List<Agent> agents,
      List<Connector> connectors,
      @Nullable String key,
      Duration ttl,
      Duration maxTtl) {
    Map<String, Agent> agentMap = new LinkedHashMap<>();
    agents.forEach(a -> agentMap.put(a.name(), a));
    Map<String, Connector> connectorMap = new LinkedHashMap<>();
    connectors.forEach(c -> connectorMap.put(c.name(), c));
    Duration second = Duration.ofSeconds(1);
    Logging.Sink off = new Logging.Sink(Logging.Sink.Kind.OFF, null);
    return new GatewayConfig(
        new HostPort("127.0.0.1", 0),
        new HostPort("127.0.0.1", 0),
        null,
        List.of(),
        1,
        new VirtualCredentials(key == null ? null : new Secret(key), ttl, maxTtl),
        new Sts(null, null),
        agentMap,
        connectorMap,
        new Limits(1, 1, 1, 1, 1, 1, 1, 1, Path.of("target")),
        new Timeouts(second, second, second, second, second, second),
        new Logging(Logging.Format.TEXT, Logging.Level.INFO, off, off));
  }

  public static Agent agent(String name, String... tokens) {
    return new Agent(name, Stream.of(tokens).map(Secret::new).toList(), List.of());
  }

  public static Agent agent(String name, Grant... grants) {
    return new Agent(name, List.of(new Secret("token-of-" + name)), List.of(grants));
  }

  public static Connector connector(String name, String service, Access access) {
    return connector(name, service, "eu-west-1", access, Set.of());
  }

  public static Connector connector(
      String name, String service, String region, Access access, Set<String> credentials) {
    return new Connector(
        name,
        service,
        region,
        access,
        new CredentialSource.Environment(),
        List.of(),
        null,
        null,
        null,
        Map.of(),
        Set.of(),
        credentials,
        false);
  }
}
