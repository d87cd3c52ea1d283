package io.countersign.door;

import io.countersign.catalog.Service;
import io.countersign.config.Connector;
import io.countersign.connector.QueryRecipe;
import io.countersign.credentials.ConnectorSlots;
import io.countersign.observe.CredentialMetrics;
import io.countersign.signer.PathRule;
import io.countersign.upstream.Target;
import org.jspecify.annotations.Nullable;

/**
 * A connector with all that a request needs of it, looked up once at start and at each reload.
 *
 * @param slots the credentials at the end of the connector's chain
 * @param target where its connections go
 * @param host the Host header, which is signed
 * @param signingRegion the Region of the credential scope; differs from the connector's for global
 *     services
 * @param query the recipe that runs SQL; null where the service has none
 */
public record Binding(
    Connector connector,
    Service service,
    ConnectorSlots slots,
    Target target,
    String host,
    String signingRegion,
    PathRule pathRule,
    @Nullable QueryRecipe query,
    CredentialMetrics.ForConnector credentialMetrics) {

  /**
   * Whether the service's requests carry {@code x-amz-content-sha256} and may leave a payload
   * unsigned.
   */
  public boolean isS3() {
    return pathRule.equals(PathRule.S3);
  }

  @Override
  public String toString() {
    return "Binding[" + connector.name() + " -> " + target + "]";
  }
}
