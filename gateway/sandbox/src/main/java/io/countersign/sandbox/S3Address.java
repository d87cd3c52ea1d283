package io.countersign.sandbox;

import java.util.Locale;

/**
 * Bucket and key of a request, path style or virtual host ({@code bucket.localhost}, {@code
 * bucket.s3.…}).
 *
 * @param bucket empty for the service itself
 * @param key decoded; empty for the bucket itself
 */
record S3Address(String bucket, String key) {
  static S3Address of(HttpRequest request) {
    String host = request.headers().first("host", "").toLowerCase(Locale.ROOT);
    int colon = host.lastIndexOf(':');
    String name = colon > 0 && host.indexOf(']') < colon ? host.substring(0, colon) : host;
    String path = request.path();
    String bucket = virtualHost(name);
    if (!bucket.isEmpty()) {
      return new S3Address(bucket, HttpRequest.decode(path.substring(1), false));
    }
    int slash = path.indexOf('/', 1);
    String first = slash < 0 ? path.substring(1) : path.substring(1, slash);
    String rest = slash < 0 ? "" : path.substring(slash + 1);
    return new S3Address(HttpRequest.decode(first, false), HttpRequest.decode(rest, false));
  }

  private static String virtualHost(String host) {
    if (host.endsWith(".localhost")) {
      return host.substring(0, host.length() - ".localhost".length());
    }
    int s3 = host.indexOf(".s3.");
    return host.endsWith(".amazonaws.com") && s3 > 0 ? host.substring(0, s3) : "";
  }

  String arn() {
    return bucket.isEmpty() ? "*" : "arn:aws:s3:::" + bucket + (key.isEmpty() ? "" : "/" + key);
  }

  /** The operation's name, as AWS models it. */
  String operation(HttpRequest request) {
    String method = request.method();
    if (bucket.isEmpty()) {
      return method.equals("GET") ? "ListBuckets" : "";
    }
    return key.isEmpty() ? bucketOperation(request, method) : objectOperation(request, method);
  }

  private static String bucketOperation(HttpRequest request, String method) {
    return switch (method) {
      case "PUT" -> request.query().isEmpty() ? "CreateBucket" : "";
      case "HEAD" -> "HeadBucket";
      case "DELETE" -> request.query().isEmpty() ? "DeleteBucket" : "";
      case "POST" -> request.hasParameter("delete") ? "DeleteObjects" : "";
      case "GET" -> {
        if (request.hasParameter("location")) {
          yield "GetBucketLocation";
        }
        if (request.hasParameter("uploads")) {
          yield "ListMultipartUploads";
        }
        yield request.hasParameter("list-type") ? "ListObjectsV2" : "ListObjects";
      }
      default -> "";
    };
  }

  private static String objectOperation(HttpRequest request, String method) {
    boolean upload = request.hasParameter("uploadId");
    boolean copy = request.header("x-amz-copy-source") != null;
    return switch (method) {
      case "PUT" -> {
        if (upload) {
          yield copy ? "UploadPartCopy" : "UploadPart";
        }
        yield copy ? "CopyObject" : "PutObject";
      }
      case "GET" -> upload ? "ListParts" : "GetObject";
      case "HEAD" -> "HeadObject";
      case "DELETE" -> upload ? "AbortMultipartUpload" : "DeleteObject";
      case "POST" -> {
        if (request.hasParameter("uploads")) {
          yield "CreateMultipartUpload";
        }
        yield upload ? "CompleteMultipartUpload" : "";
      }
      default -> "";
    };
  }
}
