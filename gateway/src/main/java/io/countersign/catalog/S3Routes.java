package io.countersign.catalog;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * S3's routing: the path says service, bucket or object, and the query (a "sub-resource"), required
 * parameters and required headers say the rest.
 *
 * <p>A query parameter that the model of the chosen operation does not know makes the request
 * unknown. S3 itself would pick an operation by a sub-resource that is newer than our data, or that
 * stands beside another one, and a request must not be taken for a plainer one than it is. Only
 * names that start with {@code x-} pass, which S3 leaves to its callers.
 */
final class S3Routes implements Routes {
  private final Map<String, List<Route>> byMethodAndScope = new HashMap<>();

  S3Routes(Collection<Operation> operations) {
    for (Route route : Route.all(operations)) {
      byMethodAndScope
          .computeIfAbsent(
              route.operation().httpMethod() + " " + route.path(), key -> new ArrayList<>())
          .add(route);
    }
  }

  @Override
  public @Nullable Operation match(
      String method, String rawPath, QueryParams query, Headers headers) {
    String scope = scope(rawPath);
    if (scope == null) {
      return null;
    }
    List<Route> fitting = new ArrayList<>();
    for (Route route : byMethodAndScope.getOrDefault(method + " " + scope, List.of())) {
      if (route.literalsIn(query) && route.requiredIn(query, headers) && route.knowsAll(query)) {
        fitting.add(route);
      }
    }
    return Route.heaviest(fitting);
  }

  /** The template that the path is of; a key may hold anything, a bucket's name no escape. */
  private static @Nullable String scope(String rawPath) {
    if (rawPath.equals("/WriteGetObjectResponse")) {
      return rawPath;
    }
    if (!rawPath.startsWith("/")) {
      return null;
    }
    if (rawPath.length() == 1) {
      return "/";
    }
    int slash = rawPath.indexOf('/', 1);
    String bucket = rawPath.substring(1, slash < 0 ? rawPath.length() : slash);
    if (bucket.isEmpty() || bucket.indexOf('%') >= 0 || bucket.equals(".") || bucket.equals("..")) {
      return null;
    }
    return slash < 0 || slash == rawPath.length() - 1 ? "/{Bucket}" : "/{Bucket}/{Key+}";
  }
}
