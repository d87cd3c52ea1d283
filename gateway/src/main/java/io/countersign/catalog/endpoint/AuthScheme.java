package io.countersign.catalog.endpoint;

import java.util.List;

/**
 * A way to sign for an endpoint.
 *
 * @param name {@code sigv4}, {@code sigv4a}, {@code sigv4-s3express}, or one that is newer
 * @param signingName the service in the credential scope; empty takes the service's own
 * @param signingRegion the Region in the scope; empty takes the Region that was asked for
 * @param signingRegionSet the Regions of SigV4a; empty for the other schemes
 * @param disableDoubleEncoding whether the path enters the signature as it is on the wire, as S3
 *     wants it
 */
public record AuthScheme(
    String name,
    String signingName,
    String signingRegion,
    List<String> signingRegionSet,
    boolean disableDoubleEncoding) {
  public AuthScheme {
    signingRegionSet = List.copyOf(signingRegionSet);
  }
}
