package io.countersign.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An issuer of JSON Web Tokens, and what its claims mean here. A claim is named by the path of
 * members that leads to it; most paths have one member.
 *
 * @param issuer what {@code iss} must be, character by character
 * @param audiences one of them must be in {@code aud}; never empty
 * @param jwks where the keys are; null asks the issuer's {@code /.well-known/openid-configuration}
 * @param algorithms that a token may be signed with; never empty
 * @param clockSkew how far the clocks of issuer and gateway may be apart, for {@code exp}, {@code
 *     nbf} and {@code iat}
 * @param keepKeys how long keys serve that cannot be fetched anew
 * @param caFile PEM; null trusts what Java trusts
 * @param tokenFile a bearer token that is sent to the JWKS endpoint; null sends none
 * @param agentClaim whose value names the agent
 * @param agents from the claim's value to the agent's name; empty where the value is the name
 * @param userClaim whose value names the user for whom the agent acts; null for none
 * @param attributes from an attribute's name to the claim that has its value
 */
public record TokenIssuer(
    String issuer,
    List<String> audiences,
    @Nullable URI jwks,
    Set<Algorithm> algorithms,
    Duration clockSkew,
    Duration keepKeys,
    @Nullable Path caFile,
    @Nullable Path tokenFile,
    List<String> agentClaim,
    Map<String, String> agents,
    @Nullable List<String> userClaim,
    Map<String, List<String>> attributes) {

  /** Signatures with a public key, by the names of RFC 7518 section 3.1. No others are taken. */
  public enum Algorithm {
    RS256,
    RS384,
    RS512,
    PS256,
    PS384,
    PS512,
    ES256,
    ES384,
    ES512
  }

  /**
   * Whether keys may be fetched from there: over https, or from this machine. Whoever stands
   * between could else sign tokens.
   */
  public static boolean mayGiveKeys(URI from) {
    String host = from.getHost();
    return host != null
        && from.getUserInfo() == null
        && ("https".equals(from.getScheme())
            || ("http".equals(from.getScheme()) && Addresses.isLoopback(host)));
  }

  public TokenIssuer {
    audiences = List.copyOf(audiences);
    algorithms = Set.copyOf(algorithms);
    agentClaim = List.copyOf(agentClaim);
    agents = Collections.unmodifiableMap(new LinkedHashMap<>(agents));
    userClaim = userClaim == null ? null : List.copyOf(userClaim);
    attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    if (audiences.isEmpty() || algorithms.isEmpty() || agentClaim.isEmpty()) {
      throw new IllegalArgumentException("an issuer needs audiences, algorithms and a claim");
    }
  }
}
