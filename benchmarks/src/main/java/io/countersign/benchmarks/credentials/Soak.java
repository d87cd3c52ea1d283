package io.countersign.benchmarks.credentials;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.countersign.credentials.CredentialCache;
import io.countersign.credentials.Scheduler;
import io.countersign.credentials.Slot;
import io.countersign.credentials.TimeSource;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.LoggerFactory;

/**
 * Threads read warm credentials as fast as they can while the cache's clock runs four hours, and
 * STS is dead for half an hour of it. Prints what was read in each quarter of an hour.
 */
final class Soak {
  private static final Duration WHOLE = Duration.ofHours(4);
  private static final Duration DEAD_FROM = Duration.ofMinutes(105);
  private static final Duration DEAD_UNTIL = Duration.ofMinutes(135);
  private static final int KEYS = 1_000;
  private static final int QUARTERS = 16;

  private final double minutes;
  private final PrintStream out;
  private final Fast time;

  /** A clock that runs faster than the machine's. */
  private static final class Fast implements TimeSource {
    private final long startNanos = System.nanoTime();
    private final Instant startWall = Instant.now();
    private final double speed;

    Fast(double speed) {
      this.speed = speed;
    }

    @Override
    public long nanos() {
      return (long) ((System.nanoTime() - startNanos) * speed);
    }

    @Override
    public Instant now() {
      return startWall.plusNanos(nanos());
    }
  }

  /** What one thread read in each quarter; written by it alone. */
  private static final class Reader {
    final long[] reads = new long[QUARTERS];
    final long[] failed = new long[QUARTERS];
  }

  Soak(double minutes, PrintStream out) {
    this.minutes = minutes;
    this.out = out;
    this.time = new Fast(WHOLE.toSeconds() / (minutes * 60));
  }

  /** Runs it; whether every read found credentials and no quarter of an hour fell behind. */
  boolean run() throws InterruptedException {
    // A line for each of thousands of failures in seconds would be what is measured.
    ((Logger) LoggerFactory.getLogger("io.countersign.credentials")).setLevel(Level.ERROR);
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    Scheduler machine = Scheduler.on(timer, workers);
    AtomicLong[] calls = new AtomicLong[QUARTERS];
    Arrays.setAll(calls, i -> new AtomicLong());
    PromptSts sts =
        new PromptSts(
            time,
            () -> {
              Duration now = Duration.ofNanos(time.nanos());
              calls[quarter(now.toNanos())].incrementAndGet();
              return now.compareTo(DEAD_FROM) >= 0 && now.compareTo(DEAD_UNTIL) < 0;
            });
    int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
    List<Reader> readers = new ArrayList<>();
    try (CredentialCache cache =
        CredentialCache.builder()
            .time(time)
            .scheduler(
                (delay, task) ->
                    machine.after(Duration.ofNanos((long) (delay.toNanos() / time.speed)), task))
            .workers(workers)
            .sts(sts)
            .build()) {
      List<Slot> slots = new ArrayList<>();
      for (int i = 0; i < KEYS; i++) {
        slots.add(Keys.warm(cache.slot(Keys.tenant(i))));
      }
      AtomicBoolean stop = new AtomicBoolean();
      List<Thread> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        Reader reader = new Reader();
        readers.add(reader);
        running.add(Thread.ofPlatform().start(() -> read(slots, reader, stop)));
      }
      while (time.nanos() < WHOLE.toNanos()) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
      stop.set(true);
      for (Thread thread : running) {
        thread.join();
      }
    } finally {
      timer.shutdownNow();
      workers.shutdownNow();
    }
    return told(readers, calls);
  }

  private void read(List<Slot> slots, Reader reader, AtomicBoolean stop) {
    int at = 0;
    while (!stop.get()) {
      int quarter = quarter(time.nanos());
      for (int i = 0; i < 1_000; i++) {
        if (slots.get(at).current() == null) {
          reader.failed[quarter]++;
        }
        at = at + 1 == slots.size() ? 0 : at + 1;
      }
      reader.reads[quarter] += 1_000;
    }
  }

  private static int quarter(long nanos) {
    return (int) Math.min(QUARTERS - 1, nanos * QUARTERS / WHOLE.toNanos());
  }

  private boolean told(List<Reader> readers, AtomicLong[] calls) {
    double quarterSeconds = minutes * 60 / QUARTERS;
    double[] rates = new double[QUARTERS];
    long failed = 0;
    out.println("| from | STS | million reads/s | failed | calls to STS |");
    out.println("|---|---|---|---|---|");
    for (int q = 0; q < QUARTERS; q++) {
      long reads = 0;
      long failures = 0;
      for (Reader reader : readers) {
        reads += reader.reads[q];
        failures += reader.failed[q];
      }
      failed += failures;
      rates[q] = reads / quarterSeconds / 1e6;
      Duration from = WHOLE.multipliedBy(q).dividedBy(QUARTERS);
      boolean dead = from.compareTo(DEAD_FROM) >= 0 && from.compareTo(DEAD_UNTIL) < 0;
      out.printf(
          Locale.ROOT,
          "| %d:%02d | %s | %.1f | %d | %d |%n",
          from.toHours(),
          from.toMinutesPart(),
          dead ? "dead" : "answers",
          rates[q],
          failures,
          calls[q].get());
    }
    // The first quarter has the start in it.
    double[] steady = Arrays.copyOfRange(rates, 1, QUARTERS);
    double[] outage = Arrays.copyOfRange(rates, 7, 10);
    Arrays.sort(steady);
    double median = steady[steady.length / 2];
    double worst = Arrays.stream(outage).min().orElseThrow();
    out.printf(
        Locale.ROOT,
        "%d failed reads; the slowest quarter of an hour while STS is dead, and the one after, has"
            + " %.0f %% of the median%n",
        failed,
        100 * worst / median);
    return failed == 0;
  }
}
