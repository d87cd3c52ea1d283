package io.countersign.identity;

import static io.countersign.identity.SeenSignatures.Verdict.FIRST;
import static io.countersign.identity.SeenSignatures.Verdict.FULL;
import static io.countersign.identity.SeenSignatures.Verdict.SEEN;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** A signature is taken once, for as long as it could be taken at all. */
class SeenSignaturesTest {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private final SeenSignatures seen = new SeenSignatures();
  private final Random random = new Random(5);

  private String signature() {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  @Test
  void takesASignatureOnceAndRefusesItsCopies() {
    String one = signature();
    assertThat(seen.see("a", one, NOW, NOW)).isEqualTo(FIRST);
    assertThat(seen.see("a", one, NOW, NOW)).isEqualTo(SEEN);
    assertThat(seen.see("a", one, NOW, NOW.plusSeconds(299))).isEqualTo(SEEN);
    assertThat(seen.see("a", one, NOW, NOW.plusSeconds(300))).isEqualTo(SEEN);
    assertThat(seen.see("a", signature(), NOW, NOW)).isEqualTo(FIRST);
  }

  @Test
  void keepsASignatureOfTheFutureUntilItIsTooOldItself() {
    String one = signature();
    Instant signedAt = NOW.plusSeconds(300);
    assertThat(seen.see("a", one, signedAt, NOW)).isEqualTo(FIRST);
    assertThat(seen.see("a", one, signedAt, NOW.plusSeconds(600))).isEqualTo(SEEN);
  }

  @Test
  void makesRoomOnceACopyWouldBeRefusedForItsAgeAnyway() {
    SeenSignatures small = new SeenSignatures(1024);
    List<String> taken = new ArrayList<>();
    String refused;
    do {
      refused = signature();
      taken.add(refused);
    } while (small.see("a", refused, NOW, NOW) == FIRST);
    assertThat(small.see("a", refused, NOW, NOW)).isEqualTo(FULL);
    assertThat(taken).hasSizeGreaterThan(512);
    for (String each : taken.subList(0, taken.size() - 1)) {
      assertThat(small.see("a", each, NOW, NOW.plusSeconds(300))).isEqualTo(SEEN);
    }
    Instant later = NOW.plusSeconds(301);
    assertThat(small.see("a", refused, later, later)).isEqualTo(FIRST);
  }

  @Test
  void oneAgentsFullSetTakesNothingFromAnother() {
    SeenSignatures small = new SeenSignatures(1024);
    while (small.see("greedy", signature(), NOW, NOW) != FULL) {
      // until it is full
    }
    assertThat(small.see("other", signature(), NOW, NOW)).isEqualTo(FIRST);
  }

  @Test
  void growsAndForgetsNothing() {
    Set<String> all = new HashSet<>();
    for (int i = 0; i < 200_000; i++) {
      String one = signature();
      assertThat(seen.see("a", one, NOW.minusSeconds(i % 300), NOW)).isEqualTo(FIRST);
      if (i % 100 == 0) {
        all.add(one);
      }
    }
    for (String one : all) {
      assertThat(seen.see("a", one, NOW, NOW)).isEqualTo(SEEN);
    }
  }

  @Test
  void ofCopiesThatComeAtOnceAtMostOneIsTaken() throws Exception {
    int threads = 4;
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      for (int round = 0; round < 2_000; round++) {
        String one = signature();
        List<Callable<SeenSignatures.Verdict>> copies = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
          copies.add(() -> seen.see("a", one, NOW, NOW));
        }
        int taken = 0;
        for (Future<SeenSignatures.Verdict> each : pool.invokeAll(copies)) {
          taken += each.get() == FIRST ? 1 : 0;
        }
        assertThat(taken).isLessThanOrEqualTo(1);
        assertThat(seen.see("a", one, NOW, NOW)).isEqualTo(SEEN);
      }
    }
  }
}
