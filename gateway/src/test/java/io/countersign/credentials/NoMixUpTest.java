package io.countersign.credentials;

import static io.countersign.credentials.Given.ADAPTER;
import static io.countersign.credentials.Given.KEYS;
import static io.countersign.credentials.Given.READER;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.config.Arn;
import io.countersign.config.RoleHop;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Tenants whose keys differ in one field never share a session. The fields are taken from the
 * records themselves, so that one which is added without a variation here fails the test.
 */
class NoMixUpTest {
  /** Other values of each field of a hop: delimiters, case, Unicode that looks alike. */
  private static final Map<String, List<Object>> HOP =
      Map.ofEntries(
          Map.entry(
              "arn",
              List.of(
                  Arn.parse(READER + "x"),
                  Arn.parse(
                      READER
                          .toUpperCase(Locale.ROOT)
                          .replace("ARN:AWS:IAM", "arn:aws:iam")
                          .replace("ROLE/", "role/")),
                  Arn.parse(READER.replace("arn:aws:", "arn:aws-us-gov:")),
                  Arn.parse(READER.replace("role/", "role/path/")))),
          Map.entry("externalId", List.of("b", "A", "a,sn", "a:", "a/", "\u0430")),
          Map.entry("sessionName", List.of("sn2", "SN", "sn,a", "sn=", "sn\u0303")),
          Map.entry("duration", List.of(Duration.ofSeconds(3601), Duration.ofMinutes(15))),
          Map.entry(
              "sessionTags",
              List.of(
                  new TreeMap<>(),
                  new TreeMap<>(Map.of("team", "B")),
                  new TreeMap<>(Map.of("Team", "b")),
                  new TreeMap<>(Map.of("team", "b", "x", "")),
                  new TreeMap<>(Map.of("team=b", "")),
                  new TreeMap<>(Map.of("team", "b,x=")),
                  new TreeMap<>(Map.of("team", "\u00e9")),
                  new TreeMap<>(Map.of("team", "e\u0301")))),
          Map.entry("transitiveTags", List.of(Set.of("team"), Set.of("Team"))),
          Map.entry("sourceIdentity", List.of("id", "Id", "id,", "id2")),
          Map.entry("policy", List.of("{\"Statement\":[]}", "{\"Statement\":[ ]}", "{}")),
          Map.entry(
              "policyArns", List.of(Set.of("p"), Set.of("P"), Set.of("p", "q"), Set.of("p,q"))));

  private static final RoleHop BASE =
      new RoleHop(
          Arn.parse(READER),
          "a",
          "sn",
          Duration.ofHours(1),
          new TreeMap<>(Map.of("team", "b")),
          Set.of(),
          null,
          null,
          Set.of());

  /** A copy of a record with one component changed. */
  static <T extends Record> T with(T base, String field, Object value) throws Exception {
    RecordComponent[] components = base.getClass().getRecordComponents();
    Object[] values = new Object[components.length];
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      values[i] =
          components[i].getName().equals(field) ? value : components[i].getAccessor().invoke(base);
    }
    @SuppressWarnings("unchecked")
    Constructor<T> made = (Constructor<T>) base.getClass().getDeclaredConstructor(types);
    return made.newInstance(values);
  }

  private static List<CredentialKey> keys() throws Exception {
    List<CredentialKey> keys = new ArrayList<>();
    CredentialKey.OfSource source = new CredentialKey.OfSource(KEYS, null);
    keys.add(new CredentialKey.OfRole(source, StsTargets.BASE, BASE));
    for (RecordComponent field : RoleHop.class.getRecordComponents()) {
      List<Object> others = HOP.get(field.getName());
      assertThat(others).as("no variation of %s", field.getName()).isNotNull();
      for (Object other : new ArrayList<>(others)) {
        keys.add(
            new CredentialKey.OfRole(source, StsTargets.BASE, with(BASE, field.getName(), other)));
      }
    }
    for (StsTarget target : StsTargets.others()) {
      keys.add(new CredentialKey.OfRole(source, target, BASE));
    }
    // The same last hop over other parents.
    keys.add(
        new CredentialKey.OfRole(
            new CredentialKey.OfRole(source, StsTargets.BASE, Given.hop(ADAPTER)),
            StsTargets.BASE,
            BASE));
    keys.add(
        new CredentialKey.OfRole(
            new CredentialKey.OfRole(
                source, StsTargets.BASE, with(Given.hop(ADAPTER), "externalId", "a")),
            StsTargets.BASE,
            BASE));
    return keys;
  }

  @Test
  void eachFieldInTurnGivesOtherCredentials() throws Exception {
    CacheWorld world = new CacheWorld();
    Map<String, CredentialKey> sessions = new LinkedHashMap<>();
    List<CredentialKey> keys = keys();
    assertThat(keys).hasSizeGreaterThan(40);
    for (CredentialKey key : keys) {
      Snapshot held = Given.there(world.warm(key).current());
      CredentialKey other = sessions.put(held.credentials().accessKeyId(), key);
      assertThat(other).as("%s shares a session", key).isNull();
    }
    // And each gets its own again.
    Map<CredentialKey, String> again = new HashMap<>();
    sessions.forEach((id, key) -> again.put(key, id));
    for (CredentialKey key : keys) {
      Snapshot held = Given.there(world.cache.slot(key).current());
      assertThat(held.credentials().accessKeyId()).isEqualTo(again.get(key));
    }
  }

  @Test
  void keysThatSayTheSameAreTheSame() throws Exception {
    assertThat(new HashSet<>(keys())).hasSameSizeAs(keys());
    assertThat(keys()).isEqualTo(keys());
    assertThat(Arrays.asList(keys().getFirst().hashCode()))
        .containsExactly(keys().getFirst().hashCode());
  }
}
