package io.countersign.credentials;

import static io.countersign.credentials.Given.READER;
import static io.countersign.credentials.Given.role;
import static io.countersign.credentials.Given.there;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.countersign.credentials.Promises.Outage;
import io.countersign.credentials.Promises.Survived;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Each promise of the cache, on a fake STS in virtual time; {@code docs/credentials-promises.md}
 * has what comes out. To write it anew: {@code mvn -pl gateway -am test -Dtest=PromisesTest
 * -Dregenerate}.
 */
class PromisesTest {
  private static final int KEYS = 10_000;
  private static final Path DOCUMENT = Path.of("..", "docs", "credentials-promises.md");

  private final List<String[]> rows = new ArrayList<>();

  private void row(String promise, String bound, String measured) {
    rows.add(new String[] {promise, bound, measured});
  }

  private final Logger slots = (Logger) LoggerFactory.getLogger(Slot.class);

  @BeforeEach
  void beQuiet() {
    slots.setLevel(Level.ERROR); // each of a million failures of the fake STS is a line
  }

  @AfterEach
  void speakAgain() {
    slots.setLevel(null);
  }

  @Test
  void theDocumentSaysWhatIsMeasured() throws Exception {
    day();
    coldKeys();
    outages();
    clocks();
    String table = Promises.table(rows);
    System.out.println(table);
    String document = Files.readString(DOCUMENT, StandardCharsets.UTF_8);
    int from = document.indexOf("| promise |");
    int to = document.indexOf("\n\n", from) + 1;
    String now = document.substring(0, from) + table + document.substring(to);
    if (System.getProperty("regenerate") != null) {
      Files.writeString(DOCUMENT, now, StandardCharsets.UTF_8);
    }
    assertThat(document)
        .as("stale: mvn -pl gateway -am test -Dtest=PromisesTest -Dregenerate")
        .isEqualTo(now);
  }

  private void day() {
    Promises.Day day = Promises.day(KEYS);
    assertThat(day.waits()).isZero();
    assertThat(day.callsPerKeyHour()).isLessThanOrEqualTo(2.5);
    assertThat(day.peakToMean()).isLessThanOrEqualTo(2.0);
    row(
        "No request waits on STS for a warm key: 24 h, 10,000 chained keys of one hour, each read"
            + " every minute",
        "0 waits",
        day.waits() + " waits in 14,400,000 reads");
    row("Calls to STS for each key and hour", "≤ 2.5", Promises.two(day.callsPerKeyHour()));
    row(
        "After 10,000 simultaneous starts, the fullest minute of renewals by the mean one",
        "≤ 2",
        Promises.two(day.peakToMean()));
  }

  private void coldKeys() {
    int most = 0;
    for (int seconds = 0; seconds <= 10; seconds++) {
      Duration delay = Duration.ofSeconds(seconds);
      for (boolean refuse : new boolean[] {false, true}) {
        for (boolean cancel : new boolean[] {false, true}) {
          most = Math.max(most, Promises.coldCalls(KEYS, delay, refuse, cancel));
        }
      }
    }
    assertThat(most).isEqualTo(1);
    row(
        "10,000 requests for one cold key; STS takes 0 to 10 s, refuses or not, the first request"
            + " is cancelled or not",
        "1 call",
        most + " call in each of 44 cases");
    int inAnOutage = Promises.coldCallsInAnOutage(KEYS, Duration.ofSeconds(10));
    assertThat(inAnOutage).isBetween(2, 8);
    row(
        "The same, and no call succeeds: all of them together until their deadline of 10 s",
        "≤ 8 calls",
        inAnOutage + " calls");
  }

  private void outages() {
    for (Outage kind : Outage.values()) {
      long failed = 0;
      int calls = 0;
      double peak = 0;
      for (int minute = 0; minute < 30; minute += 4) {
        Survived survived = Promises.outage(2_000, Duration.ofMinutes(minute), kind);
        failed += survived.failedReads();
        calls = Math.max(calls, survived.callsDuringOutage());
        peak = Math.max(peak, survived.peakToMeanAfter());
      }
      assertThat(failed).as(kind.toString()).isZero();
      row(
          "STS is out for 30 minutes ("
              + kind.name().toLowerCase(Locale.ROOT).replace('_', ' ')
              + "), at 8 phases, 2,000 chained warm keys read every 5 s",
          "0 failed reads",
          failed
              + " failed reads; at most "
              + calls
              + " calls in the 30 minutes; afterwards the fullest minute is "
              + Promises.two(peak)
              + " times the mean");
    }
    Survived many = Promises.outage(KEYS, Duration.ofMinutes(13), Outage.THROTTLED);
    assertThat(many.failedReads()).isZero();
    row(
        "The same with 10,000 keys at one phase, throttled",
        "0 failed reads",
        many.failedReads() + " failed reads");
  }

  private void clocks() {
    long failed = 0;
    for (int hours : new int[] {-1, 1}) {
      CacheWorld world = new CacheWorld();
      world.time.wallSkew = Duration.ofHours(hours);
      Slot slot = world.warm(role(READER));
      for (int minute = 0; minute < 600; minute++) {
        world.time.advance(Duration.ofMinutes(1));
        failed += slot.current() == null ? 1 : 0;
      }
      world.time.wallSkew = Duration.ZERO;
      for (int minute = 0; minute < 600; minute++) {
        world.time.advance(Duration.ofMinutes(1));
        failed += slot.current() == null ? 1 : 0;
      }
    }
    assertThat(failed).isZero();
    row("The wall clock is an hour wrong, and is put right", "0 failed reads", failed + " failed");

    CacheWorld world = new CacheWorld();
    world.sts.life = Duration.ofMinutes(15);
    Slot slot = world.warm(role(READER));
    long worst = 0;
    for (int nap = 0; nap < 100; nap++) {
      for (int second = 0; second < 60 + nap; second++) {
        world.time.advance(Duration.ofSeconds(1));
        there(slot.current());
      }
      world.time.sleep(Duration.ofMinutes(10));
      for (int second = 0; second <= Pulse.PERIOD.toSeconds(); second++) {
        Snapshot held = slot.current();
        if (held != null && held.expiration() != null) {
          worst =
              Math.max(
                  worst, Duration.between(held.expiration(), world.time.trueNow()).toSeconds());
        }
        world.time.advance(Duration.ofSeconds(1));
      }
    }
    assertThat(worst).as("none is over, for they are renewed at half").isLessThanOrEqualTo(150);
    row(
        "100 naps of 10 minutes with sessions of 15: how long a session that is over may still be"
            + " read, until the machine notices",
        "≤ 150 s after its end, for at most 10 s",
        worst + " s");
  }
}
