package io.countersign.observe;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How an event of the gateway's own log is written. In both forms a message can neither start a
 * record of its own nor steer a terminal, and what looks like a credential is masked.
 */
abstract sealed class LogEncoder extends EncoderBase<ILoggingEvent> {
  private static final byte[] NOTHING = new byte[0];

  /** A chain of causes can be a circle. */
  private static final int MAX_CAUSES = 10;

  @Override
  public byte[] headerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] footerBytes() {
    return NOTHING;
  }

  /** The stack trace with its causes, a frame on a line; null without an exception. */
  static @Nullable String stackTrace(ILoggingEvent event) {
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown == null) {
      return null;
    }
    StringBuilder trace = new StringBuilder(1024);
    String relation = "";
    for (int depth = 0; thrown != null && depth < MAX_CAUSES; depth++) {
      trace.append(relation).append(thrown.getClassName());
      if (thrown.getMessage() != null) {
        trace.append(": ").append(Redaction.scrub(thrown.getMessage()));
      }
      trace.append('\n');
      StackTraceElementProxy[] frames = thrown.getStackTraceElementProxyArray();
      for (int i = 0; frames != null && i < frames.length - thrown.getCommonFrames(); i++) {
        trace.append("  ").append(frames[i].getSTEAsString()).append('\n');
      }
      relation = "Caused by: ";
      thrown = thrown.getCause();
    }
    return trace.toString().stripTrailing();
  }

  /** For people. Further lines of a message are indented, so none of them looks like a record. */
  static final class Text extends LogEncoder {
    @Override
    public byte[] encode(ILoggingEvent event) {
      StringBuilder line = new StringBuilder(256);
      line.append(Instant.ofEpochMilli(event.getTimeStamp()));
      line.append(String.format(Locale.ROOT, " %-5s ", event.getLevel()));
      String logger = event.getLoggerName();
      line.append(logger.substring(logger.lastIndexOf('.') + 1)).append(": ");
      printable(line, Redaction.scrub(event.getFormattedMessage()));
      String trace = stackTrace(event);
      if (trace != null) {
        printable(line.append("\n    "), trace);
      }
      return line.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void printable(StringBuilder line, String text) {
      text.codePoints()
          .forEach(
              c -> {
                if (c == '\n') {
                  line.append("\n    ");
                } else if (visible(c)) {
                  line.appendCodePoint(c);
                } else {
                  line.append(String.format(Locale.ROOT, "\\u%04x", c));
                }
              });
    }

    private static boolean visible(int codePoint) {
      return switch (Character.getType(codePoint)) {
        case Character.CONTROL,
            Character.FORMAT,
            Character.SURROGATE,
            Character.PRIVATE_USE,
            Character.UNASSIGNED,
            Character.LINE_SEPARATOR,
            Character.PARAGRAPH_SEPARATOR ->
            false;
        default -> true;
      };
    }
  }

  /** For machines: one object on a line, with the names that the access and audit logs use. */
  static final class Json extends LogEncoder {
    @Override
    public byte[] encode(ILoggingEvent event) {
      ByteArrayOutputStream out = new ByteArrayOutputStream(512);
      try (JsonGenerator json = AsciiJson.generator(out)) {
        json.writeStartObject();
        json.writeStringField("time", Instant.ofEpochMilli(event.getTimeStamp()).toString());
        json.writeStringField("log", "gateway");
        json.writeStringField("level", event.getLevel().toString());
        json.writeStringField("logger", event.getLoggerName());
        json.writeStringField("thread", event.getThreadName());
        json.writeStringField("message", Redaction.scrub(event.getFormattedMessage()));
        String trace = stackTrace(event);
        if (trace != null) {
          json.writeStringField("exception", trace);
        }
        json.writeEndObject();
      } catch (IOException e) {
        throw new UncheckedIOException("memory cannot be written to", e);
      }
      out.write('\n');
      return out.toByteArray();
    }
  }
}
