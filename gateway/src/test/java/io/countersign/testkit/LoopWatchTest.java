package io.countersign.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.EventConditions.test;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.instanceOf;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineTestKit;

/** The watch does fail a test in which a loop waits. */
class LoopWatchTest {
  private static MultiThreadIoEventLoopGroup loops() {
    return new MultiThreadIoEventLoopGroup(
        1, new DefaultThreadFactory("loop", true), NioIoHandler.newFactory());
  }

  private final MultiThreadIoEventLoopGroup loops = loops();

  @AfterEach
  void end() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  /** Not a test of its own: it is run by {@link #aTestInWhichALoopWaitsFails}. */
  static final class ALoopThatWaits {
    @Test
    void sleeps() throws Exception {
      MultiThreadIoEventLoopGroup loops = loops();
      loops.submit(() -> LockSupport.parkNanos(1)).get();
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
  }

  @Test
  void aTestInWhichALoopWaitsFails() {
    EngineTestKit.engine("junit-jupiter")
        .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "true")
        .selectors(selectClass(ALoopThatWaits.class))
        .execute()
        .testEvents()
        .assertThatEvents()
        .haveExactly(
            1,
            org.junit.platform.testkit.engine.EventConditions.event(
                test(),
                finishedWithFailure(
                    instanceOf(AssertionError.class),
                    message(text -> text.contains("An event loop must never wait")),
                    message(text -> text.contains("ALoopThatWaits")))));
  }

  @Test
  @SuppressWarnings("WaitNotInLoop") // nothing is waited for
  void seesWhatALoopWaitsBy() throws Exception {
    ReentrantLock held = new ReentrantLock();
    held.lock();
    loops
        .submit(
            () -> {
              Thread.sleep(1);
              synchronized (this) {
                wait(1);
              }
              assertThat(held.tryLock(1, TimeUnit.MILLISECONDS)).isFalse();
              try (var file = new java.io.FileInputStream("/dev/null")) {
                assertThat(file.read()).isEqualTo(-1);
              }
              return null;
            })
        .get();
    List<String> found = LoopWatch.drain();
    assertThat(found).hasSize(4);
    assertThat(found.get(0)).contains("Thread.sleep", "loop-", "seesWhatALoopWaitsBy");
    assertThat(found.get(1)).contains("Object#wait");
    assertThat(found.get(2)).contains("park", "ReentrantLock");
    assertThat(found.get(3)).contains("FileInputStream#read");
  }

  @Test
  void leavesOtherThreadsAndWhatDoesNotWaitAlone() throws Exception {
    Thread.sleep(1);
    loops.submit(() -> new ReentrantLock().tryLock()).get();
    loops.submit(Thread::onSpinWait).get();
    loops.schedule(() -> {}, 1, TimeUnit.MILLISECONDS).get();
    assertThat(LoopWatch.drain()).isEmpty();
  }

  @Test
  void seesALoopThatDoesNotTurnWhateverKeepsIt() throws Exception {
    StalledLoops watch = new StalledLoops(Duration.ofMillis(200)).start();
    CountDownLatch enough = new CountDownLatch(1);
    var busy = loops.submit(() -> spin(enough));
    String stall = await(watch);
    enough.countDown();
    busy.get();
    watch.stop();
    assertThat(stall).contains("loop-", "has not turned for PT0.2S", "LoopWatchTest.spin");
  }

  /** Keeps the loop busy without any call that may wait. */
  private static long spin(CountDownLatch enough) {
    long turns = 0;
    while (enough.getCount() > 0) {
      turns++;
    }
    return turns;
  }

  private static String await(StalledLoops watch) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (System.nanoTime() - deadline < 0) {
      List<String> stalls = watch.drain();
      if (!stalls.isEmpty()) {
        return stalls.getFirst();
      }
      LockSupport.parkNanos(1_000_000);
    }
    throw new AssertionError("the stall was not seen");
  }
}
