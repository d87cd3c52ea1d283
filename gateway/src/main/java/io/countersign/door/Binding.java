package io.countersign.door;

import io.countersign.catalog.Operation;
import io.countersign.catalog.OperationModel;
import io.countersign.catalog.Service;
import io.countersign.config.Connector;
import io.countersign.connector.QueryRecipe;
import io.countersign.credentials.ConnectorSlots;
import io.countersign.observe.CredentialMetrics;
import io.countersign.signer.PathRule;
import io.countersign.upstream.Target;
import java.util.Locale;
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

  /**
   * The same connector at a host with a prefix, such as {@code 123456789012.}; at an endpoint of
   * its own a connector has no other host.
   */
  public Binding at(String hostPrefix) {
    if (hostPrefix.isEmpty() || connector.endpoint() != null) {
      return this;
    }
    return new Binding(
        connector,
        service,
        slots,
        new Target(
            target.tls(), hostPrefix.toLowerCase(Locale.ROOT) + target.host(), target.port()),
        hostPrefix.toLowerCase(Locale.ROOT) + host,
        signingRegion,
        pathRule,
        query,
        credentialMetrics);
  }

  /** The wire form of one of its service's operations. */
  public OperationModel model(Operation operation) {
    return service.model().operation(operation.name()).orElseThrow();
  }

  @Override
  public String toString() {
    return "Binding[" + connector.name() + " -> " + target + "]";
  }
}
