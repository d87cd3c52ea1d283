package io.countersign.credentials;

import static io.countersign.credentials.Given.ADAPTER;
import static io.countersign.credentials.Given.IRELAND;
import static io.countersign.credentials.Given.READER;
import static io.countersign.credentials.Given.hop;
import static io.countersign.credentials.Given.role;
import static io.countersign.credentials.Given.there;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Warm slots: when they are renewed, and what an outage does to them. */
class RefreshTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @ParameterizedTest
  @CsvSource({"900, 0.5", "3600, 0.475", "43200, 0.5"})
  void refreshIsAtFortyToFiftyPercentOfTheLifetime(int lifeSeconds, double latest) {
    List<Double> shares = new ArrayList<>();
    for (int seed = 0; seed < 200; seed++) {
      CacheWorld world = new CacheWorld(seed);
      world.sts.life = Duration.ofSeconds(lifeSeconds);
      Slot slot = world.warm(role(READER));
      for (int i = 0; i < 100 && world.sts.count() < 2; i++) {
        assertThat(slot.current()).isNotNull();
        world.time.advance(Duration.ofSeconds(lifeSeconds / 100));
      }
      Duration between =
          world.sts.calls.get(1).at().minus(world.sts.calls.get(0).at()).minus(world.sts.delay);
      shares.add(between.toMillis() / (lifeSeconds * 1000.0));
    }
    assertThat(shares).allMatch(share -> share >= 0.399 && share <= latest + 0.001);
    assertThat(shares.stream().mapToDouble(d -> d).min().orElseThrow()).isLessThan(0.41);
    assertThat(shares.stream().mapToDouble(d -> d).max().orElseThrow())
        .as("an hour ends after an outage of half an hour and the time to recover")
        .isGreaterThan(latest - 0.01);
  }

  @Test
  void dayOfWarmKeysHasNoWaitAndFewCalls() {
    CacheWorld world = new CacheWorld();
    List<Slot> slots = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      slots.add(world.cache.slot(role(READER + i)));
      world.await(slots.get(i), Duration.ofSeconds(10));
    }
    world.time.advance(SECOND);
    int misses = world.misses;
    for (int minute = 0; minute < 24 * 60; minute++) {
      world.time.advance(Duration.ofMinutes(1));
      assertThat(slots.stream().filter(slot -> slot.current() == null)).isEmpty();
    }
    assertThat(world.misses).isEqualTo(misses);
    assertThat(world.sts.count() / 1_000.0 / 24).isBetween(2.0, 2.5);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7, 14, 21, 28})
  void outageOfHalfAnHourFailsNoWarmChain(int minutesBefore) {
    CacheWorld world = new CacheWorld();
    Slot slot = world.warm(new CredentialKey.OfRole(role(ADAPTER), IRELAND, hop(READER)));
    world.time.advance(Duration.ofMinutes(minutesBefore));
    world.sts.refusal = call -> minutesBefore % 2 == 0 ? FakeSts.DOWN : FakeSts.THROTTLED;
    for (int second = 0; second < 1_800; second++) {
      assertThat(slot.current()).isNotNull();
      world.time.advance(SECOND);
    }
    world.sts.refusal = call -> null;
    for (int second = 0; second < 7_200; second++) {
      assertThat(slot.current()).isNotNull();
      world.time.advance(SECOND);
    }
  }

  @Test
  void warmSlotServesUntilExpiryAndNotBeyond() {
    CacheWorld world = new CacheWorld();
    Slot slot = world.warm(role(READER));
    world.sts.refusal = call -> FakeSts.DOWN;
    Snapshot held = there(slot.current());
    Duration left = Duration.ofNanos(held.usableUntilNanos() - world.time.nanos());
    assertThat(left).isBetween(Duration.ofMinutes(59), Duration.ofHours(1));
    world.time.advance(left.minusNanos(1));
    assertThat(slot.current()).isEqualTo(held);
    world.time.advance(Duration.ofNanos(1));
    assertThat(slot.current()).as("expired credentials of a role").isNull();
    assertThat(held.expiration()).isAfter(world.time.trueNow());
  }

  @Test
  void expiredRoleInAnOutageFailsWithTheCause() {
    CacheWorld world = new CacheWorld();
    Slot slot = world.warm(role(READER));
    world.sts.refusal = call -> FakeSts.DOWN;
    world.time.advance(Duration.ofHours(2));
    List<CredentialResult> results = world.await(slot, Duration.ofSeconds(10));
    world.time.advance(Duration.ofSeconds(10));
    assertThat(results)
        .singleElement()
        .isInstanceOfSatisfying(
            CredentialFailure.class,
            f -> assertThat(f.kind()).isEqualTo(CredentialFailure.Kind.STS_UNREACHABLE));
  }

  @Test
  void failedRefreshIsRepeatedWithBackoffOfFiveToSixtySeconds() {
    CacheWorld world = new CacheWorld();
    Slot slot = world.warm(role(READER));
    world.sts.refusal = call -> FakeSts.DOWN;
    for (int i = 0; i < 59; i++) {
      assertThat(slot.current()).isNotNull();
      world.time.advance(Duration.ofMinutes(1));
    }
    List<Duration> pauses = new ArrayList<>();
    for (int i = 2; i < world.sts.count(); i++) {
      pauses.add(
          world
              .sts
              .calls
              .get(i)
              .at()
              .minus(world.sts.calls.get(i - 1).at())
              .minus(world.sts.delay));
    }
    assertThat(pauses.getFirst()).isBetween(Duration.ofMillis(100), Duration.ofSeconds(5));
    assertThat(pauses).allMatch(pause -> pause.compareTo(Duration.ofSeconds(60)) <= 0);
    assertThat(pauses.stream().mapToLong(Duration::toSeconds).max().orElseThrow())
        .isGreaterThan(40);
    assertThat(pauses).hasSizeBetween(40, 100);
  }

  @Test
  void refusalOfARefreshIsNotHarmfulWhileTheOldServe() {
    CacheWorld world = new CacheWorld();
    Slot slot = world.warm(role(READER));
    world.sts.refusal = call -> FakeSts.DENIED;
    for (int i = 0; i < 58; i++) {
      assertThat(slot.current()).isNotNull();
      world.time.advance(Duration.ofMinutes(1));
    }
    assertThat(world.log).contains("warm failed " + READER + " ACCESS_DENIED");
    // From 15 seconds doubling to five minutes.
    assertThat(world.sts.count()).isBetween(7, 18);
    world.sts.refusal = call -> null;
  }

  @Test
  void idleKeysAreLeftToExpire() {
    CacheWorld world = new CacheWorld();
    world.warm(role(READER));
    world.time.advance(Duration.ofHours(24));
    assertThat(world.sts.count()).isLessThanOrEqualTo(3);
  }

  @Test
  void idleKeysThatAreUsedAgainBeforeTheirEndAreRefreshed() {
    CacheWorld world = new CacheWorld();
    Slot slot = world.warm(role(READER));
    int misses = world.misses;
    // Once in 25 minutes, so that half of the refreshes find no use since the last one.
    for (int i = 0; i < 60; i++) {
      world.time.advance(Duration.ofMinutes(25));
      assertThat(slot.current()).isNotNull();
    }
    assertThat(world.misses).isEqualTo(misses);
  }

  @Test
  void pinnedKeysStayWarmUnused() {
    CacheWorld world = new CacheWorld();
    Slot slot = world.cache.slot(role(READER));
    slot.pin(true);
    world.time.advance(Duration.ofHours(24));
    assertThat(slot.isUsable()).isTrue();
    assertThat(world.misses).isEqualTo(1); // of the source, by the role's fetch
  }

  @Test
  void pinnedKeyRecoversByItself() {
    CacheWorld world = new CacheWorld();
    world.sts.refusal = call -> FakeSts.DENIED;
    Slot slot = world.cache.slot(role(READER));
    slot.pin(true);
    world.time.advance(Duration.ofMinutes(10));
    world.sts.refusal = call -> null;
    world.time.advance(Duration.ofMinutes(2));
    assertThat(slot.isUsable()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {-3600, -301, 0, 301, 3600})
  void wrongWallClockDoesNotChangeTheEnd(long skewSeconds) {
    CacheWorld world = new CacheWorld();
    world.time.wallSkew = Duration.ofSeconds(skewSeconds);
    Slot slot = world.warm(role(READER));
    Snapshot held = there(slot.current());
    assertThat(held.remaining(world.time.nanos()))
        .isBetween(Duration.ofSeconds(3590), Duration.ofSeconds(3600));
  }

  @Test
  void jumpingWallClockDoesNotChangeTheEnd() {
    CacheWorld world = new CacheWorld();
    Slot slot = world.warm(role(READER));
    world.time.wallSkew = Duration.ofHours(3);
    assertThat(slot.current()).isNotNull();
    world.time.wallSkew = Duration.ofHours(-3);
    world.sts.hung = true;
    world.time.advance(Duration.ofHours(1));
    assertThat(slot.current()).isNull();
  }

  @Test
  void answerWithoutADateCountsByTheWallClock() {
    CacheWorld world = new CacheWorld();
    world.sts.datesAnswers = false;
    Slot slot = world.warm(role(READER));
    assertThat(slot.current()).isNotNull();
  }

  @Test
  void sessionThatIsOverWhenItComesIsAFailure() {
    CacheWorld world = new CacheWorld();
    world.sts.life = Duration.ofSeconds(-10);
    List<CredentialResult> results =
        world.await(world.cache.slot(role(READER)), Duration.ofSeconds(5));
    world.time.advance(Duration.ofSeconds(5));
    assertThat(results)
        .singleElement()
        .isInstanceOfSatisfying(
            CredentialFailure.class,
            f -> assertThat(f.kind()).isEqualTo(CredentialFailure.Kind.CLOCK_SKEWED));
  }

  @Test
  void manyKeysOfOneAgeDoNotRefreshTogether() {
    CacheWorld world = new CacheWorld();
    List<Slot> slots = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      Slot slot = world.cache.slot(role(READER + i));
      slot.pin(true);
      slots.add(slot);
    }
    world.time.advance(Duration.ofHours(12));
    int[] perMinute = new int[12 * 60];
    world.sts.calls.forEach(c -> perMinute[(int) Math.min(719, c.at().toMinutes())]++);
    int peak = 0;
    long sum = 0;
    for (int minute = 360; minute < 720; minute++) {
      peak = Math.max(peak, perMinute[minute]);
      sum += perMinute[minute];
    }
    assertThat((double) peak).isLessThanOrEqualTo(2.0 * sum / 360);
    assertThat(slots).allMatch(Slot::isUsable);
  }
}
