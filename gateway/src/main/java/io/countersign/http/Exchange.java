package io.countersign.http;

import io.countersign.catalog.Operation;
import io.countersign.config.Agent;
import io.countersign.config.Limits;
import io.countersign.credentials.Slot;
import io.countersign.door.Binding;
import io.countersign.door.CallFacts;
import io.countersign.door.Head;
import io.countersign.door.Outgoing;
import io.countersign.door.Refusal;
import io.countersign.door.Refused;
import io.countersign.door.Roles;
import io.countersign.door.Routing;
import io.countersign.door.SdkDoor;
import io.countersign.door.ToolDoor;
import io.countersign.door.ToolRequest;
import io.countersign.identity.Caller;
import io.countersign.observe.CallRecord;
import io.countersign.observe.Door;
import io.countersign.observe.Outcome;
import io.countersign.protocol.RequestReader;
import io.countersign.signer.PayloadHash;
import io.countersign.signer.Verification;
import io.countersign.upstream.Deadlines;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The path of one request, in the order of its phases:
 *
 * <pre>
 *   accept       the head is parsed once; limits; what smells of smuggling is refused    {@link RequestHead}
 *   door         the SDK door for what is signed, the tool door for the rest             here
 *   identify     whose key or token it is; the signature is verified                     {@link SdkDoor}, {@link ToolDoor}
 *   resolve      connector and operation                                                 {@link SdkDoor}, {@link ToolDoor}
 *   decide       the policy                                                              {@link io.countersign.policy.Policy}
 *   credentials  the connector's slot                                                    {@link SignedCall}
 *   sign         with the role's credentials                                             {@link SignedCall}
 *   forward      pooled upstream, same event loop; the body streams or was held          {@link SignedCall}
 *   answer       streamed back, or translated                                            {@link Reply}
 *   record       metrics, access line, audit line: always, for refusals too              {@link Reply}
 * </pre>
 *
 * Every phase runs on the event loop of the agent's connection. A refusal in any of them ends the
 * path with an answer.
 */
final class Exchange extends Deadlines.Timed {
  private static final int MAX_FORM_BYTES = 1024 * 1024;

  /** A larger body is read for a rule, and not for the audit line alone. */
  private static final int MAX_AUDITED_BYTES = 64 * 1024;

  private final Worker worker;
  private final Front front;
  private final Routing routing;
  private final Limits limits;
  private final CallRecord record = new CallRecord();
  private final Reply reply;
  private final HttpRequest wire;
  private final RequestBody body;
  private final Decisions decisions;
  private final ToolPath tools;
  private final Identify identify;

  private @Nullable SignedCall call;

  Exchange(AgentConnection connection, Worker worker, Front front, HttpRequest wire) {
    this.worker = worker;
    this.front = front;
    this.routing = front.routing().get();
    this.limits = routing.config().limits();
    this.wire = wire;
    this.reply = new Reply(this, connection, front, routing, record);
    this.body = new RequestBody(connection, worker, front, limits, record, reply, this::refuse);
    this.decisions = new Decisions(routing, record, reply);
    this.tools =
        new ToolPath(worker, front, routing, record, reply, decisions, started -> call = started);
    this.identify = new Identify(connection, worker, routing, reply, this);
  }

  // ---- accept ----

  void begin() {
    front.requests().began();
    worker.deadlines().set(this, routing.config().timeouts().request().toNanos());
    reply.begun(wire);
    try {
      Head head = RequestHead.read(wire, limits);
      reply.accepted(head);
      body.expect(RequestHead.bodyLength(wire), RequestHead.expectsContinue(head));
      door(head);
    } catch (Refused refused) {
      refuse(refused.refusal());
    }
  }

  // ---- door ----

  private void door(Head head) throws Refused {
    String authorization = head.get("authorization");
    if (SdkDoor.speaks(head, authorization)) {
      record.door = Door.SDK;
      identifySigned(head);
    } else {
      toolDoor(head);
    }
  }

  // ---- SDK door: identify ----

  private void identifySigned(Head head) throws Refused {
    SdkDoor.Claim claim = SdkDoor.claim(head, routing, worker.verifier());
    reply.claimed(claim);
    record.agent = claim.agent().name();
    record.identityKind = Caller.Kind.VIRTUAL_CREDENTIAL.word();
    ToolDoor.requireSame(claim.agent(), identify.peer());
    PayloadHash named = claim.named();
    if (named != null && named.isEventStream()) {
      throw new Refused(
          new Refusal(
              Refusal.Kind.MALFORMED,
              "streaming-payload",
              "the gateway does not sign streams of events anew",
              "use an operation of the service that does not stream its request"));
    }
    if (named != null && named.isStreaming() && !claim.isS3()) {
      throw new Refused(
          new Refusal(
              Refusal.Kind.MALFORMED,
              "streaming-payload",
              named + " is a payload of S3 only",
              "sign the hash of the body"));
    }
    if (named != null && streams(claim, named)) {
      Verification.Valid verified =
          SdkDoor.verify(claim, named, worker.verifier(), front.clock().instant());
      resolveSigned(claim, verified, named, null, "");
      return;
    }
    body.hold(
        limits.spoolBytes(),
        held -> attempt(() -> verifyHeld(claim, named, held)),
        this::spoolBroke);
  }

