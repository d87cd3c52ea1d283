package io.countersign.identity;

import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.util.JSONObjectUtils;
import io.countersign.config.Agent;
import io.countersign.config.Kubernetes;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges service-account tokens by asking the API server, which also knows of pods that are gone.
 * Only tokens that claim to be of a service account in the configuration are sent there.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-review-v1/">TokenReview</a>
 */
final class TokenReview implements SignedTokens.Judge {
  private static final Logger LOG = LoggerFactory.getLogger(TokenReview.class);

  private final Kubernetes cluster;
  private final IssuerHttp http;
  private final Map<String, Agent> agents;

  /**
   * @param agents by {@code system:serviceaccount:<namespace>:<name>}
   */
  TokenReview(Kubernetes cluster, IssuerHttp http, Map<String, Agent> agents) {
    this.cluster = cluster;
    this.http = http;
    this.agents = Map.copyOf(agents);
  }

  @Override
  public Caller judge(JWSObject token, Claims claims) throws TokenRefused {
    String subject = claims.text(List.of("sub"));
    Agent claimed = agents.get(subject == null ? "" : subject);
    if (subject == null || claimed == null) {
      throw TokenRefused.of(
          "unknown-agent",
          "the token is of no issuer and of no service account in the configuration",
          "name the service account in identity.kubernetes.agents");
    }
    Map<String, Object> status = review(token);
    if (!Boolean.TRUE.equals(status.get("authenticated"))) {
      throw TokenRefused.of(
          "token-not-authenticated",
          "the cluster does not take the token",
          "get a new one; the pod or its service account may be gone");
    }
    // Without it the API server has judged the token by its own audience.
    if (!(status.get("audiences") instanceof List<?> audiences)
        || !audiences.contains(cluster.audience())) {
      throw TokenRefused.of(
          "wrong-audience",
          "the token is not for this gateway",
          "project it with the audience " + cluster.audience());
    }
    // The answer decides, not what the token said of itself.
    if (!(status.get("user") instanceof Map<?, ?> user) || !subject.equals(user.get("username"))) {
      throw TokenRefused.of(
          "unknown-agent",
          "the cluster names another account than the token does",
          "get a new token");
    }
    Instant expiration = claims.time("exp");
    if (expiration == null) {
      throw TokenRefused.of(
          "no-expiry", "the token has no 'exp'", "project a token; do not use one from a Secret");
    }
    return new Caller(claimed, Caller.Kind.KUBERNETES, null, Map.of(), expiration);
  }

  private Map<String, Object> review(JWSObject token) throws TokenRefused {
    String question =
        JSONObjectUtils.toJSONString(
            Map.of(
                "apiVersion",
                "authentication.k8s.io/v1",
                "kind",
                "TokenReview",
                "spec",
                Map.of("token", token.serialize(), "audiences", List.of(cluster.audience()))));
    try {
      Map<String, Object> answer =
          JSONObjectUtils.parse(
              http.post(
                  URI.create(cluster.apiServer() + "/apis/authentication.k8s.io/v1/tokenreviews"),
                  question));
      Map<String, Object> status = JSONObjectUtils.getJSONObject(answer, "status");
      return status == null ? Map.of() : status;
    } catch (IOException | ParseException e) {
      LOG.warn("The cluster cannot be asked about a token: {}", e.getMessage());
      throw TokenRefused.forNow("the cluster cannot be asked about the token");
    }
  }
}
