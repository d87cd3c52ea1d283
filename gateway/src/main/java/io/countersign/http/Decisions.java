package io.countersign.http;

import io.countersign.catalog.Operation;
import io.countersign.config.Agent;
import io.countersign.config.Logging;
import io.countersign.credentials.Slot;
import io.countersign.door.Binding;
import io.countersign.door.CallFacts;
import io.countersign.door.Refusal;
import io.countersign.door.Refused;
import io.countersign.door.Roles;
import io.countersign.door.Routing;
import io.countersign.observe.CallRecord;
import io.countersign.policy.Decision;
import org.jspecify.annotations.Nullable;

/** The phase of an exchange in which the policy speaks; what it says goes into the record. */
final class Decisions {
  private final Routing routing;
  private final CallRecord record;
  private final Reply reply;
  private final boolean audits;

  Decisions(Routing routing, CallRecord record, Reply reply) {
    this.routing = routing;
    this.record = record;
    this.reply = reply;
    this.audits = routing.config().logging().audit().kind() != Logging.Sink.Kind.OFF;
  }

  /** The policy's word on names alone; an operation that is not recognised is never allowed. */
  Operation decide(Agent agent, Binding binding, @Nullable Operation operation) throws Refused {
    reply.resolved(binding, operation);
    decided(routing.policy().decide(agent, binding.connector(), operation));
    if (operation == null) {
      throw new IllegalStateException("the policy allowed an operation that nobody knows");
    }
    return operation;
  }

  /** Whether the audit line tells what such a call names. */
  boolean audits(Operation operation) {
    return audits && !operation.resources().isEmpty();
  }

  /** The policy's word on what a call holds. */
  void decide(Agent agent, Binding binding, Operation operation, CallFacts facts) throws Refused {
    if (audits(operation)) {
      record.resources = facts.arns();
    }
    decided(routing.policy().decide(agent, binding.connector(), operation, facts));
  }

  /** Notes what the policy said, and refuses what it denies. */
  void decided(Decision decision) throws Refused {
    switch (decision) {
      case Decision.Allow allow -> {
        record.decision = CallRecord.Decision.ALLOW;
        record.rule = allow.rule();
      }
      case Decision.Deny deny -> {
        record.decision = CallRecord.Decision.DENY;
        record.decisionCode = deny.code();
        throw new Refused(
            new Refusal(Refusal.Kind.DENIED, deny.code(), deny.reason(), deny.hint()));
      }
    }
  }

  /** The credentials of the connector, or of the role that the agent names. */
  Slot slot(Binding binding, Agent agent, @Nullable String role) throws Refused {
    try {
      return Roles.slot(binding, agent.name(), role);
    } catch (Refused refused) {
      if (refused.refusal().kind() == Refusal.Kind.DENIED) {
        record.decision = CallRecord.Decision.DENY;
        record.decisionCode = refused.refusal().code();
      }
      throw refused;
    }
  }
}
