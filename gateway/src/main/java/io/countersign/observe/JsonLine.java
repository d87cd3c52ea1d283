package io.countersign.observe;

import static io.countersign.observe.AsciiObject.name;

import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * One request as one JSON object. All but printable ASCII is escaped, so that neither a control
 * character nor a Unicode line separator nor a half surrogate can break or forge a line. A field
 * without a value is left out; durations are in milliseconds with fractions.
 */
final class JsonLine implements LineFormat {
  private static final byte[] LOG = name("log");
  private static final byte[] REQUEST_ID = name("requestId");
  private static final byte[] DOOR = name("door");
  private static final byte[] AGENT = name("agent");
  private static final byte[] SOURCE = name("source");
  private static final byte[] IDENTITY_KIND = name("identityKind");
  private static final byte[] METHOD = name("method");
  private static final byte[] PATH = name("path");
  private static final byte[] CONNECTOR = name("connector");
  private static final byte[] SERVICE = name("service");
  private static final byte[] REGION = name("region");
  private static final byte[] OPERATION = name("operation");
  private static final byte[] ACCESS_LEVEL = name("accessLevel");
  private static final byte[] DECISION = name("decision");
  private static final byte[] DECISION_CODE = name("decisionCode");
  private static final byte[] RULE = name("rule");
  private static final byte[] OUTCOME = name("outcome");
  private static final byte[] STATUS = name("status");
  private static final byte[] ERROR_CODE = name("errorCode");
  private static final byte[] AWS_REQUEST_ID = name("awsRequestId");
  private static final byte[] ROLE_ACCESS_KEY_ID = name("roleAccessKeyId");
  private static final byte[] SESSION_NAME = name("sessionName");
  private static final byte[] UPSTREAM_HOST = name("upstreamHost");
  private static final byte[] BYTES_IN = name("bytesIn");
  private static final byte[] BYTES_OUT = name("bytesOut");
  private static final byte[] CREDENTIALS_MS = name("credentialsMs");
  private static final byte[] SIGN_MS = name("signMs");
  private static final byte[] UPSTREAM_FIRST_BYTE_MS = name("upstreamFirstByteMs");
  private static final byte[] TOTAL_MS = name("totalMs");

  private final LogMetrics.Log log;
  private final AsciiObject json = new AsciiObject();

  JsonLine(LogMetrics.Log log) {
    this.log = log;
  }

  @Override
  public void write(CallRecord call, OutputStream out) throws IOException {
    json.begin(call.startWallMillis);
    switch (log) {
      case ACCESS -> access(call);
      case AUDIT -> audit(call);
    }
    byte[] line = json.end();
    out.write(line, 0, json.length());
  }

  private void access(CallRecord call) {
    json.text(LOG, "access");
    who(call);
    text(METHOD, call.method);
    text(PATH, call.path);
    what(call);
    result(call);
    text(UPSTREAM_HOST, call.upstreamHost);
    json.number(BYTES_IN, call.bytesIn);
    json.number(BYTES_OUT, call.bytesOut);
    json.millis(CREDENTIALS_MS, call.credentialsNanos);
    json.millis(SIGN_MS, call.signNanos);
    json.millis(UPSTREAM_FIRST_BYTE_MS, call.upstreamFirstByteNanos);
    json.millis(TOTAL_MS, call.totalNanos);
  }

  private void audit(CallRecord call) {
    json.text(LOG, "audit");
    who(call);
    text(IDENTITY_KIND, call.identityKind);
    what(call);
    text(ACCESS_LEVEL, call.accessLevel);
    text(METHOD, call.method);
    text(PATH, call.path);
    text(DECISION, call.decision.label());
    text(DECISION_CODE, call.decisionCode);
    text(RULE, call.rule);
    result(call);
    text(ROLE_ACCESS_KEY_ID, call.roleAccessKeyId);
    text(SESSION_NAME, call.sessionName);
    text(UPSTREAM_HOST, call.upstreamHost);
  }

  private void who(CallRecord call) {
    text(REQUEST_ID, call.requestId);
    text(DOOR, call.door.label());
    text(AGENT, call.agent);
    text(SOURCE, call.sourceAddress);
  }

  private void what(CallRecord call) {
    text(CONNECTOR, call.connector);
    text(SERVICE, call.service);
    text(REGION, call.region);
    text(OPERATION, call.operation);
  }

  private void result(CallRecord call) {
    text(OUTCOME, call.outcome.label());
    json.number(STATUS, call.status);
    text(ERROR_CODE, call.errorCode);
    text(AWS_REQUEST_ID, call.awsRequestId);
  }

  private void text(byte[] name, @Nullable String value) {
    if (value != null) {
      json.text(name, LineFormat.bounded(value));
    }
  }
}
