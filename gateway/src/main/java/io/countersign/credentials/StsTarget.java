package io.countersign.credentials;

import io.countersign.config.Connector;
import io.countersign.config.Sts;
import java.net.URI;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The STS that is asked. Only the configuration makes one, never a request.
 *
 * @param region the Region that signs, and whose regional endpoint is called
 * @param endpoint scheme, host and port that replace AWS's own; null for AWS's own
 */
public record StsTarget(String region, @Nullable URI endpoint) {
  public StsTarget {
    Objects.requireNonNull(region, "region");
  }

  /** The connector's own STS or else the gateway's; the connector's Region unless one is set. */
  static StsTarget of(Connector connector, Sts defaults) {
    Sts sts = connector.sts() != null ? connector.sts() : defaults;
    return new StsTarget(sts.region() != null ? sts.region() : connector.region(), sts.endpoint());
  }

  /** How the target is named in messages. */
  @Override
  public String toString() {
    return endpoint != null ? endpoint + " (" + region + ")" : "STS in " + region;
  }
}
