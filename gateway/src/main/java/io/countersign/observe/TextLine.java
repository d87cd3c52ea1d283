package io.countersign.observe;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One request as one line for people, with a fixed number of fields in front. A character that is
 * not printable ASCII, a space and a backslash are escaped within a field, so that an agent can
 * forge neither a line nor a field.
 */
final class TextLine implements LineFormat {
  @Override
  public void write(CallRecord call, OutputStream out) throws IOException {
    StringBuilder line = new StringBuilder(256);
    line.append(Instant.ofEpochMilli(call.startWallMillis));
    line.append(' ').append(call.status).append(' ').append(call.outcome.label());
    line.append(' ').append(call.door.label());
    field(line, call.agent);
    field(line, call.connector);
    if (call.operation == null) {
      field(line, call.method);
      field(line, call.path);
    } else {
      field(line, call.service);
      field(line, call.operation);
    }
    line.append(String.format(Locale.ROOT, " %.1fms", Math.max(0, call.totalNanos) / 1e6));
    line.append(" in=").append(call.bytesIn).append(" out=").append(call.bytesOut);
    named(line, "code", call.decisionCode == null ? call.errorCode : call.decisionCode);
    named(line, "aws", call.awsRequestId);
    named(line, "id", call.requestId);
    line.append('\n');
    out.write(line.toString().getBytes(StandardCharsets.US_ASCII));
  }

  private static void field(StringBuilder line, @Nullable String value) {
    line.append(' ');
    if (value == null || value.isEmpty()) {
      line.append('-');
    } else {
      escape(line, value);
    }
  }

  private static void named(StringBuilder line, String name, @Nullable String value) {
    if (value != null) {
      line.append(' ').append(name).append('=');
      escape(line, value);
    }
  }

  private static void escape(StringBuilder line, String value) {
    String text = LineFormat.bounded(value);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c > ' ' && c < 0x7f && c != '\\') {
        line.append(c);
      } else {
        line.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      }
    }
  }
}
