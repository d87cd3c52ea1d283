package io.countersign.config;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Which STS is asked, and how it is reached. Only the configuration says so, never a request.
 *
 * @param region null takes the connector's Region
 * @param endpoint null takes the regional endpoint of AWS
 * @param fips the endpoint with validated cryptography; excludes {@code endpoint}
 * @param dualStack the endpoint that speaks IPv6 as well; excludes {@code endpoint}
 * @param proxy an HTTP proxy; null reaches STS directly
 * @param caBundle PEM certificates that are trusted in place of Java's; null for Java's
 * @param certificateHost the name that the endpoint's certificate bears, when it is another than
 *     the endpoint's
 */
public record Sts(
    @Nullable String region,
    @Nullable URI endpoint,
    boolean fips,
    boolean dualStack,
    @Nullable HttpProxy proxy,
    @Nullable Path caBundle,
    @Nullable String certificateHost) {
  /** AWS's own STS or an endpoint, reached directly. */
  public Sts(@Nullable String region, @Nullable URI endpoint) {
    this(region, endpoint, false, false, null, null, null);
  }
}
