package io.countersign.sandbox;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which requests a fault is meant for; what is null matches all.
 *
 * @param service signing name, such as {@code redshift-data}
 * @param operation such as {@code AssumeRole} or {@code PutObject}
 * @param pathPrefix of the raw path, such as {@code /bucket/key}
 */
public record Target(
    @Nullable String service, @Nullable String operation, @Nullable String pathPrefix) {
  /** Every request. */
  public static Target any() {
    return new Target(null, null, null);
  }

  /** Every request to that service. */
  public static Target service(String service) {
    return new Target(service, null, null);
  }

  /** Every call of that operation. */
  public static Target operation(String service, String operation) {
    return new Target(service, operation, null);
  }

  /** Every request whose raw path starts so. */
  public static Target path(String prefix) {
    return new Target(null, null, prefix);
  }

  boolean matches(Route route, String path) {
    return (service == null || service.equals(route.service()))
        && (operation == null
            || operation
                .toLowerCase(Locale.ROOT)
                .equals(route.operation().toLowerCase(Locale.ROOT)))
        && (pathPrefix == null || path.startsWith(pathPrefix));
  }
}
