package io.countersign.http;

import io.countersign.catalog.Operation;
import io.countersign.door.Binding;
import io.countersign.door.Head;
import io.countersign.door.Problem;
import io.countersign.door.Refusal;
import io.countersign.door.Routing;
import io.countersign.door.SdkDoor;
import io.countersign.observe.CallRecord;
import io.countersign.observe.Door;
import io.countersign.observe.Outcome;
import io.countersign.protocol.AwsError;
import io.countersign.protocol.ErrorAnswer;
import io.countersign.protocol.ErrorShapes;
import io.countersign.signer.SignedHeaders;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The last two phases of an exchange: answer and record. Whatever happens, there is one answer, or
 * none when the client is gone, and one record. Used on the event loop of the exchange.
 */
final class Reply {
  private static final String JSON = "application/json";
  static final String REQUEST_ID = "x-countersign-request-id";

  private final Exchange exchange;
  private final AgentConnection connection;
  private final Front front;
  private final Routing routing;
  private final CallRecord record;

  private @Nullable Head head;
  private SdkDoor.@Nullable Claim claim;
  private boolean clientKeepsAlive;
  private boolean headWritten;
  private boolean over;

  Reply(
      Exchange exchange,
      AgentConnection connection,
      Front front,
      Routing routing,
      CallRecord record) {
    this.exchange = exchange;
    this.connection = connection;
    this.front = front;
    this.routing = routing;
    this.record = record;
  }

  // ---- what is learnt on the way ----

  void begun(HttpRequest wire) {
    record.startNanos = System.nanoTime();
    record.startWallMillis = front.clock().millis();
    record.requestId = newRequestId();
    record.method = wire.method().name();
    record.sourceAddress = connection.peer();
    clientKeepsAlive = HttpUtil.isKeepAlive(wire);
  }

