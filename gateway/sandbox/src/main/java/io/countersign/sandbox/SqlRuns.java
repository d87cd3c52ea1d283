package io.countersign.sandbox;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The statements of one service. Each runs on a virtual thread of its own after the time that the
 * sandbox's options say; {@code pg_sleep(SECONDS)} anywhere in it takes longer. The database is
 * made when first needed.
 */
final class SqlRuns implements AutoCloseable {
  private static final Pattern SLEEP =
      Pattern.compile("(?i)\\bpg_sleep\\s*\\(\\s*([0-9]{1,6}(?:\\.[0-9]{1,3})?)\\s*\\)");
  private static final int MAX_KEPT = 10_000;

  private final Supplier<SqlDatabase> maker;
  private final Clock clock;
  private final Duration time;
  private final Map<String, SqlRun> runs = Collections.synchronizedMap(new LinkedHashMap<>());
  private final Map<String, String> byToken = Collections.synchronizedMap(new LinkedHashMap<>());
  private @Nullable SqlDatabase database;

  SqlRuns(Supplier<SqlDatabase> maker, Clock clock, Duration time) {
    this.maker = maker;
    this.clock = clock;
    this.time = time;
  }

  synchronized SqlDatabase database() {
    SqlDatabase made = database;
    if (made == null) {
      made = maker.get();
      database = made;
    }
    return made;
  }

  /**
   * Starts it, or gives the one that the same owner started with the same token; {@code then} sees
   * the end.
   */
  SqlRun start(
      String id,
      String sql,
      SqlText.Bound bound,
      String schema,
      String owner,
      String token,
      Consumer<SqlResult> then) {
    if (!token.isEmpty()) {
      String earlier = byToken.putIfAbsent(owner + "\n" + token, id);
      SqlRun known = earlier == null ? null : runs.get(earlier);
      if (known != null) {
        return known;
      }
    }
    SqlRun run = keep(new SqlRun(id, sql, owner, clock.instant()));
    Thread.ofVirtual().name("sandbox-sql").start(() -> work(run, bound, schema, then));
    return run;
  }

  /** One that the engine refuses before it starts. */
  SqlRun refuse(String id, String sql, String owner, String message) {
    SqlRun run = new SqlRun(id, sql, owner, clock.instant());
    run.fail(message, clock.instant());
    return keep(run);
  }

  private SqlRun keep(SqlRun run) {
    synchronized (runs) {
      runs.put(run.id, run);
      if (runs.size() > MAX_KEPT) {
        runs.remove(runs.keySet().iterator().next());
      }
    }
    return run;
  }

  private void work(SqlRun run, SqlText.Bound bound, String schema, Consumer<SqlResult> then) {
    try {
      run.start(clock.instant());
      Matcher sleep = SLEEP.matcher(bound.sql());
      Duration pause = time;
      while (sleep.find()) {
        pause = pause.plusMillis((long) (Double.parseDouble(sleep.group(1)) * 1000));
      }
      if (run.cancelled.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
      SqlText.Bound awake =
          new SqlText.Bound(SLEEP.matcher(bound.sql()).replaceAll("''"), bound.values());
      SqlResult result = database().run(awake, schema, run);
      then.accept(result);
      run.succeed(result, clock.instant());
    } catch (SqlFailure e) {
      run.fail(e.getMessage(), clock.instant());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      run.fail("ERROR: the sandbox failed: " + e, clock.instant());
    }
  }

  /** A run that this owner may see; null otherwise. */
  @Nullable SqlRun find(String id, String owner) {
    SqlRun run = runs.get(id);
    return run != null && run.owner.equals(owner) ? run : null;
  }

  /** Newest first. */
  List<SqlRun> all(String owner) {
    List<SqlRun> found = new ArrayList<>();
    synchronized (runs) {
      runs.values().stream().filter(run -> run.owner.equals(owner)).forEach(found::add);
    }
    Collections.reverse(found);
    return found;
  }

  @Override
  public synchronized void close() {
    synchronized (runs) {
      for (SqlRun run : runs.values()) {
        try {
          run.cancel(clock.instant());
        } catch (SQLException e) {
          throw new IllegalStateException("cancelling statement " + run.id, e);
        }
      }
    }
    if (database != null) {
      try {
        database.close();
      } catch (SQLException e) {
        throw new IllegalStateException("closing the sandbox's database", e);
      }
    }
  }
}
