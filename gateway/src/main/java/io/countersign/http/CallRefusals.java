package io.countersign.http;

import io.countersign.credentials.CredentialFailure;
import io.countersign.door.Refusal;
import io.countersign.upstream.UpstreamFailure;

/** What the client is told of a call that AWS did not answer. */
final class CallRefusals {
  private CallRefusals() {}

  /** There are no credentials to sign with. */
  static Refusal noCredentials(String connector, CredentialFailure failure) {
    return new Refusal(
        failure.retryable() ? Refusal.Kind.NO_CREDENTIALS : Refusal.Kind.ROLE_REFUSED,
        "credentials-unavailable",
        "connector '" + connector + "' has no credentials: " + failure.message(),
        failure.mend(),
        (int) Math.min(60, failure.retryAfter().toSeconds() + (failure.retryable() ? 1 : 0)));
  }

  /**
   * There was no whole answer.
   *
   * @param idempotent whether the operation may be carried out twice
   */
  static Refusal noAnswer(UpstreamFailure failure, boolean idempotent) {
    boolean late =
        switch (failure.kind()) {
          case FIRST_BYTE_TIMEOUT, IDLE_TIMEOUT, CONNECT_TIMEOUT -> true;
          case NAME, CONNECT, TLS, RESET, TRUNCATED, GARBAGE -> false;
        };
    return new Refusal(
        late ? Refusal.Kind.UPSTREAM_TIMEOUT : Refusal.Kind.UPSTREAM,
        switch (failure.kind()) {
          case NAME -> "upstream-name";
          case CONNECT -> "upstream-unreachable";
          case CONNECT_TIMEOUT, FIRST_BYTE_TIMEOUT, IDLE_TIMEOUT -> "upstream-timeout";
          case TLS -> "upstream-tls";
          case RESET -> "upstream-reset";
          case TRUNCATED -> "upstream-truncated";
          case GARBAGE -> "upstream-garbage";
        },
        failure.detail(),
        idempotent
            ? "the operation is safe to repeat"
            : failure.nothingSent()
                ? "nothing had been sent, so it is safe to repeat"
                : "AWS may have carried it out; look before you repeat it");
  }
}
