package io.countersign.policy;

/** Whether a call may go on. */
public sealed interface Decision {

  /**
   * It may.
   *
   * @param rule the rule that says so, by its path in the configuration and the pattern that
   *     matched, such as {@code agents.analyst.allow[0]: Get*}
   */
  record Allow(String rule) implements Decision {}

  /**
   * It may not.
   *
   * @param code one of {@link DenyCode}, stable, for programs
   * @param reason what was refused, and by which rule or for want of which; names come from the
   *     configuration and the catalog only, never from the request
   * @param hint what would allow it, or what to call instead
   */
  record Deny(String code, String reason, String hint) implements Decision {
    Deny(DenyCode code, String reason, String hint) {
      this(code.code(), reason, hint);
    }
  }
}
