package io.countersign.signer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.security.interfaces.ECPublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class SigV4aKeysTest {

  private static final AwsCredentials KEYS = AwsCredentials.of("AKID", "secret", null);

  private final SigV4aKeys keys = new SigV4aKeys();

  @Test
  void aNewSecretUnderTheSameAccessKeyIdIsNotTheOldKey() {
    ECPublicKey old = keys.publicKey(AwsCredentials.of("AKID", "old", null));
    ECPublicKey fresh = keys.publicKey(AwsCredentials.of("AKID", "new", null));
    assertThat(fresh.getW())
        .isNotEqualTo(old.getW())
        .isEqualTo(new SigV4aKeys().publicKey(AwsCredentials.of("AKID", "new", null)).getW());
    assertThat(keys.publicKey(AwsCredentials.of("AKID", "old", null)).getW()).isEqualTo(old.getW());
  }

  @Test
  void theAccessKeyIdIsPartOfTheKey() {
    assertThat(keys.publicKey(AwsCredentials.of("AKIE", "secret", null)).getW())
        .isNotEqualTo(keys.publicKey(KEYS).getW());
  }

  @Test
  void aSecretLongerThanABlockOfTheHashGivesAKeyPairThatFits() {
    for (int length : new int[] {58, 59, 60, 200}) { // with AWS4A before it: 63, 64, 65
      SigV4aKey key = keys.key(AwsCredentials.of("AKID", "s".repeat(length), null));
      byte[] text = {1, 2, 3};
      assertThat(SigV4aKey.verify(key.publicKey(), text, 0, 3, key.sign(text, 0, 3))).isTrue();
    }
  }

  @Test
  void theCacheHoldsNoMoreThanItMay() {
    SigV4aKeys small = new SigV4aKeys(2);
    for (int i = 0; i < 5; i++) {
      AwsCredentials credentials = AwsCredentials.of("AKID" + i, "secret", null);
      assertThat(small.publicKey(credentials).getW()).isEqualTo(keys.publicKey(credentials).getW());
      assertThat(small.size()).isBetween(1, 2);
    }
    assertThatIllegalArgumentException().isThrownBy(() -> new SigV4aKeys(0));
  }

  @Test
  void manyThreadsOnOneCacheGetTheRightKeys() throws Exception {
    SigV4aKeys shared = new SigV4aKeys(3);
    List<AwsCredentials> all = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      all.add(AwsCredentials.of("AKID", "secret" + i, null));
    }
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Boolean>> tasks = new ArrayList<>();
      for (int i = 0; i < 48; i++) {
        AwsCredentials one = all.get(i % all.size());
        tasks.add(() -> shared.publicKey(one).getW().equals(keys.publicKey(one).getW()));
      }
      for (Future<Boolean> future : threads.invokeAll(tasks)) {
        assertThat(future.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aCandidateIsTakenUpToTheOrderLessTwo() {
    BigInteger order = SigV4aKey.P256.getOrder();
    assertThat(scalar(BigInteger.ZERO)).isEqualTo(BigInteger.ONE);
    assertThat(scalar(BigInteger.valueOf(255))).isEqualTo(BigInteger.valueOf(256));
    assertThat(scalar(order.subtract(BigInteger.valueOf(3))))
        .isEqualTo(order.subtract(BigInteger.TWO));
    assertThat(scalar(order.subtract(BigInteger.TWO))).isEqualTo(order.subtract(BigInteger.ONE));
    assertThat(scalar(order.subtract(BigInteger.ONE))).isEqualTo(BigInteger.ZERO);
    assertThat(scalar(order)).isEqualTo(BigInteger.ZERO);
    assertThat(scalar(BigInteger.ONE.shiftLeft(256).subtract(BigInteger.ONE)))
        .isEqualTo(BigInteger.ZERO);
  }

  /** The private scalar for a candidate; zero if it is refused. */
  private static BigInteger scalar(BigInteger candidate) {
    byte[] signed = candidate.toByteArray();
    byte[] octets = new byte[32];
    int count = Math.min(signed.length, 32);
    System.arraycopy(signed, signed.length - count, octets, 32 - count, count);
    return SigV4aKey.toScalar(octets) ? new BigInteger(1, octets) : BigInteger.ZERO;
  }

  @Test
  void nothingPrintsAKey() {
    assertThat(keys.key(KEYS).toString()).isEqualTo("SigV4aKey[redacted]");
  }

  @Test
  void theSameTextHasAnotherSignatureEachTime() {
    byte[] text = {7};
    SigV4aKey key = keys.key(KEYS);
    byte[] one = key.sign(text, 0, 1);
    byte[] two = key.sign(text, 0, 1);
    assertThat(one).isNotEqualTo(two);
    for (byte[] signature : List.of(one, two)) {
      assertThat(SigV4aKey.verify(key.publicKey(), text, 0, 1, signature)).isTrue();
    }
  }

  @Test
  void takesOnlyTheOneDerFormOfASignature() {
    String order = SigV4aKey.P256.getOrder().toString(16);
    String below = SigV4aKey.P256.getOrder().subtract(BigInteger.ONE).toString(16);
    assertThat(EcdsaSignature.decode("3006020101020101")).isNotNull();
    assertThat(EcdsaSignature.decode("30080202008002020080")).isNotNull();
    assertThat(EcdsaSignature.decode("3046022100" + below + "022100" + below)).isNotNull();
    for (String bad :
        List.of(
            "",
            "30",
            "300602010102010",
            "3006020100020101", // r is zero: CVE-2022-21449
            "3006020101020100",
            "3006020181020101", // negative
            "30070202000102" + "0101", // padded with a zero
            "300602010102010A", // upper case
            "3007020101020101", // lengths that do not add up
            "300602010102010100",
            "30060201010201010000",
            "300602010103" + "0101",
            "3106020101020101",
            "3046022100" + order + "022100" + below,
            "3046022100" + below + "022100" + order,
            "3047022100" + below + "022100" + below + "00")) {
      assertThat(EcdsaSignature.decode(bad)).as(bad).isNull();
    }
  }

  @Test
  void fuzzOfSignaturesNeverThrowsAndTakesOnlyWhatEncodesToItself() {
    Random random = new Random(4713);
    String good = EcdsaSignature.encode(keys.key(KEYS).sign(new byte[] {1}, 0, 1));
    int accepted = 0;
    for (int i = 0; i < 20_000; i++) {
      String mutated = Fuzz.mutate(random, good);
      byte[] der = EcdsaSignature.decode(mutated);
      if (der != null) {
        accepted++;
        assertThat(EcdsaSignature.encode(der)).isEqualTo(mutated);
      }
    }
    assertThat(accepted).isPositive();
  }
}
