package io.countersign.door;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a request to S3 names in its host: a bucket, or an access point. SDKs put it there before
 * the gateway's own name ({@code bucket.localhost}) or before AWS's ({@code
 * bucket.s3.eu-west-1.amazonaws.com}).
 *
 * <p>An access point has the same form as a bucket there, {@code name-123456789012}. It is one
 * where the credential scope says so (Outposts, Object Lambda), or where the label {@code
 * s3-accesspoint} follows it, as in AWS's hosts and in {@code s3-accesspoint.localhost}.
 *
 * @param name as it stands in the host, for the path
 * @param accessPoint null for a bucket
 */
record S3Host(String name, @Nullable AccessPoint accessPoint) {
  private static final Pattern AWS =
      Pattern.compile(
          "(.+)\\.(s3|s3-accesspoint|s3-outposts|s3-object-lambda|s3express-[a-z0-9-]+)"
              + "(?:-fips)?(?:\\.dualstack)?(?:\\.[a-z0-9-]+)?\\.amazonaws\\.com(?:\\.cn)?");
  private static final Pattern POINT = Pattern.compile("([a-z0-9-]{1,63})-([0-9]{12})");
  private static final String POINTS = "s3-accesspoint";

  /**
   * An access point of S3, of S3 Outposts or of S3 Object Lambda.
   *
   * @param service in its ARN
   * @param resource in its ARN
   */
  record AccessPoint(String service, String account, String resource) {
    String arn(String partition, String region) {
      return "arn:" + partition + ":" + service + ":" + region + ":" + account + ":" + resource;
    }
  }

  /**
   * Reads a host; null where it names nothing but the gateway or S3.
   *
   * @param host perhaps with a port
   * @param hostNames of the gateway
   * @param service of the credential scope
   */
  static @Nullable S3Host of(String host, List<String> hostNames, String service) {
    int colon = host.lastIndexOf(':');
    String whole = (colon >= 0 && host.indexOf(']') < colon ? host.substring(0, colon) : host);
    whole = whole.toLowerCase(Locale.ROOT);
    for (String own : hostNames) {
      int end = whole.length() - own.length() - 1;
      if (end > 0 && whole.endsWith(own) && whole.charAt(end) == '.') {
        return named(whole.substring(0, end), service);
      }
    }
    Matcher aws = whole.contains(".amazonaws.com") ? AWS.matcher(whole) : null;
    if (aws == null || !aws.matches()) {
      return null;
    }
    return named(aws.group(2).equals("s3") ? aws.group(1) : whole(aws), service);
  }

  private static String whole(Matcher aws) {
    return aws.group(1) + "." + aws.group(2);
  }

  private static @Nullable S3Host named(String before, String service) {
    String[] labels = before.split("\\.", -1);
    String last = labels[labels.length - 1];
    Matcher point = POINT.matcher(labels[0]);
    if (point.matches()) {
      String name = point.group(1);
      String account = point.group(2);
      if (service.equals("s3-outposts") && labels.length >= 2) {
        String resource = "outpost/" + labels[1] + "/accesspoint/" + name;
        return new S3Host(labels[0], new AccessPoint(service, account, resource));
      }
      if (service.equals("s3-object-lambda") || last.equals(POINTS)) {
        String of = service.equals("s3-object-lambda") ? service : "s3";
        return new S3Host(labels[0], new AccessPoint(of, account, "accesspoint/" + name));
      }
    }
    if (last.startsWith("s3express-") || labels[0].endsWith("--op-s3")) {
      return new S3Host(labels[0], null);
    }
    // The gateway under a name such as s3.localhost: nothing stands before it.
    return labels.length == 1 && (last.equals("s3") || last.equals(POINTS))
        ? null
        : new S3Host(before, null);
  }
}
