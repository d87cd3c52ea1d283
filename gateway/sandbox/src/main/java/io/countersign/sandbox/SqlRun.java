package io.countersign.sandbox;

import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** One statement on its way: asked for, running, and how it ended. Thread-safe. */
final class SqlRun {
  enum State {
    QUEUED,
    RUNNING,
    SUCCEEDED,
    FAILED,
    CANCELLED;

    boolean isFinal() {
      return this == SUCCEEDED || this == FAILED || this == CANCELLED;
    }
  }

  /** How things stand at one moment. */
  record Snapshot(
      State state,
      Instant submitted,
      Instant updated,
      @Nullable SqlResult result,
      @Nullable String error) {}

  final String id;
  final String sql;
  final String owner;
  final CountDownLatch cancelled = new CountDownLatch(1);
  private final Instant submitted;
  private State state = State.QUEUED;
  private Instant updated;
  private @Nullable SqlResult result;
  private @Nullable String error;
  private @Nullable Statement statement;

  SqlRun(String id, String sql, String owner, Instant submitted) {
    this.id = id;
    this.sql = sql;
    this.owner = owner;
    this.submitted = submitted;
    this.updated = submitted;
  }

  synchronized Snapshot snapshot() {
    return new Snapshot(state, submitted, updated, result, error);
  }

  synchronized void start(Instant now) {
    if (state == State.QUEUED) {
      state = State.RUNNING;
      updated = now;
    }
  }

  /** Hands over the JDBC statement, so that a cancel reaches it. */
  synchronized void running(Statement running) throws SQLException {
    statement = running;
    if (state == State.CANCELLED) {
      running.cancel();
    }
  }

  synchronized void succeed(SqlResult rows, Instant now) {
    if (!state.isFinal()) {
      state = State.SUCCEEDED;
      result = rows;
      updated = now;
    }
  }

  synchronized void fail(String message, Instant now) {
    if (!state.isFinal()) {
      state = State.FAILED;
      error = message;
      updated = now;
    }
  }

  /** False when it had ended already. */
  synchronized boolean cancel(Instant now) throws SQLException {
    if (state.isFinal()) {
      return false;
    }
    state = State.CANCELLED;
    updated = now;
    cancelled.countDown();
    if (statement != null) {
      statement.cancel();
    }
    return true;
  }
}
