package io.countersign.connector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.Operation;
import io.countersign.catalog.Service;
import io.countersign.config.Connector;
import io.countersign.connector.Engine.Page;
import io.countersign.connector.Engine.Progress;
import io.countersign.connector.QueryInput.Limits;
import io.countersign.connector.QueryOutcome.Column;
import io.countersign.connector.QueryOutcome.Failed;
import io.countersign.connector.QueryOutcome.Finished;
import io.countersign.connector.QueryOutcome.StillRunning;
import io.countersign.protocol.BadInputException;
import io.countersign.protocol.GarbledAnswerException;
import io.countersign.protocol.InputMerge;
import io.countersign.protocol.Json;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The recipe {@code query}: starts a statement, waits for it and takes its rows. For Redshift Data
 * and Athena.
 *
 * <p>It blocks, and belongs on a virtual thread. An interrupt (the door interrupts when the client
 * has gone) cancels a statement that {@link #start} has started. Whether the SQL may be run at all
 * is decided before.
 */
public final class QueryRecipe {
  /** The recipe's name, at the tool door and in policies. */
  public static final String NAME = "query";

  /** The bytes of JSON, roughly, after which an answer is cut. */
  public static final long DEFAULT_MAX_BYTES = 8L << 20;

  /** UUIDs, and Redshift's number of a statement in a batch. */
  private static final Pattern STATEMENT_ID =
      Pattern.compile("\\A[0-9a-zA-Z]{8}(-[0-9a-zA-Z]{4}){3}-[0-9a-zA-Z]{12}(:[0-9]{1,2})?\\z");

  private static final Duration FIRST_POLL = Duration.ofMillis(50);
  private static final Duration SLOWEST_POLL = Duration.ofSeconds(1);
  private static final int MOST_RETRIES = 8;

  private final Service service;
  private final Engine engine;
  private final Operation startOperation;
  private final Pace pace;
  private final Supplier<String> idempotencyTokens;
  private final long maxBytes;

  private QueryRecipe(
      Service service,
      Engine engine,
      Pace pace,
      Supplier<String> idempotencyTokens,
      long maxBytes) {
    this.service = service;
    this.engine = engine;
    this.startOperation = service.operation(engine.startOperation()).orElseThrow();
    this.pace = pace;
    this.idempotencyTokens = idempotencyTokens;
    this.maxBytes = maxBytes;
  }

  /**
   * The recipe for a service; empty where the service runs no SQL.
   *
   * @param idempotencyTokens gives a new UUID at each call
   * @param maxBytes about how much JSON an answer may hold
   */
  public static Optional<QueryRecipe> of(
      Service service, Pace pace, Supplier<String> idempotencyTokens, long maxBytes) {
    Engine engine = Engine.of(service);
    return engine == null
        ? Optional.empty()
        : Optional.of(new QueryRecipe(service, engine, pace, idempotencyTokens, maxBytes));
  }

  /** The modelled operation that starts a statement, for policy and logs. */
  public Operation startOperation() {
    return startOperation;
  }

  /** The JSON Schema of the input. */
  public ObjectNode inputSchema() {
    return QueryInput.schema(engine.parametersSchema());
  }

  /**
   * Starts a statement and waits for it.
   *
   * @throws BadInputException if the input, with the connector's parameters, is not right; nothing
   *     was sent
   * @throws AwsCallException if a call failed for good
   * @throws GarbledAnswerException if an answer is not what the API says
   * @throws InterruptedException if the thread was interrupted; a known statement was cancelled
   */
  public QueryOutcome start(Connector connector, QueryInput input, AwsCaller caller)
      throws BadInputException, AwsCallException, GarbledAnswerException, InterruptedException {
    ObjectNode raw = engine.startInput(input.sql(), input.parameters(), idempotencyTokens.get());
    ObjectNode merged =
        InputMerge.merge(
            startOperation,
            service.model().operation(startOperation.name()).orElseThrow(),
            connector,
            raw);
    merged.remove(engine.leftOut());
    long deadline = pace.nanoTime() + input.limits().timeout().toNanos();
    // The token makes it safe to send the start again.
    JsonNode started = call(caller, startOperation.name(), merged, deadline);
    String id = Answers.text(started, startOperation.name(), engine.idMember());
    try {
      return await(id, PageToken.START, input.limits(), deadline, caller);
    } catch (Throwable t) {
      cancelBecause(t, id, caller);
      throw t;
    }
  }

  /**
   * Takes up a statement that {@link #start} left running, or goes on in its rows. An interrupt
   * leaves the statement alone: whoever takes it up may do so again.
   *
   * @param next from the answer before; null to begin with the first row
   * @throws BadInputException if the id or {@code next} is none
   */
  public QueryOutcome resume(
      String statementId, @Nullable String next, Limits limits, AwsCaller caller)
      throws BadInputException, AwsCallException, GarbledAnswerException, InterruptedException {
    requireId(statementId);
    PageToken from = PageToken.decode(next);
    long deadline = pace.nanoTime() + limits.timeout().toNanos();
    return await(statementId, from, limits, deadline, caller);
  }

  /**
   * Cancels a statement.
   *
   * @throws BadInputException if the id is none
   */
  public void cancel(String statementId, AwsCaller caller)
      throws BadInputException, AwsCallException, InterruptedException {
    requireId(statementId);
    caller.call(engine.cancelOperation(), idInput(statementId));
  }

  private static void requireId(String statementId) throws BadInputException {
    if (!STATEMENT_ID.matcher(statementId).matches()) {
      throw new BadInputException("/statement_id", "is not the id of a statement");
    }
  }

  private QueryOutcome await(
      String id, PageToken from, Limits limits, long deadline, AwsCaller caller)
      throws AwsCallException, GarbledAnswerException, InterruptedException {
    Duration pause = FIRST_POLL;
    while (true) {
      JsonNode answer;
      try {
        answer = call(caller, engine.progressOperation(), idInput(id), deadline);
      } catch (AwsCallException e) {
        if (e.error().throttled() && remaining(deadline).isZero()) {
          return new StillRunning(id);
        }
        throw e;
      }
      switch (engine.progress(answer)) {
        case Progress.Failed failed -> {
          return new Failed(id, failed.status(), failed.message());
        }
        case Progress.Done done -> {
          return done.hasRows()
              ? rows(id, from, done.header(), limits, deadline, caller)
              : new Finished(id, List.of(), Json.nodes().arrayNode(), null);
        }
        case Progress.Running running -> {
          Duration remaining = remaining(deadline);
          if (remaining.isZero()) {
            return new StillRunning(id);
          }
          pace.sleep(pause.compareTo(remaining) < 0 ? pause : remaining);
          Duration longer = pause.multipliedBy(3).dividedBy(2);
          pause = longer.compareTo(SLOWEST_POLL) < 0 ? longer : SLOWEST_POLL;
        }
      }
    }
  }

  private Finished rows(
      String id, PageToken from, boolean header, Limits limits, long deadline, AwsCaller caller)
      throws AwsCallException, GarbledAnswerException, InterruptedException {
    ArrayNode rows = Json.nodes().arrayNode();
    List<Column> columns = List.of();
    PageToken at = from;
    long bytes = 0;
    while (true) {
      ObjectNode input = engine.resultInput(at, limits.maxRows() - rows.size());
      input.put(engine.idMember(), id);
      JsonNode answer = call(caller, engine.resultOperation(), input, deadline);
      Page page = engine.page(answer, header && at.page() == null);
      columns = columns.isEmpty() ? page.columns() : columns;
      for (int i = at.row(); i < page.rows().size(); i++) {
        ArrayNode row = page.rows().get(i);
        bytes += size(row);
        if (rows.size() == limits.maxRows() || (bytes > maxBytes && !rows.isEmpty())) {
          return new Finished(id, columns, rows, new PageToken(at.page(), i).encode());
        }
        rows.add(row);
      }
      if (page.next() == null) {
        return new Finished(id, columns, rows, null);
      }
      if (page.next().equals(at.page())) {
        throw new GarbledAnswerException(
            "the answer of " + engine.resultOperation() + " names itself as the next page");
      }
      at = new PageToken(page.next(), 0);
      boolean full = rows.size() >= limits.maxRows() || bytes >= maxBytes;
      if (full || (!rows.isEmpty() && remaining(deadline).isZero())) {
        return new Finished(id, columns, rows, at.encode());
      }
    }
  }

  /** About the bytes of the row in JSON. */
  private static long size(ArrayNode row) {
    long size = 2;
    for (JsonNode value : row) {
      size += 1 + (value.isTextual() ? value.textValue().length() + 2L : 8L);
    }
    return size;
  }

  /** Calls, and when AWS is busy waits and calls again, at most until the deadline. */
  private JsonNode call(AwsCaller caller, String operation, ObjectNode input, long deadline)
      throws AwsCallException, InterruptedException {
    Duration pause = Duration.ofMillis(100);
    for (int retries = 0; ; retries++) {
      try {
        return caller.call(operation, input.deepCopy());
      } catch (AwsCallException e) {
        Duration remaining = remaining(deadline);
        if (!e.error().retryable() || retries == MOST_RETRIES || remaining.isZero()) {
          throw e;
        }
        // Half of it fixed, half by chance, so that many recipes do not come back together.
        Duration jittered = Duration.ofNanos((long) (pause.toNanos() * (1 + pace.fraction()) / 2));
        pace.sleep(jittered.compareTo(remaining) < 0 ? jittered : remaining);
        pause = pause.compareTo(Duration.ofSeconds(2)) < 0 ? pause.multipliedBy(2) : pause;
      }
    }
  }

  private Duration remaining(long deadline) {
    return Duration.ofNanos(Math.max(0, deadline - pace.nanoTime()));
  }

  private ObjectNode idInput(String id) {
    return Json.nodes().objectNode().put(engine.idMember(), id);
  }

  /** What led here is the failure to report; that of cancelling, if any, goes with it. */
  private void cancelBecause(Throwable reason, String id, AwsCaller caller) {
    boolean interrupted = Thread.interrupted();
    try {
      caller.call(engine.cancelOperation(), idInput(id));
    } catch (InterruptedException e) {
      interrupted = true;
    } catch (AwsCallException | RuntimeException e) {
      reason.addSuppressed(e);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String toString() {
    return "QueryRecipe[" + service.id() + "]";
  }
}
