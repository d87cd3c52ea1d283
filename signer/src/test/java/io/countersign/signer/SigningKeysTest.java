package io.countersign.signer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class SigningKeysTest {

  private static final TestRequest GET = TestRequest.get("/?a=1");

  private static AwsCredentials keys(String secret) {
    return AwsCredentials.of("AKID", secret, null);
  }

  private static String sign(Signer signer, String secret, String time)
      throws MalformedRequestException {
    return signer
        .sign(
            SigningParameters.of(keys(secret), "eu-west-1", "sqs", Instant.parse(time)),
            GET,
            PayloadHash.EMPTY)
        .signature();
  }

  private static Signer fresh() {
    return new Signer(new SigningKeys());
  }

  @Test
  void aNewSecretUnderTheSameAccessKeyIdIsNotTheOldOne() throws Exception {
    Signer signer = fresh();
    String time = "2026-01-01T00:00:00Z";
    String old = sign(signer, "old-secret", time);
    assertThat(sign(signer, "new-secret", time))
        .isNotEqualTo(old)
        .isEqualTo(sign(fresh(), "new-secret", time));
    assertThat(sign(signer, "old-secret", time)).isEqualTo(old);
  }

  @Test
  void daysInterleavedAroundMidnightEachGetTheirKey() throws Exception {
    Signer signer = fresh();
    for (int i = 0; i < 3; i++) {
      for (String time : List.of("2026-12-31T23:59:59.999Z", "2027-01-01T00:00:00Z")) {
        assertThat(sign(signer, "secret", time)).isEqualTo(sign(fresh(), "secret", time));
      }
    }
  }

  @Test
  void keysOfTheDayBeforeStayAndOlderOnesGo() {
    SigningKeys cache = new SigningKeys();
    SigningKey first = cache.key(keys("s"), "20261230", "r", "a");
    SigningKey second = cache.key(keys("s"), "20261231", "r", "a");
    assertThat(cache.key(keys("s"), "20261230", "r", "a")).isSameAs(first);
    cache.key(keys("s"), "20270101", "r", "a");
    assertThat(cache.size()).isEqualTo(2);
    assertThat(cache.key(keys("s"), "20261231", "r", "a")).isSameAs(second);
    assertThat(cache.key(keys("s"), "20261230", "r", "a")).isNotSameAs(first);
  }

  @Test
  void regionAndServiceAreOfTheKey() {
    SigningKeys cache = new SigningKeys();
    SigningKey key = cache.key(keys("s"), "20270101", "r", "a");
    assertThat(cache.key(keys("s"), "20270101", "r2", "a")).isNotSameAs(key);
    assertThat(cache.key(keys("s"), "20270101", "r", "a2")).isNotSameAs(key);
    assertThat(cache.key(AwsCredentials.of("AKID2", "s", null), "20270101", "r", "a"))
        .isNotSameAs(key);
    assertThat(cache.key(AwsCredentials.of("AKID", "s", "token"), "20270101", "r", "a"))
        .as("a session token plays no part in the key")
        .isSameAs(key);
  }

  @Test
  void derivesAKeyForRegionsAndServicesOfAnyLength() throws Exception {
    for (int length : new int[] {1, 31, 32, 33, 63, 64, 65, 200}) {
      String text = "r".repeat(length);
      SigningKey key = new SigningKeys().key(keys("s".repeat(length)), "20261231", text, text);
      byte[] expected = ("AWS4" + "s".repeat(length)).getBytes(StandardCharsets.UTF_8);
      for (String step : new String[] {"20261231", text, text, "aws4_request", "message"}) {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(expected, "HmacSHA256"));
        expected = mac.doFinal(step.getBytes(StandardCharsets.UTF_8));
      }
      assertThat(key.sign(new Bytes(16).text("message"))).isEqualTo(expected);
    }
  }

  @Test
  void keysGoWithTheCredentialsThatTheyAreOf() {
    SigningKeys cache = new SigningKeys();
    cache.key(keys("old"), "20261230", "r", "a");
    cache.key(keys("old"), "20261230", "r", "b");
    SigningKey other = cache.key(keys("new"), "20261230", "r", "a");
    cache.forget(keys("old"));
    assertThat(cache.size()).isEqualTo(1);
    assertThat(cache.key(keys("new"), "20261230", "r", "a")).isSameAs(other);
  }

  @Test
  void theNumberOfKeysIsBounded() {
    SigningKeys cache = new SigningKeys(4);
    for (int i = 0; i < 100; i++) {
      cache.key(keys("s"), "20270101", "r" + i, "a");
      assertThat(cache.size()).isBetween(1, 4);
    }
    assertThatIllegalArgumentException().isThrownBy(() -> new SigningKeys(0));
  }

  @Test
  void hmacIsThatOfTheRuntimeForKeysOfEveryLength() throws Exception {
    for (int length = 1; length < 200; length++) {
      byte[] key = "k".repeat(length).getBytes(StandardCharsets.US_ASCII);
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      byte[] message = new byte[length];
      assertThat(new Hmac(key).of(message, 0, length)).isEqualTo(mac.doFinal(message));
    }
  }

  @Test
  void secretsOverOneBlockAreHashedFirst() throws Exception {
    // The vector of RFC 4231, section 4.7: a key of 131 octets.
    byte[] key = new byte[131];
    Arrays.fill(key, (byte) 0xaa);
    byte[] message =
        "Test Using Larger Than Block-Size Key - Hash Key First"
            .getBytes(StandardCharsets.US_ASCII);
    assertThat(Hex.encode(new Hmac(key).of(message, 0, message.length)))
        .isEqualTo("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    String secret = "s".repeat(100);
    assertThat(sign(fresh(), secret, "2026-01-01T00:00:00Z"))
        .isNotEqualTo(sign(fresh(), secret + "s", "2026-01-01T00:00:00Z"));
  }

  @Test
  void manyThreadsGetTheSignatureThatOneGets() throws Exception {
    List<String> times =
        List.of("2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z", "2027-01-01T12:00:00Z");
    List<String> secrets = List.of("a", "b", "c".repeat(80));
    List<String> expected = new ArrayList<>();
    for (String time : times) {
      for (String secret : secrets) {
        expected.add(sign(fresh(), secret, time));
      }
    }
    Signer shared = new Signer(new SigningKeys(5));
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<List<String>>> tasks = new ArrayList<>();
      for (int t = 0; t < 64; t++) {
        tasks.add(
            () -> {
              List<String> got = new ArrayList<>();
              for (String time : times) {
                for (String secret : secrets) {
                  got.add(sign(shared, secret, time));
                }
              }
              return got;
            });
      }
      for (Future<List<String>> done : threads.invokeAll(tasks)) {
        assertThat(done.get()).isEqualTo(expected);
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