  private void verifyHeld(SdkDoor.Claim claim, @Nullable PayloadHash named, HeldBody held)
      throws Refused {
    PayloadHash hash = held.hash();
    PayloadHash signed = named == null || named.isHash() ? hash : named;
    Verification.Valid verified =
        SdkDoor.verify(claim, signed, worker.verifier(), front.clock().instant());
    if (!SdkDoor.needsForm(claim, routing)) {
      resolveSigned(claim, verified, hash, held, "");
    } else if (held.length() > MAX_FORM_BYTES) {
      // What is not looked at could name another operation than the query does.
      resolveSigned(claim, verified, hash, held, null);
    } else {
      held.whole(
          bytes ->
              attempt(
                  () ->
                      resolveSigned(
                          claim, verified, hash, held, new String(bytes, StandardCharsets.UTF_8))),
          this::spoolBroke);
    }
  }

  /**
   * S3 streams; elsewhere a body is small, and the operation may stand in it. A large one with a
   * hash need not wait.
   */
  private boolean streams(SdkDoor.Claim claim, PayloadHash named) {
    return !body.read()
        && (claim.isS3()
            || (named.isHash()
                && body.length() > limits.holdBytes()
                && !SdkDoor.needsForm(claim, routing)));
  }

  // ---- SDK door: resolve, decide ----

  private void resolveSigned(
      SdkDoor.Claim claim,
      Verification.Valid verified,
      PayloadHash payload,
      @Nullable HeldBody held,
      @Nullable String form)
      throws Refused {
    Binding binding = SdkDoor.resolve(claim, routing);
    String path = SdkDoor.path(claim, verified, binding, routing);
    Operation operation =
        decisions.decide(
            claim.agent(), binding, SdkDoor.operation(claim, verified, binding, path, form));
    Signed signed = new Signed(claim, verified, binding, operation, path, payload);
    if (!routing.policy().looksInside(claim.agent(), binding.connector(), operation)) {
      if (held != null && decisions.audits(operation) && held.length() <= MAX_AUDITED_BYTES) {
        decideHeld(signed, held);
      } else {
        decideSigned(signed, held, null);
      }
    } else if (held != null) {
      decideHeld(signed, held);
    } else if (payload.isHash() && RequestReader.readsBody(binding.model(operation))) {
      // It would have streamed, but a rule looks at what stands in it.
      body.hold(
          limits.spoolBytes(),
          whole -> attempt(() -> decideHeld(signed, checked(whole, payload))),
          this::spoolBroke);
    } else {
      decideSigned(signed, null, null);
    }
  }

  /** A signed request whose operation is known and allowed by its name. */
  private record Signed(
      SdkDoor.Claim claim,
      Verification.Valid verified,
      Binding binding,
      Operation operation,
      String path,
      PayloadHash payload) {}

  private static HeldBody checked(HeldBody held, PayloadHash signed) throws Refused {
    PayloadHash actual = held.hash();
    if (!actual.equals(signed)) {
      throw new Refused(SdkDoor.wrongHash(actual));
    }
    return held;
  }

  private void decideHeld(Signed signed, HeldBody held) throws Refused {
    if (held.length() > MAX_FORM_BYTES) {
      decideSigned(signed, held, null);
    } else {
      held.whole(bytes -> attempt(() -> decideSigned(signed, held, bytes)), this::spoolBroke);
    }
  }

  /** Decides by what the call holds. {@code bytes} is its body; null where it is not looked at. */
  private void decideSigned(Signed signed, @Nullable HeldBody held, byte @Nullable [] bytes)
      throws Refused {
    SdkDoor.Claim claim = signed.claim();
    Verification.Valid verified = signed.verified();
    Binding binding = signed.binding();
    Operation allowed = signed.operation();
    String path = signed.path();
    PayloadHash payload = signed.payload();
    String role = Roles.askedSigned(claim.head(), claim.authorization());
    CallFacts facts =
        new CallFacts(
            binding,
            allowed,
            null,
            role,
            () -> SdkDoor.input(claim, verified, binding, allowed, path, routing, bytes),
            front.clock().instant());
    decisions.decide(claim.agent(), binding, allowed, facts);
    Slot slot = decisions.slot(binding, claim.agent(), role);
    SdkDoor.once(claim, allowed, routing, front.seen(), front.clock().instant());
    long length = held != null && body.length() == Outgoing.CHUNKED ? held.length() : body.length();
    Outgoing outgoing =
        SdkDoor.outgoing(claim, verified, binding, allowed, slot, path, routing, payload, length);
    send(outgoing, held, verified);
  }

  // ---- credentials, sign, forward ----

