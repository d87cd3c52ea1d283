package io.countersign.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.config.Arn;
import io.countersign.config.RoleHop;
import io.countersign.credentials.CredentialFailure.Kind;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The slots of the roles that agents name. */
class RoleSlotsTest {
  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);
  private static final int MOST = 3;

  private final CacheWorld world = new CacheWorld();
  private int made;
  private final RoleSlots slots =
      new RoleSlots(
          MOST,
          world.time,
          (agent, role) -> {
            made++;
            return world.cache.slot(key(agent, role), agent);
          },
          (agent, role) -> {
            CredentialKey key = key(agent, role);
            return Slot.refusing(
                key, Diagnosis.roles(key, agent, "c", MOST), world.cache.workings());
          },
          world.cache::dropIdle);

  private static CredentialKey key(String agent, Arn role) {
    return new CredentialKey.OfRole(
        Given.SOURCE,
        Given.IRELAND,
        new RoleHop(
                role,
                "ext",
                "countersign-${agent}",
                Duration.ofHours(1),
                new TreeMap<>(),
                Set.of(),
                null)
            .forAgent(agent));
  }

  private static Arn role(String name) {
    return Arn.parse("arn:aws:iam::123456789012:role/" + name);
  }

  private String session(String agent, String name) {
    List<CredentialResult> results = world.await(slots.of(agent, role(name)), TEN_SECONDS);
    world.time.advance(Duration.ofSeconds(1));
    return results.getFirst() instanceof Snapshot held
        ? held.credentials().accessKeyId()
        : String.valueOf(((CredentialFailure) results.getFirst()).kind());
  }

  @Test
  void aKnownRoleIsFoundByItsTextAlone() {
    assertThat(slots.known("blue", role("a").toString())).isNull();
    Slot slot = slots.of("blue", role("a"));
    assertThat(slots.known("blue", role("a").toString())).isSameAs(slot);
    assertThat(slots.of("blue", role("a"))).isSameAs(slot);
    assertThat(slots.known("green", role("a").toString())).isNull();
    assertThat(made).isEqualTo(1);
  }

  @Test
  void anAgentHasSoManyRolesAndOneMoreIsRefused() {
    for (String name : List.of("a", "b", "c")) {
      assertThat(session("blue", name)).startsWith("ASIA");
    }
    assertThat(session("blue", "d")).isEqualTo(Kind.CACHE_FULL.name());
    assertThat(slots.known("blue", role("d").toString())).as("it is not kept").isNull();
    assertThat(session("blue", "a")).as("those it has go on").startsWith("ASIA");
    assertThat(session("green", "d")).as("another agent has its own").startsWith("ASIA");
    assertThat(world.sts.of(role("d").toString())).hasSize(1);
  }

  @Test
  void theRoleThatWasNotUsedForLongestGivesWayAfterAMinute() {
    for (String name : List.of("a", "b", "c")) {
      session("blue", name);
    }
    world.time.advance(Duration.ofSeconds(50));
    session("blue", "a");
    world.time.advance(Duration.ofSeconds(3));
    assertThat(session("blue", "d")).as("56 seconds").isEqualTo(Kind.CACHE_FULL.name());
    world.time.advance(Duration.ofSeconds(5));
    assertThat(session("blue", "d")).startsWith("ASIA");
    assertThat(slots.known("blue", role("b").toString())).isNull();
    assertThat(slots.known("blue", role("a").toString())).isNotNull();
    assertThat(slots.known("blue", role("c").toString())).isNotNull();
    assertThat(world.cache.slots()).as("the source and three roles").hasSize(4);
  }

  @Test
  void whatIsBeingFetchedNeverGivesWay() {
    world.sts.hung = true;
    for (String name : List.of("a", "b", "c")) {
      world.await(slots.of("blue", role(name)), Duration.ofMinutes(5));
    }
    world.time.advance(Duration.ofSeconds(70));
    // The budget gives up on a call that hangs; the effort goes on while somebody waits.
    assertThat(slots.of("blue", role("d")).refusing()).isNotNull();
  }

  @Test
  void anAgentThatMakesUpNamesAsksStsABoundedNumberOfTimes() {
    world.sts.refusal = call -> FakeSts.DENIED;
    for (int i = 0; i < 600; i++) {
      session("blue", "made-up-" + i); // a second each
    }
    assertThat(world.sts.count()).isLessThanOrEqualTo(MOST * 11);
  }

  @Test
  void noTwoAgentsOrRolesShareASession() {
    List<String> names =
        List.of("team-a", "Team-A", "team-a=", "team-a,", "team_a", "p/team-a", "p/q/team-a");
    List<String> agents = List.of("blue", "blue-", "blu", "e-blue");
    RoleSlots many =
        new RoleSlots(
            names.size(),
            world.time,
            (agent, role) -> world.cache.slot(key(agent, role), agent),
            (agent, role) -> {
              throw new AssertionError("there is room");
            },
            slot -> {});
    Map<String, String> sessions = new HashMap<>();
    for (int round = 0; round < 2; round++) {
      for (String agent : agents) {
        for (String name : names) {
          Slot slot = many.of(agent, role(name));
          List<CredentialResult> results = world.await(slot, TEN_SECONDS);
          world.time.advance(Duration.ofSeconds(1));
          String id = ((Snapshot) results.getFirst()).credentials().accessKeyId();
          String who = agent + " as " + name;
          assertThat(sessions.merge(id, who, (a, b) -> a)).isEqualTo(who);
          RoleHop hop = Given.there(Given.there(world.sts.issued.get(id)).hop());
          assertThat(hop.arn()).isEqualTo(role(name));
          assertThat(hop.sessionName()).isEqualTo("countersign-" + agent);
          assertThat(hop.externalId()).isEqualTo("ext");
        }
      }
    }
    assertThat(sessions).hasSize(agents.size() * names.size());
  }
}
