package io.countersign.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/**
 * Which service and operation a request speaks to, as far as it can be told before its signature is
 * checked.
 *
 * @param dialect how errors are to be written
 * @param service signing name
 * @param operation empty when it cannot be told
 */
record Route(Dialect dialect, String service, String operation) {
  private static final Map<String, String> TARGETS =
      Map.of(
          "RedshiftData", "redshift-data",
          "AmazonAthena", "athena",
          "secretsmanager", "secretsmanager",
          "DynamoDB_20120810", "dynamodb");
  private static final int MAX_FORM_BYTES = 1 << 20;

  static Route of(HttpRequest request) throws IOException {
    String target = request.header("x-amz-target");
    if (target != null) {
      int dot = target.lastIndexOf('.');
      String prefix = dot < 0 ? "" : target.substring(0, dot);
      return new Route(
          Dialect.JSON, TARGETS.getOrDefault(prefix, "unknown"), target.substring(dot + 1));
    }
    String type = request.headers().first("content-type", "").toLowerCase(Locale.ROOT);
    if (request.path().equals("/") && type.startsWith("application/x-www-form-urlencoded")) {
      return new Route(Dialect.QUERY, "sts", form(request, "Action"));
    }
    if (request.path().equals("/") && request.hasParameter("Action")) {
      return new Route(Dialect.QUERY, "sts", form(request, "Action"));
    }
    return new Route(Dialect.S3, "s3", S3Address.of(request).operation(request));
  }

  /** A parameter of the query protocol: from the query of a GET, from the form of a POST. */
  static String form(HttpRequest request, String name) throws IOException {
    String value = request.parameter(name);
    if (value != null) {
      return value;
    }
    if (request.body().length() > MAX_FORM_BYTES) {
      return "";
    }
    for (HttpRequest.Parameter parameter :
        HttpRequest.parseForm(new String(request.body().bytes(), StandardCharsets.UTF_8))) {
      if (parameter.name().equals(name)) {
        return parameter.value();
      }
    }
    return "";
  }
}
