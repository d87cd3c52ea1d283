package io.countersign.credentials;

import static io.countersign.credentials.Given.ADAPTER;
import static io.countersign.credentials.Given.IRELAND;
import static io.countersign.credentials.Given.KEYS;
import static io.countersign.credentials.Given.READER;
import static io.countersign.credentials.Given.SOURCE;
import static io.countersign.credentials.Given.hop;
import static io.countersign.credentials.Given.role;
import static io.countersign.credentials.Given.there;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.config.Arn;
import io.countersign.config.Connector;
import io.countersign.config.CredentialSource;
import io.countersign.config.GatewayConfig;
import io.countersign.config.HostPort;
import io.countersign.config.Limits;
import io.countersign.config.Logging;
import io.countersign.config.RoleHop;
import io.countersign.config.Timeouts;
import io.countersign.config.VirtualCredentials;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Chains of roles, and taking up configurations. */
class RoleChainTest {
  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

  @Test
  void hopsAreSharedByAllChainsThroughThem() {
    CacheWorld world = new CacheWorld();
    CredentialKey first = role(ADAPTER);
    for (int i = 0; i < 50; i++) {
      world.await(
          world.cache.slot(new CredentialKey.OfRole(first, IRELAND, hop(READER + i))), TEN_SECONDS);
    }
    world.time.advance(Duration.ofSeconds(1));
    assertThat(world.sts.of(ADAPTER)).hasSize(1);
    assertThat(world.sts.count()).isEqualTo(51);
  }

  @Test
  void eachHopIsAssumedWithTheCredentialsOfTheOneBefore() {
    CacheWorld world = new CacheWorld();
    world.warm(new CredentialKey.OfRole(role(ADAPTER), IRELAND, hop(READER)));
    assertThat(world.sts.calls.get(0).caller()).isEqualTo("AKIAEXAMPLE");
    FakeSts.Call parent = world.sts.issued.get(world.sts.calls.get(1).caller());
    assertThat(parent).isEqualTo(world.sts.calls.get(0));
  }

  @Test
  void failureOfAHopIsToldToThoseAboveIt() {
    CacheWorld world = new CacheWorld();
    world.sts.refusal = call -> ADAPTER.equals(call.role()) ? FakeSts.DENIED : null;
    List<CredentialResult> results =
        world.await(
            world.cache.slot(new CredentialKey.OfRole(role(ADAPTER), IRELAND, hop(READER))),
            TEN_SECONDS);
    world.time.advance(Duration.ofSeconds(1));
    assertThat(results)
        .singleElement()
        .isInstanceOfSatisfying(
            CredentialFailure.class, f -> assertThat(f.message()).contains(ADAPTER));
    assertThat(world.sts.of(READER)).isEmpty();
  }

  @Test
  void expiredParentIsRenewedAndTheCallRepeatedOnce() {
    CacheWorld world = new CacheWorld();
    Slot parent = world.warm(role(ADAPTER));
    world.time.advance(Duration.ofMinutes(1));
    Snapshot held = there(parent.current());
    String old = held.credentials().accessKeyId();
    world.sts.refusal = call -> old.equals(call.caller()) ? FakeSts.EXPIRED : null;

    Slot child = world.warm(new CredentialKey.OfRole(role(ADAPTER), IRELAND, hop(READER)));
    assertThat(child.current()).isNotNull();
    assertThat(world.sts.of(ADAPTER)).hasSize(2);
    assertThat(world.sts.of(READER)).hasSize(2);
  }

  @Test
  void expiredTokenOfKeysWithoutAnEndIsAFailure() {
    CacheWorld world = new CacheWorld();
    world.sts.refusal = call -> FakeSts.EXPIRED;
    List<CredentialResult> results = world.await(world.cache.slot(role(ADAPTER)), TEN_SECONDS);
    world.time.advance(Duration.ofSeconds(1));
    assertThat(results)
        .singleElement()
        .isInstanceOfSatisfying(
            CredentialFailure.class,
            f -> assertThat(f.kind()).isEqualTo(CredentialFailure.Kind.SOURCE_EXPIRED));
    assertThat(world.sts.count()).isEqualTo(1);
  }

  private static RoleHop hours(String arn, int hours) {
    return new RoleHop(
        Arn.parse(arn), null, "s1", Duration.ofHours(hours), new TreeMap<>(), Set.of(), null);
  }

