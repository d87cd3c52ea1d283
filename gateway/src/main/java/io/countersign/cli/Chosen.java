package io.countersign.cli;

import io.countersign.config.Agent;
import io.countersign.config.GatewayConfig;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** The agent and connector that a command line names. */
final class Chosen {
  private Chosen() {}

  /**
   * Gives the agent.
   *
   * @throws CliException when the configuration has no such agent or connector
   */
  static Agent check(GatewayConfig config, String agent, @Nullable String connector)
      throws CliException {
    Agent found = config.agents().get(agent);
    if (found == null) {
      throw unknown("agent", agent, config.agents().keySet());
    }
    if (connector != null && !config.connectors().containsKey(connector)) {
      throw unknown("connector", connector, config.connectors().keySet());
    }
    return found;
  }

  private static CliException unknown(String what, String name, Collection<String> known) {
    return CliException.failed(
        "the configuration has no "
            + what
            + " '"
            + name
            + "'; it has "
            + (known.isEmpty() ? "none" : String.join(", ", known)));
  }
}
