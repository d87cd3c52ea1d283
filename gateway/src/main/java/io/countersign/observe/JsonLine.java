package io.countersign.observe;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One request as one JSON object. All but printable ASCII is escaped, so that neither a control
 * character nor a Unicode line separator nor a half surrogate can break or forge a line. A field
 * without a value is left out; durations are in milliseconds with fractions.
 */
final class JsonLine implements LineFormat {
  private final LogMetrics.Log log;

  JsonLine(LogMetrics.Log log) {
    this.log = log;
  }

  @Override
  public void write(CallRecord call, OutputStream out) throws IOException {
    try (JsonGenerator json = AsciiJson.generator(out)) {
      json.writeStartObject();
      text(json, "time", Instant.ofEpochMilli(call.startWallMillis).toString());
      switch (log) {
        case ACCESS -> access(json, call);
        case AUDIT -> audit(json, call);
      }
      json.writeEndObject();
    }
    out.write('\n');
  }

  private static void access(JsonGenerator json, CallRecord call) throws IOException {
    text(json, "log", "access");
    who(json, call);
    text(json, "method", call.method);
    text(json, "path", call.path);
    what(json, call);
    result(json, call);
    text(json, "upstreamHost", call.upstreamHost);
    json.writeNumberField("bytesIn", call.bytesIn);
    json.writeNumberField("bytesOut", call.bytesOut);
    millis(json, "credentialsMs", call.credentialsNanos);
    millis(json, "signMs", call.signNanos);
    millis(json, "upstreamFirstByteMs", call.upstreamFirstByteNanos);
    millis(json, "totalMs", call.totalNanos);
  }

  private static void audit(JsonGenerator json, CallRecord call) throws IOException {
    text(json, "log", "audit");
    who(json, call);
    text(json, "identityKind", call.identityKind);
    what(json, call);
    text(json, "accessLevel", call.accessLevel);
    text(json, "method", call.method);
    text(json, "path", call.path);
    text(json, "decision", call.decision.label());
    text(json, "decisionCode", call.decisionCode);
    text(json, "rule", call.rule);
    result(json, call);
    text(json, "roleAccessKeyId", call.roleAccessKeyId);
    text(json, "sessionName", call.sessionName);
    text(json, "upstreamHost", call.upstreamHost);
  }

  private static void who(JsonGenerator json, CallRecord call) throws IOException {
    text(json, "requestId", call.requestId);
    text(json, "door", call.door.label());
    text(json, "agent", call.agent);
    text(json, "source", call.sourceAddress);
  }

  private static void what(JsonGenerator json, CallRecord call) throws IOException {
    text(json, "connector", call.connector);
    text(json, "service", call.service);
    text(json, "region", call.region);
    text(json, "operation", call.operation);
  }

  private static void result(JsonGenerator json, CallRecord call) throws IOException {
    text(json, "outcome", call.outcome.label());
    json.writeNumberField("status", call.status);
    text(json, "errorCode", call.errorCode);
    text(json, "awsRequestId", call.awsRequestId);
  }

  private static void text(JsonGenerator json, String name, @Nullable String value)
      throws IOException {
    if (value != null) {
      json.writeStringField(name, LineFormat.bounded(value));
    }
  }

  /** Written with microseconds: beyond that it is noise. */
  private static void millis(JsonGenerator json, String name, long nanos) throws IOException {
    if (nanos >= 0) {
      long micros = nanos / 1_000;
      json.writeNumberField(name, micros / 1_000.0);
    }
  }
}
