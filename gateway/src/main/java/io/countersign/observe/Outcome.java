package io.countersign.observe;

/** How a request ended. The values are a label of the metrics, so the set is fixed. */
public enum Outcome {
  /** The answer, ours or the upstream's, has a status below 400. */
  OK("ok"),
  /** The gateway answered 4xx: unknown agent, denied by policy, malformed, not found. */
  REFUSED("refused"),
  /** A limit of the gateway was met: connections, held bytes, queue. */
  OVERLOADED("overloaded"),
  /** No role credentials could be had. */
  CREDENTIALS_UNAVAILABLE("credentials_unavailable"),
  /** The upstream answered 4xx. */
  UPSTREAM_REJECTED("upstream_rejected"),
  /** The upstream answered 5xx. */
  UPSTREAM_ERROR("upstream_error"),
  /** The upstream could not be reached, reset the connection, or answered something not HTTP. */
  UPSTREAM_UNREACHABLE("upstream_unreachable"),
  /** A time-out of the gateway ended the request. */
  TIMED_OUT("timed_out"),
  /** The gateway itself failed. Each one is a bug. */
  GATEWAY_ERROR("gateway_error"),
  /** The agent went away before the answer was complete. */
  CLIENT_ABORTED("client_aborted");

  private final String label;

  Outcome(String label) {
    this.label = label;
  }

  /** The value of the label {@code outcome} and of the field of that name in the logs. */
  public String label() {
    return label;
  }
}
