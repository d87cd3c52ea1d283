package io.countersign.credentials;

import io.countersign.config.Arn;
import io.countersign.config.Connector;
import io.countersign.config.CredentialSource;
import io.countersign.config.RoleHop;
import io.countersign.config.RolesPerCall;
import io.countersign.config.Sts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What makes two credentials the same: a value with full equality, never a joined string. A chain
 * of roles is a key that holds its parent's key, so that chains with a common beginning share the
 * slots of that beginning.
 */
public sealed interface CredentialKey {
  /**
   * The credentials at the bottom of a chain.
   *
   * @param sts the STS that the source itself calls; null for sources that never call it, so that
   *     connectors in different Regions share them
   */
  record OfSource(CredentialSource source, @Nullable StsTarget sts) implements CredentialKey {
    public OfSource {
      Objects.requireNonNull(source, "source");
    }
  }

  /** The credentials of a role that is assumed with the credentials of {@code parent}. */
  final class OfRole implements CredentialKey {
    private final CredentialKey parent;
    private final StsTarget sts;
    private final RoleHop hop;

    /** Over every field of the whole chain: computed once, because each look-up asks for it. */
    private final int hash;

    /**
     * Refuses what would be two keys for one session.
     *
     * @throws IllegalArgumentException when two tag keys differ in case only, which STS refuses
     */
    public OfRole(CredentialKey parent, StsTarget sts, RoleHop hop) {
      this.parent = Objects.requireNonNull(parent, "parent");
      this.sts = Objects.requireNonNull(sts, "sts");
      this.hop = Objects.requireNonNull(hop, "hop");
      this.hash = (31 * parent.hashCode() + sts.hashCode()) * 31 + hop.hashCode();
      Map<String, String> folded = new HashMap<>();
      for (String tag : hop.sessionTags().keySet()) {
        String other = folded.put(tag.toLowerCase(Locale.ROOT), tag);
        if (other != null) {
          throw new IllegalArgumentException(
              "session tags '"
                  + other
                  + "' and '"
                  + tag
                  + "' of "
                  + hop.arn()
                  + " differ in case only; STS compares tag keys without case: keep one");
        }
      }
    }

    /** Whose credentials assume the role. */
    public CredentialKey parent() {
      return parent;
    }

    /** Where it is assumed. */
    public StsTarget sts() {
      return sts;
    }

    /** The role, and all that is asked for with it. */
    public RoleHop hop() {
      return hop;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return this == other
          || (other instanceof OfRole that
              && hash == that.hash
              && parent.equals(that.parent)
              && sts.equals(that.sts)
              && hop.equals(that.hop));
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public String toString() {
      return "OfRole[parent=" + parent + ", sts=" + sts + ", hop=" + hop + "]";
    }
  }

  /**
   * The key of the credentials that a connector signs an agent's requests with: its last role, or
   * its source.
   *
   * @param agent a verified name, for the templates of the hops
   */
  static CredentialKey of(Connector connector, Sts defaults, String agent) {
    StsTarget sts = StsTarget.of(connector, defaults);
    CredentialKey key =
        switch (connector.credentials()) {
          case CredentialSource.WebIdentity s -> new OfSource(s, sts);
          case CredentialSource.Profile s -> new OfSource(s, sts);
          case CredentialSource.DefaultChain s -> new OfSource(s, sts);
          case CredentialSource.Environment s -> new OfSource(s, null);
          case CredentialSource.Static s -> new OfSource(s, null);
          case CredentialSource.Container s -> new OfSource(s, null);
          case CredentialSource.Imds s -> new OfSource(s, null);
        };
    for (RoleHop hop : connector.roles()) {
      key = new OfRole(key, sts, hop.forAgent(agent));
    }
    return key;
  }

  /**
   * The key of the credentials of a role that an agent names for a call, assumed after the
   * connector's chain. All but the role comes from the configuration.
   *
   * @param role that the configuration lets the agent name
   */
  static CredentialKey named(
      Connector connector, RolesPerCall roles, Sts defaults, String agent, Arn role) {
    return new OfRole(
        of(connector, defaults, agent),
        StsTarget.of(connector, defaults),
        roles.session().of(role).forAgent(agent));
  }

  /** A name for people and metrics: the role's ARN, or the kind of source. Never a secret. */
  default String label() {
    return switch (this) {
      case OfRole role -> role.hop().arn().toString();
      case OfSource of ->
          switch (of.source()) {
            case CredentialSource.DefaultChain ignored -> "default";
            case CredentialSource.Environment ignored -> "environment";
            case CredentialSource.Static ignored -> "static";
            case CredentialSource.WebIdentity ignored -> "web-identity";
            case CredentialSource.Container ignored -> "container";
            case CredentialSource.Imds ignored -> "imds";
            case CredentialSource.Profile ignored -> "profile";
          };
    };
  }

  /** The label of the source at the bottom of the chain. */
  default String sourceLabel() {
    CredentialKey bottom = this;
    while (bottom instanceof OfRole role) {
      bottom = role.parent();
    }
    return bottom.label();
  }

  /** This key and those of its parents, the source last. */
  default List<CredentialKey> chain() {
    List<CredentialKey> chain = new ArrayList<>();
    CredentialKey key = this;
    chain.add(key);
    while (key instanceof OfRole role) {
      key = role.parent();
      chain.add(key);
    }
    return chain;
  }
}
