package io.countersign.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.answer.BadExpressionException;
import io.countersign.catalog.ServiceMetadata;
import io.countersign.door.CallOptions;
import io.countersign.door.Delivery;
import io.countersign.door.OutputForm;
import io.countersign.door.Refusal;
import io.countersign.door.Routing;
import io.countersign.door.ToolDoor;
import io.countersign.observe.CallRecord;
import io.countersign.observe.Outcome;
import io.countersign.observe.UpstreamMetrics.RetryReason;
import io.countersign.protocol.AwsError;
import io.countersign.protocol.GarbledAnswerException;
import io.countersign.protocol.WireAnswer;
import io.countersign.protocol.WireCodec;
import io.countersign.signer.SignedHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An operation at the tool door that is one request to AWS. Its answer becomes JSON and its error a
 * problem; a throttled call of an idempotent operation is made again, after a pause that grows.
 */
final class ToolCall {
  private static final int MAX_ANSWER_BYTES = 32 * 1024 * 1024;
  private static final int DECODED_AT_ONCE = 128 * 1024;
  private static final int MAX_ATTEMPTS = 3;
  private static final long FIRST_PAUSE_MILLIS = 100;

  private final Worker worker;
  private final Front front;
  private final Routing routing;
  private final ToolDoor.Direct direct;
  private final CallOptions options;
  private final CallRecord record;
  private final Reply reply;
  private final Consumer<SignedCall> current;
  private int attempts;

  /**
   * @param current told which call is under way, so that it can be given up
   */
  ToolCall(
      Worker worker,
      Front front,
      Routing routing,
      ToolDoor.Direct direct,
      CallOptions options,
      CallRecord record,
      Reply reply,
      Consumer<SignedCall> current) {
    this.worker = worker;
    this.front = front;
    this.routing = routing;
    this.direct = direct;
    this.options = options;
    this.record = record;
    this.reply = reply;
    this.current = current;
  }

  void start() {
    attempts++;
    Collected whole = new Collected(MAX_ANSWER_BYTES, this::answered, reply::refuse);
    switch (direct.delivery()) {
      case Delivery.Whole _ -> send(whole);
      case Delivery.Octets _ -> {
        StreamedAnswer answer = StreamedAnswer.ofOctets(reply, record, whole);
        send(answer);
      }
      case Delivery.Events events -> {
        StreamedAnswer answer =
            StreamedAnswer.ofEvents(
                reply, record, whole, events.form(), metadata(), direct.model());
        send(answer);
      }
    }
  }

  private void send(SignedCall.Answer answer) {
    SignedCall call =
        new SignedCall(
            worker,
            direct.outgoing(),
            new WholeBody.Bytes(direct.body()),
            routing.config().timeouts(),
            front.awsClock(),
            record,
            front.upstream(),
            answer);
    if (answer instanceof StreamedAnswer streamed) {
      streamed.of(call);
    }
    current.accept(call);
    call.start();
  }

  private ServiceMetadata metadata() {
    return direct.outgoing().binding().service().metadata();
  }

  private void answered(Collected answer) {
    if (reply.over()) {
      return;
    }
    WireAnswer wire = answer.wire();
    AwsError error =
        answer.status() >= 300
            ? WireCodec.error(metadata(), wire)
            : WireCodec.hiddenError(metadata(), wire);
    if (error != null) {
      failed(error);
      return;
    }
    record.awsRequestId = answer.awsRequestId();
    if (wire.body().length <= DECODED_AT_ONCE && options.select() == null) {
      decoded(decode(wire));
      return;
    }
    // A large answer, or an expression, would keep the event loop from its other exchanges.
    Thread.ofVirtual()
        .name("tool-answer")
        .start(
            () -> {
              Decoded decoded = decodeOffLoop(wire);
              worker.loop().execute(() -> decoded(decoded));
            });
  }

  /** An output as JSON, or what is wrong with it. */
  private sealed interface Decoded {
    record Output(ByteBuffer json) implements Decoded {}

    record Not(Refusal refusal, Outcome outcome) implements Decoded {}
  }

