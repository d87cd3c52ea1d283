package io.countersign.credentials;

import io.countersign.credentials.CredentialFailure.Kind;

/**
 * What kind of failure STS's answer is. Pure functions.
 *
 * @see <a href="https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html">Errors of
 *     AssumeRole</a>
 */
final class StsErrors {
  private StsErrors() {}

  /** Classifies by STS's code; the status counts only where there is no code that is known. */
  static Kind kind(StsFailure failure) {
    String code = failure.code();
    if (code == null) {
      return withoutCode(failure);
    }
    return switch (code) {
      case "AccessDenied", "AccessDeniedException" -> Kind.ACCESS_DENIED;
      case "Throttling",
          "ThrottlingException",
          "ThrottledException",
          "RequestThrottled",
          "RequestLimitExceeded",
          "TooManyRequestsException" ->
          Kind.THROTTLED;
      case "ExpiredToken", "ExpiredTokenException" -> Kind.SOURCE_EXPIRED;
      case "SignatureDoesNotMatch", "InvalidSignatureException" ->
          aboutTime(failure.message()) ? Kind.CLOCK_SKEWED : Kind.SOURCE_INVALID;
      case "RequestExpired", "RequestTimeTooSkewed" -> Kind.CLOCK_SKEWED;
      case "InvalidClientTokenId",
          "UnrecognizedClientException",
          "InvalidAccessKeyId",
          "AuthFailure",
          "IncompleteSignature",
          "MissingAuthenticationToken" ->
          Kind.SOURCE_INVALID;
      case "RegionDisabledException", "RegionDisabled", "OptInRequired" -> Kind.REGION_DISABLED;
      case "ValidationError", "ValidationException" ->
          aboutDuration(failure.message()) ? Kind.DURATION_TOO_LONG : Kind.INVALID_REQUEST;
      case "InvalidIdentityToken",
          "InvalidIdentityTokenException",
          "IDPRejectedClaim",
          "IDPRejectedClaimException" ->
          Kind.TOKEN_REJECTED;
      case "IDPCommunicationError", "IDPCommunicationErrorException" -> Kind.STS_FAILED;
      default -> {
        if (failure.status() >= 500) {
          yield Kind.STS_FAILED;
        }
        yield failure.status() == 429 ? Kind.THROTTLED : Kind.INVALID_REQUEST;
      }
    };
  }

  private static Kind withoutCode(StsFailure failure) {
    return switch (failure.obstacle()) {
      case PROXY_USER, PROXY -> Kind.PROXY_REFUSED;
      case CERTIFICATE_HOST, CERTIFICATE_AUTHORITY, CERTIFICATE_TIME -> Kind.CERTIFICATE;
      case null -> byStatus(failure.status());
    };
  }

  private static Kind byStatus(int status) {
    return switch (status) {
      case 0 -> Kind.STS_UNREACHABLE;
      case 403 -> Kind.ACCESS_DENIED;
      case 429 -> Kind.THROTTLED;
      default -> Kind.STS_FAILED;
    };
  }

  /** Whether a wrong clock explains the refusal. */
  static boolean mayBeSkew(StsFailure failure) {
    return switch (failure.code()) {
      case "SignatureDoesNotMatch",
          "InvalidSignatureException",
          "RequestExpired",
          "RequestTimeTooSkewed" ->
          true;
      case null, default -> false;
    };
  }

  private static boolean aboutTime(String message) {
    return message.contains("Signature expired") || message.contains("not yet current");
  }

  private static boolean aboutDuration(String message) {
    return message.contains("DurationSeconds") || message.contains("durationSeconds");
  }

  /** Whether the same call may succeed later with nothing changed. */
  static boolean passes(Kind kind) {
    return switch (kind) {
      case THROTTLED,
          STS_UNREACHABLE,
          STS_FAILED,
          CLOCK_SKEWED,
          ENDPOINT_UNREACHABLE,
          ENDPOINT_FAILED,
          TIMED_OUT,
          CACHE_FULL,
          CLOSED,
          UNEXPECTED ->
          true;
      case ACCESS_DENIED,
          PROXY_REFUSED,
          CERTIFICATE,
          SOURCE_INVALID,
          SOURCE_EXPIRED,
          REGION_DISABLED,
          DURATION_TOO_LONG,
          INVALID_REQUEST,
          TOKEN_REJECTED,
          TOKEN_FILE,
          NOT_CONFIGURED,
          ENDPOINT_REFUSED,
          PROFILE ->
          false;
    };
  }
}
