package io.countersign.credentials;

import static io.countersign.credentials.Given.IRELAND;
import static io.countersign.credentials.Given.KEYS;
import static io.countersign.credentials.Given.NO_STS;
import static io.countersign.credentials.Given.READER;
import static io.countersign.credentials.Given.SOURCE;
import static io.countersign.credentials.Given.connector;
import static io.countersign.credentials.Given.hop;
import static io.countersign.credentials.Given.there;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.config.Arn;
import io.countersign.config.CredentialSource;
import io.countersign.config.RoleHop;
import io.countersign.config.Secret;
import io.countersign.config.Sts;
import io.countersign.signer.AwsCredentials;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Two keys that differ in anything never share credentials. */
class CredentialKeyTest {
  private static RoleHop hop(
      String arn,
      @Nullable String externalId,
      String session,
      int seconds,
      Map<String, String> tags,
      Set<String> transitive,
      @Nullable String identity) {
    return new RoleHop(
        Arn.parse(arn),
        externalId,
        session,
        Duration.ofSeconds(seconds),
        new TreeMap<>(tags),
        transitive,
        identity);
  }

  /** One key for each way to differ from the first, delimiters, case and Unicode among them. */
  private static List<CredentialKey> differing() {
    Map<String, String> none = Map.of();
    Set<String> no = Set.of();
    List<RoleHop> hops =
        List.of(
            hop(READER, null, "sn", 3600, none, no, null),
            hop(READER + "x", null, "sn", 3600, none, no, null),
            hop(READER.replace("warehouse", "Warehouse"), null, "sn", 3600, none, no, null),
            hop(READER.replace("210987654321", "210987654322"), null, "sn", 3600, none, no, null),
            hop(READER.replace("arn:aws:", "arn:aws-cn:"), null, "sn", 3600, none, no, null),
            hop(READER, "tenant-1", "sn", 3600, none, no, null),
            hop(READER, "tenant-2", "sn", 3600, none, no, null),
            hop(READER, "Tenant-1", "sn", 3600, none, no, null),
            hop(READER, "tenant-1,sn", "sn", 3600, none, no, null),
            hop(READER, "tenant-1:", "sn", 3600, none, no, null),
            hop(READER, null, "sn2", 3600, none, no, null),
            hop(READER, null, "Sn", 3600, none, no, null),
            hop(READER, null, "sn", 3601, none, no, null),
            hop(READER, null, "sn", 3600, Map.of("team", "a"), no, null),
            hop(READER, null, "sn", 3600, Map.of("Team", "a"), no, null),
            hop(READER, null, "sn", 3600, Map.of("team", "A"), no, null),
            hop(READER, null, "sn", 3600, Map.of("team", "\u00e9"), no, null),
            hop(READER, null, "sn", 3600, Map.of("team", "e\u0301"), no, null),
            hop(READER, null, "sn", 3600, Map.of("team", "a,b=c"), no, null),
            hop(READER, null, "sn", 3600, Map.of("team", "a", "b", "c"), no, null),
            hop(READER, null, "sn", 3600, Map.of("team=a,b", "c"), no, null),
            hop(READER, null, "sn", 3600, Map.of("team", "a"), Set.of("team"), null),
            hop(READER, null, "sn", 3600, none, no, "sn"),
            hop(READER, null, "sn", 3600, none, no, "SN"),
            hop(READER, "sn", "sn", 3600, none, no, null));
    List<CredentialKey> keys = new ArrayList<>();
    for (RoleHop hop : hops) {
      keys.add(new CredentialKey.OfRole(SOURCE, IRELAND, hop));
    }
    RoleHop first = hops.getFirst();
    for (CredentialSource source :
        List.of(
            new CredentialSource.Static("AKIAEXAMPLE", new Secret("another"), null),
            new CredentialSource.Static(
                "AKIAEXAMPLE", new Secret("long-lived-secret"), new Secret("token")),
            new CredentialSource.Static("AKIAOTHER", new Secret("long-lived-secret"), null))) {
      keys.add(new CredentialKey.OfRole(new CredentialKey.OfSource(source, null), IRELAND, first));
    }
    for (StsTarget sts :
        List.of(
            new StsTarget("eu-west-2", null),
            new StsTarget("eu-west-1", URI.create("https://vpce-1.sts.example")),
            new StsTarget("eu-west-1", URI.create("https://vpce-2.sts.example")),
            new StsTarget("eu-west-1", URI.create("https://vpce-1.sts.example:8443")))) {
      keys.add(new CredentialKey.OfRole(SOURCE, sts, first));
    }
    keys.add(new CredentialKey.OfRole(keys.get(0), IRELAND, first));
    keys.add(new CredentialKey.OfRole(keys.get(5), IRELAND, first));
    keys.add(new CredentialKey.OfRole(keys.get(6), IRELAND, first));
    return keys;
  }

