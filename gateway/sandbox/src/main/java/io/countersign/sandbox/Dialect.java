package io.countersign.sandbox;

/** How a service speaks, and so how it says no. */
enum Dialect {
  /** AWS JSON 1.0 and 1.1: {@code X-Amz-Target}, errors as JSON with {@code __type}. */
  JSON,
  /** The query protocol: {@code Action=} in a form, errors as XML in an {@code ErrorResponse}. */
  QUERY,
  /** Amazon S3: errors as a bare XML {@code Error}. */
  S3
}
