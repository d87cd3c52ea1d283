package io.countersign.credentials;

import io.countersign.config.Connector;
import io.countersign.config.HttpProxy;
import io.countersign.config.Sts;
import java.net.URI;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The STS that is asked, and how it is reached. Only the configuration makes one, never a request.
 *
 * @param region the Region that signs, and whose regional endpoint is called
 * @param endpoint scheme, host and port that replace AWS's own; null for AWS's own
 * @param fips AWS's endpoint with validated cryptography
 * @param dualStack AWS's endpoint for IPv4 and IPv6
 * @param proxy null reaches STS directly
 * @param caBundle trusted in place of Java's own; null for Java's
 * @param certificateHost the name that the endpoint's certificate bears; null for the endpoint's
 */
public record StsTarget(
    String region,
    @Nullable URI endpoint,
    boolean fips,
    boolean dualStack,
    @Nullable HttpProxy proxy,
    @Nullable Path caBundle,
    @Nullable String certificateHost) {
  public StsTarget {
    Objects.requireNonNull(region, "region");
  }

  /** AWS's own STS or an endpoint, reached directly. */
  public StsTarget(String region, @Nullable URI endpoint) {
    this(region, endpoint, false, false, null, null, null);
  }

  /** The connector's own STS or else the gateway's; the connector's Region unless one is set. */
  static StsTarget of(Connector connector, Sts defaults) {
    Sts sts = connector.sts() != null ? connector.sts() : defaults;
    return new StsTarget(
        sts.region() != null ? sts.region() : connector.region(),
        sts.endpoint(),
        sts.fips(),
        sts.dualStack(),
        sts.proxy(),
        sts.caBundle(),
        sts.certificateHost());
  }

  /** The same STS in another Region. */
  StsTarget in(String other) {
    return new StsTarget(other, endpoint, fips, dualStack, proxy, caBundle, certificateHost);
  }

  /** How the target is named in messages. */
  @Override
  public String toString() {
    String name = endpoint != null ? endpoint + " (" + region + ")" : "STS in " + region;
    return proxy != null ? name + " through the proxy " + proxy.address() : name;
  }
}
