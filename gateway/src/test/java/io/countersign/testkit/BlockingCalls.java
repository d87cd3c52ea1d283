package io.countersign.testkit;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.blockhound.BlockHound;
import reactor.blockhound.BlockingMethod;

/**
 * Notes each call by which an event loop of a gateway could wait: sleeping, parking, waiting for a
 * monitor's notification, reading and writing files and sockets as streams, starting a process.
 * BlockHound rewrites those methods of the JDK; Netty names the calls of its own that are harmless.
 *
 * <p>It does not see a thread that waits to enter a monitor, nor file channels: {@link
 * StalledLoops} sees those that take long.
 */
final class BlockingCalls {
  /** More than anybody reads. */
  private static final int MOST_KEPT = 20;

  /** Hints to the scheduler, which come back at once. Maps and locks of the JDK give them. */
  private static final Set<String> HINTS = Set.of("onSpinWait", "yield", "yield0");

  private static final ConcurrentLinkedQueue<String> FOUND = new ConcurrentLinkedQueue<>();
  private static final AtomicBoolean INSTALLED = new AtomicBoolean();

  private BlockingCalls() {}

  /**
   * Begins to look; at the first call only.
   *
   * @throws IllegalStateException if the JVM does not allow it
   */
  static void install() {
    if (!INSTALLED.compareAndSet(false, true)) {
      return;
    }
    try {
      BlockHound.builder()
          .loadIntegrations()
          .nonBlockingThreadPredicate(others -> StalledLoops::isLoop)
          // The tests log to the console. The gateway's own log goes through a queue.
          .allowBlockingCallsInside("ch.qos.logback.core.OutputStreamAppender", "append")
          .blockingMethodCallback(BlockingCalls::found)
          .install();
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          "run the tests with -XX:+AllowRedefinitionToAddDeleteMethods and"
              + " -XX:+EnableDynamicAgentLoading, as the build does",
          e);
    }
  }

  private static void found(BlockingMethod method) {
    if (FOUND.size() < MOST_KEPT && !HINTS.contains(method.getName())) {
      StringWriter text = new StringWriter();
      text.append(Thread.currentThread().getName())
          .append(" called ")
          .append(method.toString())
          .append(", which may wait:\n");
      new Throwable("here").printStackTrace(new PrintWriter(text));
      FOUND.add(text.toString());
    }
  }

  /** What was found since it was last asked. */
  static List<String> drain() {
    List<String> found = new ArrayList<>();
    for (String next = FOUND.poll(); next != null; next = FOUND.poll()) {
      found.add(next);
    }
    return found;
  }
}
