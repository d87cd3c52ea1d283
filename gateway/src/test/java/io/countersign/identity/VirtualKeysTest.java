package io.countersign.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.config.Access;
import io.countersign.config.Agent;
import io.countersign.config.Connector;
import io.countersign.config.GatewayConfig;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VirtualKeysTest {
  private static final Instant NOW = Instant.parse("2026-11-24T08:00:00.750Z");
  private static final Agent ANALYST = Configs.agent("analyst", "analyst-token");
  private static final Agent LOADER = Configs.agent("loader", "loader-token");
  private static final Connector LAKE = Configs.connector("lake", "s3", Access.READ_WRITE);
  private static final Connector WAREHOUSE =
      Configs.connector("warehouse", "redshift-data", Access.READ_ONLY);

  private final TickingClock clock = new TickingClock(NOW);
  private final SecureRandom random = new SecureRandom();
  private final GatewayConfig config = config(Configs.KEY);
  private final VirtualKeys keys = VirtualKeys.of(config, clock, random);

  private static GatewayConfig config(String key) {
    return Configs.of(
        List.of(ANALYST, LOADER),
        List.of(LAKE, WAREHOUSE),
        key,
        Duration.ofHours(1),
        Duration.ofHours(12));
  }

  private static Resolution.Valid valid(Resolution resolution) {
    assertThat(resolution).isInstanceOf(Resolution.Valid.class);
    return (Resolution.Valid) resolution;
  }

  @Test
  void resolvesWhatItIssued() {
    IssuedKey issued = keys.issue("analyst", "lake", Duration.ofMinutes(20));
    Resolution.Valid valid = valid(keys.resolve(issued.accessKeyId()));
    assertThat(valid.agent().name()).isEqualTo("analyst");
    assertThat(valid.connector()).isSameAs(LAKE);
    assertThat(valid.credentials().accessKeyId()).isEqualTo(issued.accessKeyId());
    assertThat(valid.credentials().secretAccessKey()).isEqualTo(issued.secretAccessKey());
    assertThat(valid.credentials().sessionToken()).isNull();
    assertThat(valid.expiration()).isEqualTo(issued.expiration()).isEqualTo("2026-11-24T08:20:00Z");
  }

  @Test
  void resolvesAKeyWithoutAConnectorToNone() {
    IssuedKey issued = keys.issue("loader", null, Duration.ofMinutes(20));
    Resolution.Valid valid = valid(keys.resolve(issued.accessKeyId()));
    assertThat(valid.agent().name()).isEqualTo("loader");
    assertThat(valid.connector()).isNull();
  }

  @Test
  void anotherReplicaWithTheSameKeyResolvesItToo() {
    IssuedKey issued = keys.issue("analyst", "warehouse", Duration.ofHours(12));
    VirtualKeys replica = VirtualKeys.of(config(Configs.KEY), clock, random);
    assertThat(valid(replica.resolve(issued.accessKeyId())).credentials().secretAccessKey())
        .isEqualTo(issued.secretAccessKey());
  }

  @Test
  void writesAnAccessKeyIdThatEveryToolTakes() {
    IssuedKey issued = keys.issueForContainer("analyst", "lake");
    assertThat(issued.accessKeyId()).matches("CSGN1[A-Z2-7]{56}").hasSizeLessThanOrEqualTo(64);
    assertThat(issued.secretAccessKey()).matches("csk1[A-Za-z0-9_-]{43}");
    assertThat(issued.sessionToken()).isNotEmpty();
  }

  @Test
  void givesEachAgentConnectorAndSecondItsOwnIdAndSecret() {
    Set<String> ids = new HashSet<>();
    Set<String> secrets = new HashSet<>();
    for (String agent : List.of("analyst", "loader")) {
      for (int second = 1; second <= 3; second++) {
        for (String connector : new String[] {null, "lake", "warehouse"}) {
          IssuedKey issued = keys.issue(agent, connector, Duration.ofSeconds(second));
          ids.add(issued.accessKeyId());
          secrets.add(issued.secretAccessKey());
        }
      }
    }
    assertThat(ids).hasSize(18);
    assertThat(secrets).hasSize(18);
  }

  /** A contract between replicas of different releases; computed by other means (Python's hmac). */
  @Test
  void keepsItsWireForm() {
    IssuedKey issued =
        VirtualKeys.of(config, new TickingClock(Instant.EPOCH), random)
            .issue("analyst", "lake", Duration.ofHours(1));
    assertThat(issued.accessKeyId())
        .isEqualTo("CSGN14LGJHYYAAAHBBTFWKGNOK45CORUX27X3CQDRTS7EVFW4A2LS5VDC2ORK");
    assertThat(issued.secretAccessKey())
        .isEqualTo("csk1cSuiQevU5oZEsUA68JQzwrmphFtJBak74rCeHSt2WmA");
  }

  /** Threat 10, the expiry of the key itself. */
  @Test
  void refusesAKeyFromTheSecondOfItsExpiryOn() {
    IssuedKey issued = keys.issue("analyst", "lake", Duration.ofMinutes(15));
    VirtualKeys cold = VirtualKeys.of(config, clock, random);
    valid(keys.resolve(issued.accessKeyId()));
    clock.advance(Duration.between(NOW, issued.expiration()).minusMillis(1));
    valid(keys.resolve(issued.accessKeyId()));
    clock.advance(Duration.ofMillis(1));
    assertThat(keys.resolve(issued.accessKeyId()))
        .as("warm")
        .isEqualTo(new Resolution.Expired(issued.expiration()));
    assertThat(cold.resolve(issued.accessKeyId()))
        .as("cold")
        .isEqualTo(new Resolution.Expired(issued.expiration()));
  }

  @Test
  void refusesALifeThatIsTooShortOrTooLong() {
    assertThat(keys.issue("analyst", null, Duration.ofSeconds(1))).isNotNull();
    assertThat(keys.issue("analyst", null, Duration.ofHours(12))).isNotNull();
    for (Duration ttl :
        List.of(
            Duration.ofMillis(999),
            Duration.ZERO,
            Duration.ofSeconds(-1),
            Duration.ofHours(12).plusNanos(1))) {
      assertThatThrownBy(() -> keys.issue("analyst", null, ttl))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("max-ttl");
    }
  }

  @Test
  void holdsContainerCredentialsToAQuarterOfAnHourUpToAnHour() {
    for (Duration ttl : List.of(Duration.ofMinutes(15), Duration.ofHours(1))) {
      IssuedKey issued = withTtl(ttl).issueForContainer("analyst", null);
      assertThat(issued.expiration())
          .isEqualTo(Instant.ofEpochSecond(NOW.getEpochSecond()).plus(ttl));
    }
    for (Duration ttl :
        List.of(Duration.ofMinutes(15).minusNanos(1), Duration.ofHours(1).plusNanos(1))) {
      assertThatThrownBy(() -> withTtl(ttl))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("virtual-credentials.ttl");
    }
  }

  private VirtualKeys withTtl(Duration ttl) {
    return VirtualKeys.of(
        Configs.of(List.of(ANALYST), List.of(), Configs.KEY, ttl, Duration.ofHours(12)),
        clock,
        random);
  }

  @Test
  void issuesNothingForNamesThatAreNotConfigured() {
    assertThatThrownBy(() -> keys.issue("stranger", null, Duration.ofMinutes(15)))
        .hasMessageContaining("no agent 'stranger'");
    assertThatThrownBy(() -> keys.issueForContainer("analyst", "cellar"))
        .hasMessageContaining("no connector 'cellar'");
  }

  @Test
  void tellsAKeyOfAnotherGatewayFromAForgedOne() {
    VirtualKeys other =
        VirtualKeys.of(config("another-gateway-key-that-is-long-enough"), clock, random);
    IssuedKey foreign = other.issue("analyst", "lake", Duration.ofMinutes(15));
    assertThat(keys.resolve(foreign.accessKeyId())).isEqualTo(new Resolution.OtherGateway());
  }

  @Test
  void refusesEveryKeyThatDiffersInOneCharacter() {
    String id = keys.issue("analyst", "lake", Duration.ofMinutes(15)).accessKeyId();
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abz+/=-";
    for (int at = 0; at < id.length(); at++) {
      for (int i = 0; i < alphabet.length(); i++) {
        char c = alphabet.charAt(i);
        if (c != id.charAt(at)) {
          String mutated = id.substring(0, at) + c + id.substring(at + 1);
          assertThat(keys.resolve(mutated)).as(mutated).isInstanceOf(Resolution.Refused.class);
        }
      }
    }
  }

  @Test
  void refusesAnExpiryThatWasMovedAndAnAgentThatWasSwapped() {
    AccessKeyId mine = decode(keys.issue("analyst", "lake", Duration.ofMinutes(15)).accessKeyId());
    AccessKeyId other = decode(keys.issue("loader", null, Duration.ofMinutes(15)).accessKeyId());
    for (AccessKeyId forged :
        List.of(
            new AccessKeyId(
                mine.keyId(),
                mine.expirySeconds() + 3600,
                mine.agent(),
                mine.connector(),
                mine.tag()),
            new AccessKeyId(
                mine.keyId(), mine.expirySeconds(), other.agent(), mine.connector(), mine.tag()),
            new AccessKeyId(mine.keyId(), mine.expirySeconds(), mine.agent(), 0, mine.tag()))) {
      assertThat(keys.resolve(forged.encode())).isEqualTo(new Resolution.Forged());
    }
  }

  private static AccessKeyId decode(String id) {
    return Objects.requireNonNull(AccessKeyId.decode(id));
  }

  @ParameterizedTest
  @ValueSource(strings = {"AKIAIOSFODNN7EXAMPLE", "ASIAQNZGKIQY56JQ7WML"})
  void refusesRealAwsKeysAndSaysSo(String aws) {
    assertThat(keys.resolve(aws))
        .isInstanceOfSatisfying(
            Resolution.NotVirtual.class,
            r -> {
              assertThat(r.looksLikeAws()).isTrue();
              assertThat(r.reason()).contains("takes no AWS keys").doesNotContain(aws);
              assertThat(r.hint()).contains("AWS_CONTAINER_CREDENTIALS_FULL_URI");
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "test", "minioadmin", "csgn1", "CSGN2ABC", "\u0000"})
  void refusesWhatWasNeverAVirtualKey(String id) {
    assertThat(keys.resolve(id)).isEqualTo(new Resolution.NotVirtual(false));
  }

  @Test
  void refusesAKeyThatWasCopiedInPart() {
    String id = keys.issue("analyst", "lake", Duration.ofMinutes(15)).accessKeyId();
    assertThat(keys.resolve(id.substring(0, 60))).isEqualTo(new Resolution.Forged());
    assertThat(keys.resolve(id + "A")).isEqualTo(new Resolution.Forged());
    assertThat(keys.resolve("CSGN1")).isEqualTo(new Resolution.Forged());
  }

  @Test
  void refusesTheKeysOfAnAgentOrConnectorThatWasRemoved() {
    String ofLoader = keys.issue("loader", null, Duration.ofMinutes(15)).accessKeyId();
    String ofLake = keys.issue("analyst", "lake", Duration.ofMinutes(15)).accessKeyId();
    valid(keys.resolve(ofLoader));
    valid(keys.resolve(ofLake));
    VirtualKeys after = keys.reloaded(Configs.of(List.of(ANALYST), List.of(WAREHOUSE)));
    assertThat(after.resolve(ofLoader)).isEqualTo(new Resolution.UnknownAgent());
    assertThat(after.resolve(ofLake)).isInstanceOf(Resolution.UnknownConnector.class);
  }

  @Test
  void keepsARandomKeyOverAReloadAndDrawsAnotherAtEachStart() {
    GatewayConfig keyless =
        Configs.of(
            List.of(ANALYST), List.of(LAKE), null, Duration.ofHours(1), Duration.ofHours(12));
    VirtualKeys first = VirtualKeys.of(keyless, clock, random);
    assertThat(first.keyIsRandom()).isTrue();
    assertThat(keys.keyIsRandom()).isFalse();
    String id = first.issueForContainer("analyst", "lake").accessKeyId();
    valid(first.reloaded(keyless).resolve(id));
    assertThat(first.reloaded(config).resolve(id)).isEqualTo(new Resolution.OtherGateway());
    assertThat(VirtualKeys.of(keyless, clock, random).resolve(id))
        .isEqualTo(new Resolution.OtherGateway());
    String ofConfigured = keys.issueForContainer("analyst", "lake").accessKeyId();
    assertThat(keys.reloaded(keyless).resolve(ofConfigured))
        .as("a key that was taken out of the configuration is dead")
        .isEqualTo(new Resolution.OtherGateway());
  }

  @Test
  void answersAWarmKeyWithTheSameObject() {
    String id = keys.issueForContainer("analyst", "lake").accessKeyId();
    Resolution first = keys.resolve(id);
    assertThat(keys.resolve(new String(id.toCharArray()))).isSameAs(first);
  }

  @Test
  void staysRightWhenFarMoreKeysAreInUseThanItRemembers() {
    GatewayConfig longLived =
        Configs.of(
            List.of(ANALYST, LOADER),
            List.of(LAKE),
            Configs.KEY,
            Duration.ofHours(1),
            Duration.ofDays(1));
    VirtualKeys many = VirtualKeys.of(longLived, clock, random);
    for (int round = 0; round < 2; round++) {
      for (int i = 1; i <= 10_000; i++) {
        String agent = i % 2 == 0 ? "analyst" : "loader";
        IssuedKey issued = many.issue(agent, "lake", Duration.ofSeconds(i));
        Resolution.Valid valid = valid(many.resolve(issued.accessKeyId()));
        assertThat(valid.agent().name()).isEqualTo(agent);
        assertThat(valid.credentials().secretAccessKey()).isEqualTo(issued.secretAccessKey());
      }
    }
  }

  @Test
  void answersInTheShapeOfTheContainerProtocol() throws Exception {
    IssuedKey issued = keys.issueForContainer("analyst", "lake");
    JsonNode json = new ObjectMapper().readTree(issued.toContainerJson());
    assertThat(json.fieldNames())
        .toIterable()
        .containsExactly("AccessKeyId", "SecretAccessKey", "Token", "Expiration");
    assertThat(json.get("AccessKeyId").asText()).isEqualTo(issued.accessKeyId());
    assertThat(json.get("SecretAccessKey").asText()).isEqualTo(issued.secretAccessKey());
    assertThat(json.get("Token").asText()).isNotEmpty();
    assertThat(json.get("Expiration").asText()).isEqualTo("2026-11-24T09:00:00Z");
  }

  /** Threat 15: no secret in what a log or an error may print. */
  @Test
  void showsNoSecretInAnyToString() {
    IssuedKey issued = keys.issueForContainer("analyst", "lake");
    assertThat(issued.toString()).contains(issued.accessKeyId());
    Resolution resolution = keys.resolve(issued.accessKeyId());
    GatewayKey key = GatewayKey.of(new byte[32]);
    for (Object shown : List.of(issued, resolution, keys, key)) {
      assertThat(shown.toString())
          .doesNotContain(issued.secretAccessKey())
          .doesNotContain(Configs.KEY)
          .doesNotContain("analyst-token");
    }
    assertThat(valid(resolution).agent().tokens()).isEmpty();
  }

  @Test
  void saysWhatIsWrongAndHowToMendItForEachRefusal() {
    List<Resolution.Refused> refusals =
        List.of(
            new Resolution.Expired(NOW),
            new Resolution.Forged(),
            new Resolution.OtherGateway(),
            new Resolution.NotVirtual(true),
            new Resolution.NotVirtual(false),
            new Resolution.UnknownAgent(),
            new Resolution.UnknownConnector(ANALYST));
    for (Resolution.Refused refusal : refusals) {
      assertThat(refusal.code()).matches("[a-z]+(-[a-z]+)+");
      assertThat(refusal.reason()).isNotBlank();
      assertThat(refusal.hint()).isNotBlank();
    }
  }

  @Test
  void resolvesNoRandomOrMutatedIdAndNeverThrows() {
    Random seeded = new Random(42);
    String genuine = keys.issueForContainer("analyst", "lake").accessKeyId();
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    for (int i = 0; i < 100_000; i++) {
      StringBuilder id = new StringBuilder();
      switch (i % 3) {
        case 0 -> {
          id.append("CSGN1");
          while (id.length() < 61) {
            id.append(alphabet.charAt(seeded.nextInt(32)));
          }
        }
        case 1 -> {
          id.append(genuine);
          for (int n = 1 + seeded.nextInt(4); n > 0; n--) {
            int at = seeded.nextInt(id.length());
            switch (seeded.nextInt(3)) {
              case 0 -> id.setCharAt(at, alphabet.charAt(seeded.nextInt(32)));
              case 1 -> id.deleteCharAt(at);
              default -> id.insert(at, (char) seeded.nextInt(0x10000));
            }
          }
        }
        default -> {
          for (int n = seeded.nextInt(130); n > 0; n--) {
            id.append((char) seeded.nextInt(0x10000));
          }
        }
      }
      String text = id.toString();
      if (!text.equals(genuine)) {
        assertThat(keys.resolve(text)).isInstanceOf(Resolution.Refused.class);
      }
    }
  }

  @Test
  void encodesAndDecodesEveryIdToItself() {
    Random seeded = new Random(3);
    for (int i = 0; i < 10_000; i++) {
      byte[] tag = new byte[AccessKeyId.TAG_BYTES];
      seeded.nextBytes(tag);
      AccessKeyId id =
          new AccessKeyId(
              seeded.nextInt(),
              seeded.nextLong(1L << 32),
              seeded.nextLong(1L << 56),
              seeded.nextLong(1L << 56),
              tag);
      AccessKeyId back = decode(id.encode());
      assertThat(back.tagged()).isEqualTo(id.tagged());
      assertThat(back.expirySeconds()).isEqualTo(id.expirySeconds());
      assertThat(back.tag()).isEqualTo(id.tag());
      assertThat(back.encode()).isEqualTo(id.encode());
    }
  }
}
