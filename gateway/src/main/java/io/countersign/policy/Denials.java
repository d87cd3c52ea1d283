package io.countersign.policy;

import io.countersign.catalog.Operation;
import io.countersign.config.Agent;
import io.countersign.config.Connector;
import io.countersign.policy.Decision.Deny;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The words of each refusal: what was refused, why, and what would mend it. */
final class Denials {
  private Denials() {}

  static Deny noWay(
      Agent agent, Connector connector, boolean connectorIsKnown, boolean agentIsKnown) {
    if (!agentIsKnown) {
      return new Deny(
          DenyCode.UNKNOWN_AGENT,
          "the agent '" + agent.name() + "' is not in the configuration",
          "add it under agents");
    }
    if (!connectorIsKnown) {
      return new Deny(
          DenyCode.UNKNOWN_CONNECTOR,
          "the connector '" + connector.name() + "' is not in the configuration",
          "GET /v1/connectors lists the connectors that this agent may use");
    }
    return new Deny(
        DenyCode.CONNECTOR_NOT_ALLOWED,
        "no grant of the agent '"
            + agent.name()
            + "' names the connector '"
            + connector.name()
            + "'",
        "add '- { connector: "
            + connector.name()
            + " }' under agents."
            + agent.name()
            + ".allow, with the operations it is to have");
  }

  static Deny unrecognized(Connector connector) {
    return new Deny(
        DenyCode.UNRECOGNIZED_OPERATION,
        "the request is none of the operations that are known of " + connector.service(),
        "GET /v1/connectors/"
            + connector.name()
            + " lists the operations; what is not known is refused, and no grant changes that");
  }

  static Deny wrongService(Connector connector, Operation operation) {
    return new Deny(
        DenyCode.WRONG_SERVICE,
        "the connector '"
            + connector.name()
            + "' is for "
            + connector.service()
            + ", and "
            + operation.id()
            + " belongs to another service",
        "use a connector whose service is " + operation.service());
  }

  static Deny credential(Connector connector, Operation operation) {
    return new Deny(
        DenyCode.CREDENTIAL_OPERATION,
        operation.answersCredential()
            ? "the answer of " + operation.id() + " is, or carries, a credential"
            : operation.id() + " hands a role to something that then acts with it",
        "if agents are meant to have it, add 'credential-operations: ["
            + operation.name()
            + "]' to connectors."
            + connector.name());
  }

  static Deny statement(Connector connector, Operation operation, boolean hasQuery) {
    return new Deny(
        DenyCode.READ_ONLY_CONNECTOR,
        "the connector '"
            + connector.name()
            + "' is read-only, and what "
            + operation.id()
            + " does depends on the statement that it carries",
        hasQuery
            ? "POST /v1/connectors/" + connector.name() + "/query runs a statement that only reads"
            : orReadWrite("call an operation that only reads", connector));
  }

  static Deny readOnly(Connector connector, Operation operation) {
    return new Deny(
        DenyCode.READ_ONLY_CONNECTOR,
        "the connector '"
            + connector.name()
            + "' is read-only, and "
            + (operation.mapped()
                ? operation.id() + " has the access level " + operation.level()
                : "the access level of " + operation.id() + " is not known"),
        orReadWrite("call an operation that only lists or reads", connector));
  }

  static Deny sql(Connector connector, String reason) {
    return new Deny(
        DenyCode.SQL_NOT_READ_ONLY,
        "the connector '" + connector.name() + "' is read-only, and " + reason,
        orReadWrite("send one statement that only reads", connector));
  }

  static Deny notGranted(
      Agent agent,
      Connector connector,
      String operation,
      @Nullable String path,
      @Nullable String butForCase) {
    String hint;
    if (butForCase != null) {
      hint = butForCase + " has it in another case: write '" + operation + "'";
    } else if (path != null) {
      hint = "add " + operation + " to " + path + ".operations";
    } else {
      hint =
          "add '- { connector: "
              + connector.name()
              + ", operations: ["
              + operation
              + "] }' under agents."
              + agent.name()
              + ".allow";
    }
    return new Deny(
        DenyCode.OPERATION_NOT_ALLOWED,
        "no grant of the agent '"
            + agent.name()
            + "' allows "
            + operation
            + " on the connector '"
            + connector.name()
            + "'",
        hint);
  }

  /** A rule under {@code deny} is about the call, or cannot be told not to be. */
  static Deny byRule(Rule rule, String operation, Fit fit) {
    return new Deny(
        DenyCode.DENIED_BY_RULE,
        fit == Fit.YES
            ? rule.path() + " denies this call of " + operation
            : rule.path()
                + " may deny this call of "
                + operation
                + ": its "
                + rule.terms()
                + " cannot be told from the request, which therefore counts as denied",
        fit == Fit.YES
            ? "no grant changes that; the rule itself would have to"
            : "name the operations that are meant under " + rule.path() + ".operations");
  }

  /** Grants name the operation, and none of them is about this call. */
  static Deny notMet(List<AgentRules.Granting> grants, String operation) {
    String rules =
        grants.stream()
            .map(g -> g.rule().path() + " (" + g.rule().terms() + ")")
            .collect(Collectors.joining(", "));
    return new Deny(
        DenyCode.CONDITION_NOT_MET,
        operation + " is allowed, but not this call of it: what it asks for does not fit " + rules,
        "call it within these limits; GET /v1/connectors says what may be called");
  }

  private static String orReadWrite(String instead, Connector connector) {
    return instead + ", or set 'access: read-write' on connectors." + connector.name();
  }
}
