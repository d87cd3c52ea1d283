package io.countersign.credentials;

import io.countersign.config.Arn;
import io.countersign.config.CredentialSource;
import io.countersign.config.RoleHop;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What to do when STS does not give a role. Pure functions. */
final class RoleMends {
  private static final Pattern ACTION = Pattern.compile("perform: (sts:[A-Za-z]+)");

  private RoleMends() {}

  /**
   * STS answers AccessDenied for many causes and rarely says which: all that fit, by likelihood,
   * and how to tell them apart.
   */
  static List<String> denied(StsFailure failure, CredentialKey.OfRole key) {
    RoleHop hop = key.hop();
    String role = hop.arn().toString();
    String message = failure.message();
    Caller caller = Caller.of(failure, key.parent());
    Matcher named = ACTION.matcher(message);
    String action = named.find() ? named.group(1) : "sts:AssumeRole";
    boolean saysTags = action.equals("sts:TagSession");
    boolean saysIdentity = action.equals("sts:SetSourceIdentity");
    boolean saysNoPolicy = message.contains("no identity-based policy allows");
    boolean self = caller.is(hop.arn());

    List<String> mends = new ArrayList<>();
    if (message.contains("explicit deny")) {
      mends.add(
          "a policy denies it explicitly: look for Deny on "
              + action
              + " in service control policies, permissions boundaries and the policies of "
              + caller);
    }
    if (saysTags) {
      mends.add(tagSession(key));
    }
    if (saysIdentity) {
      mends.add(setSourceIdentity(role));
    }
    if (self) {
      mends.add(self(hop));
    }
    if (saysNoPolicy) {
      mends.add(identityPolicy(caller, action, role));
    }
    if (!self) {
      mends.add("let the trust policy of " + role + " allow sts:AssumeRole to " + caller);
      mends.add(externalId(hop));
    }
    if (tagsAreSent(key) && !saysTags) {
      mends.add(tagSession(key));
    }
    if (hop.sourceIdentity() != null && !saysIdentity) {
      mends.add(setSourceIdentity(role));
    }
    if (!saysNoPolicy && !self) {
      mends.add(identityPolicy(caller, action, role));
    }
    if (!self) {
      mends.add(
          "make sure that the role exists in account "
              + hop.arn().account()
              + ", for STS says the same of one that does not");
    }
    mends.add(apart(caller, hop.arn(), action, tagsAreSent(key) || saysTags));
    return mends;
  }

  private static String self(RoleHop hop) {
    return "the role assumes itself, and "
        + (hop.externalId() == null
            ? "a condition on sts:ExternalId in its trust policy blocks that, because this hop"
                + " sends none"
            : "the condition on sts:ExternalId in its trust policy may ask for another one than"
                + " external-id of this hop")
        + ": let the trust policy of "
        + hop.arn()
        + " allow sts:AssumeRole to the role itself in a statement without that condition, or take"
        + " this hop out: the credentials before it are the role's already";
  }

  private static String externalId(RoleHop hop) {
    return hop.externalId() != null
        ? "compare the trust policy's condition on sts:ExternalId with external-id of this hop:"
            + " they must be equal, in case as well"
        : "if the trust policy has a condition on sts:ExternalId, set external-id of this hop";
  }

  private static String setSourceIdentity(String role) {
    return "let the trust policy of "
        + role
        + " allow sts:SetSourceIdentity, because a source identity is set";
  }

  private static String identityPolicy(Caller caller, String action, String role) {
    return "let an identity policy of "
        + caller
        + " allow "
        + action
        + " on "
        + role
        + " (across accounts both sides must allow it)";
  }

  private static String tagSession(CredentialKey.OfRole key) {
    return "let the trust policy of "
        + key.hop().arn()
        + " allow sts:TagSession beside sts:AssumeRole, because "
        + (key.hop().sessionTags().isEmpty()
            ? "tags of the session before it are passed on (EKS Pod Identity sets six of them)"
            : "this hop sets session-tags");
  }

  /**
   * Whether the session has tags of its own, or may inherit some, which asks for TagSession too.
   */
  private static boolean tagsAreSent(CredentialKey.OfRole key) {
    if (!key.hop().sessionTags().isEmpty()) {
      return true;
    }
    for (CredentialKey before : key.parent().chain()) {
      boolean passesOn =
          switch (before) {
            case CredentialKey.OfRole role -> !role.hop().transitiveTags().isEmpty();
            case CredentialKey.OfSource of ->
                of.source() instanceof CredentialSource.Container
                    || of.source() instanceof CredentialSource.DefaultChain;
          };
      if (passesOn) {
        return true;
      }
    }
    return false;
  }

  private static String apart(Caller caller, Arn role, String action, boolean tags) {
    String trust =
        "to tell which it is, with credentials of account "
            + role.account()
            + ": "
            + getRole(role)
            + " --query Role.AssumeRolePolicyDocument (NoSuchEntity: there is no such role; else"
            + " look for the principal"
            + (tags ? ", sts:TagSession" : "")
            + " and sts:ExternalId)";
    Arn arn = caller.arn();
    if (arn == null) {
      return trust + "; and with the gateway's credentials: aws sts get-caller-identity";
    }
    return trust
        + "; with those of "
        + (arn.account().equals(role.account()) ? "the same" : "account " + arn.account())
        + ": aws iam simulate-principal-policy --policy-source-arn "
        + arn
        + " --action-names "
        + action
        + " --resource-arns "
        + role
        + " --query EvaluationResults[].EvalDecision (implicitDeny: its identity policies do not"
        + " allow it)";
  }

  private static String getRole(Arn role) {
    return "aws iam get-role --role-name " + Caller.roleName(role);
  }

  /** The role gives no session of that length. */
  static List<String> duration(RoleHop hop) {
    return List.of(
        "set duration of this hop to at most the role's maximum session duration, which "
            + getRole(hop.arn())
            + " --query Role.MaxSessionDuration shows in seconds, and to at most 1h when the role"
            + " is assumed with another role's credentials",
        "or let the role give more: aws iam update-role --role-name "
            + Caller.roleName(hop.arn())
            + " --max-session-duration "
            + hop.duration().toSeconds());
  }

  /** STS refuses a parameter. */
  static List<String> invalid(StsFailure failure) {
    String message = failure.message();
    if (message.contains("ag")
        && (message.contains("transitive") || message.contains("nherited"))) {
      return List.of(
          "leave out the session tag that an earlier hop (or EKS Pod Identity) already passes on as"
              + " a transitive one");
    }
    if (failure.code() != null && failure.code().startsWith("PackedPolicyTooLarge")) {
      return List.of(
          "set fewer or shorter session-tags, policy and policy-arns: STS packs them into a fixed"
              + " space");
    }
    return List.of("correct the hop's parameter that STS names");
  }
}