  @Test
  void eachFieldThatDiffersGivesOtherCredentials() {
    CacheWorld world = new CacheWorld();
    List<CredentialKey> keys = differing();
    Set<AwsCredentials> seen = new HashSet<>();
    for (CredentialKey key : keys) {
      Snapshot held = there(world.warm(key).current());
      assertThat(seen.add(held.credentials())).as("%s", key).isTrue();
      FakeSts.Call issued = there(world.sts.issued.get(held.credentials().accessKeyId()));
      assertThat(issued.hop()).isEqualTo(((CredentialKey.OfRole) key).hop());
      assertThat(issued.sts()).isEqualTo(((CredentialKey.OfRole) key).sts());
    }
    assertThat(new HashSet<>(keys)).hasSameSizeAs(keys);
  }

  @Test
  void equalKeysMadeApartShareOneSlot() {
    CacheWorld world = new CacheWorld();
    List<CredentialKey> once = differing();
    List<CredentialKey> again = differing();
    for (int i = 0; i < once.size(); i++) {
      assertThat(world.cache.slot(once.get(i))).isSameAs(world.cache.slot(again.get(i)));
    }
  }

  @Test
  void partsShiftedBetweenFieldsAreNeverTheSameKey() {
    Random random = new Random(42);
    String alphabet = "aA:=,/|\u0000\u00e9e\u0301 -";
    Map<List<String>, CredentialKey> byParts = new java.util.HashMap<>();
    Map<CredentialKey, List<String>> byKey = new java.util.HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      List<String> parts = new ArrayList<>();
      for (int p = 0; p < 5; p++) {
        StringBuilder part = new StringBuilder();
        for (int c = random.nextInt(3); c > 0; c--) {
          part.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        parts.add(part.toString());
      }
      CredentialKey key =
          new CredentialKey.OfRole(
              SOURCE,
              IRELAND,
              hop(
                  READER + parts.get(0),
                  parts.get(1),
                  parts.get(2),
                  900,
                  Map.of("k" + parts.get(3), parts.get(4)),
                  Set.of(),
                  null));
      CredentialKey sameParts = byParts.putIfAbsent(parts, key);
      assertThat(sameParts == null || sameParts.equals(key)).isTrue();
      List<String> sameKey = byKey.putIfAbsent(key, parts);
      assertThat(sameKey == null || sameKey.equals(parts)).isTrue();
    }
  }

  @Test
  void refusesTagKeysThatDifferInCaseOnly() {
    RoleHop hop = hop(READER, null, "sn", 900, Map.of("team", "a", "Team", "b"), Set.of(), null);
    assertThatThrownBy(() -> new CredentialKey.OfRole(SOURCE, IRELAND, hop))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("team")
        .hasMessageContaining("Team");
  }

  @Test
  void stsComesFromTheConnectorElseTheGatewayElseTheRegion() {
    URI own = URI.create("https://sts.internal.example");
    assertThat(stsOf(NO_STS)).isEqualTo(new StsTarget("eu-west-1", null));
    assertThat(stsOf(new Sts("us-east-1", null))).isEqualTo(new StsTarget("us-east-1", null));
    assertThat(stsOf(new Sts(null, own))).isEqualTo(new StsTarget("eu-west-1", own));
  }

  private static StsTarget stsOf(Sts defaults) {
    return ((CredentialKey.OfRole)
            CredentialKey.of(connector("c", KEYS, Given.hop(READER)), defaults, "a"))
        .sts();
  }

  @Test
  void sourcesThatNeverCallStsAreSharedAcrossRegions() {
    for (CredentialSource source :
        List.of(
            new CredentialSource.Environment(),
            KEYS,
            new CredentialSource.Container(),
            new CredentialSource.Imds())) {
      assertThat(CredentialKey.of(connector("c", source), NO_STS, "a"))
          .isEqualTo(CredentialKey.of(connector("c", source), new Sts("us-east-1", null), "a"));
    }
    for (CredentialSource source :
        List.of(
            new CredentialSource.DefaultChain(),
            new CredentialSource.Profile("p"),
            new CredentialSource.WebIdentity(Arn.parse(READER), Path.of("/t")))) {
      assertThat(CredentialKey.of(connector("c", source), NO_STS, "a"))
          .isNotEqualTo(CredentialKey.of(connector("c", source), new Sts("us-east-1", null), "a"));
    }
  }

  @Test
  void chainRunsFromTheRoleToTheSource() {
    CredentialKey key =
        CredentialKey.of(
            connector("c", KEYS, Given.hop(Given.ADAPTER), Given.hop(READER)), NO_STS, "a");
    assertThat(key.chain())
        .extracting(CredentialKey::label)
        .containsExactly(READER, Given.ADAPTER, "static");
    assertThat(key.sourceLabel()).isEqualTo("static");
  }
}