  private void send(Outgoing outgoing, @Nullable HeldBody held, Verification.Valid verified) {
    Reply.PassThrough answer = reply.passThrough();
    SignedCall signed =
        new SignedCall(
            worker,
            outgoing,
            held,
            routing.config().timeouts(),
            front.awsClock(),
            record,
            front.upstream(),
            answer);
    call = signed;
    answer.of(
        signed,
        sent -> {
          if (held == null) {
            attempt(
                () ->
                    body.stream(
                        StreamedBody.of(
                            worker,
                            outgoing.payload(),
                            outgoing.head(),
                            verified.chunkSeed(),
                            sent.chunkSeed(),
                            body.length()),
                        signed));
          }
        },
        body::drain);
    signed.start();
  }

  // ---- tool door ----

  private void toolDoor(Head head) throws Refused {
    ToolRequest request = ToolRequest.of(head);
    record.door = request instanceof ToolRequest.Credentials ? Door.CREDENTIALS : Door.TOOL;
    identify.tool(head, caller -> asked(caller, head, request));
  }

  private void asked(Caller caller, Head head, ToolRequest request) throws Refused {
    Agent agent = caller.agent();
    record.agent = agent.name();
    record.identityKind = caller.kind().word();
    record.user = caller.user();
    String role = Roles.asked(head);
    switch (request) {
      case ToolRequest.Credentials wanted ->
          reply.credentials(ToolDoor.credentials(caller, wanted.connector(), routing));
      case ToolRequest.List list -> tools.list(agent);
      case ToolRequest.Show show -> tools.show(agent, show);
      case ToolRequest.OpenApi asked -> tools.openApi(agent, asked, head.joined("if-none-match"));
      case ToolRequest.Resume resume -> tools.resume(caller, role, resume);
      case ToolRequest.Call wanted -> {
        Binding binding = ToolDoor.connector(wanted.connector(), agent, routing);
        String accept = head.joined("accept");
        body.hold(
            limits.toolBodyBytes(),
            held ->
                held.whole(
                    bytes ->
                        attempt(() -> tools.call(caller, role, binding, wanted, accept, bytes)),
                    this::spoolBroke),
            this::spoolBroke);
      }
    }
  }

  // ---- the body of the request ----

  /** A piece of the body; takes ownership. */
  void body(HttpContent content) {
    body.piece(content);
  }

  private void spoolBroke(IOException e) {
    worker.log().error("A held body could not be written under {}", limits.spoolDirectory(), e);
    refuse(
        new Refusal(
            Refusal.Kind.INTERNAL,
            "spool-failed",
            "the body could not be held on disk",
            "check the free space under limits.spool-directory"));
  }

  // ---- how it can end before its time ----

  interface Step {
    void run() throws Refused;
  }

  /** Runs a step that may refuse, where it is not called from {@link #begin}. */
  void attempt(Step step) {
    try {
      step.run();
    } catch (Refused refused) {
      refuse(refused.refusal());
    }
  }

  private void refuse(Refusal refusal) {
    body.discard();
    if (call != null) {
      call.abort();
    }
    if (refusal.kind() == Refusal.Kind.REPLAYED) {
      worker.deadlines().set(new Later(refusal), SdkDoor.ANEW.toNanos());
    } else {
      reply.refuse(refusal, Outcome.REFUSED);
    }
  }

  /** A refusal that waits, see {@link SdkDoor#once}; the exchange may be over before. */
  private final class Later extends Deadlines.Timed {
    private final Refusal refusal;

    Later(Refusal refusal) {
      this.refusal = refusal;
    }

    @Override
    protected void expired() {
      reply.refuse(refusal, Outcome.REFUSED);
    }
  }

  /** The whole exchange took too long. */
  @Override
  protected void expired() {
    stop();
    reply.refuse(
        new Refusal(
            Refusal.Kind.UPSTREAM_TIMEOUT,
            "request-timeout",
            "the exchange took longer than " + routing.config().timeouts().request(),
            "raise timeouts.request, or ask for less at once"),
        Outcome.TIMED_OUT);
  }

  /** The client neither sends nor reads. */
  void clientTooSlow() {
    stop();
    reply.refuse(
        new Refusal(
            Refusal.Kind.TIMEOUT_CLIENT,
            "client-timeout",
            "nothing moved on the connection for " + routing.config().timeouts().idle(),
            "send the body without pausing, and read the answer"),
        Outcome.CLIENT_ABORTED);
  }

  /** The client has closed the connection; what is under way for it is of no use any more. */
  void clientGone() {
    stop();
    reply.gone();
  }

  /** A phase threw what it must not. */
  void broke() {
    stop();
    reply.refuse(
        new Refusal(
            Refusal.Kind.INTERNAL,
            "internal-error",
            "the exchange failed unexpectedly",
            "report it with the request id"),
        Outcome.GATEWAY_ERROR);
  }

  void clientWritable(boolean writable) {
    if (call != null) {
      call.read(writable);
    }
  }

  private void stop() {
    if (call != null) {
      call.abort();
    }
    tools.stop();
  }

  boolean bodyRead() {
    return body.read();
  }

  /**
   * Called once, when the answer is written or will never be. Whether the request's body has been
   * read to its end.
   */
  boolean release() {
    worker.deadlines().clear(this);
    return body.release();
  }
}
