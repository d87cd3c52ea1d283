package io.countersign.observe;

import io.countersign.config.Logging;
import java.nio.file.Path;

/** Records and settings that the tests of this package start from. */
final class Calls {
  static final Logging.Sink OFF = new Logging.Sink(Logging.Sink.Kind.OFF, null);
  static final Logging.Sink STDOUT = new Logging.Sink(Logging.Sink.Kind.STDOUT, null);

  private Calls() {}

  static Logging logging(Logging.Format format, Logging.Sink access, Logging.Sink audit) {
    return new Logging(format, Logging.Level.INFO, access, audit);
  }

  static Logging.Sink file(Path path) {
    return new Logging.Sink(Logging.Sink.Kind.FILE, path);
  }

  /** A tool call that went well. */
  static CallRecord tool(String requestId) {
    CallRecord call = new CallRecord();
    call.requestId = requestId;
    call.startWallMillis = 1_795_505_700_123L;
    call.door = Door.TOOL;
    call.agent = "analyst";
    call.identityKind = "token";
    call.sourceAddress = "10.0.0.7:53124";
    call.method = "POST";
    call.path = "/v1/connectors/warehouse/ExecuteStatement";
    call.connector = "warehouse";
    call.service = "redshift-data";
    call.region = "eu-west-1";
    call.operation = "ExecuteStatement";
    call.accessLevel = "read";
    call.decision = CallRecord.Decision.ALLOW;
    call.rule = "analyst/0";
    call.outcome = Outcome.OK;
    call.status = 200;
    call.awsRequestId = "5a1c5bc4-32b0-46b3-9d5f-0e4f9d8f1b0c";
    call.roleAccessKeyId = "ASIAEXAMPLE";
    call.sessionName = "countersign-analyst";
    call.upstreamHost = "redshift-data.eu-west-1.amazonaws.com";
    call.bytesIn = 120;
    call.bytesOut = 340;
    call.credentialsNanos = 900;
    call.signNanos = 35_400;
    call.upstreamFirstByteNanos = 21_000_000;
    call.totalNanos = 23_456_789;
    return call;
  }

  /** A request that nobody let in. */
  static CallRecord refused(String requestId, Door door) {
    CallRecord call = new CallRecord();
    call.requestId = requestId;
    call.door = door;
    call.outcome = Outcome.REFUSED;
    call.decision = CallRecord.Decision.DENY;
    call.decisionCode = "no_rule";
    call.status = 403;
    return call;
  }
}
