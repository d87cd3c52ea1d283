package io.countersign.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.Operation;
import io.countersign.connector.AwsCallException;
import io.countersign.connector.AwsCaller;
import io.countersign.connector.QueryInput;
import io.countersign.connector.QueryOutcome;
import io.countersign.connector.QueryRecipe;
import io.countersign.door.Binding;
import io.countersign.door.Refusal;
import io.countersign.door.ToolRequest;
import io.countersign.observe.CallRecord;
import io.countersign.observe.Outcome;
import io.countersign.protocol.AwsError;
import io.countersign.protocol.BadInputException;
import io.countersign.protocol.GarbledAnswerException;
import io.countersign.protocol.WireCodec;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A recipe on its virtual thread, and the calls that it makes on the event loop of its exchange.
 * The policy has allowed the recipe before; the operations that it is made of are not asked about
 * again.
 */
final class RecipeRun {

  private interface Step {
    QueryOutcome run(AwsCaller caller)
        throws BadInputException, AwsCallException, GarbledAnswerException, InterruptedException;
  }

  private final Binding binding;
  private final LoopCaller.Context context;
  private final LoopCaller caller;
  private @Nullable Thread thread;
  private volatile boolean givenUp;

  private RecipeRun(Binding binding, LoopCaller.Context context) {
    this.binding = binding;
    this.context = context;
    this.caller = new LoopCaller(binding, context);
  }

  static RecipeRun query(Binding binding, ObjectNode input, LoopCaller.Context context) {
    QueryRecipe recipe = Objects.requireNonNull(binding.query());
    return new RecipeRun(binding, context)
        .start(caller -> recipe.start(binding.connector(), QueryInput.parse(input), caller));
  }

  /**
   * @param statement AWS's id of the statement
   */
  static RecipeRun resume(
      Binding binding, String statement, ToolRequest.Resume request, LoopCaller.Context context) {
    QueryRecipe recipe = Objects.requireNonNull(binding.query());
    return new RecipeRun(binding, context)
        .start(
            caller ->
                recipe.resume(
                    statement,
                    request.options().get("next"),
                    QueryInput.Limits.of(whole(request, "max_rows"), whole(request, "timeout_ms")),
                    caller));
  }

  private static @Nullable Long whole(ToolRequest.Resume request, String name)
      throws BadInputException {
    String text = request.options().get(name);
    if (text == null) {
      return null;
    }
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException e) {
      throw new BadInputException(BadInputException.pointerTo(name), "must be an integer");
    }
  }

  private RecipeRun start(Step step) {
    thread = Thread.ofVirtual().name("recipe-" + context.record().requestId).start(() -> run(step));
    return this;
  }

  /** The client has gone: the recipe is interrupted, and cancels what it has started. */
  void cancel() {
    if (thread != null) {
      givenUp = true;
      thread.interrupt();
    }
  }

  private void run(Step step) {
    try {
      QueryOutcome outcome = step.run(this::call);
      onLoop(() -> answer(outcome));
    } catch (LoopCaller.CallRefused e) {
      onLoop(() -> context.reply().refuse(e.refusal(), e.outcome()));
    } catch (AwsCallException e) {
      onLoop(() -> context.reply().awsError(e.error()));
    } catch (BadInputException e) {
      refuse(
          Refusal.Kind.MALFORMED,
          "bad-input",
          String.valueOf(e.getMessage()),
          "GET /v1/connectors/" + binding.connector().name() + " has the recipe's schema",
          Outcome.REFUSED);
    } catch (GarbledAnswerException e) {
      refuse(
          Refusal.Kind.UPSTREAM,
          "upstream-garbage",
          String.valueOf(e.getMessage()),
          "is the connector's endpoint that of AWS?",
          Outcome.UPSTREAM_ERROR);
    } catch (InterruptedException e) {
      // Nobody waits for the answer any more, and this thread ends here.
      context.worker().log().debug("A recipe was given up: its client has gone");
    } catch (RuntimeException e) {
      context.worker().log().error("The recipe of {} failed", context.record().requestId, e);
      refuse(
          Refusal.Kind.INTERNAL,
          "internal-error",
          "the recipe failed unexpectedly",
          "report it with the request id",
          Outcome.GATEWAY_ERROR);
    }
  }

  private void answer(QueryOutcome outcome) {
    switch (outcome) {
      case QueryOutcome.Finished finished ->
          context.reply().json(200, bytes(sealed(finished, finished.toJson())));
      case QueryOutcome.StillRunning running ->
          context.reply().json(202, bytes(sealed(running, running.toJson())));
      case QueryOutcome.Failed failed ->
          context
              .reply()
              .refuse(
                  new Refusal(
                      Refusal.Kind.QUERY_FAILED,
                      QueryOutcome.Failed.CODE,
                      failed.status() + ": " + failed.message(),
                      "correct the statement; AWS knows it as " + failed.statementId()),
                  Outcome.UPSTREAM_REJECTED);
    }
  }

  /** The agent gets an id that is good for it only. */
  private ObjectNode sealed(QueryOutcome outcome, ObjectNode json) {
    String agent = Objects.requireNonNull(context.record().agent);
    return json.put(
        "statement_id",
        context
            .routing()
            .virtualKeys()
            .statements()
            .seal(agent, binding.connector().name(), outcome.statementId()));
  }

  private static byte[] bytes(ObjectNode node) {
    return node.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void refuse(Refusal.Kind kind, String code, String detail, String hint, Outcome outcome) {
    onLoop(() -> context.reply().refuse(new Refusal(kind, code, detail, hint), outcome));
  }

  private void onLoop(Runnable task) {
    caller.onLoop(task);
  }

  // ---- one call of the recipe ----

  private JsonNode call(String name, ObjectNode input)
      throws AwsCallException, InterruptedException {
    Operation operation = binding.service().operation(name).orElseThrow();
    // The call that cancels a statement comes when the record of the exchange is closed already.
    CallRecord record = givenUp ? new CallRecord() : context.record();
    return read(operation, caller.call(operation, input, record));
  }

  private JsonNode read(Operation operation, ToolCall.Collected answer) throws AwsCallException {
    if (answer.status() >= 300) {
      AwsError error = WireCodec.error(binding.service().metadata(), answer.wire());
      throw new AwsCallException(error);
    }
    try {
      return WireCodec.decode(
          binding.service().metadata(), binding.model(operation), answer.wire());
    } catch (GarbledAnswerException e) {
      throw new LoopCaller.CallRefused(
          new Refusal(
              Refusal.Kind.UPSTREAM,
              "upstream-garbage",
              String.valueOf(e.getMessage()),
              "is the connector's endpoint that of AWS?"),
          Outcome.UPSTREAM_ERROR);
    }
  }
}
