package io.countersign.observe;

import io.countersign.observe.AsciiObject.Field;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * One request as one JSON object. All but printable ASCII is escaped, so that neither a control
 * character nor a Unicode line separator nor a half surrogate can break or forge a line. A field
 * without a value is left out; durations are in milliseconds with fractions.
 */
final class JsonLine implements LineFormat {
  /** Named in a line; a call may name a thousand. */
  static final int MOST_RESOURCES = 16;

  private final Field log = new Field("log");
  private final Field requestId = new Field("requestId");
  private final Field door = new Field("door");
  private final Field agent = new Field("agent");
  private final Field source = new Field("source");
  private final Field identityKind = new Field("identityKind");
  private final Field user = new Field("user");
  private final Field method = new Field("method");
  private final Field path = new Field("path");
  private final Field connector = new Field("connector");
  private final Field service = new Field("service");
  private final Field region = new Field("region");
  private final Field operation = new Field("operation");
  private final Field accessLevel = new Field("accessLevel");
  private final Field resources = new Field("resources");
  private final Field resourceCount = new Field("resourceCount");
  private final Field decision = new Field("decision");
  private final Field decisionCode = new Field("decisionCode");
  private final Field rule = new Field("rule");
  private final Field outcome = new Field("outcome");
  private final Field status = new Field("status");
  private final Field errorCode = new Field("errorCode");
  private final Field awsRequestId = new Field("awsRequestId");
  private final Field roleAccessKeyId = new Field("roleAccessKeyId");
  private final Field role = new Field("role");
  private final Field sessionName = new Field("sessionName");
  private final Field upstreamHost = new Field("upstreamHost");
  private final Field bytesIn = new Field("bytesIn");
  private final Field bytesOut = new Field("bytesOut");
  private final Field credentialsMs = new Field("credentialsMs");
  private final Field signMs = new Field("signMs");
  private final Field upstreamFirstByteMs = new Field("upstreamFirstByteMs");
  private final Field totalMs = new Field("totalMs");

  private final LogMetrics.Log kind;
  private final AsciiObject json = new AsciiObject();

  JsonLine(LogMetrics.Log log) {
    this.kind = log;
  }

  @Override
  public void write(CallRecord call, OutputStream out) throws IOException {
    json.begin(call.startWallMillis);
    switch (kind) {
      case ACCESS -> access(call);
      case AUDIT -> audit(call);
    }
    byte[] line = json.end();
    out.write(line, 0, json.length());
  }

  private void access(CallRecord call) {
    json.text(log, "access");
    who(call);
    text(method, call.method);
    text(path, call.path);
    what(call);
    result(call);
    text(upstreamHost, call.upstreamHost);
    json.number(bytesIn, call.bytesIn);
    json.number(bytesOut, call.bytesOut);
    json.millis(credentialsMs, call.credentialsNanos);
    json.millis(signMs, call.signNanos);
    json.millis(upstreamFirstByteMs, call.upstreamFirstByteNanos);
    json.millis(totalMs, call.totalNanos);
  }

  private void audit(CallRecord call) {
    json.text(log, "audit");
    who(call);
    text(identityKind, call.identityKind);
    text(user, call.user);
    what(call);
    text(accessLevel, call.accessLevel);
    json.texts(resources, call.resources, MOST_RESOURCES);
    if (call.resources.size() > MOST_RESOURCES) {
      json.number(resourceCount, call.resources.size());
    }
    text(method, call.method);
    text(path, call.path);
    text(decision, call.decision.label());
    text(decisionCode, call.decisionCode);
    text(rule, call.rule);
    result(call);
    text(roleAccessKeyId, call.roleAccessKeyId);
    text(role, call.role);
    text(sessionName, call.sessionName);
    text(upstreamHost, call.upstreamHost);
  }

  private void who(CallRecord call) {
    json.unique(requestId, LineFormat.bounded(call.requestId));
    text(door, call.door.label());
    text(agent, call.agent);
    text(source, call.sourceAddress);
  }

  private void what(CallRecord call) {
    text(connector, call.connector);
    text(service, call.service);
    text(region, call.region);
    text(operation, call.operation);
  }

  private void result(CallRecord call) {
    text(outcome, call.outcome.label());
    json.number(status, call.status);
    text(errorCode, call.errorCode);
    String ofAws = call.awsRequestId;
    json.unique(awsRequestId, ofAws == null ? null : LineFormat.bounded(ofAws));
  }

  private void text(Field field, @Nullable String value) {
    if (value != null) {
      json.text(field, LineFormat.bounded(value));
    }
  }
}
