package io.countersign.credentials;

import static io.countersign.credentials.Given.READER;
import static io.countersign.credentials.Given.role;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.config.RoleHop;
import io.countersign.signer.AwsCredentials;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What many keys cost in memory and threads, and what they never cost an event loop. */
class CacheSizeTest {
  private static final int KEYS = 50_000;

  /** An STS that answers at once, with sessions as long as AWS's. */
  private static StsCalls prompt(CountDownLatch answered) {
    AtomicInteger number = new AtomicInteger();
    String padding = "x".repeat(800); // tokens of STS have 300 to 900 characters
    return new ForwardingSts(new FakeSts(new VirtualTime())) {
      @Override
      public CompletableFuture<StsReply<StsReply.Assumed>> assumeRole(
          StsTarget sts, AwsCredentials caller, RoleHop hop, Duration duration) {
        Instant now = Instant.now();
        int n = number.incrementAndGet();
        answered.countDown();
        return CompletableFuture.completedFuture(
            new StsReply.Answered<>(
                new StsReply.Assumed(
                    AwsCredentials.of("ASIA" + n, "secret-" + n, padding + n),
                    now.plusSeconds(3600),
                    now,
                    "arn")));
      }
    };
  }

  private static long usedBytes() {
    long used = Long.MAX_VALUE;
    for (int i = 0; i < 4; i++) {
      System.gc();
      used = Math.min(used, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    return used;
  }

  @Test
  void fiftyThousandKeysTakeAtMostFourKibibytesEach() throws Exception {
    VirtualTime time = new VirtualTime();
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    int threadsBefore = threads.getThreadCount();
    long before = usedBytes();
    try (CredentialCache cache =
        CredentialCache.builder()
            .time(time)
            .scheduler(time)
            .workers(time)
            .sts(prompt(new CountDownLatch(0)))
            .build()) {
      List<Slot> slots = new ArrayList<>();
      for (int i = 0; i < KEYS; i++) {
        Slot slot = cache.slot(role(READER + i));
        slots.add(slot);
        slot.await(Runnable::run, Duration.ofHours(1), result -> {});
      }
      time.advance(Duration.ofMinutes(6));
      assertThat(slots).allMatch(Slot::isUsable);
      long each = (usedBytes() - before) / KEYS;
      System.out.println("bytes for each of " + KEYS + " warm keys: " + each);
      assertThat(each).isLessThanOrEqualTo(4096);
      assertThat(threads.getThreadCount() - threadsBefore).isLessThanOrEqualTo(2);
    }
  }

  @Test
  void threadsOfTheMachineDoNotGrowWithTheKeys() throws Exception {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    int before = threads.getThreadCount();
    CountDownLatch answered = new CountDownLatch(500);
    try (CredentialCache cache = CredentialCache.builder().sts(prompt(answered)).build()) {
      for (int i = 0; i < 500; i++) {
        cache.slot(role(READER + i)).await(Runnable::run, Duration.ofMinutes(1), result -> {});
      }
      assertThat(answered.await(60, TimeUnit.SECONDS)).isTrue();
      // The timer, and the carriers of virtual threads.
      assertThat(threads.getThreadCount() - before)
          .isLessThanOrEqualTo(4 + Runtime.getRuntime().availableProcessors());
    }
  }

  @Test
  void threadsDoNotGrowWithKeysThatWaitForASilentSts() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    FakeSts silent = new FakeSts(new VirtualTime());
    silent.hung = true;
    int before = threads.getThreadCount();
    AtomicInteger told = new AtomicInteger();
    try (CredentialCache cache = CredentialCache.builder().sts(silent).build()) {
      for (int i = 0; i < KEYS; i++) {
        cache
            .slot(role(READER + i))
            .await(Runnable::run, Duration.ofMinutes(5), result -> told.incrementAndGet());
      }
      assertThat(threads.getThreadCount() - before)
          .isLessThanOrEqualTo(4 + Runtime.getRuntime().availableProcessors());
      assertThat(told).hasValue(0);
    }
    assertThat(told).as("who waits when the cache is closed is told so").hasValue(KEYS);
  }

  @Test
  void aLookUpAllocatesNothing() {
    CacheWorld world = new CacheWorld();
    CredentialKey key = role(READER);
    Slot slot = world.warm(key);
    ConnectorSlots ofConnector = ConnectorSlots.perAgent(agent -> slot, null);
    var allocation = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long now = slot.nanos();
    long least = Long.MAX_VALUE;
    int found = 0;
    for (int round = 0; round < 20; round++) { // until the compiler has come by
      long before = allocation.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 10_000; i++) {
        found += slot.current(now) == null ? 0 : 1;
        found += world.cache.slot(key).current(now) == null ? 0 : 1;
        found += ofConnector.of("analyst").current(now) == null ? 0 : 1;
      }
      least = Math.min(least, allocation.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(found).isEqualTo(600_000);
    assertThat(least).as("bytes in 30,000 look-ups").isLessThan(10_000);
  }

  @Test
  void anEventLoopNeverWaits() throws Exception {
    FakeSts silent = new FakeSts(new VirtualTime());
    silent.hung = true;
    ScheduledThreadPoolExecutor loop = new ScheduledThreadPoolExecutor(1);
    CountDownLatch asked = new CountDownLatch(1);
    long[] waits = new long[2];
    try (CredentialCache cache = CredentialCache.builder().sts(silent).build()) {
      List<Slot> slots = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        slots.add(cache.slot(role(READER + i)));
      }
      ThreadMXBean threads = ManagementFactory.getThreadMXBean();
      loop.execute(
          () -> {
            long self = Thread.currentThread().threadId();
            for (int round = 0; round < 2; round++) {
              // The first round loads classes, which has locks of its own.
              ThreadInfo before = threads.getThreadInfo(self);
              for (Slot slot : slots) {
                slot.await(loop, Duration.ofMinutes(1), result -> {});
                assertThat(slot.current()).isNull();
              }
              waits[0] = threads.getThreadInfo(self).getWaitedCount() - before.getWaitedCount();
              waits[1] = threads.getThreadInfo(self).getBlockedCount() - before.getBlockedCount();
            }
            asked.countDown();
          });
      assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(waits).as("times that the loop parked, times that it was blocked").containsOnly(0);
    } finally {
      loop.shutdownNow();
    }
  }
}
