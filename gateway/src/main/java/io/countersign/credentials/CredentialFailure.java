package io.countersign.credentials;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Why there are no credentials, in words that may be shown to an operator and to an agent. Holds no
 * secret and no token.
 *
 * @param kind what went wrong, for programs
 * @param message what failed, where, and what AWS said
 * @param mends what to do, the likeliest first; never empty
 * @param retryable whether the same attempt may succeed later with nothing changed
 * @param retryAfter how long to wait before asking again; zero or more
 * @param awsCode AWS's error code, when AWS answered
 * @param awsRequestId AWS's request id, when AWS answered
 */
public record CredentialFailure(
    Kind kind,
    String message,
    List<String> mends,
    boolean retryable,
    Duration retryAfter,
    @Nullable String awsCode,
    @Nullable String awsRequestId)
    implements CredentialResult, FetchOutcome {
  public CredentialFailure {
    Objects.requireNonNull(kind, "kind");
    mends = List.copyOf(mends);
    if (mends.isEmpty()) {
      throw new IllegalArgumentException("a failure names its mend");
    }
  }

  /** What went wrong. The set is closed, so that a metric label may hold it. */
  public enum Kind {
    /** STS refuses the caller; STS says the same for a role that does not exist. */
    ACCESS_DENIED,
    /** STS asks for fewer calls. */
    THROTTLED,
    /** No answer: DNS, connection, TLS, time-out. */
    STS_UNREACHABLE,
    /** STS answered with a 5xx, or with something that is not an answer of STS. */
    STS_FAILED,
    /** The proxy on the way to STS asks for another user, or does not let the call through. */
    PROXY_REFUSED,
    /** STS's certificate is for another host, of an unknown authority or out of its time. */
    CERTIFICATE,
    /** AWS does not know the access key, or the signature made with it is wrong. */
    SOURCE_INVALID,
    /** The credentials that asked have expired. */
    SOURCE_EXPIRED,
    /** This machine's clock and AWS's differ by minutes. */
    CLOCK_SKEWED,
    /** STS is not enabled in the Region for the account. */
    REGION_DISABLED,
    /** A role does not allow a session of that length. */
    DURATION_TOO_LONG,
    /** STS refuses a parameter. */
    INVALID_REQUEST,
    /** STS or the identity provider refuses the web identity token. */
    TOKEN_REJECTED,
    /** A token file is missing, unreadable or empty. */
    TOKEN_FILE,
    /** The source's variables or files are not there, or contradict each other. */
    NOT_CONFIGURED,
    /** The container credentials endpoint is not one that a token may be sent to. */
    ENDPOINT_REFUSED,
    /** The Pod Identity agent, ECS agent or IMDS gives no answer. */
    ENDPOINT_UNREACHABLE,
    /** The Pod Identity agent, ECS agent or IMDS answers with a refusal or with garbage. */
    ENDPOINT_FAILED,
    /** The shared profile cannot be used. */
    PROFILE,
    /** The waiter's own deadline passed, and nothing had failed until then. */
    TIMED_OUT,
    /** Too many distinct credentials are in use at once. */
    CACHE_FULL,
    /** The cache is closed. */
    CLOSED,
    /** A defect of the gateway. */
    UNEXPECTED
  }

  /** The mends as one text; several are numbered. */
  public String mend() {
    if (mends.size() == 1) {
      return mends.getFirst();
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < mends.size(); i++) {
      text.append(i == 0 ? "" : " ").append('(').append(i + 1).append(") ").append(mends.get(i));
    }
    return text.toString();
  }

  /** The same failure with another wait. */
  public CredentialFailure withRetryAfter(Duration wait) {
    return new CredentialFailure(
        kind,
        message,
        mends,
        retryable,
        wait.isNegative() ? Duration.ZERO : wait,
        awsCode,
        awsRequestId);
  }

  static CredentialFailure once(Kind kind, String message, String... mends) {
    return new CredentialFailure(kind, message, List.of(mends), false, Duration.ZERO, null, null);
  }

  static CredentialFailure passing(Kind kind, String message, String... mends) {
    return new CredentialFailure(kind, message, List.of(mends), true, Duration.ZERO, null, null);
  }
}
