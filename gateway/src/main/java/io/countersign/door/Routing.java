package io.countersign.door;

import io.countersign.catalog.Catalog;
import io.countersign.config.GatewayConfig;
import io.countersign.identity.AgentDirectory;
import io.countersign.identity.VirtualKeys;
import io.countersign.policy.Policy;
import java.util.Map;

/**
 * What one configuration means to a request. Immutable; a reload swaps it whole, and a request
 * keeps the one that it began with.
 *
 * @param bindings by the connector's name
 */
public record Routing(
    GatewayConfig config,
    AgentDirectory agents,
    VirtualKeys virtualKeys,
    Policy policy,
    Catalog catalog,
    ToolDoor toolDoor,
    Listing listing,
    Map<String, Binding> bindings) {
  public Routing {
    bindings = Map.copyOf(bindings);
  }

  @Override
  public String toString() {
    return "Routing" + bindings.keySet();
  }
}
