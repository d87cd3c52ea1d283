package io.countersign.signer;

/**
 * How a path enters the canonical request.
 *
 * @param normalize whether {@code .}, {@code ..} and empty segments are resolved first
 * @param doubleEncode whether the path of the wire is percent-encoded as it stands, so that {@code
 *     %2F} becomes {@code %252F}; if not, it is decoded and encoded once
 */
public record PathRule(boolean normalize, boolean doubleEncode) {

  /** The rule of all services but S3. */
  public static final PathRule STANDARD = new PathRule(true, true);

  /** The rule of S3: an object key may have {@code //} and {@code ..} in it. */
  public static final PathRule S3 = new PathRule(false, false);

  /** The rule of the service with this signing name. */
  public static PathRule forService(String service) {
    return isS3Family(service) ? S3 : STANDARD;
  }

  static boolean isS3Family(String service) {
    return switch (service) {
      case "s3", "s3-object-lambda", "s3-outposts", "s3express", "s3control" -> true;
      default -> false;
    };
  }
}
