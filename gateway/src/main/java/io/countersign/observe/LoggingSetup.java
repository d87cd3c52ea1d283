package io.countersign.observe;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.spi.FilterReply;
import io.countersign.config.Logging;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/**
 * Sets up the gateway's own log, on standard error: standard output is for the access and audit
 * lines. Text on a terminal, JSON otherwise. Events go through a bounded queue that drops rather
 * than waits, because an event loop may log and standard error may be a pipe that nobody reads.
 */
public final class LoggingSetup {
  /** Events that may wait to be written. */
  private static final int QUEUE_LENGTH = 4_096;

  /** How long {@link #close} waits for standard error. */
  private static final int FLUSH_MILLIS = 2_000;

  /**
   * Libraries that print what passes through them when they are asked to be chatty: requests with
   * their session tokens, canonical requests, bytes off the wire.
   */
  private static final List<String> GUARDED =
      List.of("software.amazon.awssdk", "io.netty", "org.apache.http", "org.apache.hc");

  private LoggingSetup() {}

  /**
   * Applies the configuration; may be applied again after a reload.
   *
   * @param terminal whether standard error is one; decides {@link Logging.Format#AUTO}
   */
  public static void apply(Logging logging, boolean terminal) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    apply(context, logging, terminal, new FileOutputStream(FileDescriptor.err));
  }

  /** Writes what is queued. To be called last when the gateway ends; nothing is logged after it. */
  public static void close() {
    ((LoggerContext) LoggerFactory.getILoggerFactory()).stop();
  }

  static void apply(LoggerContext context, Logging logging, boolean terminal, OutputStream stderr) {
    context.reset();
    LogEncoder encoder =
        switch (logging.format()) {
          case AUTO -> terminal ? new LogEncoder.Text() : new LogEncoder.Json();
          case TEXT -> new LogEncoder.Text();
          case JSON -> new LogEncoder.Json();
        };
    encoder.setContext(context);
    encoder.start();
    var stream = new OutputStreamAppender<ILoggingEvent>();
    stream.setContext(context);
    stream.setName("stderr");
    stream.setEncoder(encoder);
    stream.setOutputStream(new Unclosed(stderr));
    stream.start();
    var queue = new AsyncAppender();
    queue.setContext(context);
    queue.setName("queue");
    queue.setQueueSize(QUEUE_LENGTH);
    queue.setDiscardingThreshold(0);
    queue.setNeverBlock(true);
    queue.setMaxFlushTime(FLUSH_MILLIS);
    queue.addAppender(stream);
    queue.start();
    context.addTurboFilter(new Guard(context));
    var root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(level(logging.level()));
    root.addAppender(queue);
    for (String name : GUARDED) {
      context.getLogger(name).setLevel(Level.WARN);
    }
  }

  private static Level level(Logging.Level level) {
    return switch (level) {
      case ERROR -> Level.ERROR;
      case WARN -> Level.WARN;
      case INFO -> Level.INFO;
      case DEBUG -> Level.DEBUG;
    };
  }

  /** Logback closes its stream when the set-up changes; standard error outlives that. */
  private static final class Unclosed extends FilterOutputStream {
    Unclosed(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      out.write(bytes, offset, count);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }

  /**
   * Refuses what the guarded loggers say below WARN whatever their level is: a level can be set at
   * run time, by code or by a property, and then session tokens would be in the log.
   */
  private static final class Guard extends TurboFilter {
    Guard(LoggerContext context) {
      setContext(context);
      start();
    }

    @Override
    public FilterReply decide(
        @Nullable Marker marker,
        ch.qos.logback.classic.Logger logger,
        Level level,
        @Nullable String format,
        Object @Nullable [] arguments,
        @Nullable Throwable thrown) {
      return !level.isGreaterOrEqual(Level.WARN) && guarded(logger.getName())
          ? FilterReply.DENY
          : FilterReply.NEUTRAL;
    }

    private static boolean guarded(String logger) {
      for (String name : GUARDED) {
        if (logger.startsWith(name)
            && (logger.length() == name.length() || logger.charAt(name.length()) == '.')) {
          return true;
        }
      }
      return false;
    }
  }
}
