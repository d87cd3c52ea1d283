package io.countersign.identity;

import com.nimbusds.jose.util.JSONObjectUtils;
import io.countersign.config.Agent;
import io.countersign.config.GatewayConfig;
import io.countersign.config.Identity;
import io.countersign.config.Kubernetes;
import io.countersign.config.TokenIssuer;
import io.countersign.config.TokenIssuer.Algorithm;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The issuers that a gateway knows, with the keys that were fetched of them. It outlives the
 * configuration: a reload that leaves an issuer as it was keeps its keys. Thread-safe.
 */
public final class Issuers {
  private static final String ACCOUNT = "system:serviceaccount:";

  private final InstantSource clock;
  private final Map<TokenIssuer, KeySet> keys = new ConcurrentHashMap<>();

  /**
   * @param clock what tokens are judged by
   */
  public Issuers(InstantSource clock) {
    this.clock = clock;
  }

  InstantSource clock() {
    return clock;
  }

  /** Who judges the signed tokens under a configuration; null when it takes none. */
  @Nullable SignedTokens under(GatewayConfig config) {
    Identity identity = config.identity();
    Map<String, SignedTokens.Judge> judges = new HashMap<>();
    SignedTokens.Judge otherwise = null;
    Kubernetes cluster = identity.kubernetes();
    if (cluster != null) {
      Map<String, String> accounts = new HashMap<>();
      cluster
          .agents()
          .forEach((key, agent) -> accounts.put(ACCOUNT + key.replace('/', ':'), agent));
      if (cluster.reviewFor() == null) {
        judges.put(
            cluster.issuer(), byKeys(ofCluster(cluster, accounts), Caller.Kind.KUBERNETES, config));
      } else {
        otherwise =
            new TokenReview(
                cluster,
                new IssuerHttp(cluster.caFile(), cluster.tokenFile()),
                named(accounts, config));
      }
    }
    for (TokenIssuer issuer : identity.issuers().values()) {
      judges.put(issuer.issuer(), byKeys(issuer, Caller.Kind.JWT, config));
    }
    keys.keySet()
        .removeIf(
            known ->
                judges.values().stream()
                    .noneMatch(
                        judge ->
                            judge instanceof SignedTokens.ByKeys by
                                && sameKeys(by.issuer()).equals(known)));
    return judges.isEmpty() && otherwise == null ? null : new SignedTokens(judges, otherwise);
  }

  private SignedTokens.ByKeys byKeys(TokenIssuer issuer, Caller.Kind kind, GatewayConfig config) {
    Map<String, Agent> agents = new HashMap<>();
    if (issuer.agents().isEmpty()) {
      config
          .agents()
          .forEach((name, agent) -> agents.put(name, AgentDirectory.withoutTokens(agent)));
    } else {
      agents.putAll(named(issuer.agents(), config));
    }
    KeySet set =
        keys.computeIfAbsent(
            sameKeys(issuer),
            same -> new KeySet(issuer.issuer(), source(issuer), issuer.keepKeys(), clock));
    return new SignedTokens.ByKeys(issuer, kind, set, agents, clock);
  }

  /** The agents that a mapping names. */
  static Map<String, Agent> named(Map<String, String> names, GatewayConfig config) {
    Map<String, Agent> agents = new HashMap<>();
    names.forEach(
        (value, name) -> {
          Agent agent = config.agents().get(name);
          if (agent == null) {
            throw new IllegalArgumentException("identity names '" + name + "', which is no agent");
          }
          agents.put(value, AgentDirectory.withoutTokens(agent));
        });
    return agents;
  }

  /** What of an issuer decides which keys are its own. */
  private static TokenIssuer sameKeys(TokenIssuer issuer) {
    return new TokenIssuer(
        issuer.issuer(),
        List.of("any"),
        issuer.jwks(),
        Set.of(Algorithm.RS256),
        Duration.ZERO,
        issuer.keepKeys(),
        issuer.caFile(),
        issuer.tokenFile(),
        List.of("any"),
        Map.of(),
        null,
        Map.of());
  }

  private static TokenIssuer ofCluster(Kubernetes cluster, Map<String, String> accounts) {
    return new TokenIssuer(
        cluster.issuer(),
        List.of(cluster.audience()),
        URI.create(cluster.apiServer() + "/openid/v1/jwks"),
        Set.of(Algorithm.RS256, Algorithm.ES256),
        Duration.ofSeconds(30),
        Duration.ofHours(24),
        cluster.caFile(),
        cluster.tokenFile(),
        List.of("sub"),
        accounts,
        null,
        Map.of());
  }

  private static KeySet.Source source(TokenIssuer issuer) {
    IssuerHttp http = new IssuerHttp(issuer.caFile(), issuer.tokenFile());
    URI jwks = issuer.jwks();
    return jwks != null ? () -> http.get(jwks) : () -> http.get(discovered(issuer, http));
  }

  /** OpenID Connect Discovery 1.0 section 4: the document must be of this very issuer. */
  private static URI discovered(TokenIssuer issuer, IssuerHttp http) throws IOException {
    String base = issuer.issuer();
    String at = (base.endsWith("/") ? base : base + "/") + ".well-known/openid-configuration";
    try {
      Map<String, Object> document = JSONObjectUtils.parse(http.get(URI.create(at)));
      if (!base.equals(document.get("issuer"))) {
        throw new IOException(at + " is the document of another issuer");
      }
      if (!(document.get("jwks_uri") instanceof String jwks)) {
        throw new IOException(at + " does not say where the keys are");
      }
      URI uri = URI.create(jwks);
      if (!TokenIssuer.mayGiveKeys(uri)) {
        throw new IOException(at + " says that the keys are at an address that is not https");
      }
      return uri;
    } catch (ParseException | IllegalArgumentException e) {
      throw new IOException(at + " is not a document of OpenID Connect", e);
    }
  }
}
