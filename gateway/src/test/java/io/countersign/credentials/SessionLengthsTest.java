package io.countersign.credentials;

import static io.countersign.credentials.Given.ADAPTER;
import static io.countersign.credentials.Given.IRELAND;
import static io.countersign.credentials.Given.READER;
import static io.countersign.credentials.Given.SOURCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.config.Arn;
import io.countersign.config.RoleHop;
import java.time.Duration;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What STS has said about the length of sessions is said once. */
class SessionLengthsTest {
  private static final Duration FOUR_HOURS = Duration.ofHours(4);

  private final CacheWorld world = new CacheWorld();
  private String refusal = "";

  @BeforeEach
  void stsRefusesMoreThanAnHour() {
    world.sts.refusal =
        call ->
            call.duration() != null && call.duration().compareTo(Duration.ofHours(1)) > 0
                ? new StsFailure("ValidationError", 400, refusal, "r")
                : null;
  }

  private static CredentialKey.OfRole key(CredentialKey parent, String role, String session) {
    return new CredentialKey.OfRole(
        parent,
        IRELAND,
        new RoleHop(Arn.parse(role), null, session, FOUR_HOURS, new TreeMap<>(), Set.of(), null));
  }

  private long refused() {
    return world.sts.calls.stream().filter(call -> FOUR_HOURS.equals(call.duration())).count();
  }

  @Test
  void theMaximumOfARoleIsLearntOnceForAllItsSessions() {
    refusal = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
    for (int agent = 0; agent < 20; agent++) {
      world.warm(key(SOURCE, READER, "agent-" + agent));
    }
    assertThat(refused()).isEqualTo(1);
    world.warm(key(SOURCE, ADAPTER, "agent"));
    assertThat(refused()).as("another role has a maximum of its own").isEqualTo(2);
  }

  @Test
  void chainingIsLearntOnceForAllRolesOfACaller() {
    refusal =
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role"
            + " chaining";
    world.warm(key(SOURCE, READER, "a"));
    world.warm(key(SOURCE, ADAPTER, "a"));
    assertThat(refused()).isEqualTo(1);
  }

  @Test
  void whatWasLearntIsForgottenAfterAnHour() {
    refusal = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
    world.warm(key(SOURCE, READER, "a"));
    world.time.advance(Duration.ofMinutes(59));
    world.warm(key(SOURCE, READER, "b"));
    assertThat(refused()).isEqualTo(1);
    world.time.advance(Duration.ofMinutes(2));
    world.warm(key(SOURCE, READER, "c"));
    assertThat(refused()).isEqualTo(2);
  }

  @Test
  void aShorterSessionThanAnHourIsNeverMadeLonger() {
    SessionLengths lengths = new SessionLengths(world.time);
    CredentialKey.OfRole hour = Given.role(READER);
    lengths.refused(hour, new StsFailure("ValidationError", 400, "DurationSeconds", "r"));
    RoleHop quarter =
        new RoleHop(
            Arn.parse(READER), null, "s", Duration.ofMinutes(15), new TreeMap<>(), Set.of(), null);
    assertThat(lengths.asked(new CredentialKey.OfRole(SOURCE, IRELAND, quarter)))
        .isEqualTo(Duration.ofMinutes(15));
  }

  @Test
  void manyRolesAreNotRememberedWithoutEnd() {
    SessionLengths lengths = new SessionLengths(world.time);
    StsFailure failure = new StsFailure("ValidationError", 400, "MaxSessionDuration", "r");
    CredentialKey.OfRole first = key(SOURCE, READER + 0, "s");
    for (int i = 0; i < 5_000; i++) {
      lengths.refused(key(SOURCE, READER + i, "s"), failure);
    }
    assertThat(lengths.limit(first)).isNotNull();
    lengths.refused(key(SOURCE, READER + "last", "s"), failure);
    assertThat(lengths.limit(first)).isNull();
    assertThat(lengths.limit(key(SOURCE, READER + "last", "s"))).isNotNull();
  }
}
