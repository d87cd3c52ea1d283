package io.countersign.credentials;

import io.countersign.credentials.StsFailure.Obstacle;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import org.jspecify.annotations.Nullable;

/** What an exception says of the way to STS. */
final class Obstacles {
  private static final int DEEPEST = 16;

  private Obstacles() {}

  /** The failure of a call that got no answer: its innermost cause, and what that means. */
  static StsFailure failure(Throwable thrown, String text) {
    Obstacle obstacle = of(thrown);
    return obstacle == null ? StsFailure.unreachable(text) : StsFailure.kept(obstacle, text);
  }

  private static @Nullable Obstacle of(Throwable thrown) {
    Throwable cause = thrown;
    for (int depth = 0; cause != null && depth < DEEPEST; depth++) {
      Obstacle found = one(cause);
      if (found != null) {
        return found;
      }
      cause = cause.getCause();
    }
    return null;
  }

  private static @Nullable Obstacle one(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    return switch (cause) {
      case ProxyRefusedException refused ->
          refused.status() == 407 ? Obstacle.PROXY_USER : Obstacle.PROXY;
      case CertificateExpiredException ignored -> Obstacle.CERTIFICATE_TIME;
      case CertificateNotYetValidException ignored -> Obstacle.CERTIFICATE_TIME;
      case CertPathBuilderException ignored -> Obstacle.CERTIFICATE_AUTHORITY;
      case CertPathValidatorException ignored -> null; // its cause or its wrapper says more
      case CertificateException ignored ->
          // The JDK's words; it has no type for this.
          message.startsWith("No subject alternative") || message.startsWith("No name matching")
              ? Obstacle.CERTIFICATE_HOST
              : null;
      default -> tunnel(message);
    };
  }

  /** The JDK's words for a proxy that it was told of by the environment. */
  private static @Nullable Obstacle tunnel(String message) {
    if (!message.startsWith("Unable to tunnel through proxy.")) {
      return null;
    }
    return message.contains(" 407") ? Obstacle.PROXY_USER : Obstacle.PROXY;
  }
}
