package io.countersign.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.config.Agent;
import io.countersign.config.GatewayConfig;
import io.countersign.config.Identity;
import io.countersign.config.TokenIssuer;
import io.countersign.config.TokenIssuer.Algorithm;
import io.countersign.testkit.TestIssuer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens of an issuer that really signs, and each way in which one is refused. */
class SignedTokensTest {
  static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  static final TestIssuer.Key RSA = TestIssuer.Key.rsa("rsa-1", 2048);
  static final TestIssuer.Key EC = TestIssuer.Key.p256("ec-1");

  private final TestIssuer issuer = new TestIssuer(RSA, EC);
  private final TickingClock clock = new TickingClock(NOW);
  private final AgentDirectory directory = directory(Map.of("robot-7", "analyst"), "sub");

  @AfterEach
  void stop() {
    issuer.close();
  }

  private AgentDirectory directory(Map<String, String> agents, String... agentClaim) {
    TokenIssuer one =
        new TokenIssuer(
            issuer.name(),
            List.of("countersign", "other-name"),
            null,
            Set.of(Algorithm.RS256, Algorithm.ES256),
            Duration.ofSeconds(30),
            Duration.ofHours(1),
            null,
            null,
            List.of(agentClaim),
            agents,
            List.of("act", "email"),
            Map.of("team", List.of("department")));
    GatewayConfig config =
        Configs.of(
                List.of(
                    new Agent("analyst", List.of(), List.of()),
                    new Agent("loader", List.of(), List.of())),
                List.of())
            .with(new Identity(Map.of("corporate", one), null));
    return AgentDirectory.of(config, new Issuers(clock));
  }

  private String claims(String more) {
    return claims(more, NOW.plusSeconds(600));
  }

  private String claims(String more, Instant expiration) {
    return "{\"iss\":\"%s\",\"aud\":\"countersign\",\"sub\":\"robot-7\",\"exp\":%d%s}"
        .formatted(issuer.name(), expiration.getEpochSecond(), more);
  }

  private static Identification identify(AgentDirectory directory, String token) {
    Identification first = directory.identify("Bearer " + token);
    return first instanceof Identification.Unverified unverified
        ? directory.verify(unverified)
        : first;
  }

  private Caller known(String token) {
    return known(directory, token);
  }

  private static Caller known(AgentDirectory directory, String token) {
    Identification found = identify(directory, token);
    assertThat(found).isInstanceOf(Identification.Known.class);
    return ((Identification.Known) found).caller();
  }

  private void refuses(String token, String code) {
    refuses(directory, token, code);
  }

  private static void refuses(AgentDirectory directory, String token, String code) {
    assertThat(identify(directory, token))
        .isInstanceOfSatisfying(
            Identification.Refused.class,
            refused -> {
              assertThat(refused.code()).as(refused.reason()).isEqualTo(code);
              assertThat(refused.toString()).doesNotContain(token);
            });
  }

  // ---- what is taken ----

  @Test
  void takesATokenOfEachPinnedAlgorithmAndReadsItsClaims() {
    for (TestIssuer.Key key : List.of(RSA, EC)) {
      Caller caller =
          known(
              key.token(
                  claims(
                      ",\"act\":{\"email\":\"ann@example.com\"},\"department\":\"finance\","
                          + "\"jti\":\""
                          + key.id()
                          + "\"")));
      assertThat(caller.agent().name()).isEqualTo("analyst");
      assertThat(caller.kind()).isEqualTo(Caller.Kind.JWT);
      assertThat(caller.user()).isEqualTo("ann@example.com");
      assertThat(caller.attributes()).containsExactly(Map.entry("team", "finance"));
      assertThat(caller.expiration()).isEqualTo(NOW.plusSeconds(600));
      assertThat(caller.toString()).doesNotContain("ann", "finance");
    }
  }

  @Test
  void theClaimIsTheAgentsNameWhereNoMappingIsGiven() {
    AgentDirectory byName = directory(Map.of(), "act", "sub");
    assertThat(known(byName, RSA.token(claims(",\"act\":{\"sub\":\"loader\"}"))).agent().name())
        .isEqualTo("loader");
    refuses(byName, RSA.token(claims(",\"act\":{\"sub\":\"nobody\"}")), "unknown-agent");
    refuses(byName, RSA.token(claims(",\"act\":\"loader\"")), "unknown-agent");
    refuses(byName, RSA.token(claims("")), "unknown-agent");
  }

