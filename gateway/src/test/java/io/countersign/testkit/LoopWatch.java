package io.countersign.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test in whose time an event loop of a gateway made a call that may wait, or did not turn
 * for two seconds. JUnit finds it by {@code META-INF/services} and puts it to every test, so no
 * test can forget it.
 */
public final class LoopWatch implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
  /** Much longer than a turn takes, on a machine that has other things to do as well. */
  private static final Duration BOUND = Duration.ofSeconds(2);

  private static final StalledLoops STALLS = new StalledLoops(BOUND).start();

  /** Made by JUnit. */
  public LoopWatch() {}

  @Override
  public void beforeAll(ExtensionContext context) {
    BlockingCalls.install();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    check();
  }

  /** What stops a gateway runs after the last test. */
  @Override
  public void afterAll(ExtensionContext context) {
    check();
  }

  private static void check() {
    List<String> found = drain();
    if (!found.isEmpty()) {
      throw new AssertionError(
          "An event loop must never wait. "
              + found.size()
              + " findings:\n"
              + String.join("\n", found));
    }
  }

  /** What was found since it was last asked; a test that makes a loop wait asks itself. */
  static List<String> drain() {
    List<String> found = new ArrayList<>(BlockingCalls.drain());
    found.addAll(STALLS.drain());
    return found;
  }
}