  private static String newRequestId() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong());
  }

  void accepted(Head read) {
    head = read;
    record.path = read.path();
  }

  void claimed(SdkDoor.Claim made) {
    claim = made;
    record.service = made.authorization().service();
    record.region = made.authorization().region();
  }

  void resolved(Binding binding, @Nullable Operation operation) {
    record.connector = binding.connector().name();
    record.service = binding.service().id();
    record.region = binding.connector().region();
    if (operation != null) {
      record.operation = operation.name();
      record.accessLevel = operation.level().name();
    }
  }

  // ---- answer ----

  /** Tells the client to send its body. */
  void goOn() {
    connection.answers().goOn();
  }

  /** The error in the shape of the door that the request came by. */
  void refuse(Refusal refusal, Outcome outcome) {
    if (over) {
      return;
    }
    record.outcome = outcome;
    record.errorCode = refusal.code();
    if (headWritten) {
      // An answer is under way that cannot be finished: only the end of the connection can say so.
      cut();
      return;
    }
    int status = refusal.kind().status();
    if (record.door == Door.SDK && head != null) {
      ErrorAnswer answer = sdkError(head, refusal.kind(), refusal.detail() + hint(refusal), status);
      HttpHeaders more = full(status, answer.contentType(), answer.body());
      answer.headers().forEach(more::set);
      finishRefusal(refusal, more);
    } else {
      HttpHeaders more = full(status, Problem.CONTENT_TYPE, Problem.of(refusal, record.requestId));
      if (refusal.kind() == Refusal.Kind.UNAUTHENTICATED) {
        more.set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
      }
      finishRefusal(refusal, more);
    }
  }

  private static String hint(Refusal refusal) {
    return refusal.hint() == null ? "" : ". To mend it: " + refusal.hint();
  }

  private ErrorAnswer sdkError(Head request, Refusal.Kind kind, String message, int status) {
    var authorization = claim == null ? null : claim.authorization();
    var protocol = SdkDoor.protocol(request, authorization, routing);
    String code =
        switch (protocol) {
          case JSON, REST_JSON, RPC_V2_CBOR -> kind.jsonCode();
          case REST_XML -> kind.s3Code();
          case QUERY, EC2 -> kind.queryCode();
        };
    return ErrorShapes.write(protocol, status, code, message, record.requestId);
  }

  /** The error that AWS gave, at the tool door. */
  void awsError(AwsError error) {
    if (over) {
      return;
    }
    record.outcome = error.status() >= 500 ? Outcome.UPSTREAM_ERROR : Outcome.UPSTREAM_REJECTED;
    record.errorCode = error.code();
    record.awsRequestId = error.requestId();
    full(error.status(), Problem.CONTENT_TYPE, Problem.ofAws(error, record.requestId));
    finishFull();
  }

  void json(int status, byte[] body) {
    json(status, body, Outcome.OK, 0);
  }

  /**
   * JSON.
   *
   * @param retryAfterSeconds 0 leaves it out
   */
  void json(int status, byte[] body, Outcome outcome, int retryAfterSeconds) {
    if (!over) {
      record.outcome = outcome;
      HttpHeaders more = full(status, JSON, body);
      if (retryAfterSeconds > 0) {
        more.set(HttpHeaderNames.RETRY_AFTER, Integer.toString(retryAfterSeconds));
      }
      finishFull();
    }
  }

  /**
   * A JSON document that a client may keep, and ask whether it is still the same.
   *
   * @param tag of these bytes, in quotes
   * @param known what the client has, as If-None-Match says it; null for nothing
   */
  void document(byte[] body, String tag, @Nullable String known) {
    if (over) {
      return;
    }
    record.outcome = Outcome.OK;
    boolean same = known != null && (known.trim().equals("*") || known.contains(tag));
    HttpHeaders more = full(same ? 304 : 200, JSON, same ? new byte[0] : body);
    if (same) {
      more.remove(HttpHeaderNames.CONTENT_TYPE).remove(HttpHeaderNames.CONTENT_LENGTH);
    }
    more.set(HttpHeaderNames.ETAG, tag).set(HttpHeaderNames.CACHE_CONTROL, "private, no-cache");
    finishFull();
  }

  /** Virtual credentials, in the form that every SDK reads from a container's endpoint. */
  void credentials(byte[] body) {
    record.outcome = Outcome.OK;
    full(200, JSON, body).set(HttpHeaderNames.CACHE_CONTROL, "no-store");
    finishFull();
  }

  private @Nullable FullHttpResponse pending;

  private HttpHeaders full(int status, String contentType, byte[] body) {
    record.status = status;
    record.bytesOut = body.length;
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), Unpooled.wrappedBuffer(body));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, contentType)
        .set(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(body.length))
        .set(REQUEST_ID, record.requestId);
    pending = response;
    return response.headers();
  }

  private void finishRefusal(Refusal refusal, HttpHeaders headers) {
    if (refusal.retryAfterSeconds() > 0) {
      headers.set(HttpHeaderNames.RETRY_AFTER, Integer.toString(refusal.retryAfterSeconds()));
    }
    finishFull();
  }

  private void finishFull() {
    FullHttpResponse response = pending;
    pending = null;
    if (response == null || over) {
      return;
    }
    boolean bodyRead = exchange.release();
    boolean keepAlive = clientKeepsAlive && bodyRead && !connection.draining();
    if (!keepAlive) {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    recordAnswered();
    connection.finished(connection.answers().whole(response), keepAlive, bodyRead);
  }

  /** The answer of AWS as it comes, less what belongs to its connection. */
  final class PassThrough implements SignedCall.Answer {
    private @Nullable SignedCall call;
    private Consumer<SignedHeaders> onSending = signed -> {};
    private Runnable onWritable = () -> {};
    private boolean keepAlive;

    void of(SignedCall of, Consumer<SignedHeaders> sending, Runnable writable) {
      call = of;
      onSending = sending;
      onWritable = writable;
    }

    @Override
    public void sending(SignedHeaders signed) {
      onSending.accept(signed);
    }

    @Override
    public void writable() {
      onWritable.run();
    }

    @Override
    public void head(HttpResponse response) {
      int status = response.status().code();
      record.status = status;
      record.outcome =
          status < 400
              ? Outcome.OK
              : status < 500 ? Outcome.UPSTREAM_REJECTED : Outcome.UPSTREAM_ERROR;
      HttpHeaders headers = response.headers();
      String awsId = headers.get("x-amzn-requestid");
      record.awsRequestId = awsId != null ? awsId : headers.get("x-amz-request-id");
      keepAlive = clientKeepsAlive && exchange.bodyRead() && !connection.draining();
      headWritten = true;
      connection.answers().begin(response, record.requestId, keepAlive);
    }

    @Override
    public void content(HttpContent content) {
      record.bytesOut += content.content().readableBytes();
      if (content instanceof LastHttpContent last) {
        boolean bodyRead = exchange.release();
        recordAnswered();
        connection.finished(connection.answers().end(last), keepAlive, bodyRead);
        return;
      }
      connection.answers().piece(content);
      if (call != null && !context().channel().isWritable()) {
        call.read(false);
      }
    }

    @Override
    public void failed(Refusal refusal, Outcome outcome) {
      refuse(refusal, outcome);
    }
  }

  PassThrough passThrough() {
    return new PassThrough();
  }

  // ---- record ----

  boolean over() {
    return over;
  }

  /** Records before the last piece leaves, so that who has read an answer finds it counted. */
  private void recordAnswered() {
    over = true;
    recordNow();
  }

  private void cut() {
    over = true;
    exchange.release();
    recordNow();
    connection.cut();
  }

  /** The client has closed its connection. */
  void gone() {
    if (!over) {
      over = true;
      record.outcome = Outcome.CLIENT_ABORTED;
      exchange.release();
      recordNow();
    }
  }

  private void recordNow() {
    record.totalNanos = System.nanoTime() - record.startNanos;
    front.requests().ended();
    front.recorder().record(record);
  }

  private ChannelHandlerContext context() {
    return connection.context();
  }
}
