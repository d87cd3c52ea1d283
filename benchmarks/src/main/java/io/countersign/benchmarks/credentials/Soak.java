package io.countersign.benchmarks.credentials;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.credentials.CredentialCache;
import io.countersign.credentials.Scheduler;
import io.countersign.credentials.Slot;
import io.countersign.credentials.TimeSource;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
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
 * STS is dead for half an hour of it. Counts what was read in each quarter of an hour.
 */
final class Soak {
  private static final Duration WHOLE = Duration.ofHours(4);
  private static final Duration DEAD_FROM = Duration.ofMinutes(105);
  private static final Duration DEAD_UNTIL = Duration.ofMinutes(135);
  private static final int KEYS = 1_000;
  private static final int QUARTERS = 16;

  /** Of the median quarter of an hour, below which a quarter is a dip. */
  private static final double LEAST_SHARE = 0.9;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final double minutes;
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
    final long[] cpuNanos = new long[QUARTERS];
  }

  Soak(double minutes) {
    this.minutes = minutes;
    this.time = new Fast(WHOLE.toSeconds() / (minutes * 60));
  }

  /** Runs it; what was seen. */
  ObjectNode run() throws InterruptedException {
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
              return isDead(now);
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
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    int at = 0;
    int last = 0;
    long lastCpuNanos = threads.getCurrentThreadCpuTime();
    while (!stop.get()) {
      int quarter = quarter(time.nanos());
      if (quarter != last) {
        long cpuNanos = threads.getCurrentThreadCpuTime();
        reader.cpuNanos[last] += cpuNanos - lastCpuNanos;
        last = quarter;
        lastCpuNanos = cpuNanos;
      }
      for (int i = 0; i < 1_000; i++) {
        if (slots.get(at).current() == null) {
          reader.failed[quarter]++;
        }
        at = at + 1 == slots.size() ? 0 : at + 1;
      }
      reader.reads[quarter] += 1_000;
    }
    reader.cpuNanos[last] += threads.getCurrentThreadCpuTime() - lastCpuNanos;
  }

  private static int quarter(long nanos) {
    return (int) Math.min(QUARTERS - 1, nanos * QUARTERS / WHOLE.toNanos());
  }

  private ObjectNode told(List<Reader> readers, AtomicLong[] calls) {
    double quarterSeconds = minutes * 60 / QUARTERS;
    double[] rates = new double[QUARTERS];
    long failed = 0;
    ObjectNode seen = JSON.createObjectNode();
    seen.put(
        "what",
        String.format(
            Locale.ROOT,
            "%d threads read %,d warm keys of an hour as fast as they can, while the cache's clock"
                + " runs four hours in %s minutes. From 1:45 to 2:15 STS refuses connections.",
            readers.size(),
            KEYS,
            minutes == Math.rint(minutes) ? String.valueOf((long) minutes) : minutes));
    ArrayNode quarters = seen.putArray("quarters");
    for (int q = 0; q < QUARTERS; q++) {
      long reads = 0;
      long failures = 0;
      long cpuNanos = 0;
      for (Reader reader : readers) {
        reads += reader.reads[q];
        failures += reader.failed[q];
        cpuNanos += reader.cpuNanos[q];
      }
      failed += failures;
      rates[q] = reads * 1e9 / Math.max(1, cpuNanos);
      Duration from = WHOLE.multipliedBy(q).dividedBy(QUARTERS);
      quarters
          .addObject()
          .put("from", String.format(Locale.ROOT, "%d:%02d", from.toHours(), from.toMinutesPart()))
          .put("dead", isDead(from))
          .put("reads-per-second", Math.round(reads / quarterSeconds))
          .put("reads-per-processor-second", Math.round(rates[q]))
          .put("failed-reads", failures)
          .put("calls", calls[q].get());
    }
    // The first quarter has the start in it. Of processor time, so that what else runs on the
    // machine is no dip.
    double[] steady = Arrays.copyOfRange(rates, 1, QUARTERS);
    double worst = Arrays.stream(rates, 7, 10).min().orElseThrow();
    Arrays.sort(steady);
    seen.put("failed-reads", failed);
    seen.put("worst-to-median", Math.round(1000 * worst / steady[steady.length / 2]) / 1000.0);
    return seen;
  }

  private static boolean isDead(Duration at) {
    return at.compareTo(DEAD_FROM) >= 0 && at.compareTo(DEAD_UNTIL) < 0;
  }

  /**
   * Whether every read found credentials, and neither while STS was dead nor just after it were
   * reads slower by a tenth than in the median quarter of an hour.
   */
  static boolean isGood(JsonNode seen) {
    return seen.path("failed-reads").asLong() == 0
        && seen.path("worst-to-median").asDouble() >= LEAST_SHARE;
  }
}