  /** Whatever is wrong, the exchange must hear of it. */
  private Decoded decodeOffLoop(WireAnswer wire) {
    try {
      return decode(wire);
    } catch (RuntimeException e) {
      worker.log().error("The answer of {} could not be read", record.requestId, e);
      return new Decoded.Not(
          new Refusal(
              Refusal.Kind.INTERNAL,
              "internal-error",
              "AWS has carried out the call, but its answer could not be read",
              "report it with the request id"),
          Outcome.GATEWAY_ERROR);
    }
  }

  private Decoded decode(WireAnswer wire) {
    try {
      JsonNode output = WireCodec.decode(metadata(), direct.model(), wire);
      return new Decoded.Output(ByteBuffer.wrap(OutputForm.write(options, direct.model(), output)));
    } catch (GarbledAnswerException e) {
      return new Decoded.Not(
          new Refusal(
              Refusal.Kind.UPSTREAM,
              "upstream-garbage",
              direct.outgoing().operation().id() + ": " + e.getMessage(),
              "is the connector's endpoint that of AWS?"),
          Outcome.UPSTREAM_ERROR);
    } catch (BadExpressionException e) {
      return new Decoded.Not(OutputForm.unfit(e), Outcome.OK);
    }
  }

  private void decoded(Decoded decoded) {
    switch (decoded) {
      case Decoded.Output output -> reply.json(200, output.json().array());
      case Decoded.Not not -> reply.refuse(not.refusal(), not.outcome());
    }
  }

  private void failed(AwsError error) {
    if (error.throttled()
        && direct.outgoing().operation().idempotent()
        && attempts < MAX_ATTEMPTS) {
      front.upstream().retried(RetryReason.THROTTLED);
      long most = FIRST_PAUSE_MILLIS << (2 * attempts);
      long pause = ThreadLocalRandom.current().nextLong(most / 2, most);
      var _ =
          worker
              .loop()
              .schedule(
                  () -> {
                    if (!reply.over()) {
                      start();
                    }
                  },
                  pause,
                  TimeUnit.MILLISECONDS);
      return;
    }
    reply.awsError(error);
  }

  /** An answer that is read whole before it is looked at. */
  static final class Collected implements SignedCall.Answer {
    /** What became of a call. */
    interface Failed {
      void with(Refusal refusal, Outcome outcome);
    }

    private final int limit;
    private final Consumer<Collected> then;
    private final Failed failed;
    private final java.io.ByteArrayOutputStream body = new java.io.ByteArrayOutputStream(1024);
    private @Nullable HttpResponse response;
    private boolean over;

    Collected(int limit, Consumer<Collected> then, Failed failed) {
      this.limit = limit;
      this.then = then;
      this.failed = failed;
    }

    int status() {
      return response == null ? 0 : response.status().code();
    }

    @Nullable String header(String name) {
      return response == null ? null : response.headers().get(name);
    }

    @Nullable String awsRequestId() {
      String id = header("x-amzn-requestid");
      return id != null ? id : header("x-amz-request-id");
    }

    byte[] body() {
      return body.toByteArray();
    }

    /** The answer as the protocols read it. */
    WireAnswer wire() {
      Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      if (response != null) {
        for (Map.Entry<String, String> header : response.headers()) {
          headers.merge(header.getKey(), header.getValue(), (a, b) -> a + ", " + b);
        }
      }
      return new WireAnswer(status(), headers, body());
    }

    @Override
    public void sending(SignedHeaders signed) {}

    @Override
    public void writable() {}

    @Override
    public void head(HttpResponse head) {
      response = head;
    }

    @Override
    public void content(HttpContent content) {
      try {
        if (over) {
          return;
        }
        int bytes = content.content().readableBytes();
        if (body.size() + bytes > limit) {
          over = true;
          failed.with(
              new Refusal(
                  Refusal.Kind.UPSTREAM,
                  "answer-too-large",
                  "the answer of AWS is larger than " + limit + " bytes",
                  "ask for fewer items at once, or call the operation at the SDK door, which"
                      + " streams"),
              Outcome.UPSTREAM_ERROR);
          return;
        }
        byte[] piece = new byte[bytes];
        content.content().readBytes(piece);
        body.writeBytes(piece);
      } finally {
        content.release();
      }
      if (content instanceof io.netty.handler.codec.http.LastHttpContent) {
        over = true;
        then.accept(this);
      }
    }

    @Override
    public void failed(Refusal refusal, Outcome outcome) {
      if (!over) {
        over = true;
        failed.with(refusal, outcome);
      }
    }
  }
}
