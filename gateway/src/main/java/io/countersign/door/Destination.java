package io.countersign.door;

import io.countersign.signer.AwsCredentials;
import io.countersign.signer.PathRule;
import io.countersign.signer.SigningParameters;
import io.countersign.upstream.Target;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Where a request goes, and as what it is signed. Immutable; equal calls get the same one.
 *
 * @param target where the connection goes
 * @param host the Host header, which is signed
 * @param path what stands before the request's own path; empty for most, and without a slash at its
 *     end. For an operation on a bucket of S3 it takes the place of the bucket
 * @param signingName the service in the credential scope
 * @param signingRegion the Region in it; with SigV4a the connector's
 * @param regionSet the Regions of SigV4a; empty for SigV4
 * @param headers that the endpoint wants, names in lower case
 */
public record Destination(
    Target target,
    String host,
    String path,
    String signingName,
    String signingRegion,
    List<String> regionSet,
    PathRule pathRule,
    Map<String, String> headers) {
  /** The path template of a bucket and of what is in it. */
  private static final String BUCKET = "/{Bucket}";

  public Destination {
    regionSet = List.copyOf(regionSet);
    headers = Map.copyOf(headers);
  }

  /** How a request to it is signed. */
  public SigningParameters signing(AwsCredentials credentials, Instant now) {
    return SigningParameters.of(credentials, signingRegion, signingName, now)
        .withPathRule(pathRule);
  }

  /** Whether it sets a header of that name, in whatever case. */
  boolean sets(String name) {
    return !headers.isEmpty() && headers.containsKey(name.toLowerCase(Locale.ROOT));
  }

  /** Whether it is signed with SigV4a. */
  public boolean isSigV4a() {
    return !regionSet.isEmpty();
  }

  /**
   * The path that goes on the wire.
   *
   * @param template the operation's path template
   * @param path as the template makes it: of a bucket's operation with the bucket in front
   */
  public String wirePath(String template, String path) {
    if (!pathRule.equals(PathRule.S3) || !template.startsWith(BUCKET)) {
      return this.path.isEmpty() ? path : this.path + path;
    }
    int end = path.indexOf('/', 1);
    String rest = end < 0 ? "" : path.substring(end);
    // In the usual case the bucket stays where it is.
    if (end < 0
        ? path.equals(this.path)
        : end == this.path.length() && path.startsWith(this.path)) {
      return path;
    }
    String whole = this.path + rest;
    return whole.isEmpty() ? "/" : whole;
  }
}
