package io.countersign.credentials;

import static io.countersign.credentials.Given.ADAPTER;
import static io.countersign.credentials.Given.IRELAND;
import static io.countersign.credentials.Given.READER;
import static io.countersign.credentials.Given.hop;
import static io.countersign.credentials.Given.role;
import static io.countersign.credentials.Given.there;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.config.Arn;
import io.countersign.config.CredentialSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Wrong clocks, sleeping machines, and the order in which a chain is renewed. */
class ClocksTest {
  @ParameterizedTest
  @ValueSource(longs = {-3600, -301, 301, 3600})
  void theDifferenceFromAwsIsMeasured(long ahead) {
    CacheWorld world = new CacheWorld();
    world.time.wallSkew = Duration.ofSeconds(ahead);
    world.warm(role(READER));
    assertThat(world.cache.clockSkew()).isEqualTo(Duration.ofSeconds(-ahead));
    world.time.wallSkew = Duration.ZERO;
    world.cache.slot(role(READER)).refresh();
    world.time.advance(Duration.ofSeconds(1));
    assertThat(world.cache.clockSkew()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {-60, 0, 60})
  void aDifferenceThatAwsAllowsIsLeftAlone(long ahead) {
    CacheWorld world = new CacheWorld();
    world.time.wallSkew = Duration.ofSeconds(ahead);
    world.warm(role(READER));
    assertThat(world.cache.clockSkew()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SignatureDoesNotMatch", "RequestExpired"})
  void aRefusalForTheClockIsMeasuredAndTheCallMadeOnceMore(String code) {
    CacheWorld world = new CacheWorld();
    world.time.wallSkew = Duration.ofHours(1);
    world.sts.refusal =
        call ->
            world.sts.count() == 1
                ? new StsFailure(code, 403, "Signature expired", "r", world.time.trueNow())
                : null;
    assertThat(world.warm(role(READER)).current()).isNotNull();
    assertThat(world.sts.count()).isEqualTo(2);
    assertThat(world.cache.clockSkew()).isEqualTo(Duration.ofHours(-1));
  }

  @Test
  void aWrongSecretIsNotTakenForAWrongClock() {
    CacheWorld world = new CacheWorld();
    world.sts.refusal =
        call ->
            new StsFailure(
                "SignatureDoesNotMatch", 403, "does not match", "r", world.time.trueNow());
    world.await(world.cache.slot(role(READER)), Duration.ofSeconds(1));
    world.time.advance(Duration.ofSeconds(1));
    assertThat(world.sts.count()).isEqualTo(1);
  }

  /** A proxy or a load balancer may put its own date on STS's answers. */
  @ParameterizedTest
  @ValueSource(longs = {-86_400, -3_600, -400, 400, 3_600, 86_400})
  void aDateThatCannotBeThatOfAwsIsNotBelieved(long off) {
    CacheWorld world = new CacheWorld();
    world.sts.lie = Duration.ofSeconds(off);
    Slot slot = world.warm(role(READER));
    assertThat(world.cache.clockSkew()).isZero();
    assertThat(there(slot.current()).remaining(world.time.nanos()))
        .isBetween(Duration.ofMinutes(59), Duration.ofMinutes(60));
    for (int minute = 0; minute < 300; minute++) {
      world.time.advance(Duration.ofMinutes(1));
      assertThat(slot.current()).as("in minute %d", minute).isNotNull();
    }
    assertThat(world.sts.count()).as("renewals at half of the life").isBetween(10, 14);
  }

  @Test
  void theDateOfAnUnsignedAnswerMeasuresTheClock(@TempDir Path folder) throws Exception {
    CacheWorld world = new CacheWorld();
    world.time.wallSkew = Duration.ofMinutes(-30);
    world.warm(
        new CredentialKey.OfSource(
            new CredentialSource.WebIdentity(
                Arn.parse(ADAPTER), Files.writeString(folder.resolve("token"), "a.b.c")),
            IRELAND));
    assertThat(world.cache.clockSkew()).isEqualTo(Duration.ofMinutes(30));
  }

  @Test
  void aDateThatDoesNotFitTheSessionsEndIsNotBelievedThoughNobodySigned(@TempDir Path folder)
      throws Exception {
    CacheWorld world = new CacheWorld();
    world.sts.lie = Duration.ofMinutes(-30);
    CredentialKey web =
        new CredentialKey.OfSource(
            new CredentialSource.WebIdentity(
                Arn.parse(ADAPTER), Files.writeString(folder.resolve("token"), "a.b.c")),
            IRELAND);
    Slot source = world.warm(web);
    assertThat(world.cache.clockSkew()).as("the session is an hour and a half by it").isZero();
    world.warm(new CredentialKey.OfRole(web, IRELAND, hop(READER)));
    assertThat(world.cache.clockSkew()).isZero();
    source.refresh();
    world.time.advance(Duration.ofSeconds(1));
    assertThat(world.cache.clockSkew()).isZero();
    assertThat(there(source.current()).remaining(world.time.nanos()))
        .isBetween(Duration.ofMinutes(59), Duration.ofMinutes(60));
  }

  @Test
  void aFailureThatSaysNothingOfTheClockSetsNone() {
    CacheWorld world = new CacheWorld();
    Slot slot = world.warm(role(READER));
    world.sts.refusal =
        call ->
            new StsFailure(
                "Throttling", 400, "Rate exceeded", "r", world.time.trueNow().plusSeconds(3_600));
    slot.refresh();
    world.time.advance(Duration.ofSeconds(10));
    assertThat(world.cache.clockSkew()).isZero();
  }

  /** The machine slept: the monotonic clock stood still, the wall clock did not. */
  @Test
  void afterTenMinutesOfSleepWhatIsPastItsHalfIsRenewedAtOnce() {
    CacheWorld world = new CacheWorld();
    world.sts.life = Duration.ofMinutes(15);
    Slot slot = world.warm(role(READER));
    world.time.advance(Duration.ofMinutes(1));
    assertThat(slot.current()).isNotNull();
    world.time.sleep(Duration.ofMinutes(10));
    int before = world.sts.count();
    world.time.advance(Pulse.PERIOD.plusSeconds(1));
    assertThat(world.sts.count()).isEqualTo(before + 1);
    assertThat(there(slot.current()).obtained()).isAfter(VirtualTime.START.plusSeconds(600));
  }

  @Test
  void aWallClockThatIsSetForwardCostsOneRenewalAndNoRequest() {
    CacheWorld world = new CacheWorld();
    Slot slot = world.warm(role(READER));
    assertThat(slot.current()).isNotNull();
    world.time.wallSkew = Duration.ofHours(3);
    world.time.advance(Duration.ofMinutes(1));
    assertThat(world.sts.count())
        .as("the first, one that STS refuses for its time, and the renewal")
        .isEqualTo(3);
    assertThat(slot.current()).isNotNull();
    assertThat(world.misses).isEqualTo(2);
  }

  @Test
  void aParentThatIsDueIsRenewedBeforeItsChild() {
    CacheWorld world = new CacheWorld();
    Slot child = world.warm(new CredentialKey.OfRole(role(ADAPTER), IRELAND, hop(READER)));
    Slot parent = world.cache.slot(role(ADAPTER));
    assertThat(child.current()).isNotNull();
    assertThat(parent.current()).isNotNull();
    // Both are past their half, and the child is asked first.
    world.sts.refusal = call -> FakeSts.DOWN;
    world.time.advance(Duration.ofMinutes(31));
    world.sts.refusal = call -> null;
    world.sts.calls.clear();
    child.refresh();
    world.time.advance(Duration.ofSeconds(70));
    assertThat(world.sts.calls.getFirst().role()).isEqualTo(ADAPTER);
    FakeSts.Call assumed = world.sts.of(READER).getFirst();
    assertThat(there(world.sts.issued.get(assumed.caller())).at())
        .isGreaterThan(Duration.ofMinutes(31));
  }

  @Test
  void aStrictSlotDropsARefusedSessionAtOnce() {
    CacheWorld world = new CacheWorld();
    Slot slot = world.warm(role(READER));
    slot.strict(true);
    world.sts.refusal = call -> FakeSts.DENIED;
    slot.refresh();
    world.time.advance(Duration.ofSeconds(1));
    assertThat(slot.current()).isNull();
    assertThat(world.await(slot, Duration.ofSeconds(5)))
        .singleElement()
        .isInstanceOf(CredentialFailure.class);
  }

  @Test
  void retriesComeFasterAsTheEndComesNear() {
    CacheWorld world = new CacheWorld();
    Slot slot = world.warm(role(READER));
    Duration outageEnds = Duration.ofMinutes(60).minusSeconds(9);
    world.sts.refusal = call -> call.at().compareTo(outageEnds) < 0 ? FakeSts.DOWN : null;
    for (int second = 0; second < 3_700; second++) {
      world.time.advance(Duration.ofSeconds(1));
      assertThat(slot.current()).as("at second %d", second).isNotNull();
    }
  }

  @Test
  void evictedSlotsAreFetchedAnewButNeverWhileAFetchRuns() {
    CacheWorld world = new CacheWorld();
    Slot slot = world.warm(role(READER));
    int id = world.cache.slots().getLast().id();
    assertThat(world.cache.evict(id)).isTrue();
    assertThat(slot.current()).isNull();
    world.await(slot, Duration.ofSeconds(5));
    world.time.settle();
    assertThat(world.cache.evict(id)).isFalse();
    world.time.advance(Duration.ofSeconds(1));
    assertThat(slot.current()).isNotNull();
    assertThat(world.cache.evict(-1)).isFalse();
  }

  @Test
  void whatEndsIsToldSoThatItsSigningKeysCanGo() {
    CacheWorld world = new CacheWorld();
    Slot slot = world.warm(role(READER));
    String first = there(slot.current()).credentials().accessKeyId();
    slot.refresh();
    world.time.advance(Duration.ofSeconds(1));
    assertThat(world.gone).containsExactly(first);
    String second = there(slot.current()).credentials().accessKeyId();
    world.time.advance(Duration.ofSeconds(20));
    assertThat(slot.invalidate(second)).isTrue();
    world.time.advance(Duration.ofSeconds(1));
    assertThat(world.gone).containsExactly(first, second);
    String third = there(slot.current()).credentials().accessKeyId();
    world.cache.close();
    world.time.settle();
    assertThat(world.gone).containsExactlyInAnyOrder(first, second, "AKIAEXAMPLE", third);
  }
}
