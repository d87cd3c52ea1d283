package io.countersign.credentials;

import io.countersign.config.Arn;
import io.countersign.config.CredentialSource;
import io.countersign.credentials.CredentialFailure.Kind;
import io.countersign.credentials.StsFailure.Obstacle;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to do when STS is not reached, or does not take the credentials that ask, whatever they ask
 * for. Pure functions.
 */
final class ReachMends {
  private ReachMends() {}

  /**
   * @param caller whose credentials asked; null where none did
   */
  static List<String> of(
      Kind kind, StsFailure failure, StsTarget sts, @Nullable CredentialKey caller) {
    return switch (kind) {
      case THROTTLED ->
          List.of(
              "wait; if it lasts, ask AWS for a higher STS quota or use fewer distinct sessions");
      case STS_UNREACHABLE ->
          List.of(
              "let the gateway reach "
                  + sts
                  + " on its port: DNS, route, security group, NAT or an interface VPC endpoint for"
                  + " STS; curl -sv "
                  + address(sts)
                  + " shows how far it comes",
              "check sts.region, sts.endpoint and sts.proxy of the configuration");
      case STS_FAILED ->
          List.of("wait; see the AWS Health Dashboard, and check sts.endpoint if it is set");
      case PROXY_REFUSED -> proxy(failure, sts);
      case CERTIFICATE -> certificate(failure, sts);
      case SOURCE_INVALID -> unknownKeys(failure.code(), sts.region(), caller);
      case SOURCE_EXPIRED -> expiredKeys(caller);
      case CLOCK_SKEWED ->
          List.of(
              "set this machine's clock (NTP): AWS allows a difference of five minutes; compare"
                  + " date -u with the Date of curl -sI "
                  + address(sts));
      case REGION_DISABLED ->
          List.of(
              "enable the Region in the account: aws account enable-region --region-name "
                  + sts.region()
                  + ", and STS in it (IAM, account settings)",
              "or set sts.region to one that is enabled: aws account get-region-opt-status"
                  + " --region-name "
                  + sts.region()
                  + " shows the state of this one");
      case ACCESS_DENIED ->
          List.of("look for an explicit Deny on sts:GetCallerIdentity in the caller's policies");
      case DURATION_TOO_LONG,
          INVALID_REQUEST,
          TOKEN_REJECTED,
          TOKEN_FILE,
          NOT_CONFIGURED,
          ENDPOINT_REFUSED,
          ENDPOINT_UNREACHABLE,
          ENDPOINT_FAILED,
          PROFILE,
          TIMED_OUT,
          CACHE_FULL,
          CLOSED,
          UNEXPECTED ->
          List.of("correct what STS names");
    };
  }

  private static URI address(StsTarget sts) {
    return SdkStsCalls.endpoint(sts);
  }

  private static List<String> proxy(StsFailure failure, StsTarget sts) {
    String through = sts.proxy() == null ? "of HTTPS_PROXY" : sts.proxy().address().toString();
    if (failure.obstacle() == Obstacle.PROXY_USER) {
      return List.of(
          "the proxy "
              + through
              + " wants a user and a password that it knows: set sts.proxy-user and"
              + " sts.proxy-password, or correct them; it must offer Basic authentication");
    }
    URI endpoint = address(sts);
    return List.of(
        "let the proxy "
            + through
            + " open connections to "
            + endpoint.getHost()
            + " on port "
            + port(endpoint),
        "or reach STS without it: an interface VPC endpoint for STS, and no sts.proxy");
  }

  private static List<String> certificate(StsFailure failure, StsTarget sts) {
    URI endpoint = address(sts);
    String name = sts.certificateHost() != null ? sts.certificateHost() : endpoint.getHost();
    String show =
        "openssl s_client -connect "
            + endpoint.getHost()
            + ":"
            + port(endpoint)
            + " -servername "
            + name
            + " </dev/null | openssl x509 -noout -issuer -dates -ext subjectAltName";
    return switch (failure.obstacle()) {
      case CERTIFICATE_HOST ->
          List.of(
              "the certificate of "
                  + endpoint
                  + " is not for "
                  + name
                  + ": if that is a VPC endpoint, set sts.certificate-host to the name that the"
                  + " certificate bears; else correct sts.endpoint. "
                  + show
                  + " shows its names");
      case CERTIFICATE_TIME ->
          List.of("set this machine's clock (NTP), or let the certificate be renewed: " + show);
      case null, default ->
          List.of(
              "if a proxy or an endpoint of your own has a certificate of a private authority, set"
                  + " sts.ca-bundle to that authority's PEM; "
                  + show
                  + " shows whose it is");
    };
  }

  private static int port(URI endpoint) {
    return endpoint.getPort() >= 0
        ? endpoint.getPort()
        : endpoint.getScheme().equals("http") ? 80 : 443;
  }

  /** AWS does not know the access key, or what was signed with it is wrong. */
  static List<String> unknownKeys(
      @Nullable String code, String region, @Nullable CredentialKey caller) {
    String keys = Diagnosis.words(caller);
    if (caller instanceof CredentialKey.OfRole role) {
      Arn arn = role.hop().arn();
      return List.of(
          "make sure that the role still exists: aws iam get-role --role-name "
              + Caller.roleName(arn)
              + " with credentials of account "
              + arn.account(),
          optIn(region));
    }
    if (code != null && code.contains("Signature")) {
      return List.of(
          "the secret access key of the "
              + keys
              + " does not belong to their access key: set it anew, without spaces or line breaks",
          "make sure that no proxy between changes the request");
    }
    return List.of(
        "the access key of the "
            + keys
            + " is unknown, inactive or deleted: aws iam list-access-keys --user-name NAME shows"
            + " Status; give the gateway an active one",
        "temporary keys need their session token as well: "
            + (isStatic(caller)
                ? "set session-token"
                : "set AWS_SESSION_TOKEN or aws_session_token"),
        "keys of another partition (China, GovCloud) are not known in this one",
        optIn(region));
  }

  private static String optIn(String region) {
    return "AWS says the same where the Region is not enabled: aws account get-region-opt-status"
        + " --region-name "
        + region;
  }

  /** The session that asks has ended. */
  static List<String> expiredKeys(@Nullable CredentialKey caller) {
    return List.of(
        "renew the "
            + Diagnosis.words(caller)
            + ": they are temporary, have expired, and nothing here can renew them",
        "or let the gateway have credentials that renew themselves: credentials web-identity,"
            + " container or imds, or keys of a user, which have no session token");
  }

  private static boolean isStatic(@Nullable CredentialKey caller) {
    return caller instanceof CredentialKey.OfSource of
        && of.source() instanceof CredentialSource.Static;
  }
}