  @Test
  void takesAnAudienceThatIsOneOfSeveral() {
    assertThat(
            known(RSA.token(claims("").replace("\"countersign\"", "[\"else\",\"other-name\"]")))
                .agent()
                .name())
        .isEqualTo("analyst");
  }

  @Test
  void aTokenWithoutAKeyIdIsTriedWithEachOfTheIssuersKeys() {
    assertThat(known(EC.sign("{\"alg\":\"ES256\"}", claims(""), "SHA256withECDSAinP1363Format")))
        .isNotNull();
  }

  // ---- what is refused: the signature ----

  @Test
  void refusesATokenThatIsNotSigned() {
    String none = TestIssuer.encoded("{\"alg\":\"none\"}") + "." + TestIssuer.encoded(claims(""));
    refuses(none + ".", "malformed-token");
    refuses(none + "." + TestIssuer.encoded("x"), "malformed-token");
    String[] parts = RSA.token(claims("")).split("\\.", -1);
    refuses(parts[0] + "." + parts[1] + ".", "malformed-token");
    assertThat(identify(directory, parts[0] + "." + parts[1]))
        .isInstanceOf(Identification.Unknown.class);
  }

  @Test
  void refusesAnHmacWithThePublicKeyAsItsSecret() throws GeneralSecurityException {
    String signed = TestIssuer.encoded(RSA.header("HS256")) + "." + TestIssuer.encoded(claims(""));
    for (byte[] secret :
        List.of(
            RSA.pair().getPublic().getEncoded(), RSA.jwk("").getBytes(StandardCharsets.UTF_8))) {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      refuses(
          signed
              + "."
              + Base64.getUrlEncoder()
                  .withoutPadding()
                  .encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII))),
          "wrong-algorithm");
    }
  }

  @Test
  void refusesAnAlgorithmThatIsNotPinnedEvenWhenTheSignatureIsGood() {
    refuses(RSA.sign(RSA.header("RS512"), claims(""), "SHA512withRSA"), "wrong-algorithm");
  }

  @Test
  void refusesAKeyOfAnotherAlgorithmThanTheTokenSays() {
    refuses(RSA.sign(RSA.header("ES256"), claims(""), "SHA256withRSA"), "bad-signature");
    refuses(EC.sign(EC.header("RS256"), claims(""), "SHA256withECDSA"), "bad-signature");
  }

  @Test
  void refusesAKeyThatTheTokenBringsAlong() {
    TestIssuer.Key own = TestIssuer.Key.rsa("rsa-1", 2048);
    for (String header :
        List.of(
            "{\"alg\":\"RS256\",\"kid\":\"rsa-1\",\"jwk\":" + own.jwk("") + "}",
            "{\"alg\":\"RS256\",\"jwk\":" + own.jwk("") + "}",
            "{\"alg\":\"RS256\",\"jku\":\"" + issuer.name() + "/mine\"}",
            "{\"alg\":\"RS256\",\"x5u\":\"" + issuer.name() + "/mine\"}")) {
      refuses(own.sign(header, claims(""), "SHA256withRSA"), "bad-signature");
    }
    assertThat(issuer.asked()).noneMatch(one -> one.path().contains("mine"));
  }

  @Test
  void refusesAnEcdsaSignatureOfZeros() {
    String signed = TestIssuer.encoded(EC.header("ES256")) + "." + TestIssuer.encoded(claims(""));
    refuses(
        signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[64]),
        "bad-signature");
  }

  @Test
  void refusesChangedClaimsAndAChangedHeader() {
    String[] parts = RSA.token(claims("")).split("\\.", -1);
    String changed = TestIssuer.encoded(claims(",\"x\":1"));
    refuses(parts[0] + "." + changed + "." + parts[2], "bad-signature");
    String header = TestIssuer.encoded("{\"alg\":\"RS256\",\"kid\":\"rsa-1\"}");
    refuses(header + "." + parts[1] + "." + parts[2], "bad-signature");
  }

  @Test
  void refusesAnExtensionThatItDoesNotUnderstand() {
    String header = "{\"alg\":\"RS256\",\"kid\":\"rsa-1\",\"crit\":[\"x\"],\"x\":1}";
    refuses(RSA.sign(header, claims(""), "SHA256withRSA"), "bad-signature");
  }

  @Test
  void refusesATokenOfAnotherPurpose() {
    String header = "{\"alg\":\"RS256\",\"kid\":\"rsa-1\",\"typ\":\"logout+jwt\"}";
    refuses(RSA.sign(header, claims(""), "SHA256withRSA"), "wrong-type");
  }

  @Test
  void refusesAKeyForEncryptionAndAKeyThatIsTooShort() {
    issuer.document("{\"keys\":[" + RSA.jwk(",\"use\":\"enc\"") + "]}");
    refuses(RSA.token(claims("")), "bad-signature");
    TestIssuer.Key weak = TestIssuer.Key.rsa("weak", 1024);
    issuer.has(weak);
    clock.advance(KeySet.REFRESH);
    refuses(weak.token(claims("", NOW.plusSeconds(9_000))), "bad-signature");
  }

  // ---- what is refused: the claims ----

  @Test
  void refusesATokenForAnotherAudience() {
    refuses(RSA.token(claims("").replace("\"countersign\"", "\"else\"")), "wrong-audience");
    refuses(RSA.token(claims("").replace("\"countersign\"", "[]")), "wrong-audience");
    refuses(RSA.token(claims("").replace("\"countersign\"", "null")), "wrong-audience");
    refuses(RSA.token(claims("").replace("\"aud\"", "\"aude\"")), "wrong-audience");
  }

  @Test
  void refusesATokenOfAnotherIssuer() {
    for (String other : List.of(issuer.name() + "/", "https://elsewhere.example.com", "")) {
      refuses(
          RSA.token(claims("").replace("\"" + issuer.name() + "\"", "\"" + other + "\"")),
          "unknown-issuer");
    }
    refuses(RSA.token(claims("").replace("\"iss\"", "\"isss\"")), "unknown-issuer");
    refuses(
        RSA.token(claims("").replace("\"" + issuer.name() + "\"", "[\"" + issuer.name() + "\"]")),
        "unknown-issuer");
  }

  @Test
  void anExpiredTokenIsTakenUpToTheSkewAndThenRefused() {
    String token = RSA.token(claims("", NOW.minusSeconds(29)));
    assertThat(known(token).agent().name()).isEqualTo("analyst");
    refuses(RSA.token(claims("", NOW.minusSeconds(30))), "token-expired");
    refuses(RSA.token(claims("").replace("\"exp\"", "\"expires\"")), "no-expiry");
  }

  @Test
  void aTokenOfTheFutureIsTakenUpToTheSkewAndThenRefused() {
    for (String name : List.of("nbf", "iat")) {
      long now = NOW.getEpochSecond();
      assertThat(known(RSA.token(claims(",\"" + name + "\":" + (now + 30))))).isNotNull();
      refuses(RSA.token(claims(",\"" + name + "\":" + (now + 31))), "token-not-yet-valid");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\"soon\"", "-1", "1e300", "[1]", "{}", "true", "253402300800", "\"1900000000\""})
  void refusesATimeThatIsNone(String time) {
    String claims = claims("").replaceAll("\"exp\":\\d+", "\"exp\":" + time);
    refuses(RSA.token(claims), "bad-claim");
  }

  @Test
  void refusesAUserOrAnAttributeThatIsNoPlainText() {
    for (String value :
        List.of("[\"a\"]", "{\"a\":1}", "\"\"", "\"a\\nb\"", "\"a\\u2028b\"", "1.5")) {
      refuses(RSA.token(claims(",\"department\":" + value)), "bad-claim");
      refuses(RSA.token(claims(",\"act\":{\"email\":" + value + "}")), "bad-claim");
    }
    String longest = "a".repeat(Claims.MAX_VALUE);
    assertThat(known(RSA.token(claims(",\"act\":{\"email\":\"" + longest + "\"}"))).user())
        .isEqualTo(longest);
    refuses(RSA.token(claims(",\"act\":{\"email\":\"" + longest + "a\"}")), "bad-claim");
  }

  @Test
  void refusesAClaimThatStandsThereTwice() {
    refuses(RSA.token(claims(",\"sub\":\"robot-8\"")), "malformed-token");
  }

  @Test
  void refusesATokenThatIsTooLong() {
    String token = RSA.token(claims(",\"x\":\"" + "y".repeat(13_000) + "\""));
    assertThat(token.length()).isGreaterThan(SignedTokens.MAX_LENGTH);
    assertThat(identify(directory, token)).isInstanceOf(Identification.Malformed.class);
  }

  // ---- what is remembered ----

  @Test
  void aTokenIsVerifiedOnceAndAnewAfterTenMinutesAndNotBeyondItsEnd() {
    String token = RSA.token(claims("", NOW.plusSeconds(900)));
    assertThat(directory.identify(token)).isInstanceOf(Identification.Unverified.class);
    known(token);
    assertThat(directory.identify(token)).isInstanceOf(Identification.Known.class);
    clock.advance(AgentDirectory.VERIFIED_FOR.minusMillis(1));
    assertThat(directory.identify(token)).isInstanceOf(Identification.Known.class);
    clock.advance(Duration.ofMillis(1));
    assertThat(directory.identify(token)).isInstanceOf(Identification.Unverified.class);
    known(token);
    clock.advance(Duration.ofMinutes(5));
    assertThat(directory.identify(token)).isInstanceOf(Identification.Unverified.class);
    clock.advance(Duration.ofSeconds(31));
    refuses(token, "token-expired");
  }

  @Test
  void moreTokensThanFitAreVerifiedAgainAndNeverMixedUp() {
    for (int i = 0; i < 6_000; i++) {
      byte[] hash = new byte[32];
      new Random(i).nextBytes(hash);
      VerifiedTokens table = new VerifiedTokens(4);
      table.put(hash, knownAs("a" + i), Long.MAX_VALUE);
      byte[] other = hash.clone();
      other[31] ^= 1;
      assertThat(table.get(other, 0)).isNull();
      table.put(other, knownAs("b" + i), Long.MAX_VALUE);
      assertThat(table.get(other, 0)).isEqualTo(knownAs("b" + i));
      assertThat(table.get(hash, 0)).isEqualTo(knownAs("a" + i));
    }
  }

  private static Identification.Known knownAs(String name) {
    return new Identification.Known(
        Caller.of(new Agent(name, List.of(), List.of()), Caller.Kind.JWT));
  }

  @Test
  void aBadTokenIsNotRemembered() {
    String token = RSA.token(claims("").replace("\"countersign\"", "\"else\""));
    refuses(token, "wrong-audience");
    assertThat(directory.identify(token)).isInstanceOf(Identification.Unverified.class);
  }

  // ---- any text ----

  @Test
  void anyTextIsRefusedAndNothingIsThrown() {
    Random random = new Random(11);
    String good = RSA.token(claims(""));
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder(good);
      for (int n = 1 + random.nextInt(4); n > 0; n--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.deleteCharAt(at);
          case 1 -> text.insert(at, (char) (0x21 + random.nextInt(0x5d)));
          default -> text.setCharAt(at, (char) (0x21 + random.nextInt(0x5d)));
        }
      }
      Identification found = identify(directory, text.toString());
      if (!text.toString().equals(good) && found instanceof Identification.Known known) {
        // Base 64 has spellings that differ in bits that nobody reads.
        assertThat(known.agent().name()).isEqualTo("analyst");
      }
    }
  }

  @Test
  void anyPayloadOfTheIssuerIsJudgedAndNothingIsThrown() {
    Random random = new Random(12);
    String[] values = {
      "1",
      "-1",
      "null",
      "true",
      "\"x\"",
      "[]",
      "{}",
      "[1,\"a\"]",
      "1e999",
      "{\"email\":3}",
      "\"\\u0000\""
    };
    String[] names = {"aud", "sub", "exp", "nbf", "iat", "act", "department", "iss", "x"};
    for (int i = 0; i < 3_000; i++) {
      StringBuilder payload = new StringBuilder("{\"iss\":\"" + issuer.name() + "\"");
      for (int n = random.nextInt(6); n > 0; n--) {
        payload
            .append(",\"")
            .append(names[random.nextInt(names.length)])
            .append("\":")
            .append(values[random.nextInt(values.length)]);
      }
      assertThat(identify(directory, EC.token(payload.append('}').toString())))
          .isInstanceOf(Identification.Refused.class);
    }
  }
}