  @Test
  void chainedHopAsksForNoMoreThanAnHour() {
    CacheWorld world = new CacheWorld();
    world.warm(
        new CredentialKey.OfRole(
            new CredentialKey.OfRole(SOURCE, IRELAND, hours(ADAPTER, 12)),
            IRELAND,
            hours(READER, 12)));
    assertThat(world.sts.of(ADAPTER).getFirst().duration()).isEqualTo(Duration.ofHours(12));
    assertThat(world.sts.of(READER).getFirst().duration()).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void durationThatARoleRefusesIsLoweredToAnHourAndRemembered() {
    CacheWorld world = new CacheWorld();
    world.sts.refusal =
        call ->
            call.duration() != null && call.duration().compareTo(Duration.ofHours(1)) > 0
                ? new StsFailure(
                    "ValidationError",
                    400,
                    "The requested DurationSeconds exceeds the MaxSessionDuration set for this"
                        + " role.",
                    "r")
                : null;
    Slot slot = world.warm(new CredentialKey.OfRole(SOURCE, IRELAND, hours(ADAPTER, 4)));
    assertThat(world.sts.count()).isEqualTo(2);
    slot.refresh();
    world.time.advance(Duration.ofSeconds(1));
    assertThat(world.sts.count()).isEqualTo(3);
  }

  private static GatewayConfig config(Connector... connectors) {
    Map<String, Connector> byName = new LinkedHashMap<>();
    for (Connector connector : connectors) {
      byName.put(connector.name(), connector);
    }
    Duration d = Duration.ofSeconds(1);
    Logging.Sink off = new Logging.Sink(Logging.Sink.Kind.OFF, null);
    return new GatewayConfig(
        new HostPort("127.0.0.1", 0),
        new HostPort("127.0.0.1", 0),
        null,
        List.of(),
        0,
        new VirtualCredentials(null, d, d),
        Given.NO_STS,
        Map.of(),
        byName,
        new Limits(1, 1, 1, 1, 1, 1, 1, 1, Path.of("/tmp")),
        new Timeouts(d, d, d, d, d, d),
        new Logging(Logging.Format.AUTO, Logging.Level.INFO, off, off));
  }

  @Test
  void pinnedConnectorsAreWarmedAndReadinessWaitsForThem() {
    CacheWorld world = new CacheWorld();
    world.sts.refusal = call -> READER.equals(call.role()) ? FakeSts.DENIED : null;
    Map<String, ConnectorSlots> slots =
        world.cache.configure(
            config(
                Given.connector("good", KEYS, true, hop(ADAPTER)),
                Given.connector("bad", KEYS, true, hop(ADAPTER), hop(READER)),
                Given.connector("lazy", KEYS, hop(READER + "2"))));
    assertThat(slots).containsOnlyKeys("good", "bad", "lazy");
    assertThat(world.cache.ready().ready()).isFalse();
    world.time.advance(Duration.ofSeconds(1));

    Readiness readiness = world.cache.ready();
    assertThat(readiness.ready()).isFalse();
    assertThat(readiness.waiting())
        .singleElement()
        .satisfies(
            status -> {
              assertThat(status.label()).isEqualTo(READER);
              assertThat(status.state()).isEqualTo(SlotStatus.State.FAILING);
              assertThat(status.lastFailure()).isNotNull();
            });
    assertThat(world.sts.of(READER + "2")).isEmpty();

    world.sts.refusal = call -> null;
    world.time.advance(Duration.ofMinutes(2));
    assertThat(world.cache.ready().ready()).isTrue();
  }

  @Test
  void reloadDropsWhatNoConnectorUsesAndKeepsTheRest() {
    CacheWorld world = new CacheWorld();
    Connector kept = Given.connector("kept", KEYS, true, hop(ADAPTER));
    Connector gone = Given.connector("gone", KEYS, true, hop(READER));
    Map<String, ConnectorSlots> before = world.cache.configure(config(kept, gone));
    world.time.advance(Duration.ofSeconds(1));
    Slot dropped = there(before.get("gone")).of("a");
    long hits = world.cache.hits();

    Map<String, ConnectorSlots> after = world.cache.configure(config(kept));
    assertThat(there(after.get("kept")).of("a")).isSameAs(there(before.get("kept")).of("a"));
    assertThat(world.cache.slots())
        .extracting(SlotStatus::label)
        .containsExactly("static", ADAPTER);
    assertThat(world.cache.hits()).isEqualTo(hits);
    assertThat(dropped.current()).as("a request that holds it goes on").isNotNull();
    world.time.advance(Duration.ofHours(3));
    assertThat(world.sts.of(READER)).hasSize(1);
    assertThat(world.sts.of(ADAPTER)).hasSizeGreaterThan(4);

    List<CredentialResult> straggler = world.await(dropped, TEN_SECONDS);
    world.time.advance(Duration.ofSeconds(1));
    assertThat(straggler).singleElement().isInstanceOf(Snapshot.class);
  }

  @Test
  void slotThatIsInFlightWhenDroppedStillAnswers() {
    CacheWorld world = new CacheWorld();
    Connector gone = Given.connector("gone", KEYS, hop(READER));
    Slot slot = there(world.cache.configure(config(gone)).get("gone")).of("a");
    List<CredentialResult> results = world.await(slot, TEN_SECONDS);
    world.time.settle();
    world.cache.configure(config());
    world.time.advance(Duration.ofSeconds(1));
    assertThat(results).singleElement().isInstanceOf(Snapshot.class);
    world.time.advance(Duration.ofHours(3));
    assertThat(world.sts.count()).isEqualTo(1);
  }

  @Test
  void newlyPinnedSlotThatLayIdleIsFetchedAtOnce() {
    CacheWorld world = new CacheWorld();
    world.cache.configure(config(Given.connector("c", KEYS, hop(READER))));
    world.warm(role(READER));
    world.time.advance(Duration.ofHours(5));
    world.cache.configure(config(Given.connector("c", KEYS, true, hop(READER))));
    world.time.advance(Duration.ofSeconds(1));
    assertThat(world.cache.ready().ready()).isTrue();
  }

  @Test
  void slotsCanBeRefreshedByTheirNumber() {
    CacheWorld world = new CacheWorld();
    world.warm(role(READER));
    int id = world.cache.slots().getLast().id();
    assertThat(world.cache.refresh(id)).isTrue();
    assertThat(world.cache.refresh(-1)).isFalse();
    world.time.advance(Duration.ofSeconds(1));
    assertThat(world.sts.count()).isEqualTo(2);
  }

  @Test
  void unknownSourceOfEveryKindIsACleanFailure() {
    for (CredentialSource source :
        List.of(
            new CredentialSource.Environment(),
            new CredentialSource.WebIdentity(null, null),
            new CredentialSource.Container(),
            new CredentialSource.Profile("nobody"))) {
      CacheWorld world = new CacheWorld(1, Map.of("AWS_CONFIG_FILE", "/nonexistent/config"));
      List<CredentialResult> results =
          world.await(
              world.cache.slot(CredentialKey.of(Given.connector("c", source), Given.NO_STS, "a")),
              TEN_SECONDS);
      world.time.advance(Duration.ofSeconds(1));
      assertThat(results)
          .singleElement()
          .isInstanceOfSatisfying(
              CredentialFailure.class,
              f ->
                  assertThat(f.kind())
                      .isIn(CredentialFailure.Kind.NOT_CONFIGURED, CredentialFailure.Kind.PROFILE));
    }
  }

  @Test
  void aWaiterWhoseDeadlinePassesIsToldWhatTheParentFailedOf() {
    CacheWorld world = new CacheWorld();
    world.sts.refusal = call -> ADAPTER.equals(call.role()) ? FakeSts.DOWN : null;
    Slot child =
        world.cache.slot(new CredentialKey.OfRole(role(ADAPTER), IRELAND, Given.hop(READER)));
    List<CredentialResult> results = world.await(child, Duration.ofSeconds(4));
    world.time.advance(Duration.ofSeconds(5));
    assertThat(results)
        .singleElement()
        .isInstanceOfSatisfying(
            CredentialFailure.class,
            failure -> {
              assertThat(failure.kind()).isEqualTo(CredentialFailure.Kind.STS_UNREACHABLE);
              assertThat(failure.message()).startsWith("AssumeRole of " + ADAPTER);
            });
  }
}
