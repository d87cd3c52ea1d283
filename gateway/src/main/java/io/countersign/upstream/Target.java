package io.countersign.upstream;

import java.net.URI;
import java.util.Locale;
import java.util.Objects;

/**
 * Where a connection goes. Two requests may share a connection only when their targets are equal.
 *
 * @param tls whether the connection is TLS, with {@code host} as the name that its certificate must
 *     bear
 * @param host lower case; an IPv6 address stands without brackets
 * @param port 1 to 65535
 */
public record Target(boolean tls, String host, int port) {
  public Target {
    Objects.requireNonNull(host, "host");
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port " + port + " is not within 1 to 65535");
    }
  }

  /**
   * From a URI with scheme {@code http} or {@code https} and a host; its path is ignored.
   *
   * @throws IllegalArgumentException for another scheme, or without a host
   */
  public static Target of(URI uri) {
    boolean tls = "https".equalsIgnoreCase(uri.getScheme());
    if (!tls && !"http".equalsIgnoreCase(uri.getScheme())) {
      throw new IllegalArgumentException("'" + uri + "' is neither http nor https");
    }
    String host = uri.getHost();
    if (host == null) {
      throw new IllegalArgumentException("'" + uri + "' names no host");
    }
    if (host.startsWith("[")) {
      host = host.substring(1, host.length() - 1);
    }
    int port = uri.getPort() >= 0 ? uri.getPort() : tls ? 443 : 80;
    return new Target(tls, host.toLowerCase(Locale.ROOT), port);
  }

  /** The value of the Host header (RFC 9112 section 3.2): a default port is left out. */
  public String authority() {
    String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return port == (tls ? 443 : 80) ? name : name + ":" + port;
  }

  @Override
  public String toString() {
    return (tls ? "https://" : "http://") + authority();
  }
}
