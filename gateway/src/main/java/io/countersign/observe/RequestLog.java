package io.countersign.observe;

import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One of the two logs: its format and where it goes. Lines are gathered and written when the queue
 * is empty or enough have come together. Used by the log's thread only.
 */
final class RequestLog {
  private static final Logger LOG = LoggerFactory.getLogger(RequestLog.class);
  private static final int WRITE_AT_BYTES = 64 * 1024;

  final LogMetrics.Log name;
  private final LineFormat format;
  private final LineSink sink;
  private final LogMetrics metrics;
  private final LineBuffer buffer = new LineBuffer();
  private int linesBuffered;
  private boolean failing;

  RequestLog(LogMetrics.Log name, LineFormat format, LineSink sink, LogMetrics metrics) {
    this.name = name;
    this.format = format;
    this.sink = sink;
    this.metrics = metrics;
  }

  /** The audit log tells of calls only; the access log of everything. */
  boolean wants(CallRecord call) {
    return switch (name) {
      case ACCESS -> true;
      case AUDIT -> call.door != Door.OTHER;
    };
  }

  void add(CallRecord call) {
    int before = buffer.length();
    try {
      format.write(call, buffer);
      linesBuffered++;
    } catch (IOException | RuntimeException e) {
      buffer.truncate(before);
      metrics.failed(name, 1);
      LOG.error("The {} log could not format {}", name, call, e);
    }
    if (buffer.length() >= WRITE_AT_BYTES) {
      flush();
    }
  }

  void flush() {
    if (linesBuffered == 0) {
      return;
    }
    try {
      sink.write(buffer);
      metrics.written(name, linesBuffered);
      if (failing) {
        failing = false;
        LOG.info("The {} log can be written again", name);
      }
    } catch (IOException e) {
      metrics.failed(name, linesBuffered);
      if (!failing) {
        failing = true;
        LOG.error(
            "The {} log cannot be written, so its lines are lost until it can: {}. "
                + "Free its disk, or mend its folder or its permissions",
            name,
            e.toString());
      }
    }
    linesBuffered = 0;
    buffer.truncate(0);
  }

  void close() {
    flush();
    try {
      sink.close();
    } catch (IOException e) {
      LOG.error("The {} log could not be closed: {}", name, e.toString());
    }
  }
}
