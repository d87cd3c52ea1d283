package io.countersign.identity;

import io.countersign.config.Agent;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who a request comes from, proven.
 *
 * @param agent carries no tokens
 * @param user on whose behalf the agent acts, as a signed claim says; null for none
 * @param attributes what else a signed token says, by the names of the configuration
 * @param expiration when the proof ends; null when it does not by itself. Nothing that is issued on
 *     it lasts longer
 */
public record Caller(
    Agent agent,
    Kind kind,
    @Nullable String user,
    Map<String, String> attributes,
    @Nullable Instant expiration) {

  /** By what an agent proved who it is. */
  public enum Kind {
    BEARER_TOKEN("bearer-token"),
    JWT("jwt"),
    KUBERNETES("kubernetes"),
    CLIENT_CERTIFICATE("client-certificate"),
    VIRTUAL_CREDENTIAL("virtual-credential");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** As it stands in the log. */
    public String word() {
      return word;
    }
  }

  public Caller {
    attributes = Map.copyOf(attributes);
  }

  /** An agent that acts for itself, by a proof that does not end. */
  public static Caller of(Agent agent, Kind kind) {
    return new Caller(agent, kind, null, Map.of(), null);
  }

  /** The agent and the kind; whose data it may be stays out. */
  @Override
  public String toString() {
    return "Caller[" + agent.name() + " by " + kind.word() + "]";
  }
}
