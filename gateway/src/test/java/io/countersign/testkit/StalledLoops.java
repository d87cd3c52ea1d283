package io.countersign.testkit;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.netty.util.internal.InternalThreadLocalMap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Gives every event loop of every gateway in this JVM a task, again and again, and notes where a
 * loop is that does not come to it in time. What makes it wait does not matter: a lock, a file, a
 * long computation.
 *
 * <p>A machine on which nothing runs stalls no loop: only the time counts in which this watch
 * itself was run as often as it should be.
 */
final class StalledLoops implements Runnable {
  private static final Duration PERIOD = Duration.ofMillis(20);

  /** A period that took longer than so many is one in which the machine did something else. */
  private static final int MOST_PERIODS_LATE = 5;

  private final Duration bound;
  private final Map<Thread, Watched> watched = new WeakHashMap<>();
  private final ConcurrentLinkedQueue<String> found = new ConcurrentLinkedQueue<>();
  private volatile boolean stopped;

  static {
    // It warns of what is done here on purpose: looking at another thread's map.
    ((Logger) LoggerFactory.getLogger(FastThreadLocalThread.class)).setLevel(Level.ERROR);
  }

  /** A loop and the task that it was given last. */
  private static final class Watched {
    private final EventLoop loop;
    private volatile boolean come = true;
    private long waitedNanos;
    private boolean told;

    Watched(EventLoop loop) {
      this.loop = loop;
    }

    void ask() {
      come = false;
      waitedNanos = 0;
      told = false;
      try {
        loop.execute(() -> come = true);
      } catch (RejectedExecutionException e) {
        come = true; // it has ended
      }
    }
  }

  /**
   * @param bound what is longer is a stall
   */
  StalledLoops(Duration bound) {
    this.bound = bound;
  }

  /** Watches until {@link #stop}, on a thread of its own. */
  StalledLoops start() {
    Thread.ofPlatform().name("loop-watch").daemon().start(this);
    return this;
  }

  void stop() {
    stopped = true;
  }

  /** Whether a thread is an event loop of a gateway. */
  static boolean isLoop(Thread thread) {
    return thread instanceof FastThreadLocalThread && thread.getName().startsWith("loop-");
  }

  @Override
  public void run() {
    long last = System.nanoTime();
    while (!stopped) {
      LockSupport.parkNanos(PERIOD.toNanos());
      long now = System.nanoTime();
      long passed = Math.min(now - last, PERIOD.toNanos() * MOST_PERIODS_LATE);
      last = now;
      for (Thread thread : threads()) {
        if (isLoop(thread)) {
          look(thread, passed);
        }
      }
    }
  }

  private static List<Thread> threads() {
    ThreadGroup all = Thread.currentThread().getThreadGroup();
    while (all.getParent() != null) {
      all = all.getParent();
    }
    Thread[] threads = new Thread[all.activeCount() + 16];
    int count = all.enumerate(threads, true);
    return Arrays.asList(threads).subList(0, count);
  }

  private void look(Thread thread, long passedNanos) {
    Watched known = watched.get(thread);
    if (known == null) {
      EventLoop loop = loopOf(thread);
      if (loop == null) {
        return; // it has only just begun
      }
      known = new Watched(loop);
      watched.put(thread, known);
    }
    if (known.come) {
      known.ask();
      return;
    }
    known.waitedNanos += passedNanos;
    if (known.waitedNanos > bound.toNanos() && !known.told) {
      known.told = true;
      StringBuilder where = new StringBuilder();
      for (StackTraceElement frame : thread.getStackTrace()) {
        where.append("\tat ").append(frame).append('\n');
      }
      // It may have come to the task between the two looks.
      if (!known.come) {
        found.add(
            thread.getName()
                + " ("
                + thread.getState()
                + ") has not turned for "
                + bound
                + ":\n"
                + where);
      }
    }
  }

  /** Netty keeps the executor of each of its threads among the variables of the thread. */
  private static @Nullable EventLoop loopOf(Thread thread) {
    InternalThreadLocalMap variables = ((FastThreadLocalThread) thread).threadLocalMap();
    if (variables != null) {
      for (int i = 0; i <= InternalThreadLocalMap.lastVariableIndex(); i++) {
        if (variables.indexedVariable(i) instanceof EventLoop loop && loop.inEventLoop(thread)) {
          return loop;
        }
      }
    }
    return null;
  }

  /** The stalls since it was last asked. */
  List<String> drain() {
    List<String> stalls = new ArrayList<>();
    for (String next = found.poll(); next != null; next = found.poll()) {
      stalls.add(next);
    }
    return stalls;
  }
}
