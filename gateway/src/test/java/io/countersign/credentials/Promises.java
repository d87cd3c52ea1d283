package io.countersign.credentials;

import static io.countersign.credentials.Given.ADAPTER;
import static io.countersign.credentials.Given.IRELAND;
import static io.countersign.credentials.Given.READER;
import static io.countersign.credentials.Given.hop;
import static io.countersign.credentials.Given.role;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Measures what the cache promises, in virtual time. The same seed gives the same figures. */
final class Promises {
  private Promises() {}

  /** Many warm keys that are chained through one parent, as a gateway with many roles has them. */
  static final class Fleet {
    final CacheWorld world;
    final List<Slot> slots = new ArrayList<>();
    long failedReads;

    Fleet(int keys, long seed) {
      world = new CacheWorld(seed);
      for (int i = 0; i < keys; i++) {
        Slot slot =
            world.cache.slot(new CredentialKey.OfRole(role(ADAPTER), IRELAND, hop(READER + i)));
        slots.add(slot);
        slot.await(Runnable::run, Duration.ofMinutes(10), result -> {});
      }
    }

    /** Lets time pass; every key is read once in each step. */
    void run(Duration span, Duration step) {
      long steps = span.dividedBy(step);
      for (long i = 0; i < steps; i++) {
        world.time.advance(step);
        for (Slot slot : slots) {
          if (slot.current() == null) {
            failedReads++;
          }
        }
      }
    }
  }

  /** What a day of many keys showed. */
  record Day(long waits, double callsPerKeyHour, double peakToMean) {}

  static Day day(int keys) {
    Fleet fleet = new Fleet(keys, 7);
    fleet.world.time.advance(Duration.ofMinutes(2));
    int misses = fleet.world.misses;
    int calls = fleet.world.sts.count();
    fleet.run(Duration.ofHours(24), Duration.ofMinutes(1));
    return new Day(
        fleet.world.misses - misses + fleet.failedReads,
        (fleet.world.sts.count() - calls) / 24.0 / keys,
        peakToMean(fleet.world.sts, Duration.ofMinutes(2), Duration.ofHours(24)));
  }

  /** The fullest minute by the mean one. */
  static double peakToMean(FakeSts sts, Duration from, Duration to) {
    long first = from.toMinutes();
    long[] perMinute = new long[(int) (to.toMinutes() - first)];
    for (FakeSts.Call call : sts.calls) {
      long minute = call.at().toMinutes() - first;
      if (minute >= 0 && minute < perMinute.length) {
        perMinute[(int) minute]++;
      }
    }
    long peak = 0;
    long sum = 0;
    for (long calls : perMinute) {
      peak = Math.max(peak, calls);
      sum += calls;
    }
    return (double) peak * perMinute.length / sum;
  }

  /** How an outage looks from here. */
  enum Outage {
    REFUSED_CONNECTIONS,
    THROTTLED,
    SILENT;

    void begin(FakeSts sts) {
      switch (this) {
        case REFUSED_CONNECTIONS -> sts.refusal = call -> FakeSts.DOWN;
        case THROTTLED -> sts.refusal = call -> FakeSts.THROTTLED;
        case SILENT -> sts.hung = true;
      }
    }

    static void end(FakeSts sts) {
      sts.refusal = call -> null;
      sts.hung = false;
    }
  }

  /** Half an hour of it, and an hour and a half of recovery. */
  record Survived(long failedReads, int callsDuringOutage, double peakToMeanAfter) {}

  static Survived outage(int keys, Duration phase, Outage kind) {
    Fleet fleet = new Fleet(keys, phase.toMinutes() + 100);
    fleet.world.time.advance(Duration.ofMinutes(2));
    fleet.run(Duration.ofMinutes(60).plus(phase), Duration.ofMinutes(1));
    kind.begin(fleet.world.sts);
    int before = fleet.world.sts.count();
    fleet.run(Duration.ofMinutes(30), Duration.ofSeconds(5));
    int during = fleet.world.sts.count() - before;
    Outage.end(fleet.world.sts);
    Duration ended = fleet.world.time.elapsed();
    fleet.run(Duration.ofMinutes(5), Duration.ofSeconds(1));
    fleet.run(Duration.ofMinutes(85), Duration.ofMinutes(1));
    return new Survived(
        fleet.failedReads,
        during,
        peakToMean(
            fleet.world.sts, ended.plusMinutes(5), fleet.world.time.elapsed().minusMinutes(1)));
  }

  /** Calls that a crowd of waiters for one cold key makes. */
  static int coldCalls(int waiters, Duration delay, boolean refuse, boolean cancelFirst) {
    CacheWorld world = new CacheWorld();
    world.sts.delay = delay;
    if (refuse) {
      world.sts.refusal = call -> FakeSts.DENIED;
    }
    Slot slot = world.cache.slot(role(READER));
    @Nullable Runnable cancel = null;
    for (int i = 0; i < waiters; i++) {
      Runnable mine = slot.await(Runnable::run, Duration.ofSeconds(15), result -> {});
      if (i == 0) {
        cancel = mine;
      }
      if (i == waiters / 2 && cancelFirst && cancel != null) {
        world.time.settle();
        cancel.run();
      }
    }
    world.time.advance(delay.plusMillis(500));
    return world.sts.count();
  }

  /** Calls that a crowd makes together until the deadline of all, while no call succeeds. */
  static int coldCallsInAnOutage(int waiters, Duration deadline) {
    CacheWorld world = new CacheWorld();
    world.sts.refusal = call -> FakeSts.DOWN;
    Slot slot = world.cache.slot(role(READER));
    for (int i = 0; i < waiters; i++) {
      slot.await(Runnable::run, deadline, result -> {});
    }
    world.time.advance(deadline.plusMinutes(1));
    return world.sts.count();
  }

  /** A table of promise, bound and measured. */
  static String table(List<String[]> rows) {
    StringBuilder table = new StringBuilder("| promise | bound | measured |\n|---|---|---|\n");
    for (String[] row : rows) {
      table.append("| ").append(String.join(" | ", row)).append(" |\n");
    }
    return table.toString();
  }

  static String two(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
