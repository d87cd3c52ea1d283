package io.countersign.credentials;

import static io.countersign.credentials.Given.READER;
import static io.countersign.credentials.Given.role;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.signer.AwsCredentials;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request meets: cold slots, warm ones, refusals and outages. */
class CredentialCacheTest {
  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 80, 5_000, 9_999})
  void tenThousandColdWaitersMakeOneCall(long stsMillis) {
    CacheWorld world = new CacheWorld();
    world.sts.delay = Duration.ofMillis(stsMillis);
    Slot slot = world.cache.slot(role(READER));
    List<CredentialResult> results = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      slot.await(Runnable::run, TEN_SECONDS, results::add);
      if (i % 1000 == 0) {
        world.time.advance(Duration.ofNanos(stsMillis * 50_000));
      }
    }
    world.time.advance(TEN_SECONDS);

    assertThat(world.sts.count()).isEqualTo(1);
    assertThat(results).hasSize(10_000).allMatch(r -> r.equals(slot.current()));
  }

  @Test
  void tenThousandColdWaitersOnRealThreadsMakeOneCall() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    CountDownLatch allWait = new CountDownLatch(1);
    VirtualTime clock = new VirtualTime();
    FakeSts fake = new FakeSts(clock);
    fake.delay = Duration.ZERO;
    StsCalls slow =
        new ForwardingSts(fake) {
          @Override
          public CompletableFuture<StsReply<StsReply.Assumed>> assumeRole(
              StsTarget sts, AwsCredentials caller, io.countersign.config.RoleHop hop, Duration d) {
            calls.incrementAndGet();
            return CompletableFuture.supplyAsync(
                () -> {
                  try {
                    allWait.await();
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                  return new StsReply.Answered<>(
                      new StsReply.Assumed(
                          AwsCredentials.of("ASIA1", "s", "t"),
                          java.time.Instant.now().plusSeconds(3600),
                          null,
                          ""));
                });
          }
        };
    CountDownLatch answered = new CountDownLatch(10_000);
    try (CredentialCache cache = CredentialCache.builder().sts(slow).build()) {
      Slot slot = cache.slot(role(READER));
      List<Thread> crowd = new ArrayList<>();
      for (int i = 0; i < 10_000; i++) {
        int n = i;
        crowd.add(
            Thread.startVirtualThread(
                () -> {
                  slot.await(
                      Runnable::run,
                      Duration.ofMinutes(5),
                      result -> {
                        if (result instanceof Snapshot) {
                          answered.countDown();
                        }
                      });
                  if (n == 9_000) {
                    allWait.countDown(); // the answer comes in the midst of the arrivals
                  }
                }));
      }
      for (Thread thread : crowd) {
        thread.join();
      }
      assertThat(answered.await(60, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(calls).hasValue(1);
  }

  @Test
  void failedCallCausesNoStormOfFollowers() {
    CacheWorld world = new CacheWorld();
    world.sts.refusal = call -> FakeSts.DENIED;
    Slot slot = world.cache.slot(role(READER));
    List<CredentialResult> results = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      slot.await(Runnable::run, TEN_SECONDS, results::add);
    }
    world.time.advance(Duration.ofSeconds(1));

    assertThat(world.sts.count()).isEqualTo(1);
    assertThat(results)
        .hasSize(10_000)
        .allMatch(
            r ->
                r instanceof CredentialFailure f
                    && f.kind() == CredentialFailure.Kind.ACCESS_DENIED);
  }

  @Test
  void cancelledFirstWaiterHarmsNoOther() {
    CacheWorld world = new CacheWorld();
    Slot slot = world.cache.slot(role(READER));
    List<CredentialResult> first = new ArrayList<>();
    Runnable cancel = slot.await(Runnable::run, TEN_SECONDS, first::add);
    List<CredentialResult> second = world.await(slot, TEN_SECONDS);
    world.time.settle();
    cancel.run();
    world.time.advance(Duration.ofSeconds(1));

    assertThat(first).isEmpty();
    assertThat(second).hasSize(1).first().isInstanceOf(Snapshot.class);
    assertThat(world.sts.count()).isEqualTo(1);
  }

  @Test
  void everyWaiterCancelledLeavesTheFetchRunning() {
    CacheWorld world = new CacheWorld();
    Slot slot = world.cache.slot(role(READER));
    Runnable cancel = slot.await(Runnable::run, TEN_SECONDS, r -> {});
    world.time.settle();
    cancel.run();
    world.time.advance(Duration.ofSeconds(1));

    assertThat(slot.current()).isNotNull();
  }

  @Test
  void eachWaiterHasItsOwnDeadline() {
    CacheWorld world = new CacheWorld();
    world.sts.delay = Duration.ofSeconds(4);
    Slot slot = world.cache.slot(role(READER));
    List<CredentialResult> hasty = world.await(slot, Duration.ofSeconds(1));
    List<CredentialResult> patient = world.await(slot, TEN_SECONDS);
    world.time.advance(Duration.ofMillis(999));
    assertThat(hasty).isEmpty();
    world.time.advance(Duration.ofMillis(1));
    assertThat(hasty)
        .singleElement()
        .isInstanceOfSatisfying(
            CredentialFailure.class,
            f -> {
              assertThat(f.kind()).isEqualTo(CredentialFailure.Kind.TIMED_OUT);
              assertThat(f.retryable()).isTrue();
            });
    assertThat(patient).isEmpty();
    world.time.advance(Duration.ofSeconds(4));
    assertThat(patient).singleElement().isInstanceOf(Snapshot.class);
    assertThat(hasty).hasSize(1);
    assertThat(world.sts.count()).isEqualTo(1);
  }

  @Test
  void waiterIsAnsweredOnItsOwnExecutor() {
    CacheWorld world = new CacheWorld();
    Slot slot = world.cache.slot(role(READER));
    List<Runnable> loop = new ArrayList<>();
    List<CredentialResult> results = new ArrayList<>();
    slot.await(loop::add, TEN_SECONDS, results::add);
    world.time.advance(Duration.ofSeconds(1));
    assertThat(results).isEmpty();
    assertThat(loop).hasSize(1);
    loop.getFirst().run();
    assertThat(results).hasSize(1);
  }

  @Test
  void coldSlotKeepsTryingWhileSomebodyWaits() {
    CacheWorld world = new CacheWorld();
    world.sts.refusal =
        call -> call.at().compareTo(Duration.ofSeconds(6)) < 0 ? FakeSts.THROTTLED : null;
    Slot slot = world.cache.slot(role(READER));
    List<CredentialResult> results = world.await(slot, Duration.ofSeconds(30));
    world.time.advance(Duration.ofSeconds(30));

    assertThat(results).singleElement().isInstanceOf(Snapshot.class);
    assertThat(world.sts.count()).isBetween(3, 7);
  }

  @Test
  void coldSlotOfADownStsTellsWhyAtTheDeadlineAndThenRests() {
    CacheWorld world = new CacheWorld();
    world.sts.refusal = call -> FakeSts.DOWN;
    Slot slot = world.cache.slot(role(READER));
    List<CredentialResult> results = world.await(slot, TEN_SECONDS);
    world.time.advance(TEN_SECONDS);
    assertThat(results)
        .singleElement()
        .isInstanceOfSatisfying(
            CredentialFailure.class,
            f -> {
              assertThat(f.kind()).isEqualTo(CredentialFailure.Kind.STS_UNREACHABLE);
              assertThat(f.retryable()).isTrue();
              assertThat(f.message()).contains(READER, "Connection refused");
            });
    world.time.advance(Duration.ofMinutes(1));
    int calls = world.sts.count();
    world.time.advance(Duration.ofHours(1));
    assertThat(world.sts.count()).as("nobody waits").isEqualTo(calls);
  }

  @Test
  void requestsDuringAColdOutageDoNotHammerSts() {
    CacheWorld world = new CacheWorld();
    world.sts.refusal = call -> FakeSts.DOWN;
    Slot slot = world.cache.slot(role(READER));
    for (int second = 0; second < 600; second++) {
      world.await(slot, Duration.ofSeconds(2));
      world.time.advance(Duration.ofSeconds(1));
    }
    assertThat(world.sts.count()).isLessThan(75);
  }

  @Test
  void refusalIsAnsweredAtOnceUntilItsEntryEnds() {
    CacheWorld world = new CacheWorld();
    world.sts.refusal = call -> FakeSts.DENIED;
    Slot slot = world.cache.slot(role(READER));
    world.await(slot, TEN_SECONDS);
    world.time.advance(Duration.ofMillis(500));

    List<CredentialResult> again = world.await(slot, TEN_SECONDS);
    assertThat(again)
        .singleElement()
        .isInstanceOfSatisfying(
            CredentialFailure.class,
            f -> assertThat(f.retryAfter()).isBetween(Duration.ofMillis(1), Duration.ofSeconds(2)));
    assertThat(world.sts.count()).isEqualTo(1);

    world.time.advance(Duration.ofSeconds(2));
    world.sts.refusal = call -> null;
    List<CredentialResult> mended = world.await(slot, TEN_SECONDS);
    world.time.advance(Duration.ofSeconds(1));
    assertThat(mended).singleElement().isInstanceOf(Snapshot.class);
  }

  @Test
  void refusalsOfAColdSlotAreAskedEverMoreRarely() {
    CacheWorld world = new CacheWorld();
    world.sts.refusal = call -> FakeSts.DENIED;
    Slot slot = world.cache.slot(role(READER));
    for (int i = 0; i < 36_000; i++) {
      world.await(slot, TEN_SECONDS);
      world.time.advance(Duration.ofMillis(100));
    }
    // One hour: six in the first minute, then one in 30 to 60 seconds.
    assertThat(world.sts.count()).isBetween(60, 130);
  }

  @Test
  void refusalOfOneKeyIsNoRefusalOfAnother() {
    CacheWorld world = new CacheWorld();
    world.sts.refusal = call -> READER.equals(call.role()) ? FakeSts.DENIED : null;
    world.await(world.cache.slot(role(READER)), TEN_SECONDS);
    world.time.advance(Duration.ofSeconds(1));

    assertThat(world.warm(role(READER + "2")).current()).isNotNull();
  }

  @Test
  void refusedCredentialsAreDroppedOnlyWhenTheyAreStillHeld() {
    CacheWorld world = new CacheWorld();
    Slot slot = world.warm(role(READER));
    String old = key(slot);
    assertThat(slot.invalidate(old)).as("seconds old").isFalse();
    world.time.advance(Duration.ofMinutes(1));
    assertThat(slot.invalidate("ASIAANOTHER")).isTrue();
    assertThat(world.sts.count()).isEqualTo(1);

    assertThat(slot.invalidate(old)).isTrue();
    assertThat(slot.current()).isNull();
    world.time.advance(Duration.ofSeconds(1));
    assertThat(key(slot)).isNotEqualTo(old);
    assertThat(slot.invalidate(old)).isTrue();
    world.time.advance(Duration.ofSeconds(1));
    assertThat(world.sts.count()).isEqualTo(2);
  }

  @Test
  void closedCacheTellsItsWaiters() {
    CacheWorld world = new CacheWorld();
    world.sts.hung = true;
    Slot slot = world.cache.slot(role(READER));
    List<CredentialResult> results = world.await(slot, TEN_SECONDS);
    world.time.settle();
    world.cache.close();
    List<CredentialResult> late = world.await(slot, TEN_SECONDS);

    for (List<CredentialResult> told : List.of(results, late)) {
      assertThat(told)
          .singleElement()
          .isInstanceOfSatisfying(
              CredentialFailure.class,
              f -> assertThat(f.kind()).isEqualTo(CredentialFailure.Kind.CLOSED));
    }
  }

  @Test
  void hungCallIsGivenUpAndTriedAgain() {
    CacheWorld world = new CacheWorld();
    world.sts.hung = true;
    Slot slot = world.cache.slot(role(READER));
    List<CredentialResult> results = world.await(slot, Duration.ofMinutes(2));
    world.time.advance(Budget.CALL_LIMIT);
    world.sts.hung = false;
    world.time.advance(Duration.ofSeconds(20));

    assertThat(results).singleElement().isInstanceOf(Snapshot.class);
  }

  @Test
  void defectOfAFetchIsAFailureNotAHang() {
    CacheWorld world = new CacheWorld();
    world.sts.refusal =
        call -> {
          throw new IllegalStateException("defect");
        };
    StsCalls broken =
        new ForwardingSts(world.sts) {
          @Override
          public CompletableFuture<StsReply<StsReply.Assumed>> assumeRole(
              StsTarget sts, AwsCredentials caller, io.countersign.config.RoleHop hop, Duration d) {
            throw new IllegalStateException("defect");
          }
        };
    CredentialCache cache =
        CredentialCache.builder()
            .time(world.time)
            .scheduler(world.time)
            .workers(world.time)
            .random(new Random(1))
            .sts(broken)
            .build();
    List<CredentialResult> results = world.await(cache.slot(role(READER)), TEN_SECONDS);
    world.time.advance(TEN_SECONDS);
    assertThat(results)
        .singleElement()
        .isInstanceOfSatisfying(
            CredentialFailure.class,
            f -> assertThat(f.kind()).isEqualTo(CredentialFailure.Kind.UNEXPECTED));
  }

  @Test
  void hitsAndMissesAreCounted() {
    CacheWorld world = new CacheWorld();
    Slot slot = world.warm(role(READER));
    long before = world.cache.hits();
    for (int i = 0; i < 5; i++) {
      assertThat(slot.current()).isNotNull();
    }
    assertThat(world.cache.hits() - before).isEqualTo(5);
    assertThat(world.cache.misses()).isEqualTo(world.misses).isEqualTo(2); // the role, the source
  }

  private static String key(Slot slot) {
    Snapshot held = slot.current();
    return held == null ? "" : held.credentials().accessKeyId();
  }
}
