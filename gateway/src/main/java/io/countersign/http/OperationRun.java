package io.countersign.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.answer.BadExpressionException;
import io.countersign.catalog.Operation;
import io.countersign.catalog.ServiceMetadata;
import io.countersign.config.Agent;
import io.countersign.connector.OperationCaller;
import io.countersign.connector.OperationCaller.Called;
import io.countersign.connector.Pace;
import io.countersign.connector.Pages;
import io.countersign.connector.Waiting;
import io.countersign.door.Binding;
import io.countersign.door.CallFacts;
import io.countersign.door.CallOptions;
import io.countersign.door.OutputForm;
import io.countersign.door.PagedCall;
import io.countersign.door.Problem;
import io.countersign.door.Refusal;
import io.countersign.door.Refused;
import io.countersign.door.Routing;
import io.countersign.door.WaitingCall;
import io.countersign.observe.CallRecord;
import io.countersign.observe.Outcome;
import io.countersign.policy.Decision;
import io.countersign.protocol.AwsError;
import io.countersign.protocol.GarbledAnswerException;
import io.countersign.protocol.Json;
import io.countersign.protocol.WireCodec;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An operation that is called several times for one request at the tool door, to follow its pages
 * or to wait for a state: on a virtual thread, with calls on the event loop of its exchange. Before
 * each further call the policy of that moment is asked, and each call is counted and has its line
 * in the logs.
 */
final class OperationRun {
  /** How a run answers, on the event loop. */
  private interface Ending {
    void to(Reply reply);
  }

  private interface Work {
    Ending run()
        throws Refused, InterruptedException, GarbledAnswerException, BadExpressionException;
  }

  private final Binding binding;
  private final Operation operation;
  private final CallOptions options;
  private final LoopCaller.Context context;
  private final LoopCaller caller;
  private @Nullable Thread thread;

  // of the virtual thread
  private int calls;
  private @Nullable Ending failure;

  // of the event loop
  private long callStarted;
  private int callStatus;

  private OperationRun(
      Binding binding, Operation operation, CallOptions options, LoopCaller.Context context) {
    this.binding = binding;
    this.operation = operation;
    this.options = options;
    this.context = context;
    this.caller = new LoopCaller(binding, context);
  }

  /** Follows the pages of an operation. */
  static OperationRun paged(
      Binding binding,
      Operation operation,
      ObjectNode input,
      CallOptions options,
      LoopCaller.Context context) {
    OperationRun run = new OperationRun(binding, operation, options, context);
    return run.start(() -> run.pages(input));
  }

  /** Waits for a state. */
  static OperationRun waiting(
      Binding binding,
      Operation operation,
      ObjectNode input,
      CallOptions options,
      LoopCaller.Context context) {
    OperationRun run = new OperationRun(binding, operation, options, context);
    return run.start(() -> run.await(input));
  }

  private OperationRun start(Work work) {
    thread = Thread.ofVirtual().name("calls-" + context.record().requestId).start(() -> run(work));
    return this;
  }

  /** The client has gone: the run is interrupted, and the call that is under way given up. */
  void cancel() {
    if (thread != null) {
      thread.interrupt();
    }
  }

  private void run(Work work) {
    try {
      Ending ending = work.run();
      caller.onLoop(() -> ending.to(context.reply()));
    } catch (Refused e) {
      caller.onLoop(() -> context.reply().refuse(e.refusal(), Outcome.REFUSED));
    } catch (LoopCaller.CallRefused e) {
      caller.onLoop(() -> context.reply().refuse(e.refusal(), e.outcome()));
    } catch (BadExpressionException e) {
      caller.onLoop(() -> context.reply().refuse(OutputForm.unfit(e), Outcome.OK));
    } catch (GarbledAnswerException e) {
      caller.onLoop(() -> context.reply().refuse(garbled(e), Outcome.UPSTREAM_ERROR));
    } catch (InterruptedException e) {
      // Nobody waits for the answer any more, and this thread ends here.
      context.worker().log().debug("A run of calls was given up: its client has gone");
    } catch (RuntimeException e) {
      context.worker().log().error("The calls of {} failed", context.record().requestId, e);
      Refusal refusal =
          new Refusal(
              Refusal.Kind.INTERNAL,
              "internal-error",
              "the call failed unexpectedly",
              "report it with the request id");
      caller.onLoop(() -> context.reply().refuse(refusal, Outcome.GATEWAY_ERROR));
    }
  }

  private Refusal garbled(GarbledAnswerException e) {
    return new Refusal(
        Refusal.Kind.UPSTREAM,
        "upstream-garbage",
        operation.id() + ": " + e.getMessage(),
        "is the connector's endpoint that of AWS?");
  }

  // ---- pages ----

  private Ending pages(ObjectNode input)
      throws Refused, InterruptedException, GarbledAnswerException, BadExpressionException {
    PagedCall paged = PagedCall.of(agent(), binding, operation, input, options, context.routing());
    OperationCaller calls = this::callOrFail;
    Pages.Joined joined =
        paged.pages().read(input, paged.from(), paged.budget(), calls, Pace.system());
    Called.Failed failed = joined.failed();
    Ending failing = failure;
    if (failed != null && joined.calls() == 0 && failing != null) {
      return failing;
    }
    ObjectNode said = Json.nodes().objectNode();
    if (joined.next() != null) {
      said.put("next", paged.seal(joined.next())).put("stopped", joined.stop().word());
    }
    said.put("pages", joined.calls());
    if (failed != null) {
      said.set("error", failed.problem());
    }
    byte[] body = OutputForm.write(options, binding.model(operation), joined.output(), said);
    return reply -> {
      if (failed != null) {
        context.record().errorCode = failed.code();
      }
      reply.json(
          200,
          body,
          failed == null
              ? Outcome.OK
              : failed.status() >= 500 ? Outcome.UPSTREAM_ERROR : Outcome.UPSTREAM_REJECTED,
          0);
    };
  }

