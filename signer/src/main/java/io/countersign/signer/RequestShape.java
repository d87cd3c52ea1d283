package io.countersign.signer;

import org.jspecify.annotations.Nullable;

/**
 * All of a request that enters a signature but the payload hash. Two requests of one shape have the
 * same canonical request up to its last line, so that the state of the hash after it can be kept.
 * Headers that are not signed are part of a shape by name only: were another name there, it might
 * be signed. Immutable.
 */
final class RequestShape {

  /** A shape with more text than this is not kept, in chars. */
  private static final int MAX_TEXT = 4096;

  private final String method;
  private final String path;
  private final String query;
  private final String[] names;

  /** For each name its value, or null where any will do. */
  private final @Nullable String[] values;

  private RequestShape(
      String method, String path, String query, String[] names, @Nullable String[] values) {
    this.method = method;
    this.path = path;
    this.query = query;
    this.names = names;
    this.values = values;
  }

  /** Says which values belong to a shape. */
  interface Part {
    /** Whether the value of a header with this lower-case name must be the same. */
    boolean isPart(String lowerName);
  }

  /**
   * The shape of a request, or null if it is not to be kept: it is too large, or carries a key of
   * its own (SSE-C), which is not to outlive it.
   */
  static @Nullable RequestShape of(RequestView request, Part part)
      throws MalformedRequestException {
    int count = request.headerCount();
    String[] names = new String[count];
    @Nullable String[] values = new String[count];
    int text = request.path().length() + request.query().length();
    for (int i = 0; i < count; i++) {
      names[i] = request.headerName(i);
      String name = HeaderNames.lower(names[i]);
      if (name.endsWith("customer-key")) {
        return null;
      }
      text += name.length();
      // Connection decides about the signing of what it names.
      if (name.equals("connection") || part.isPart(name)) {
        values[i] = request.headerValue(i);
        text += request.headerValue(i).length();
      }
    }
    return text > MAX_TEXT
        ? null
        : new RequestShape(request.method(), request.path(), request.query(), names, values);
  }

  /** Whether the request is of this shape. */
  boolean matches(RequestView request) {
    int count = names.length;
    if (request.headerCount() != count
        || !path.equals(request.path())
        || !query.equals(request.query())
        || !method.equals(request.method())) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      String value = values[i];
      if (!names[i].equals(request.headerName(i))
          || (value != null && !value.equals(request.headerValue(i)))) {
        return false;
      }
    }
    return true;
  }

  /** A number that is equal for requests of one shape, and mostly not for others. */
  static int hash(RequestView request) {
    int hash = request.path().hashCode() * 31 + request.query().hashCode();
    int count = request.headerCount();
    for (int i = 0; i < count; i++) {
      String name = request.headerName(i);
      if (name.length() > 6 && (name.charAt(0) | 0x20) == 'x' && name.charAt(5) == '-') {
        String value = request.headerValue(i);
        // What is long is a token or the like, which the rest goes with.
        hash = hash * 31 + (value.length() > 64 ? value.length() : value.hashCode());
      }
    }
    return hash;
  }
}
