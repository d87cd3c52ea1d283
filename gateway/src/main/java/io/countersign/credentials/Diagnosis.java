package io.countersign.credentials;

import io.countersign.config.Arn;
import io.countersign.config.RoleHop;
import io.countersign.credentials.CredentialFailure.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a failure means and how to mend it, in one place, so that the cache, the doors and {@code
 * check --live} say the same. Pure functions.
 *
 * @see <a href="https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html">Errors of
 *     AssumeRole</a>
 */
final class Diagnosis {
  private static final Logger log = LoggerFactory.getLogger(Diagnosis.class);

  private static final Pattern CALLER = Pattern.compile("User: (arn:\\S+) is not authorized");
  private static final Pattern ACTION = Pattern.compile("perform: (sts:[A-Za-z]+)");
  private static final Pattern SESSION_ARN =
      Pattern.compile("arn:([a-z-]+):sts::(\\d+):assumed-role/([^/]+)/.*");

  private Diagnosis() {}

  /** Classifies by STS's code; the status counts only where there is no code that is known. */
  static Kind kind(StsFailure failure) {
    String code = failure.code();
    if (code == null) {
      return withoutCode(failure.status());
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

  private static Kind withoutCode(int status) {
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

  private static boolean passes(Kind kind) {
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

  /** A failed {@code sts:AssumeRole} of a chain. */
  static CredentialFailure assumeRole(StsFailure failure, CredentialKey.OfRole key) {
    RoleHop hop = key.hop();
    String what =
        "AssumeRole of "
            + hop.arn()
            + " with the "
            + callerWords(key.parent())
            + " at "
            + key.sts()
            + " failed: "
            + failure.said();
    Kind kind = kind(failure);
    List<String> mends =
        switch (kind) {
          case ACCESS_DENIED -> deniedMends(failure, hop);
          case DURATION_TOO_LONG ->
              List.of(
                  "set duration of this hop to at most the role's maximum session duration (aws iam"
                      + " get-role --role-name "
                      + roleName(hop.arn())
                      + " --query Role.MaxSessionDuration), and to at most 1h when the role is"
                      + " assumed with another role's credentials");
          case INVALID_REQUEST -> invalidRequestMends(failure);
          default -> commonMends(kind, key.sts(), callerWords(key.parent()));
        };
    return failed(kind, what, mends, failure);
  }

  /** A failed {@code sts:AssumeRoleWithWebIdentity}. */
  static CredentialFailure webIdentity(
      StsFailure failure, Arn role, Path tokenFile, StsTarget sts) {
    String what =
        "AssumeRoleWithWebIdentity of "
            + role
            + " with the token in "
            + tokenFile
            + " at "
            + sts
            + " failed: "
            + failure.said();
    Kind found = kind(failure);
    Kind kind = found == Kind.SOURCE_EXPIRED ? Kind.TOKEN_REJECTED : found;
    List<String> mends =
        switch (kind) {
          case ACCESS_DENIED ->
              List.of(
                  "let the trust policy of "
                      + role
                      + " allow sts:AssumeRoleWithWebIdentity to the cluster's OIDC provider, with"
                      + " conditions on :sub (system:serviceaccount:NAMESPACE:NAME) and :aud that"
                      + " the token meets",
                  "make sure that the role exists in account " + role.account());
          case TOKEN_REJECTED ->
              List.of(
                  found == Kind.SOURCE_EXPIRED
                      ? "the token in the file has expired: see why the kubelet does not renew it"
                      : "make the token's issuer an OIDC provider in IAM of account "
                          + role.account()
                          + ", with the token's audience (sts.amazonaws.com for EKS) among its"
                          + " client ids",
                  "check that "
                      + tokenFile
                      + " holds the token of this cluster and service account");
          default -> commonMends(kind, sts, "web identity token");
        };
    return failed(kind, what, mends, failure);
  }

  /** A failed {@code sts:GetCallerIdentity}. */
  static CredentialFailure callerIdentity(StsFailure failure, StsTarget sts, CredentialKey key) {
    Kind kind = kind(failure);
    return failed(
        kind,
        "GetCallerIdentity with the "
            + callerWords(key)
            + " at "
            + sts
            + " failed: "
            + failure.said(),
        commonMends(kind, sts, callerWords(key)),
        failure);
  }

  private static CredentialFailure failed(
      Kind kind, String what, List<String> mends, StsFailure failure) {
    return new CredentialFailure(
        kind, what, mends, passes(kind), Duration.ZERO, failure.code(), failure.requestId());
  }

  /**
   * STS answers AccessDenied for many causes and rarely says which: all that fit, by likelihood.
   */
  private static List<String> deniedMends(StsFailure failure, RoleHop hop) {
    String message = failure.message();
    Matcher callerMatch = CALLER.matcher(message);
    String caller = callerMatch.find() ? principal(callerMatch.group(1)) : "the caller";
    Matcher actionMatch = ACTION.matcher(message);
    String action = actionMatch.find() ? actionMatch.group(1) : "sts:AssumeRole";
    String role = hop.arn().toString();

    List<String> mends = new ArrayList<>();
    if (message.contains("explicit deny")) {
      mends.add(
          "a policy denies it explicitly: look for Deny on "
              + action
              + " in service control policies, permissions boundaries and the policies of "
              + caller);
    }
    String tagSession =
        "let the trust policy of "
            + role
            + " allow sts:TagSession beside sts:AssumeRole, because this hop sets session-tags";
    String identityPolicy =
        "let an identity policy of "
            + caller
            + " allow "
            + action
            + " on "
            + role
            + " (across accounts both sides must allow it)";
    boolean saysTagSession = action.equals("sts:TagSession");
    boolean saysIdentity = message.contains("no identity-based policy allows");
    if (saysTagSession) {
      mends.add(tagSession);
    }
    if (action.equals("sts:SetSourceIdentity")) {
      mends.add("let the trust policy of " + role + " allow sts:SetSourceIdentity");
    }
    if (saysIdentity) {
      mends.add(identityPolicy);
    }
    mends.add("let the trust policy of " + role + " allow sts:AssumeRole to " + caller);
    mends.add(
        hop.externalId() != null
            ? "compare the trust policy's condition on sts:ExternalId with external-id of this hop:"
                + " they must be equal, in case as well"
            : "if the trust policy has a condition on sts:ExternalId, set external-id of this hop");
    if (!hop.sessionTags().isEmpty() && !saysTagSession) {
      mends.add(tagSession);
    }
    if (hop.sourceIdentity() != null && !action.equals("sts:SetSourceIdentity")) {
      mends.add(
          "let the trust policy of "
              + role
              + " allow sts:SetSourceIdentity, because this hop sets source-identity");
    }
    if (!saysIdentity) {
      mends.add(identityPolicy);
    }
    mends.add(
        "make sure that the role exists, for STS says the same of one that does not: in account "
            + hop.arn().account()
            + ", aws iam get-role --role-name "
            + roleName(hop.arn())
            + " --query Role.AssumeRolePolicyDocument shows the trust policy too");
    return mends;
  }

  private static List<String> invalidRequestMends(StsFailure failure) {
    String message = failure.message();
    if (message.contains("ag")
        && (message.contains("transitive") || message.contains("nherited"))) {
      return List.of(
          "leave out the session tag that an earlier hop (or EKS Pod Identity) already passes on as"
              + " a transitive one");
    }
    if (failure.code() != null && failure.code().startsWith("PackedPolicyTooLarge")) {
      return List.of("set fewer or shorter session-tags: STS packs them into a fixed space");
    }
    return List.of("correct the hop's parameter that STS names");
  }

  private static List<String> commonMends(Kind kind, StsTarget sts, String caller) {
    return switch (kind) {
      case THROTTLED ->
          List.of(
              "wait; if it lasts, ask AWS for a higher STS quota or use fewer distinct sessions");
      case STS_UNREACHABLE ->
          List.of(
              "let the gateway reach "
                  + sts
                  + " on its port: DNS, route, security group, NAT or an interface VPC endpoint for"
                  + " STS, and the certificate authority it trusts",
              "check sts.region and sts.endpoint of the configuration");
      case STS_FAILED ->
          List.of("wait; see the AWS Health Dashboard, and check sts.endpoint if it is set");
      case SOURCE_INVALID ->
          List.of(
              "the "
                  + caller
                  + " are unknown to this partition, inactive, or mistyped: compare access key and"
                  + " secret with IAM (aws iam list-access-keys)",
              "temporary keys need their session token as well");
      case SOURCE_EXPIRED ->
          List.of("renew the " + caller + ": they have expired, and nothing here can renew them");
      case CLOCK_SKEWED ->
          List.of("set this machine's clock (NTP): AWS allows a difference of five minutes");
      case REGION_DISABLED ->
          List.of(
              "enable the Region in the account, or set sts.region to one that is enabled ("
                  + sts
                  + " was asked)");
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

  private static String callerWords(CredentialKey caller) {
    return switch (caller) {
      case CredentialKey.OfRole role -> "credentials of role " + role.hop().arn();
      case CredentialKey.OfSource source -> source.label() + " credentials";
    };
  }

  /** The principal that a policy names: the role itself in place of a session of it. */
  private static String principal(String arn) {
    Matcher session = SESSION_ARN.matcher(arn);
    return session.matches()
        ? "arn:" + session.group(1) + ":iam::" + session.group(2) + ":role/" + session.group(3)
        : arn;
  }

  private static String roleName(Arn role) {
    return role.resource().substring(role.resource().lastIndexOf('/') + 1);
  }

  /** The attempt was given up because nothing came of it. */
  static CredentialFailure hung(CredentialKey key, Duration limit) {
    return CredentialFailure.passing(
        Kind.TIMED_OUT,
        "fetching credentials for " + key.label() + " gave nothing within " + words(limit),
        "check that the gateway reaches STS and the source of the credentials");
  }

  /** A tenant asks for more distinct credentials than it may hold. */
  static CredentialFailure quota(CredentialKey key, String tenant, int most) {
    return CredentialFailure.passing(
            Kind.CACHE_FULL,
            "'"
                + tenant
                + "' uses "
                + most
                + " distinct sessions at once, and "
                + key.label()
                + " would be one more",
            "use fewer distinct roles, session names and tags at a time")
        .withRetryAfter(Duration.ofSeconds(30));
  }

  /** The cache is full of credentials that are in use. */
  static CredentialFailure full(CredentialKey key, int most) {
    return CredentialFailure.passing(
            Kind.CACHE_FULL,
            "the cache holds "
                + most
                + " sessions that are all in use, and "
                + key.label()
                + " would be one more",
            "run more replicas, or let fewer agents have sessions of their own")
        .withRetryAfter(Duration.ofSeconds(30));
  }

  /** The waiter's deadline passed before anything had failed. */
  static CredentialFailure late(CredentialKey key, Duration deadline) {
    return CredentialFailure.passing(
            Kind.TIMED_OUT,
            "no credentials for "
                + key.label()
                + " within "
                + words(deadline)
                + "; they are still being fetched",
            "send the request again; if it lasts, check that the gateway reaches STS")
        .withRetryAfter(Duration.ofSeconds(1));
  }

  /** The issuer's answer had expired when it came. */
  static CredentialFailure bornExpired(CredentialKey key, Instant expiration, Instant now) {
    return CredentialFailure.passing(
        Kind.CLOCK_SKEWED,
        "the credentials that came for "
            + key.label()
            + " expired at "
            + expiration
            + "; this machine's clock says "
            + now,
        "set this machine's clock (NTP); if it is right, the issuer's is wrong");
  }

  /** Something that the code does not expect; the log has the stack trace, the answer has not. */
  static CredentialFailure defect(CredentialKey key, @Nullable Throwable thrown) {
    log.error("defect while fetching credentials for {}", key.label(), thrown);
    return CredentialFailure.passing(
        Kind.UNEXPECTED,
        "the gateway itself failed while fetching credentials for " + key.label(),
        "see the gateway's log, and report it");
  }

  private static String words(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + " s"
        : duration.toMillis() + " ms";
  }
}
