package io.countersign.config;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the configuration file says, with the defaults filled in. Immutable and valid:
 * whoever holds one need not check it again.
 *
 * @param listen the agents' port
 * @param admin metrics, health and administration
 * @param tls null leaves the agents' port without TLS
 * @param hostNames names under which agents reach the gateway, so that {@code bucket.<name>} is
 *     known as an S3 bucket
 * @param threads event loops; 0 takes one for each processor
 * @param regions the Regions that may be named, those of {@code extra-regions} included
 * @param extraModels a folder of service models that are newer than this release; null for none
 * @param identity how agents prove who they are, beside their tokens
 */
public record GatewayConfig(
    HostPort listen,
    HostPort admin,
    @Nullable Tls tls,
    List<String> hostNames,
    int threads,
    VirtualCredentials virtualCredentials,
    Sts sts,
    Map<String, Agent> agents,
    Map<String, Connector> connectors,
    Limits limits,
    Timeouts timeouts,
    Logging logging,
    Regions regions,
    @Nullable Path extraModels,
    Identity identity) {
  public GatewayConfig {
    hostNames = List.copyOf(hostNames);
    agents = Collections.unmodifiableMap(new LinkedHashMap<>(agents));
    connectors = Collections.unmodifiableMap(new LinkedHashMap<>(connectors));
  }

  /** With what this release knows, and agents that are known by their tokens. */
  public GatewayConfig(
      HostPort listen,
      HostPort admin,
      @Nullable Tls tls,
      List<String> hostNames,
      int threads,
      VirtualCredentials virtualCredentials,
      Sts sts,
      Map<String, Agent> agents,
      Map<String, Connector> connectors,
      Limits limits,
      Timeouts timeouts,
      Logging logging) {
    this(
        listen,
        admin,
        tls,
        hostNames,
        threads,
        virtualCredentials,
        sts,
        agents,
        connectors,
        limits,
        timeouts,
        logging,
        Regions.builtIn(),
        null,
        Identity.NONE);
  }

  /** The same with other virtual credentials. */
  public GatewayConfig with(VirtualCredentials other) {
    return new GatewayConfig(
        listen,
        admin,
        tls,
        hostNames,
        threads,
        other,
        sts,
        agents,
        connectors,
        limits,
        timeouts,
        logging,
        regions,
        extraModels,
        identity);
  }

  /** The same with another way to know agents. */
  public GatewayConfig with(Identity other) {
    return new GatewayConfig(
        listen,
        admin,
        tls,
        hostNames,
        threads,
        virtualCredentials,
        sts,
        agents,
        connectors,
        limits,
        timeouts,
        logging,
        regions,
        extraModels,
        other);
  }
}
