package io.countersign.catalog;

import org.jspecify.annotations.Nullable;

/** Finds a REST service's operation by method, path, query and headers. */
interface Routes {
  /** Null where none fits, or more than one could be meant. */
  @Nullable Operation match(String method, String rawPath, QueryParams query, Headers headers);

  static Routes of(Service service) {
    return service.id().equals("s3")
        ? new S3Routes(service.operations())
        : new RestRoutes(service.operations());
  }
}
