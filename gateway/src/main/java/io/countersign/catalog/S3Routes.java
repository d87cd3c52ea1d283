package io.countersign.catalog;

import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
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
  private static final String WRITE_RESPONSE = "/WriteGetObjectResponse";
  private static final Route[] NONE = {};

  /** What a path is of: the template that it fits. */
  private enum Scope {
    SERVICE("/"),
    BUCKET("/{Bucket}"),
    OBJECT("/{Bucket}/{Key+}"),
    RESPONSE(WRITE_RESPONSE);

    private final String template;

    Scope(String template) {
      this.template = template;
    }

    static Scope of(String template) {
      for (Scope scope : values()) {
        if (scope.template.equals(template)) {
          return scope;
        }
      }
      throw new IllegalStateException("S3's model has the path " + template);
    }
  }

  private final Map<String, Map<Scope, Route[]>> routes = new HashMap<>();

  S3Routes(Collection<Operation> operations) {
    for (Route route : Route.all(operations)) {
      routes
          .computeIfAbsent(route.operation().httpMethod(), _ -> new EnumMap<>(Scope.class))
          .merge(Scope.of(route.path()), new Route[] {route}, S3Routes::joined);
    }
  }

  private static Route[] joined(Route[] some, Route[] more) {
    Route[] all = new Route[some.length + more.length];
    System.arraycopy(some, 0, all, 0, some.length);
    System.arraycopy(more, 0, all, some.length, more.length);
    return all;
  }

  @Override
  public @Nullable Operation match(
      String method, String rawPath, QueryParams query, Headers headers) {
    Map<Scope, Route[]> ofMethod = routes.get(method);
    Scope scope = ofMethod == null ? null : scope(rawPath);
    if (ofMethod == null || scope == null) {
      return null;
    }
    Route best = null;
    for (Route route : ofMethod.getOrDefault(scope, NONE)) {
      if ((best == null || route.weight() > best.weight())
          && route.literalsIn(query)
          && route.requiredIn(query, headers)
          && route.knowsAll(query)) {
        best = route;
      }
    }
    return best == null ? null : best.operation();
  }

  /** A key may hold anything, a bucket's name no escape. */
  private static @Nullable Scope scope(String rawPath) {
    if (rawPath.equals(WRITE_RESPONSE)) {
      return Scope.RESPONSE;
    }
    if (!rawPath.startsWith("/")) {
      return null;
    }
    if (rawPath.length() == 1) {
      return Scope.SERVICE;
    }
    int slash = rawPath.indexOf('/', 1);
    int end = slash < 0 ? rawPath.length() : slash;
    int escape = rawPath.indexOf('%');
    boolean dots = rawPath.startsWith("/.") && (end == 2 || (end == 3 && rawPath.charAt(2) == '.'));
    if (end == 1 || dots || (escape >= 0 && escape < end)) {
      return null;
    }
    return slash < 0 || slash == rawPath.length() - 1 ? Scope.BUCKET : Scope.OBJECT;
  }
}
