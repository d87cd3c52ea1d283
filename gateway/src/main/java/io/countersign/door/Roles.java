package io.countersign.door;

import io.countersign.config.Arn;
import io.countersign.config.Connector;
import io.countersign.config.RoleArn;
import io.countersign.config.RolesPerCall;
import io.countersign.credentials.Slot;
import io.countersign.signer.Authorization;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The role that an agent names for a call. Only one of the connector's list is taken; everything
 * else of its session, the external ID above all, comes from the configuration.
 */
public final class Roles {
  /** Names the role's ARN. It ends at the gateway. */
  public static final String HEADER = "x-countersign-role";

  private Roles() {}

  /** The role that a request names, as it stands there; null when it names none. */
  public static @Nullable String asked(Head head) throws Refused {
    String asked = head.get(HEADER);
    if (asked != null && head.occurrences(HEADER) > 1) {
      throw malformed("is there twice", "name one role");
    }
    return asked;
  }

  /**
   * The same at the SDK door, where the signature must cover it: else whoever stands between could
   * choose the role.
   */
  public static @Nullable String askedSigned(Head head, Authorization authorization)
      throws Refused {
    String asked = asked(head);
    if (asked != null && !authorization.signedHeaders().contains(HEADER)) {
      throw new Refused(
          new Refusal(
              Refusal.Kind.BAD_SIGNATURE,
              "unsigned-header",
              "the header '" + HEADER + "' is not among SignedHeaders",
              "add it before the request is signed, as the SDK's hooks for headers do"));
    }
    return asked;
  }

  /**
   * The slot to sign with.
   *
   * @param agent a verified name that the policy has let pass
   * @param asked null takes the connector's own role
   */
  public static Slot slot(Binding binding, String agent, @Nullable String asked) throws Refused {
    Connector connector = binding.connector();
    RolesPerCall roles = connector.rolesPerCall();
    if (asked == null) {
      if (roles != null && connector.roles().isEmpty()) {
        throw new Refused(
            new Refusal(
                Refusal.Kind.MALFORMED,
                "role-required",
                "connector '" + connector.name() + "' has no role of its own: each call names one",
                "name it with the header " + HEADER + ": " + names(roles)));
      }
      return binding.slots().of(agent);
    }
    Slot known = binding.slots().known(agent, asked);
    return known != null ? known : binding.slots().named(agent, allowed(connector, roles, asked));
  }

  private static Arn allowed(Connector connector, @Nullable RolesPerCall roles, String asked)
      throws Refused {
    if (roles == null) {
      throw new Refused(
          new Refusal(
              Refusal.Kind.DENIED,
              "role-not-allowed",
              "connector '" + connector.name() + "' lets nobody name a role",
              "leave the header "
                  + HEADER
                  + " out, or list the role in roles-per-call.allow of the connector"));
    }
    if (asked.indexOf('*') >= 0 || asked.indexOf('?') >= 0) {
      throw malformed("has a wildcard", "name one role: " + names(roles));
    }
    Arn role;
    try {
      role = RoleArn.parse(asked);
    } catch (IllegalArgumentException e) {
      throw malformed(String.valueOf(e.getMessage()), "name a role's ARN: " + names(roles));
    }
    String partition = roles.allow().getFirst().arn().partition();
    if (!role.partition().equals(partition)) {
      throw new Refused(
          new Refusal(
              Refusal.Kind.DENIED,
              "role-not-allowed",
              "the role is of another partition than connector '"
                  + connector.name()
                  + "', which is of "
                  + partition,
              names(roles)));
    }
    if (!roles.allows(role)) {
      throw new Refused(
          new Refusal(
              Refusal.Kind.DENIED,
              "role-not-allowed",
              "connector '" + connector.name() + "' lets nobody name the role " + role,
              names(roles) + "; roles-per-call.allow of the connector lists them"));
    }
    return role;
  }

  private static Refused malformed(String why, String mend) {
    return new Refused(
        new Refusal(Refusal.Kind.MALFORMED, "bad-role", "the header " + HEADER + " " + why, mend));
  }

  /** What may be named, for a sentence. */
  private static String names(RolesPerCall roles) {
    List<String> all = roles.allow().stream().map(Object::toString).toList();
    return "it may be "
        + all.stream().limit(10).collect(Collectors.joining(" or "))
        + (all.size() > 10 ? " or one of " + (all.size() - 10) + " more" : "");
  }
}
