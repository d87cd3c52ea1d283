package io.countersign.credentials;

import io.countersign.config.Arn;
import io.countersign.credentials.CredentialFailure.Kind;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What to do when STS does not take a web identity token. Pure functions. */
final class TokenMends {
  private static final String AUDIENCE = "sts.amazonaws.com";

  private TokenMends() {}

  /** The role's trust policy does not let the token in. */
  static List<String> denied(Arn role, @Nullable TokenClaims claims) {
    String issuer = issuer(claims);
    return List.of(
        "let the trust policy of "
            + role
            + " allow sts:AssumeRoleWithWebIdentity to arn:"
            + role.partition()
            + ":iam::"
            + role.account()
            + ":oidc-provider/"
            + issuer
            + ", with conditions on "
            + issuer
            + ":sub and "
            + issuer
            + ":aud that the token meets"
            + (claims == null ? "" : " (" + claims + ")"),
        "make sure that the role exists in account "
            + role.account()
            + ", for STS says the same of one that does not",
        "to tell which it is, with credentials of account "
            + role.account()
            + ": aws iam get-role --role-name "
            + Caller.roleName(role)
            + " --query Role.AssumeRolePolicyDocument (NoSuchEntity: there is no such role)");
  }

  /** The token itself is not taken. */
  static List<String> rejected(
      Kind found, StsFailure failure, Arn role, Path file, @Nullable TokenClaims claims) {
    String says = claims == null ? "" : " (" + claims + ")";
    if (found == Kind.SOURCE_EXPIRED) {
      return List.of(
          "the token in "
              + file
              + " has expired"
              + says
              + ": see why its owner (the kubelet) does not renew it, and that the gateway reads"
              + " the mounted file and not a copy of it");
    }
    String provider =
        "aws iam get-open-id-connect-provider --open-id-connect-provider-arn arn:"
            + role.partition()
            + ":iam::"
            + role.account()
            + ":oidc-provider/"
            + issuer(claims);
    if (failure.message().contains("udience")) {
      return List.of(
          "the token is for another audience"
              + says
              + ": let it be made for "
              + AUDIENCE
              + " (audience of the projected service account token), or add its audience to the"
              + " provider's client ids, which "
              + provider
              + " --query ClientIDList shows");
    }
    if (failure.message().contains("No OpenIDConnect provider")) {
      return List.of(
          "make the token's issuer an OIDC provider in IAM of account "
              + role.account()
              + says
              + ", with "
              + AUDIENCE
              + " among its client ids; aws iam list-open-id-connect-providers shows those that are"
              + " there");
    }
    return List.of(
        "make the token's issuer an OIDC provider in IAM of account "
            + role.account()
            + says
            + ", with the token's audience ("
            + AUDIENCE
            + " for EKS) among its client ids; "
            + provider
            + " shows it",
        "check that " + file + " holds the token of this cluster and service account");
  }

  /** As IAM names it: without the scheme. */
  private static String issuer(@Nullable TokenClaims claims) {
    return claims == null || claims.issuer() == null
        ? "ISSUER"
        : claims.issuer().replaceFirst("^https://", "");
  }
}
