package io.countersign.policy;

/** Why a call was refused. The codes are a contract: they are added to, and never change. */
public enum DenyCode {
  /** The agent is not, or no longer, in the configuration. */
  UNKNOWN_AGENT("unknown-agent"),
  /** The connector is not, or no longer, in the configuration. */
  UNKNOWN_CONNECTOR("unknown-connector"),
  /** No grant of the agent names the connector. */
  CONNECTOR_NOT_ALLOWED("connector-not-allowed"),
  /** Grants of the agent name the connector, and none of them the operation. */
  OPERATION_NOT_ALLOWED("operation-not-allowed"),
  /** Grants of the agent allow the operation, but not with this input, or at this time. */
  CONDITION_NOT_MET("condition-not-met"),
  /** A rule under {@code deny} is about the call, or may be. */
  DENIED_BY_RULE("denied-by-rule"),
  /** The catalog does not know what the request would do. No grant helps. */
  UNRECOGNIZED_OPERATION("unrecognized-operation"),
  /** The operation belongs to another service than the connector's. */
  WRONG_SERVICE("wrong-service"),
  /** The connector is read-only, and the operation may write. */
  READ_ONLY_CONNECTOR("read-only-connector"),
  /** The operation answers a credential, or hands on a role, and the connector does not name it. */
  CREDENTIAL_OPERATION("credential-operation"),
  /** The connector is read-only, and the SQL is not certain to only read. */
  SQL_NOT_READ_ONLY("sql-not-read-only");

  private final String code;

  DenyCode(String code) {
    this.code = code;
  }

  /** In kebab-case, as clients and logs see it. */
  public String code() {
    return code;
  }
}