  /** What was read before the gateway could not go on is answered, so its refusal is kept apart. */
  private Called callOrFail(ObjectNode input) throws InterruptedException {
    try {
      return call(input);
    } catch (LoopCaller.CallRefused e) {
      Refusal refusal = e.refusal();
      failure = reply -> reply.refuse(refusal, e.outcome());
      return new Called.Failed(
          refusal.kind().status(),
          refusal.code(),
          false,
          json(Problem.of(refusal, context.record().requestId)));
    }
  }

  // ---- waiting ----

  private Ending await(ObjectNode input)
      throws Refused, InterruptedException, BadExpressionException {
    WaitingCall wanted = WaitingCall.of(binding, operation, options);
    Waiting.Ended ended = wanted.waiting().await(input, wanted.limit(), this::call, Pace.system());
    Ending failing = failure;
    if (ended.state() == Waiting.State.ERROR && failing != null) {
      return failing;
    }
    ObjectNode said = Json.nodes().objectNode();
    said.putObject("wait")
        .put("waiter", wanted.waiter())
        .put("state", ended.state().word())
        .put("attempts", ended.attempts());
    JsonNode output = null;
    switch (ended.last()) {
      case Called.Done done -> output = done.output();
      case Called.Failed failed -> said.set("error", failed.problem());
    }
    byte[] body = OutputForm.write(options, binding.model(operation), output, said);
    boolean goesOn = ended.state() == Waiting.State.WAITING;
    int again = (int) wanted.waiting().delay().toSeconds();
    return reply -> reply.json(goesOn ? 202 : 200, body, Outcome.OK, goesOn ? again : 0);
  }

  // ---- one call ----

  private Called call(ObjectNode input) throws InterruptedException {
    boolean further = calls > 0;
    calls++;
    if (further) {
      requireStillAllowed(input);
    }
    caller.onLoop(
        () -> {
          if (further && !context.reply().over()) {
            recordPart();
          }
          callStarted = System.nanoTime();
        });
    ToolCall.Collected answer = caller.call(operation, input, context.record());
    caller.onLoop(
        () -> {
          if (!context.reply().over()) {
            callStatus = answer.status();
            context.record().awsRequestId = answer.awsRequestId();
          }
        });
    ServiceMetadata service = binding.service().metadata();
    AwsError error =
        answer.status() >= 300
            ? WireCodec.error(service, answer.wire())
            : WireCodec.hiddenError(service, answer.wire());
    if (error != null) {
      failure = reply -> reply.awsError(error);
      return new Called.Failed(
          error.status(),
          error.code(),
          error.throttled(),
          json(Problem.ofAws(error, context.record().requestId)));
    }
    try {
      return new Called.Done(
          answer.status(), WireCodec.decode(service, binding.model(operation), answer.wire()));
    } catch (GarbledAnswerException e) {
      throw new LoopCaller.CallRefused(garbled(e), Outcome.UPSTREAM_ERROR);
    }
  }

  private String agent() {
    return Objects.requireNonNull(context.record().agent);
  }

  /** A configuration that was loaded since the request began may not allow the call any more. */
  private void requireStillAllowed(ObjectNode input) {
    Routing now = context.front().routing().get();
    Agent agent = now.config().agents().get(agent());
    Binding known = now.bindings().get(binding.connector().name());
    Refusal refusal =
        new Refusal(
            Refusal.Kind.DENIED,
            "no-longer-allowed",
            "the configuration was changed since the call began, and no longer has its agent or"
                + " its connector",
            "GET /v1/connectors lists what you may use");
    if (agent == null || known == null) {
      throw new LoopCaller.CallRefused(refusal, Outcome.REFUSED);
    }
    CallFacts facts =
        new CallFacts(
            known,
            operation,
            context.caller(),
            context.role(),
            () -> input,
            context.front().clock().instant());
    if (now.policy().decide(agent, known.connector(), operation, facts)
        instanceof Decision.Deny deny) {
      throw new LoopCaller.CallRefused(
          new Refusal(Refusal.Kind.DENIED, deny.code(), deny.reason(), deny.hint()),
          Outcome.REFUSED);
    }
  }

  /** The call before has its own line; the exchange's record goes on with the next. */
  private void recordPart() {
    CallRecord part = context.record().copy();
    part.bytesIn = 0;
    part.status = callStatus;
    part.outcome = callStatus < 300 ? Outcome.OK : Outcome.UPSTREAM_REJECTED;
    part.totalNanos = System.nanoTime() - callStarted;
    context.front().recorder().record(part);
  }

  private static JsonNode json(byte[] problem) {
    try {
      return Json.mapper().readTree(problem);
    } catch (IOException e) {
      throw new IllegalStateException("a problem of the gateway's own is no JSON", e);
    }
  }
}
