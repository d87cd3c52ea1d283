package io.countersign.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.Operation;
import io.countersign.credentials.Slot;
import io.countersign.door.Binding;
import io.countersign.door.Delivery;
import io.countersign.door.Refusal;
import io.countersign.door.Refused;
import io.countersign.door.Roles;
import io.countersign.door.Routing;
import io.countersign.door.ToolDoor;
import io.countersign.identity.Caller;
import io.countersign.observe.CallRecord;
import io.countersign.observe.Outcome;
import io.countersign.protocol.BadInputException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Makes calls of AWS on the event loop of an exchange, for a virtual thread that waits for each.
 * {@link #call} is called by that thread only.
 */
final class LoopCaller {
  private static final int MAX_ANSWER_BYTES = 32 * 1024 * 1024;

  /**
   * What the calls need of their exchange.
   *
   * @param caller who calls
   * @param role that the agent names, and may; null for the connector's own
   */
  record Context(
      Worker worker,
      Front front,
      Routing routing,
      CallRecord record,
      Reply reply,
      Caller caller,
      @Nullable String role) {}

  /** The gateway's own failure within a call, on its way through the virtual thread. */
  static final class CallRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Refusal refusal;
    private final transient Outcome outcome;

    CallRefused(Refusal refusal, Outcome outcome) {
      super(refusal.detail(), null, false, false);
      this.refusal = refusal;
      this.outcome = outcome;
    }

    Refusal refusal() {
      return refusal;
    }

    Outcome outcome() {
      return outcome;
    }
  }

  private final Binding binding;
  private final Context context;

  LoopCaller(Binding binding, Context context) {
    this.binding = binding;
    this.context = context;
  }

  /** Runs on the event loop, after all that was given to it before. */
  void onLoop(Runnable task) {
    context.worker().loop().execute(task);
  }

  /** Looked up for each call, because the one of the call before may have been dropped since. */
  private Slot slot() {
    try {
      String agent = Objects.requireNonNull(context.record().agent);
      return Roles.slot(binding, agent, context.role());
    } catch (Refused refused) {
      throw new CallRefused(refused.refusal(), Outcome.REFUSED);
    }
  }

  /**
   * Makes the call on the event loop and blocks this virtual thread until it is answered. An
   * interrupt gives the call up.
   *
   * @param record is filled in on the event loop
   * @throws CallRefused if there was no answer of AWS
   */
  ToolCall.Collected call(Operation operation, ObjectNode input, CallRecord record)
      throws InterruptedException {
    ToolDoor.Direct direct;
    try {
      direct = ToolDoor.encode(binding, slot(), operation, input, new Delivery.Whole());
    } catch (BadInputException e) {
      throw new CallRefused(ToolDoor.badInput(binding, e), Outcome.REFUSED);
    } catch (Refused e) {
      throw new CallRefused(e.refusal(), Outcome.REFUSED);
    }
    CompletableFuture<ToolCall.Collected> answer = new CompletableFuture<>();
    SignedCall call =
        new SignedCall(
            context.worker(),
            direct.outgoing(),
            new WholeBody.Bytes(direct.body()),
            context.routing().config().timeouts(),
            context.front().awsClock(),
            record,
            context.front().upstream(),
            new ToolCall.Collected(
                MAX_ANSWER_BYTES,
                answer::complete,
                (refusal, outcome) ->
                    answer.completeExceptionally(new CallRefused(refusal, outcome))));
    onLoop(
        () -> {
          // Nobody may write to the record of an exchange that is over; its thread is interrupted.
          if (record != context.record() || !context.reply().over()) {
            call.start();
          }
        });
    try {
      return answer.get();
    } catch (InterruptedException e) {
      onLoop(call::abort);
      throw e;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CallRefused refused) {
        throw refused;
      }
      throw new IllegalStateException("the call of " + operation.id() + " broke", e.getCause());
    }
  }
}
