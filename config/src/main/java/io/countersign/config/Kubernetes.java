package io.countersign.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Service-account tokens of a cluster, as projected volumes hold them.
 *
 * @param audience that the token must be for
 * @param agents from {@code namespace/service-account} to the agent's name
 * @param apiServer where keys are fetched, or tokens are sent for review
 * @param issuer what {@code iss} must be, where the cluster's keys are used
 * @param caFile the cluster's authority, PEM; null trusts what Java trusts
 * @param tokenFile the gateway's own token for the API server; null sends none
 * @param reviewFor null verifies tokens with the cluster's keys; else the API server is asked
 *     (TokenReview), and its answer holds this long
 */
public record Kubernetes(
    String audience,
    Map<String, String> agents,
    URI apiServer,
    String issuer,
    @Nullable Path caFile,
    @Nullable Path tokenFile,
    @Nullable Duration reviewFor) {
  public Kubernetes {
    agents = Collections.unmodifiableMap(new LinkedHashMap<>(agents));
  }
}
