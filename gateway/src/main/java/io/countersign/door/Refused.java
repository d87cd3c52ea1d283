package io.countersign.door;

/**
 * Ends the request path early, with what the agent is told. Expected, so it carries no stack trace.
 */
public final class Refused extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Refusal refusal;

  public Refused(Refusal refusal) {
    super(refusal.detail(), null, false, false);
    this.refusal = refusal;
  }

  public Refusal refusal() {
    return refusal;
  }
}
