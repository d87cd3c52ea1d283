package io.countersign.credentials;

import io.countersign.config.Arn;
import io.countersign.config.RoleHop;
import io.countersign.credentials.CredentialFailure.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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

  private Diagnosis() {}

  /** A failed {@code sts:AssumeRole} of a chain. */
  static CredentialFailure assumeRole(StsFailure failure, CredentialKey.OfRole key) {
    RoleHop hop = key.hop();
    String what =
        "AssumeRole of "
            + hop.arn()
            + " with the "
            + words(key.parent())
            + " at "
            + key.sts()
            + " failed: "
            + failure.said();
    Kind kind = StsErrors.kind(failure);
    List<String> mends =
        switch (kind) {
          case ACCESS_DENIED -> RoleMends.denied(failure, key);
          case DURATION_TOO_LONG -> RoleMends.duration(hop);
          case INVALID_REQUEST -> RoleMends.invalid(failure);
          default -> ReachMends.of(kind, failure, key.sts(), key.parent());
        };
    return failed(kind, what, mends, failure);
  }

  /**
   * A failed {@code sts:AssumeRoleWithWebIdentity}.
   *
   * @param claims of the token that was sent; null when it has none
   */
  static CredentialFailure webIdentity(
      StsFailure failure, Arn role, Path tokenFile, @Nullable TokenClaims claims, StsTarget sts) {
    String what =
        "AssumeRoleWithWebIdentity of "
            + role
            + " with the token in "
            + tokenFile
            + " at "
            + sts
            + " failed: "
            + failure.said();
    Kind found = StsErrors.kind(failure);
    Kind kind = found == Kind.SOURCE_EXPIRED ? Kind.TOKEN_REJECTED : found;
    List<String> mends =
        switch (kind) {
          case ACCESS_DENIED -> TokenMends.denied(role, claims);
          case TOKEN_REJECTED -> TokenMends.rejected(found, failure, role, tokenFile, claims);
          case INVALID_REQUEST -> RoleMends.invalid(failure);
          default -> ReachMends.of(kind, failure, sts, null);
        };
    return failed(kind, what, mends, failure);
  }

  /**
   * A failed {@code sts:GetCallerIdentity}. Keys that AWS does not take get the words of {@link
   * #refusedByAws}.
   *
   * @param region that the keys are for
   */
  static CredentialFailure callerIdentity(
      StsFailure failure, StsTarget sts, CredentialKey key, String region) {
    Kind kind = StsErrors.kind(failure);
    if (kind == Kind.SOURCE_INVALID || kind == Kind.SOURCE_EXPIRED) {
      return refusedByAws(String.valueOf(failure.code()), region, key);
    }
    return failed(
        kind,
        "GetCallerIdentity with the " + words(key) + " at " + sts + " failed: " + failure.said(),
        ReachMends.of(kind, failure, sts, key),
        failure);
  }

  /**
   * An AWS service, STS or another, does not take keys that nothing here can renew.
   *
   * @param code such as {@code ExpiredToken}; services have several for one thing
   */
  static CredentialFailure refusedByAws(String code, String region, CredentialKey key) {
    boolean expired = code.startsWith("Expired");
    return new CredentialFailure(
        expired ? Kind.SOURCE_EXPIRED : Kind.SOURCE_INVALID,
        "AWS does not take the "
            + words(key)
            + (expired ? ": they have expired" : ": it does not know them, or they are inactive"),
        expired ? ReachMends.expiredKeys(key) : ReachMends.unknownKeys(code, region, key),
        false,
        Duration.ZERO,
        code,
        null);
  }

  private static CredentialFailure failed(
      Kind kind, String what, List<String> mends, StsFailure failure) {
    return new CredentialFailure(
        kind,
        what,
        mends,
        StsErrors.passes(kind),
        Duration.ZERO,
        failure.code(),
        failure.requestId());
  }

  /** Credentials in a sentence: "static credentials". */
  static String words(@Nullable CredentialKey key) {
    return switch (key) {
      case CredentialKey.OfRole role -> "credentials of role " + role.hop().arn();
      case CredentialKey.OfSource source -> source.label() + " credentials";
      case null -> "credentials";
    };
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

  /** An agent names more roles at a time than the connector lets it. */
  static CredentialFailure roles(CredentialKey key, String agent, String connector, int most) {
    return CredentialFailure.passing(
            Kind.CACHE_FULL,
            "'"
                + agent
                + "' has used "
                + most
                + " roles of connector '"
                + connector
                + "' within the last minute, and "
                + key.label()
                + " would be one more",
            "use fewer roles at a time, or raise roles-per-call.at-once of the connector")
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
