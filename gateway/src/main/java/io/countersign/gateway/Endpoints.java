package io.countersign.gateway;

import io.countersign.catalog.Service;
import io.countersign.config.Connector;
import io.countersign.upstream.Target;
import java.net.URI;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.ServiceMetadata;

/** Where a connector's service lives, by the endpoint metadata of the AWS SDK. */
final class Endpoints {
  private Endpoints() {}

  /** Where connections go: the connector's own endpoint, or AWS's. */
  static Target target(Connector connector, Service service) {
    URI own = connector.endpoint();
    if (own != null) {
      return Target.of(own);
    }
    String host =
        ServiceMetadata.of(service.endpointPrefix())
            .endpointFor(Region.of(connector.region()))
            .toString();
    return new Target(true, host, 443);
  }

  /** The Region of the credential scope, which for a global service is that of its one endpoint. */
  static String signingRegion(Connector connector, Service service) {
    return ServiceMetadata.of(service.endpointPrefix())
        .signingRegion(Region.of(connector.region()))
        .id();
  }
}
