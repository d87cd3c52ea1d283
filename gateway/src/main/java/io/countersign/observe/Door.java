package io.countersign.observe;

/** The way in that a request took. The values are a label of the metrics, so the set is fixed. */
public enum Door {
  /** An operation called with JSON under {@code /v1/connectors}. */
  TOOL("tool"),
  /** A request signed with virtual credentials by an AWS SDK. */
  SDK("sdk"),
  /** Virtual credentials handed out under {@code /v1/credentials}. */
  CREDENTIALS("credentials"),
  /** Anything else: listings, unknown paths, requests that could not be parsed. */
  OTHER("other");

  private final String label;

  Door(String label) {
    this.label = label;
  }

  /** The value of the label {@code door} and of the field of that name in the logs. */
  public String label() {
    return label;
  }
}
