package io.countersign.observe;

import io.countersign.config.Logging;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jctools.queues.MessagePassingQueue;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes each finished request: counts it, and hands it to the one thread that writes the access and
 * the audit log. An event loop never waits for a disk or a pipe: when the thread falls behind by
 * more than the queue holds, lines are dropped, counted, and the gateway's log says so.
 */
public final class Recorder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Recorder.class);

  /** Requests that may wait to be written: about a second of a busy gateway. */
  static final int QUEUE_LENGTH = 16_384;

  /**
   * How long the writer gathers after it has written: under load it wakes a hundred times a second
   * and not for each request, and a line is still on disk before a person can look.
   */
  private static final Duration GATHER = Duration.ofMillis(10);

  /** How long {@link #close} waits for a destination that takes nothing. */
  private static final Duration DRAIN = Duration.ofSeconds(5);

  private final RequestMetrics requests;
  private final LogMetrics metrics;
  private final List<RequestLog> logs;
  private final MessagePassingQueue<CallRecord> queue;
  private final Thread writer;
  private final AtomicLong dropped = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();

  /** Lines are being dropped, and that was said. Of the writer's thread. */
  private boolean behind;

  private volatile boolean parked;
  private volatile boolean closing;

  private Recorder(Metrics metrics, List<RequestLog> logs, int queueLength) {
    this.requests = metrics.requests();
    this.metrics = metrics.logs();
    this.logs = logs;
    this.queue = new MpscAtomicArrayQueue<>(queueLength);
    this.writer = Thread.ofPlatform().name("request-log").daemon().unstarted(this::write);
  }

  /**
   * Opens the logs and starts their thread.
   *
   * @param terminal whether standard output is one; decides {@link Logging.Format#AUTO}
   * @throws IOException if a log's file cannot be opened; the message names it
   */
  public static Recorder start(Logging logging, boolean terminal, Metrics metrics)
      throws IOException {
    return start(
        logging, terminal, metrics, new FileOutputStream(FileDescriptor.out), QUEUE_LENGTH);
  }

  static Recorder start(
      Logging logging, boolean terminal, Metrics metrics, OutputStream stdout, int queueLength)
      throws IOException {
    boolean text =
        switch (logging.format()) {
          case AUTO -> terminal;
          case TEXT -> true;
          case JSON -> false;
        };
    Sinks sinks = new Sinks(stdout);
    List<RequestLog> logs = new ArrayList<>(2);
    LineFormat access = text ? new TextLine() : new JsonLine(LogMetrics.Log.ACCESS);
    sinks.add(logs, LogMetrics.Log.ACCESS, access, logging.access(), metrics.logs());
    LineFormat audit = new JsonLine(LogMetrics.Log.AUDIT);
    sinks.add(logs, LogMetrics.Log.AUDIT, audit, logging.audit(), metrics.logs());
    Recorder recorder = new Recorder(metrics, List.copyOf(logs), queueLength);
    metrics.logs().queueLength(recorder.queue::size);
    recorder.writer.start();
    return recorder;
  }

  /**
   * Counts the request and queues its lines. Never blocks and never throws. The caller gives up the
   * record: nobody may write to it afterwards.
   */
  public void record(CallRecord done) {
    try {
      requests.record(done);
      if (logs.isEmpty()) {
        return;
      }
      if (closing || !queue.offer(done)) {
        drop(done);
      } else if (parked) {
        parked = false;
        LockSupport.unpark(writer);
      }
    } catch (RuntimeException e) {
      // A bug, but the request has been answered: it must not take the connection with it.
      if (failures.getAndIncrement() == 0) {
        LOG.error("{} could not be recorded; further failures of the kind are not logged", done, e);
      }
    }
  }

  /** Writes what is queued and closes the logs; waits at most some seconds. */
  @Override
  public void close() {
    closing = true;
    LockSupport.unpark(writer);
    boolean interrupted = false;
    try {
      if (!writer.join(DRAIN)) {
        LOG.warn(
            "The request logs still held {} requests after {} s; they are lost",
            queue.size(),
            DRAIN.toSeconds());
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void drop(CallRecord done) {
    dropped.incrementAndGet();
    for (RequestLog log : logs) {
      if (log.wants(done)) {
        metrics.dropped(log.name);
      }
    }
  }

  private void write() {
    boolean wrote = false;
    while (true) {
      CallRecord next = queue.poll();
      if (next != null) {
        wrote = true;
        for (RequestLog log : logs) {
          if (log.wants(next)) {
            log.add(next);
          }
        }
        sayThatLinesAreDropped();
      } else {
        logs.forEach(RequestLog::flush);
        if (!queue.isEmpty()) {
          continue;
        }
        sayHowManyWereDropped();
        if (closing) {
          logs.forEach(RequestLog::close);
          return;
        }
        if (wrote) {
          wrote = false;
          LockSupport.parkNanos(this, GATHER.toNanos());
        } else {
          await();
        }
      }
    }
  }

  /** Sets the flag before it looks again, so that an offer between the two is not missed. */
  private void await() {
    parked = true;
    if (queue.isEmpty() && !closing) {
      LockSupport.park(this);
    }
    parked = false;
  }

  /**
   * Once when it begins, and once with the number when it is over. Said by this thread, since an
   * event loop must not wait for standard error either.
   */
  private void sayThatLinesAreDropped() {
    if (!behind && dropped.get() > 0) {
      behind = true;
      LOG.warn(
          "The request logs fall behind and lines are dropped. "
              + "Give them a faster destination, or switch one off");
    }
  }

  private void sayHowManyWereDropped() {
    long lost = dropped.getAndSet(0);
    behind = false;
    if (lost > 0) {
      LOG.warn("The request logs have caught up; {} requests were not written", lost);
    }
  }

  /** Two logs to one place share its sink, so that their lines do not cut into each other. */
  private static final class Sinks {
    private final LineSink stdout;
    private final Map<Path, LineSink> files = new HashMap<>();

    Sinks(OutputStream stdout) {
      this.stdout = new LineSink.Stream(stdout);
    }

    void add(
        List<RequestLog> logs,
        LogMetrics.Log name,
        LineFormat format,
        Logging.Sink target,
        LogMetrics metrics)
        throws IOException {
      switch (target.kind()) {
        case OFF -> {}
        case STDOUT -> logs.add(new RequestLog(name, format, stdout, metrics));
        case FILE -> logs.add(new RequestLog(name, format, file(name, target), metrics));
      }
    }

    private LineSink file(LogMetrics.Log name, Logging.Sink target) throws IOException {
      Path path = target.file();
      if (path == null) {
        throw new IOException("the " + name + " log goes to a file, but none is named");
      }
      Path absolute = path.toAbsolutePath().normalize();
      LineSink open = files.get(absolute);
      if (open == null) {
        try {
          open = new LineSink.AppendedFile(absolute);
        } catch (IOException e) {
          throw new IOException(
              "the "
                  + name
                  + " log "
                  + absolute
                  + " cannot be opened for appending: make its folder and let this user write"
                  + " there",
              e);
        }
        files.put(absolute, open);
      }
      return open;
    }
  }
}
