package io.countersign.signer.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.signer.Explanation;
import io.countersign.signer.MalformedRequestException;
import io.countersign.signer.Signer;
import io.countersign.signer.SigningKeys;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Signs seeded random requests with the AWS SDK for Java v2, with the C library of AWS and with a
 * plain reference as well. Canonical request, string to sign and signature are compared apart. What
 * may differ stands in {@code allowed-differences.txt}; a difference that is not there fails, and
 * so does an entry that no difference needs any more.
 *
 * <p>{@code -Dfuzz.cases} and {@code -Dfuzz.seed} set how many, and which; {@code -Pfuzz} makes it
 * a million.
 */
class DifferentialTest {

  private static final int CASES = Integer.getInteger("fuzz.cases", 20_000);
  private static final long SEED = Long.getLong("fuzz.seed", 20261124L);

  /** Fewer cases may leave out a rare difference. */
  private static final int ENOUGH_FOR_THE_TABLE = 20_000;

  private static final int BATCH = 200;
  private static final int MAX_FAILURES = 60;

  private final Signer signer = new Signer(new SigningKeys(64));
  private final AllowedDifferences allowed = new AllowedDifferences();

  @TempDir Path folder;

  @Test
  void signsAsOthersDoButForTheDifferencesInTheTable() {
    System.out.println(
        "differential fuzzing: " + CASES + " cases, repeat with -Dfuzz.seed=" + SEED);
    List<Oracle> oracles = List.of(new Reference(), new SdkOracle(), new CrtOracle(folder));
    Generator generator = new Generator(SEED);
    Map<String, String> failures = new LinkedHashMap<>();
    int refused = 0;
    for (int done = 0; done < CASES; done += BATCH) {
      if (done > 0 && done % 100_000 == 0) {
        System.out.println(done + " cases, " + failures.size() + " failures");
      }
      List<Case> cases = new ArrayList<>();
      for (int i = 0; i < BATCH; i++) {
        Case raw = generator.next();
        cases.add(raw);
        Case wire = onWire(raw);
        if (wire != null) {
          cases.add(wire);
        }
      }
      refused += 2 * BATCH - cases.size();
      for (Oracle oracle : oracles) {
        List<Outcome> theirs = oracle.sign(cases);
        for (int i = 0; i < cases.size() && failures.size() < MAX_FAILURES; i++) {
          Case c = cases.get(i);
          for (Difference difference : refusedByTheTable(c, oracle, theirs.get(i))) {
            failures.computeIfAbsent(
                oracle.name() + " " + difference.part() + " " + difference.detail(),
                kind -> describe(c, oracle, difference));
          }
        }
      }
    }
    assertThat(failures.values()).as("differences that are not in the table").isEmpty();
    assertThat(refused).isBetween(CASES / 100, CASES / 2);
    if (CASES >= ENOUGH_FOR_THE_TABLE) {
      assertThat(allowed.notNeeded())
          .as("entries of the table that nothing needs any more")
          .isEmpty();
    }
  }

  private static @Nullable Case onWire(Case raw) {
    try {
      Case wire = raw.onWire();
      return wire.equals(raw) ? null : wire;
    } catch (MalformedRequestException e) {
      return null; // the raw case shows whether others refuse it as well
    }
  }

  private Outcome ours(Case c) {
    try {
      Explanation explanation =
          c.presigned()
              ? signer.explainPresigned(c.parameters(), c, c.payload(), Case.EXPIRES)
              : signer.explain(c.parameters(), c, c.payload());
      // Signing for real goes another way, which is shorter still the third time.
      for (int i = 0; i < 3; i++) {
        assertThat(signature(c)).as(c::toString).isEqualTo(explanation.signature());
      }
      return new Outcome.Signed(
          explanation.canonicalRequest(),
          explanation.stringToSign(),
          explanation.signature(),
          true);
    } catch (MalformedRequestException e) {
      return new Outcome.Refused(String.valueOf(e.getMessage()));
    }
  }

  private String signature(Case c) throws MalformedRequestException {
    return c.presigned()
        ? signer.presign(c.parameters(), c, c.payload(), Case.EXPIRES).signature()
        : signer.sign(c.parameters(), c, c.payload()).signature();
  }

  private List<Difference> refusedByTheTable(Case c, Oracle oracle, Outcome theirs) {
    return Difference.between(c, ours(c), theirs).stream()
        .filter(difference -> !allowed.allow(c, oracle.name(), difference))
        .toList();
  }

  private String describe(Case found, Oracle oracle, Difference difference) {
    Case smallest =
        Shrinker.shrink(
            found,
            c ->
                refusedByTheTable(c, oracle, oracle.sign(List.of(c)).get(0)).stream()
                    .anyMatch(
                        other ->
                            other.part() == difference.part()
                                && other.detail().equals(difference.detail())));
    Outcome theirs = oracle.sign(List.of(smallest)).get(0);
    return oracle.name()
        + " "
        + refusedByTheTable(smallest, oracle, theirs)
        + "\n-- smallest request, and how to sign it:\n"
        + smallest
        + "\n-- ours:\n"
        + ours(smallest)
        + "\n-- "
        + oracle.name()
        + ":\n"
        + theirs
        + "\n";
  }
}
