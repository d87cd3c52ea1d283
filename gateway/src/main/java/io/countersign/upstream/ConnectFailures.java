package io.countersign.upstream;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Reads what went wrong from the exception of a failed connection. */
final class ConnectFailures {
  private ConnectFailures() {}

  static UpstreamFailure.Kind kind(@Nullable Throwable cause) {
    for (Throwable t = cause; t != null; t = t.getCause()) {
      if (t instanceof UnknownHostException) {
        return UpstreamFailure.Kind.NAME;
      }
      if (t instanceof ConnectTimeoutException || t instanceof SslHandshakeTimeoutException) {
        return UpstreamFailure.Kind.CONNECT_TIMEOUT;
      }
      if (t instanceof SSLException) {
        return UpstreamFailure.Kind.TLS;
      }
    }
    return UpstreamFailure.Kind.CONNECT;
  }

  static String detail(UpstreamFailure.Kind kind, Target target, @Nullable Throwable cause) {
    return switch (kind) {
      case NAME ->
          "the name "
              + target.host()
              + " does not resolve; check the Region, the connector's endpoint and the DNS of this"
              + " network";
      case CONNECT_TIMEOUT ->
          target
              + " was not connected in time; check routes, security groups and the VPC endpoint's"
              + " policy";
      case TLS ->
          "the TLS handshake with "
              + target
              + " failed ("
              + reason(cause)
              + "); check that the certificate names this host and that its authority is trusted";
      case CONNECT, FIRST_BYTE_TIMEOUT, IDLE_TIMEOUT, RESET, TRUNCATED, GARBAGE ->
          target + " could not be connected (" + reason(cause) + ")";
    };
  }

  private static String reason(@Nullable Throwable cause) {
    Throwable deepest = cause;
    while (deepest != null && deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    if (deepest == null) {
      return "no reason given";
    }
    String message = deepest.getMessage();
    return message == null ? deepest.getClass().getSimpleName() : message;
  }
}
