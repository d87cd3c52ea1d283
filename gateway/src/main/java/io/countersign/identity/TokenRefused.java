package io.countersign.identity;

/** A signed token is not taken. Expected, so it carries no stack trace. */
final class TokenRefused extends Exception {
  private static final long serialVersionUID = 1L;

  private final String code;
  private final String reason;
  private final String hint;
  private final boolean temporary;

  private TokenRefused(String code, String reason, String hint, boolean temporary) {
    super(code + ": " + reason, null, false, false);
    this.code = code;
    this.reason = reason;
    this.hint = hint;
    this.temporary = temporary;
  }

  /** For good: the same token will not be taken later either. */
  static TokenRefused of(String code, String reason, String hint) {
    return new TokenRefused(code, reason, hint, false);
  }

  /** For now: whoever must be asked about it cannot be reached. */
  static TokenRefused forNow(String reason) {
    return new TokenRefused(
        "issuer-unreachable", reason, "try again; the gateway's log says why", true);
  }

  String code() {
    return code;
  }

  Identification.Refused identification() {
    return new Identification.Refused(code, reason, hint, temporary);
  }
}
