package io.countersign.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.Operation;
import io.countersign.config.Agent;
import io.countersign.credentials.Slot;
import io.countersign.door.Binding;
import io.countersign.door.CallFacts;
import io.countersign.door.CallOptions;
import io.countersign.door.Delivery;
import io.countersign.door.OpenApi;
import io.countersign.door.Refusal;
import io.countersign.door.Refused;
import io.countersign.door.Routing;
import io.countersign.door.ToolDoor;
import io.countersign.door.ToolRequest;
import io.countersign.identity.Caller;
import io.countersign.observe.CallRecord;
import io.countersign.observe.Outcome;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The phases of an exchange that only the tool door has. Used on its event loop. */
final class ToolPath {
  private final Worker worker;
  private final Front front;
  private final Routing routing;
  private final CallRecord record;
  private final Reply reply;
  private final Decisions decisions;
  private final Consumer<SignedCall> calling;

  /** Gives up what goes on on a virtual thread for the exchange. */
  private @Nullable Runnable cancel;

  /**
   * @param calling told which call is under way, so that it can be given up
   */
  ToolPath(
      Worker worker,
      Front front,
      Routing routing,
      CallRecord record,
      Reply reply,
      Decisions decisions,
      Consumer<SignedCall> calling) {
    this.worker = worker;
    this.front = front;
    this.routing = routing;
    this.record = record;
    this.reply = reply;
    this.decisions = decisions;
    this.calling = calling;
  }

  // ---- what an agent may call ----

  private interface Building {
    byte[] build() throws Refused;
  }

  /**
   * The OpenAPI document.
   *
   * @param known the header If-None-Match; null for none
   */
  void openApi(Agent agent, ToolRequest.OpenApi asked, @Nullable String known) {
    built(
        () -> OpenApi.write(agent, routing, asked),
        json -> {
          String tag = tag(json);
          return () -> reply.document(json, tag, known);
        });
  }

  private static String tag(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return '"' + HexFormat.of().formatHex(digest, 0, 16) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  void list(Agent agent) {
    built(() -> routing.listing().all(agent, routing));
  }

  void show(Agent agent, ToolRequest.Show show) {
    built(
        () -> {
          Binding binding = ToolDoor.connector(show.connector(), agent, routing);
          return routing.listing().one(agent, binding, routing, show);
        });
  }

  /** The schemas of a large service are the work of a second: that is no work for an event loop. */
  private void built(Building building) {
    built(building, json -> () -> reply.json(200, json));
  }

  private void built(Building building, Function<byte[], Runnable> answer) {
    worker.offLoop(
        () -> {
          try {
            worker.loop().execute(answer.apply(building.build()));
          } catch (Refused e) {
            worker.loop().execute(() -> reply.refuse(e.refusal(), Outcome.REFUSED));
          } catch (RuntimeException e) {
            worker.log().error("The list of {} could not be made", record.requestId, e);
            Refusal refusal =
                new Refusal(
                    Refusal.Kind.INTERNAL,
                    "internal-error",
                    "the list could not be made",
                    "report it with the request id");
            worker.loop().execute(() -> reply.refuse(refusal, Outcome.GATEWAY_ERROR));
          }
        });
  }

  // ---- calls ----

  void resume(Caller caller, @Nullable String role, ToolRequest.Resume resume) throws Refused {
    Agent agent = caller.agent();
    Binding binding = ToolDoor.connector(resume.connector(), agent, routing);
    reply.resolved(binding, null);
    record.operation = ToolDoor.QUERY;
    decisions.decided(routing.policy().decideRecipe(agent, binding.connector(), ToolDoor.QUERY));
    decisions.slot(binding, agent, role);
    String statement = ToolDoor.statement(agent, binding, resume, routing);
    cancel = RecipeRun.resume(binding, statement, resume, context(caller, role))::cancel;
  }

  void call(
      Caller caller,
      @Nullable String role,
      Binding binding,
      ToolRequest.Call wanted,
      @Nullable String accept,
      byte[] bytes)
      throws Refused {
    Agent agent = caller.agent();
    ObjectNode input = routing.toolDoor().input(bytes);
    if (wanted.operation().equals(ToolDoor.QUERY) && binding.query() != null) {
      query(caller, role, binding, wanted, input);
      return;
    }
    CallOptions options = CallOptions.parse(wanted.query());
    Operation operation =
        decisions.decide(agent, binding, ToolDoor.operation(binding, wanted.operation()));
    Delivery delivery = ToolDoor.delivery(binding, operation, accept, options);
    ObjectNode merged = ToolDoor.merged(binding, operation, input);
    decisions.decide(
        agent,
        binding,
        operation,
        new CallFacts(binding, operation, caller, role, () -> merged, front.clock().instant()));
    Slot slot = decisions.slot(binding, agent, role);
    if (options.paged()) {
      cancel =
          OperationRun.paged(binding, operation, merged, options, context(caller, role))::cancel;
    } else if (options.waiter() != null) {
      cancel =
          OperationRun.waiting(binding, operation, merged, options, context(caller, role))::cancel;
    } else {
      ToolDoor.Direct direct = ToolDoor.direct(binding, slot, operation, merged, delivery);
      new ToolCall(worker, front, routing, direct, options, record, reply, calling).start();
    }
  }

  private void query(
      Caller caller,
      @Nullable String role,
      Binding binding,
      ToolRequest.Call wanted,
      ObjectNode input)
      throws Refused {
    if (!wanted.query().isEmpty()) {
      throw new Refused(
          new Refusal(
              Refusal.Kind.MALFORMED,
              "bad-parameter",
              "query takes no parameters in the query string",
              "max_rows and timeout_ms are members of its input"));
    }
    Agent agent = caller.agent();
    reply.resolved(binding, null);
    record.operation = ToolDoor.QUERY;
    decisions.decided(
        routing
            .policy()
            .decideQuery(
                agent,
                binding.connector(),
                input.path("sql").asText(""),
                new CallFacts(binding, null, caller, role, () -> input, front.clock().instant())));
    decisions.slot(binding, agent, role);
    cancel = RecipeRun.query(binding, input, context(caller, role))::cancel;
  }

  private LoopCaller.Context context(Caller caller, @Nullable String role) {
    return new LoopCaller.Context(worker, front, routing, record, reply, caller, role);
  }

  /** The client has gone, or the time is over. */
  void stop() {
    if (cancel != null) {
      cancel.run();
    }
  }
}
