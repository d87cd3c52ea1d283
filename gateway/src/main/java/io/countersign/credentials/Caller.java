package io.countersign.credentials;

import io.countersign.config.Arn;
import io.countersign.config.CredentialSource;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who asked for a role, as a policy names it.
 *
 * @param arn of a role or user; null where neither STS nor the configuration says
 */
record Caller(@Nullable Arn arn) {
  private static final Pattern SAID = Pattern.compile("User: (arn:\\S+) is not authorized");

  /** The caller that STS names, else the one that the configuration does. */
  static Caller of(StsFailure failure, CredentialKey parent) {
    Arn configured = configured(parent);
    Matcher said = SAID.matcher(failure.message());
    if (!said.find()) {
      return new Caller(configured);
    }
    Arn caller = principal(Arn.parse(said.group(1)));
    // A session does not tell its role's path, without which IAM does not know the role.
    return new Caller(configured != null && sameRole(caller, configured) ? configured : caller);
  }

  private static @Nullable Arn configured(CredentialKey parent) {
    return switch (parent) {
      case CredentialKey.OfRole role -> role.hop().arn();
      case CredentialKey.OfSource of ->
          of.source() instanceof CredentialSource.WebIdentity web ? web.roleArn() : null;
    };
  }

  /** The principal that a policy names: the role itself in place of a session of it. */
  private static Arn principal(Arn arn) {
    String[] parts = arn.resource().split("/", 3);
    return arn.service().equals("sts") && parts.length == 3 && parts[0].equals("assumed-role")
        ? new Arn(arn.partition(), "iam", "", arn.account(), "role/" + parts[1])
        : arn;
  }

  /** Whether both are one role, as far as its path is not told. */
  private static boolean sameRole(Arn a, Arn b) {
    return a.account().equals(b.account())
        && a.partition().equals(b.partition())
        && a.resource().startsWith("role/")
        && b.resource().startsWith("role/")
        && roleName(a).equals(roleName(b));
  }

  boolean is(Arn role) {
    return arn != null && sameRole(arn, role);
  }

  /** The name that the commands for roles take: without the path. */
  static String roleName(Arn role) {
    return role.resource().substring(role.resource().lastIndexOf('/') + 1);
  }

  /** In a sentence. */
  @Override
  public String toString() {
    return arn == null ? "the caller" : arn.toString();
  }
}
