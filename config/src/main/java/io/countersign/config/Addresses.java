package io.countersign.config;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;

/** Addresses to listen on, endpoints to call, names of hosts. Nothing here asks DNS. */
final class Addresses {
  private static final String LABEL = "[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?";

  /** A host's name or an IPv4 address. */
  static final String HOST = LABEL + "(?:\\." + LABEL + ")*\\.?";

  private static final Pattern HOST_NAME = Pattern.compile(HOST);
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(?:\\.\\d{1,3}){3}");

  /** {@code 127.0.0.1:7070}, {@code [::1]:7070}. */
  static final Form<HostPort> LISTEN =
      Forms.scalar(
          "an address, `host:port`",
          () -> Schema.pattern("^.+:\\d{1,5}$"),
          (text, at, in) -> listen(text));

  /** {@code https://host[:port]} of an upstream. */
  static final Form<URI> ENDPOINT =
      Forms.scalar(
          "an address, `https://host` or `https://host:port`",
          () -> Schema.pattern("^https?://[^/?#@]+/?$"),
          (text, at, in) -> endpoint(text));

  /** {@code https://host[:port]/path} of a document. */
  static final Form<URI> DOCUMENT =
      Forms.scalar(
          "an address, `https://host/path`",
          () -> Schema.pattern("^https?://[^#@]+$"),
          (text, at, in) -> document(text));

  private Addresses() {}

  private static URI document(String text) throws Wrong {
    String mend = "write scheme, host and path, such as https://login.example.com/keys";
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw new Wrong("is not an address", mend);
    }
    if (uri.getRawFragment() != null || uri.getRawUserInfo() != null || text.indexOf('@') >= 0) {
      throw new Wrong("has a user or a fragment, which it may not", mend);
    }
    int path = text.indexOf('/', text.indexOf("://") + 3);
    endpoint(path < 0 ? text : text.substring(0, path));
    return uri;
  }

  private static HostPort listen(String text) throws Wrong {
    String mend = "write host:port, such as 127.0.0.1:7070 or [::1]:7070";
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      throw new Wrong("is not an address to listen on", mend);
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
      if (!isIpv6(host)) {
        throw new Wrong("names no IPv6 address in its brackets", mend);
      }
    } else if (host.indexOf(':') >= 0) {
      throw new Wrong("is an IPv6 address without brackets", mend);
    } else if (!isHost(host)) {
      throw new Wrong("names no host", mend);
    }
    try {
      return new HostPort(host, port(text.substring(colon + 1), 0));
    } catch (NumberFormatException e) {
      throw new Wrong("has no port from 0 to 65535", mend);
    }
  }

  private static int port(String text, int least) {
    if (!text.matches("\\d{1,5}")) {
      throw new NumberFormatException();
    }
    int port = Integer.parseInt(text);
    if (port < least || port > 65_535) {
      throw new NumberFormatException();
    }
    return port;
  }

  private static URI endpoint(String text) throws Wrong {
    String mend = "write scheme, host and perhaps port, such as https://localhost:4566";
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw new Wrong("is not an address", mend);
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("https") && !scheme.equals("http")) {
      throw new Wrong("is neither https nor http", mend);
    }
    if (uri.getRawUserInfo() != null || text.indexOf('@') >= 0) {
      throw new Wrong("contains a user, which an endpoint may not", mend);
    }
    if (uri.getRawPath() != null && !uri.getRawPath().isEmpty() && !uri.getRawPath().equals("/")) {
      throw new Wrong("has a path, which an endpoint may not", mend);
    }
    if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw new Wrong("has a query or fragment, which an endpoint may not", mend);
    }
    String host = uri.getHost();
    if (host == null || !(host.startsWith("[") ? isIpv6(unbracketed(host)) : isHost(host))) {
      throw new Wrong("names no host", mend);
    }
    if (uri.getPort() == 0 || uri.getPort() > 65_535 || uri.getRawAuthority().endsWith(":")) {
      throw new Wrong("has no port from 1 to 65535", mend);
    }
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    return URI.create(scheme + "://" + host.toLowerCase(Locale.ROOT) + port);
  }

  /** Reports an endpoint that is neither encrypted nor on this machine. */
  static void checkEncrypted(URI endpoint, boolean insecureAllowed, Place at, Reading in) {
    if ("https".equals(endpoint.getScheme()) || isLoopback(endpoint.getHost())) {
      return;
    }
    if (insecureAllowed) {
      in.warning(
          at,
          "signed calls, session tokens among them, cross the network unencrypted to "
              + Reading.shown(at),
          "use https outside of tests");
    } else {
      in.problem(
          at,
          Reading.shown(at) + " is plain http to another machine",
          "use https; for a stand-in AWS on a network of your own set insecure-endpoint: true");
    }
  }

  /** Whether the host can only be this machine: 127.0.0.0/8, ::1 or localhost. */
  static boolean isLoopback(String host) {
    String bare = unbracketed(host);
    if (bare.equalsIgnoreCase("localhost")) {
      return true;
    }
    if (!isIpv4(bare) && !isIpv6(bare)) {
      return false;
    }
    return InetAddress.ofLiteral(bare).isLoopbackAddress();
  }

  private static String unbracketed(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  private static boolean isHost(String host) {
    if (host.length() > 253 || !HOST_NAME.matcher(host).matches()) {
      return false;
    }
    // What looks like an IPv4 address must be one: "127.1" or "999.0.0.1" would go to DNS.
    String last = host.substring(host.lastIndexOf('.') + 1);
    return isIpv4(host) || !last.matches("\\d+");
  }

  private static boolean isIpv4(String host) {
    return IPV4.matcher(host).matches() && isLiteral(host);
  }

  private static boolean isIpv6(String host) {
    return host.indexOf(':') >= 0 && host.indexOf('%') < 0 && isLiteral(host);
  }

  private static boolean isLiteral(String host) {
    try {
      return InetAddress.ofLiteral(host) != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
