package io.countersign.http;

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
import io.countersign.config.Tls;
import io.countersign.config.VirtualCredentials;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Configurations of gateways for tests: one agent, static keys, everything on loopback. */
final class TestGateway {
  static final String TOKEN = "token-of-the-analyst-0123456789abcdef";
  static final String STRANGER = "token-of-a-stranger-0123456789";
  static final String KEY = "a-key-for-virtual-credentials-of-the-tests";

  private final Map<String, Connector> connectors = new LinkedHashMap<>();
  private final Map<String, Agent> agents = new LinkedHashMap<>();
  private Limits limits =
      new Limits(
          64,
          16 * 1024,
          64L * 1024 * 1024,
          256 * 1024,
          32,
          64 * 1024,
          1024 * 1024,
          4 * 1024 * 1024,
          Path.of(System.getProperty("java.io.tmpdir")));
  private Timeouts timeouts =
      new Timeouts(
          Duration.ofSeconds(2),
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          Duration.ofSeconds(30),
          Duration.ofSeconds(5),
          Duration.ofSeconds(2));
  private @Nullable Tls tls;
  private Logging.Sink audit = new Logging.Sink(Logging.Sink.Kind.OFF, null);

  TestGateway() {
    agent(new Agent("analyst", List.of(new Secret(TOKEN)), List.of(new Grant("*", List.of("*")))));
    agent(new Agent("stranger", List.of(new Secret(STRANGER)), List.of()));
  }

  TestGateway connector(String name, String service, URI endpoint, Access access) {
    return connector(name, service, endpoint, access, Map.of());
  }

  TestGateway connector(
      String name, String service, URI endpoint, Access access, Map<String, Object> parameters) {
    connectors.put(
        name,
        new Connector(
            name,
            service,
            "us-east-1",
            access,
            new CredentialSource.Static(
                "AKIAROLEOFTHEGATEWAY", new Secret("secret-of-the-role"), null),
            List.of(),
            null,
            endpoint,
            null,
            parameters,
            Set.of(),
            Set.of(),
            false));
    return this;
  }

  TestGateway connector(Connector own) {
    connectors.put(own.name(), own);
    return this;
  }

  TestGateway agent(Agent own) {
    agents.put(own.name(), own);
    return this;
  }

  TestGateway limits(Limits own) {
    limits = own;
    return this;
  }

  Limits limits() {
    return limits;
  }

  TestGateway timeouts(Timeouts own) {
    timeouts = own;
    return this;
  }

  TestGateway tls(Tls own) {
    tls = own;
    return this;
  }

  /** Writes the audit line of each request to a file. */
  TestGateway audit(Path file) {
    audit = new Logging.Sink(Logging.Sink.Kind.FILE, file);
    return this;
  }

  GatewayConfig config() {
    return new GatewayConfig(
        new HostPort("127.0.0.1", 0),
        new HostPort("127.0.0.1", 0),
        tls,
        List.of("localhost"),
        1,
        new VirtualCredentials(new Secret(KEY), Duration.ofHours(1), Duration.ofHours(12)),
        new Sts(null, null),
        agents,
        connectors,
        limits,
        timeouts,
        new Logging(
            Logging.Format.JSON,
            Logging.Level.WARN,
            new Logging.Sink(Logging.Sink.Kind.OFF, null),
            audit));
  }
}
