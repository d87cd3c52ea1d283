package io.countersign.credentials;

import static io.countersign.credentials.Given.READER;
import static io.countersign.credentials.Given.role;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The cache stays small whatever requests ask for, and drops nothing that is in use. */
class CacheLimitsTest {
  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

  private final VirtualTime time = new VirtualTime();
  private final FakeSts sts = new FakeSts(time);
  private final CredentialCache cache =
      CredentialCache.builder()
          .time(time)
          .scheduler(time)
          .workers(time)
          .random(new SplittableRandom(1))
          .sts(sts)
          .limits(new CacheLimits(100, 40))
          .build();

  private Slot warm(int n, String tenant) {
    Slot slot = cache.slot(role(READER + n), tenant);
    slot.await(Runnable::run, TEN_SECONDS, result -> {});
    time.advance(Duration.ofSeconds(2));
    return slot;
  }

  @Test
  void aTenantDropsItsOwnIdlestSlotsAndNobodyElses() {
    Slot other = warm(1_000, "other");
    Slot first = warm(0, "greedy");
    Slot second = warm(1, "greedy");
    for (int n = 2; n < 200; n++) {
      warm(n, "greedy");
      assertThat(second.current()).as("read all the time").isNotNull();
    }
    assertThat(cache.slots()).hasSizeLessThanOrEqualTo(40 + 1 + 1);
    assertThat(first.isRetired()).isTrue();
    assertThat(second.isRetired()).isFalse();
    assertThat(other.isRetired()).isFalse();
    assertThat(first.current()).as("whoever holds it goes on").isNotNull();
  }

  @Test
  void whatIsBeingFetchedIsNeverDroppedSoTheNextIsRefused() {
    sts.hung = true;
    List<Slot> inFlight = new ArrayList<>();
    for (int n = 0; n < 39; n++) { // the source of the keys is one more
      Slot slot = cache.slot(role(READER + n), "greedy");
      slot.await(Runnable::run, Duration.ofMinutes(5), result -> {});
      inFlight.add(slot);
    }
    time.settle();
    List<CredentialResult> results = new ArrayList<>();
    Slot surplus = cache.slot(role(READER + 99), "greedy");
    surplus.await(Runnable::run, TEN_SECONDS, results::add);
    assertThat(inFlight).noneMatch(Slot::isRetired);
    // The source is idle and goes first; the second surplus one finds nothing.
    if (results.isEmpty()) {
      cache.slot(role(READER + 98), "greedy").await(Runnable::run, TEN_SECONDS, results::add);
    }
    assertThat(results)
        .singleElement()
        .isInstanceOfSatisfying(
            CredentialFailure.class,
            f -> {
              assertThat(f.kind()).isEqualTo(CredentialFailure.Kind.CACHE_FULL);
              assertThat(f.retryable()).isTrue();
              assertThat(f.retryAfter()).isPositive();
              assertThat(f.message()).contains("greedy", "40");
            });
    assertThat(cache.slot(role(READER + 1_000), "other").isRetired()).isFalse();
  }

  @Test
  void allTenantsTogetherStayWithinTheCache() {
    for (int n = 0; n < 500; n++) {
      warm(n, "tenant-" + n % 50);
    }
    assertThat(cache.slots()).hasSizeLessThanOrEqualTo(101);
  }

  @Test
  void slotsThatNobodyReadsLeaveTheCache() {
    for (int n = 0; n < 30; n++) {
      warm(n, "t");
    }
    time.advance(Duration.ofHours(5));
    assertThat(cache.slots())
        .as("keys without an end")
        .extracting(SlotStatus::label)
        .containsExactly("static");
  }

  @Test
  void manyCallsForOneKeyCountOnce() {
    for (int i = 0; i < 200; i++) {
      assertThat(cache.slot(role(READER), "t").isRetired()).isFalse();
    }
    assertThat(cache.slots()).hasSize(2);
  }
}
