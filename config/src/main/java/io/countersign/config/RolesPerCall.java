package io.countersign.config;

import java.util.List;

/**
 * The roles that an agent may name for a call. The one that it names is assumed after the
 * connector's own chain; everything else of the session comes from here.
 *
 * @param allow which roles; never empty
 * @param session of any of them: external ID, name, tags and the like; its ARN is without meaning
 * @param atOnce how many of them one agent may use at a time
 */
public record RolesPerCall(List<RolePattern> allow, RoleHop session, int atOnce) {
  public RolesPerCall {
    allow = List.copyOf(allow);
    if (allow.isEmpty() || atOnce < 1) {
      throw new IllegalArgumentException("a list of roles names one at least");
    }
  }

  /** Whether the role may be named. */
  public boolean allows(Arn role) {
    return allow.stream().anyMatch(pattern -> pattern.matches(role));
  }
}
