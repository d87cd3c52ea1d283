package io.countersign.signer.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.signer.Authorization;
import io.countersign.signer.AwsCredentials;
import io.countersign.signer.HeaderSelection;
import io.countersign.signer.MalformedRequestException;
import io.countersign.signer.PayloadHash;
import io.countersign.signer.Signer;
import io.countersign.signer.SigningKeys;
import io.countersign.signer.SigningParameters;
import io.countersign.signer.Verification;
import io.countersign.signer.Verifier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whatever is kept from one signature to the next must not show: calls that differ in one thing,
 * each several times, interleaved, from many threads on one signer or verifier, against what the
 * reference makes of them, which keeps nothing.
 */
class StaleCacheTest {

  private static final int THREADS = 6;
  private static final int ROUNDS = 8;

  /** The random sources of the threads are seeded, so that one can be run again. */
  private static final long SEED = 20261124;

  private interface Task {
    void run(Random random) throws Exception;
  }

  private static void fromManyThreads(Task task) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        Random random = new Random(SEED + t);
        tasks.add(
            () -> {
              task.run(random);
              return null;
            });
      }
      for (Future<Void> done : threads.invokeAll(tasks)) {
        done.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** All of the list, each element up to three times in a row, in an order of its own. */
  private static List<Case> interleaved(List<Case> cases, Random random) {
    List<Case> order = new ArrayList<>(cases);
    Collections.shuffle(order, random);
    List<Case> all = new ArrayList<>();
    for (Case c : order) {
      for (int i = 0; i <= random.nextInt(3); i++) {
        all.add(c);
      }
    }
    return all;
  }

  private static String signature(Signer signer, Case c) throws MalformedRequestException {
    return c.presigned()
        ? signer.presign(c.parameters(), c, c.payload(), Case.EXPIRES).signature()
        : signer.sign(c.parameters(), c, c.payload()).signature();
  }

  @ParameterizedTest
  @CsvSource({
    "sqs, MINIMAL, false",
    "sqs, ALL, false",
    "s3, MINIMAL, false",
    "s3, ALL, false",
    "sqs, MINIMAL, true",
    "s3, ALL, true"
  })
  void callsThatDifferInOneThingAreToldApart(
      String service, HeaderSelection selection, boolean presigned) throws Exception {
    List<Case> variants = Variants.of(service, selection, presigned);
    Map<Case, String> expected = new HashMap<>();
    for (Case c : variants) {
      expected.put(c, Reference.sign(c).signature());
      assertThat(signature(new Signer(new SigningKeys()), c))
          .as(c::toString)
          .isEqualTo(expected.get(c));
    }
    assertThat(expected.values().stream().distinct().count())
        .as("most of the differences are ones that a signature shows")
        .isGreaterThan(variants.size() / 3);
    Signer shared = new Signer(new SigningKeys(8));
    fromManyThreads(
        random -> {
          for (int round = 0; round < ROUNDS; round++) {
            for (Case c : interleaved(variants, random)) {
              assertThat(signature(shared, c)).as(c::toString).isEqualTo(expected.get(c));
            }
          }
        });
  }

  @ParameterizedTest
  @CsvSource({"sqs, MINIMAL", "s3, ALL"})
  void headersToSetAreThoseOfThisCall(String service, HeaderSelection selection) throws Exception {
    List<Case> variants = Variants.of(service, selection, false);
    Map<Case, Case> expected = new HashMap<>();
    for (Case c : variants) {
      expected.put(c, Sent.signed(new Signer(new SigningKeys()), c));
    }
    Signer shared = new Signer(new SigningKeys());
    fromManyThreads(
        random -> {
          for (Case c : interleaved(variants, random)) {
            assertThat(Sent.signed(shared, c)).isEqualTo(expected.get(c));
          }
        });
  }

  /** A claim of one call over the request of another: valid only if all that is signed is equal. */
  private record Claimed(Case sent, Instant now, AwsCredentials credentials) {

    String outcome(Verifier verifier) {
      try {
        Authorization claim = Authorization.parse(sent);
        if (!claim.accessKeyId().equals(credentials.accessKeyId())) {
          return "another access key ID";
        }
        PayloadHash declared = claim.declaredPayload();
        Verification outcome =
            verifier.verify(
                claim,
                sent,
                declared == null ? sent.payload() : declared,
                credentials,
                now,
                sent.rule());
        return outcome.getClass().getSimpleName()
            + (outcome instanceof Verification.Valid valid
                ? " " + valid.path() + "?" + valid.query()
                : "");
      } catch (MalformedRequestException e) {
        return "malformed: " + e.getMessage();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"sqs, MINIMAL, false", "s3, ALL, false", "s3, ALL, true"})
  void aVerifierThatKnowsACallJudgesOthersAsOneThatKnowsNone(
      String service, HeaderSelection selection, boolean presigned) throws Exception {
    List<Case> variants = Variants.of(service, selection, presigned);
    Signer signer = new Signer(new SigningKeys());
    List<Claimed> valid = new ArrayList<>();
    boolean unsigned = presigned && service.equals("s3"); // which S3 takes it for
    variants.replaceAll(c -> c.withModes(presigned, unsigned || c.unsignedPayload()));
    for (Case c : variants) {
      valid.add(new Claimed(Sent.signed(signer, c), c.time(), c.credentials()));
    }
    Claimed base = valid.get(0);
    List<Claimed> all = new ArrayList<>(valid);
    for (int i = 1; i < variants.size(); i++) {
      // The signature of the first call on the request of this one, and the other way round.
      all.add(new Claimed(transplanted(base.sent, variants.get(i)), base.now, base.credentials));
      all.add(
          new Claimed(
              transplanted(valid.get(i).sent, variants.get(0)),
              valid.get(i).now,
              valid.get(i).credentials));
      all.add(new Claimed(base.sent, valid.get(i).now, base.credentials));
      all.add(new Claimed(base.sent, base.now, valid.get(i).credentials));
    }
    all.add(new Claimed(base.sent, base.now.plus(Duration.ofMinutes(6)), base.credentials));
    all.add(new Claimed(base.sent, base.now.minus(Duration.ofMinutes(6)), base.credentials));
    Map<Claimed, String> expected = new HashMap<>();
    for (Claimed claimed : all) {
      expected.put(claimed, claimed.outcome(new Verifier(new SigningKeys())));
    }
    assertThat(expected.values()).contains("Mismatch", presigned ? "Expired" : "Skewed");
    assertThat(expected.get(base)).startsWith("Valid");
    Verifier shared = new Verifier(new SigningKeys(8));
    fromManyThreads(
        random -> {
          for (int round = 0; round < ROUNDS; round++) {
            List<Claimed> order = new ArrayList<>(all);
            Collections.shuffle(order, random);
            for (Claimed claimed : order) {
              for (int i = 0; i <= random.nextInt(3); i++) {
                assertThat(claimed.outcome(shared))
                    .as(() -> claimed.sent.toString())
                    .isEqualTo(expected.get(claimed));
              }
              base.outcome(shared); // so that it is known all the time
            }
          }
        });
  }

  /** The request, with the signature of the other one. */
  private static Case transplanted(Case signed, Case request) {
    List<Case.Header> headers = new ArrayList<>(request.headers());
    headers.removeIf(header -> Signer.replaces(header.name()));
    if (request.presigned()) {
      int from = signed.query().indexOf("X-Amz-Algorithm");
      String before = request.query().isEmpty() ? "" : request.query() + "&";
      return request.withHeaders(headers).withQuery(before + signed.query().substring(from));
    }
    signed.headers().stream()
        .filter(header -> Signer.replaces(header.name()))
        .forEach(headers::add);
    return request.withHeaders(headers);
  }

  @Test
  void oneCacheOfKeysIsRightWhateverDayAndSecret() throws Exception {
    List<Case> cases = new ArrayList<>();
    Case base = Variants.of("sqs", HeaderSelection.MINIMAL, false).get(0);
    for (String time :
        List.of(
            "2026-12-31T23:59:59.999Z",
            "2027-01-01T00:00:00Z",
            "2027-01-01T23:59:59Z",
            "2027-01-02T00:00:00Z",
            "2028-02-28T23:59:59Z",
            "2028-02-29T00:00:00Z",
            "2028-03-01T00:00:00Z",
            "1999-12-31T23:59:59Z")) {
      for (String secret :
          List.of("a", "b", "s".repeat(59), "s".repeat(60), "s".repeat(61), "s".repeat(200))) {
        for (String service : List.of("sqs", "s3")) {
          cases.add(
              base.with(
                  SigningParameters.of(
                      AwsCredentials.of("AKIDEXAMPLE", secret, null),
                      "eu-west-1",
                      service,
                      Instant.parse(time))));
        }
      }
    }
    Map<Case, String> expected = new HashMap<>();
    cases.forEach(c -> expected.put(c, Reference.sign(c).signature()));
    assertThat(expected.values()).doesNotHaveDuplicates();
    for (int size : new int[] {1, 7, 4096}) {
      SigningKeys keys = new SigningKeys(size);
      Signer signer = new Signer(keys);
      Verifier verifier = new Verifier(keys);
      fromManyThreads(
          random -> {
            for (int round = 0; round < ROUNDS; round++) {
              for (Case c : interleaved(cases, random)) {
                assertThat(signature(signer, c)).as(c::toString).isEqualTo(expected.get(c));
                Claimed claimed = new Claimed(Sent.signed(signer, c), c.time(), c.credentials());
                assertThat(claimed.outcome(verifier)).startsWith("Valid");
              }
            }
          });
    }
  }

  @Test
  void aClockThatGoesOnGivesEachSecondItsSignature() throws Exception {
    Signer signer = new Signer(new SigningKeys());
    Case base = Variants.of("sqs", HeaderSelection.MINIMAL, false).get(0);
    Instant clock = Instant.parse("2026-12-31T23:59:57.250Z");
    for (int step = 0; step < 40; step++) {
      assertSignedRightThreeTimes(signer, at(base, clock));
      // A clock may be set back, too.
      clock = clock.plusMillis(step % 10 == 9 ? -1500 : 250);
    }
  }

  /** More calls than any table of known ones has places, so that many meet in one place. */
  @Test
  void callsThatMeetInOnePlaceAreToldApart() throws Exception {
    Signer signer = new Signer(new SigningKeys(32));
    Case base = Variants.of("sqs", HeaderSelection.MINIMAL, false).get(0);
    SigningParameters p = base.parameters();
    for (int i = 0; i < 1_000; i++) {
      AwsCredentials keys = base.credentials();
      assertSignedRightThreeTimes(signer, at(base, base.time().plusSeconds(i)));
      assertSignedRightThreeTimes(signer, base.withPath("/" + i));
      assertSignedRightThreeTimes(signer, base.withQuery("a=" + i));
      assertSignedRightThreeTimes(
          signer,
          base.withCredentials(
              AwsCredentials.of("AKID" + i, keys.secretAccessKey(), keys.sessionToken())));
      List<Case.Header> headers = new ArrayList<>(base.headers());
      headers.set(2, new Case.Header("X-Amz-Target", "Operation" + i));
      assertSignedRightThreeTimes(signer, base.withHeaders(headers));
      for (String[] scope : new String[][] {{"r" + i, "sqs"}, {"eu-west-1", "s" + i}}) {
        assertSignedRightThreeTimes(
            signer, base.with(SigningParameters.of(keys, scope[0], scope[1], p.time())));
      }
    }
  }

  private static void assertSignedRightThreeTimes(Signer signer, Case c)
      throws MalformedRequestException {
    String expected = Reference.sign(c).signature();
    for (int i = 0; i < 3; i++) {
      assertThat(signature(signer, c)).as(c::toString).isEqualTo(expected);
    }
  }

  private static Case at(Case c, Instant time) {
    return c.with(SigningParameters.of(c.credentials(), c.region(), c.service(), time));
  }
}
