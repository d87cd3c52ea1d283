package io.countersign.door;

import io.countersign.catalog.endpoint.NoEndpointException;
import io.countersign.upstream.Target;
import java.net.URI;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The DNS name of an interface VPC endpoint, {@code vpce-0a1b.s3.eu-west-1.vpce.amazonaws.com}.
 * That of S3 stands for three services, each with a label before it: {@code bucket}, {@code
 * accesspoint} and {@code control} ("AWS PrivateLink for Amazon S3", S3 User Guide). The gateway
 * puts the right one there, whichever the configuration has.
 *
 * @param name without that label
 */
record VpcEndpoint(URI endpoint, String name) {
  private static final Pattern NAME =
      Pattern.compile("(?:(?:bucket|accesspoint|control)\\.)?(vpce-[a-z0-9-]+\\..+\\.vpce\\..+)");

  /** Null for an endpoint of another kind. */
  static @Nullable VpcEndpoint of(URI endpoint) {
    Matcher name = NAME.matcher(endpoint.getHost().toLowerCase(Locale.ROOT));
    return name.matches() ? new VpcEndpoint(endpoint, name.group(1)) : null;
  }

  /**
   * The endpoint for a call.
   *
   * @param service {@code s3} or {@code s3control}
   * @param bucket a bucket's name or an ARN; null for neither
   */
  URI forCall(String service, @Nullable Object bucket) {
    boolean arn = bucket instanceof String text && text.startsWith("arn:");
    String label = service.equals("s3control") ? "control" : arn ? "accesspoint" : "bucket";
    String port = endpoint.getPort() < 0 ? "" : ":" + endpoint.getPort();
    return URI.create(endpoint.getScheme() + "://" + label + "." + name + port);
  }

  /**
   * Where the connection goes.
   *
   * @throws NoEndpointException if the address is none of this VPC endpoint
   */
  Target target(URI url) throws NoEndpointException {
    String host = url.getHost() == null ? "" : url.getHost().toLowerCase(Locale.ROOT);
    if (!host.endsWith("." + name)) {
      throw new NoEndpointException(
          "it is at " + url.getRawAuthority() + ", which the VPC endpoint " + name + " is not");
    }
    return Target.of(url);
  }
}
