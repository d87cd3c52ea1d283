package io.countersign.gateway;

import io.countersign.catalog.Catalog;
import io.countersign.catalog.Service;
import io.countersign.catalog.build.Overlay;
import io.countersign.catalog.build.SourceException;
import io.countersign.catalog.endpoint.EndpointReview;
import io.countersign.catalog.endpoint.Partitions;
import io.countersign.catalog.endpoint.RuleSetException;
import io.countersign.catalog.endpoint.ServiceEndpoints;
import io.countersign.config.Connector;
import io.countersign.config.GatewayConfig;
import io.countersign.config.Problem;
import io.countersign.connector.Pace;
import io.countersign.connector.QueryRecipe;
import io.countersign.credentials.ConnectorSlots;
import io.countersign.credentials.CredentialCache;
import io.countersign.door.Binding;
import io.countersign.door.Destinations;
import io.countersign.door.Listing;
import io.countersign.door.Routing;
import io.countersign.door.ToolDoor;
import io.countersign.identity.AgentDirectory;
import io.countersign.identity.Issuers;
import io.countersign.identity.VirtualKeys;
import io.countersign.observe.Metrics;
import io.countersign.policy.Policy;
import io.countersign.policy.PolicyReview;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** Makes of a configuration what a request needs of it. */
final class RoutingFactory {
  private final Catalog catalog;
  private final CredentialCache credentials;
  private final Metrics metrics;
  private final Clock clock;
  private final Issuers issuers;

  RoutingFactory(Catalog catalog, CredentialCache credentials, Metrics metrics, Clock clock) {
    this.catalog = catalog;
    this.credentials = credentials;
    this.metrics = metrics;
    this.clock = clock;
    this.issuers = new Issuers(clock);
  }

  Routing first(GatewayConfig config) throws IOException {
    return routing(config, VirtualKeys.of(config, clock, new SecureRandom()));
  }

  Routing reloaded(Routing before, GatewayConfig config) throws IOException {
    return routing(config, before.virtualKeys().reloaded(config));
  }

  private Routing routing(GatewayConfig config, VirtualKeys keys) throws IOException {
    // The services are looked up first: a configuration that cannot be taken up changes no slot.
    Catalog known = catalog(config);
    Partitions partitions = Partitions.parse(known.partitions());
    Map<String, ServiceEndpoints> endpoints = new HashMap<>();
    Map<String, Service> services = new LinkedHashMap<>();
    Map<String, Destinations> destinations = new HashMap<>();
    for (Connector connector : config.connectors().values()) {
      Service service = service(known, connector);
      service.prepare();
      services.put(connector.name(), service);
      destinations.put(connector.name(), destinations(connector, service, partitions, endpoints));
    }
    Map<String, ConnectorSlots> slots = credentials.configure(config);
    Map<String, Binding> bindings = new LinkedHashMap<>();
    for (Connector connector : config.connectors().values()) {
      Service service = Objects.requireNonNull(services.get(connector.name()));
      bindings.put(
          connector.name(),
          new Binding(
              connector,
              service,
              Objects.requireNonNull(slots.get(connector.name())),
              Objects.requireNonNull(destinations.get(connector.name())),
              QueryRecipe.of(
                      service,
                      Pace.system(),
                      () -> UUID.randomUUID().toString(),
                      QueryRecipe.DEFAULT_MAX_BYTES)
                  .orElse(null),
              metrics.credentials().connector(connector.name())));
    }
    return new Routing(
        config,
        AgentDirectory.of(config, issuers),
        keys,
        Policy.of(config),
        known,
        new ToolDoor(config.limits()),
        new Listing(),
        bindings);
  }

  /** Reads the rules of each service once. */
  private static Destinations destinations(
      Connector connector,
      Service service,
      Partitions partitions,
      Map<String, ServiceEndpoints> read)
      throws IOException {
    ServiceEndpoints endpoints = read.get(service.id());
    try {
      if (endpoints == null) {
        endpoints = ServiceEndpoints.of(service, partitions);
        read.put(service.id(), endpoints);
      }
      List<Problem> problems = EndpointReview.problems(connector, endpoints);
      if (!problems.isEmpty()) {
        throw new IOException(problems.getFirst().toString());
      }
      return Destinations.of(connector, endpoints);
    } catch (RuleSetException e) {
      throw new IOException(
          "connectors."
              + connector.name()
              + ".service: the endpoint rules of "
              + service.id()
              + " cannot be read: "
              + e.getMessage());
    }
  }

  /** The packed catalog, with the configuration's own models over it. */
  private Catalog catalog(GatewayConfig config) throws IOException {
    try {
      return Overlay.over(catalog, config.extraModels());
    } catch (SourceException e) {
      throw new IOException("extra-models: " + e.getMessage());
    }
  }

  private static Service service(Catalog catalog, Connector connector) throws IOException {
    return catalog
        .service(connector.service())
        .orElseThrow(
            () ->
                new IOException(
                    "connectors."
                        + connector.name()
                        + ".service: '"
                        + connector.service()
                        + "' is not in the catalog"
                        + catalog
                            .nearest(connector.service())
                            .map(near -> "; did you mean " + near + "?")
                            .orElse("")));
  }

  /** What the rules of a configuration say in vain. */
  static List<Problem> warnings(Routing routing) {
    return PolicyReview.warnings(routing.config(), routing.catalog());
  }

  /** Lets the metrics of each connector read the state of its slot. */
  void bindMetrics(Routing routing) {
    routing.bindings().values().forEach(CredentialMetricsBinding::expiry);
  }
}
