package io.countersign.http;

import io.countersign.config.Limits;
import io.countersign.door.Outgoing;
import io.countersign.door.Refusal;
import io.countersign.door.Refused;
import io.countersign.observe.BodyMetrics;
import io.countersign.observe.CallRecord;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The body of one request on its way in: it waits until somebody wants it, and then is held whole
 * or passed on as it comes. It reads no further than whoever takes it can follow. Used on the event
 * loop of its exchange.
 */
final class RequestBody {
  /** What happens to a piece. */
  private enum State {
    /** It queues: something must be known first. */
    WAITING,
    HOLDING,
    STREAMING,
    /** It is of no use any more. */
    DISCARDING
  }

  private final AgentConnection connection;
  private final Worker worker;
  private final Front front;
  private final Limits limits;
  private final CallRecord record;
  private final Reply reply;
  private final Consumer<Refusal> refuse;
  private final ArrayDeque<HttpContent> early = new ArrayDeque<>(2);

  private State state = State.WAITING;
  private long length = Outgoing.NO_BODY;
  private long received;
  private boolean read;
  private boolean expectsContinue;
  private long holdLimit;
  private @Nullable HeldBody held;
  private @Nullable Consumer<HeldBody> whenHeld;
  private Consumer<IOException> whenBroken = failure -> {};
  private @Nullable StreamedBody streamed;
  private @Nullable SignedCall call;

  /**
   * A body that waits.
   *
   * @param refuse ends the exchange when the body is not what it must be
   */
  RequestBody(
      AgentConnection connection,
      Worker worker,
      Front front,
      Limits limits,
      CallRecord record,
      Reply reply,
      Consumer<Refusal> refuse) {
    this.connection = connection;
    this.worker = worker;
    this.front = front;
    this.limits = limits;
    this.record = record;
    this.reply = reply;
    this.refuse = refuse;
  }

  /**
   * What the head says of the body.
   *
   * @param bytes or one of the marks of {@link Outgoing}
   */
  void expect(long bytes, boolean asksToGoOn) {
    length = bytes;
    expectsContinue = asksToGoOn;
    read = bytes == Outgoing.NO_BODY || bytes == 0;
  }

  /** In bytes as the head said, or one of the marks of {@link Outgoing}. */
  long length() {
    return length;
  }

  /** Whether it has been read to its end. */
  boolean read() {
    return read;
  }

  /** A piece of the body; takes ownership. */
  void piece(HttpContent content) {
    if (content.decoderResult().isFailure()) {
      content.release();
      refuse.accept(RequestHead.badBody(content.decoderResult().cause()));
      return;
    }
    int bytes = content.content().readableBytes();
    received += bytes;
    record.bytesIn += bytes;
    if (received > limits.bodyBytes() && state != State.DISCARDING) {
      content.release();
      front.bodies().refused(BodyMetrics.Refusal.TOO_LARGE);
      refuse.accept(RequestHead.tooLarge(limits.bodyBytes()));
      return;
    }
    switch (state) {
      case WAITING -> {
        early.add(content);
        if (!(content instanceof LastHttpContent)) {
          connection.read(false);
        }
      }
      case HOLDING -> holdPiece(content);
      case STREAMING -> streamPiece(content);
      case DISCARDING -> {
        read |= content instanceof LastHttpContent;
        content.release();
      }
    }
  }

  /**
   * Reads the whole body before anything else happens.
   *
   * @param limit in bytes
   * @param then called with the body when it is stored
   * @param broke called when it cannot be stored
   * @throws Refused when its length is known and over the limit
   */
  void hold(long limit, Consumer<HeldBody> then, Consumer<IOException> broke) throws Refused {
    if (length > limit) {
      front.bodies().refused(BodyMetrics.Refusal.TOO_LARGE);
      throw new Refused(RequestHead.tooLarge(limit));
    }
    HeldBody body =
        new HeldBody(worker, limits, front.budget(), front.bodies(), () -> connection.read(true));
    held = body;
    holdLimit = limit;
    if (read) {
      state = State.DISCARDING;
      then.accept(body);
      return;
    }
    whenHeld = then;
    whenBroken = broke;
    state = State.HOLDING;
    goOnReading();
  }

  private void holdPiece(HttpContent content) {
    HeldBody body = held;
    if (body == null) {
      content.release();
      return;
    }
    boolean last = content instanceof LastHttpContent;
    HeldBody.Appended appended =
        received > holdLimit ? dropped(content) : body.append(content.content());
    switch (appended) {
      case TOO_LARGE ->
          refuse.accept(RequestHead.tooLarge(Math.min(holdLimit, limits.spoolBytes())));
      case MORE, WAIT -> {
        if (last) {
          read = true;
          state = State.DISCARDING;
          body.whenStored(() -> heldWhole(body), whenBroken);
        } else if (appended == HeldBody.Appended.WAIT) {
          connection.read(false);
        }
      }
    }
  }

  private static HeldBody.Appended dropped(HttpContent content) {
    content.release();
    return HeldBody.Appended.TOO_LARGE;
  }

  private void heldWhole(HeldBody body) {
    Consumer<HeldBody> then = whenHeld;
    whenHeld = null;
    if (then != null && !reply.over()) {
      then.accept(body);
    }
  }

  /** Passes the body on, piece by piece, through what {@code body} checks. */
  void stream(StreamedBody body, SignedCall to) {
    streamed = body;
    call = to;
    if (read) {
      state = State.DISCARDING;
      endStream();
      return;
    }
    state = State.STREAMING;
    goOnReading();
  }

  private void streamPiece(HttpContent content) {
    SignedCall signed = call;
    StreamedBody body = streamed;
    if (signed == null || body == null) {
      content.release();
      return;
    }
    boolean last = content instanceof LastHttpContent;
    try {
      body.piece(content.content(), signed::write);
    } catch (Refused refused) {
      refuse.accept(refused.refusal());
      return;
    }
    if (last) {
      read = true;
      state = State.DISCARDING;
      endStream();
    } else {
      signed.flush();
      if (!signed.isWritable()) {
        connection.read(false);
      }
    }
  }

  private void endStream() {
    SignedCall signed = call;
    StreamedBody body = streamed;
    if (signed == null || body == null) {
      return;
    }
    try {
      body.end(signed::write);
      signed.end();
    } catch (Refused refused) {
      refuse.accept(refused.refusal());
    }
  }

  /** The upstream takes more of the body. */
  void drain() {
    if (state == State.STREAMING) {
      connection.read(true);
    }
  }

  private void goOnReading() {
    if (expectsContinue) {
      expectsContinue = false;
      if (early.isEmpty()) {
        reply.goOn();
      }
    }
    HttpContent piece;
    while ((piece = early.poll()) != null) {
      switch (state) {
        case HOLDING -> holdPiece(piece);
        case STREAMING -> streamPiece(piece);
        case WAITING, DISCARDING -> piece.release();
      }
    }
    if (state == State.HOLDING || state == State.STREAMING) {
      connection.read(true);
    }
  }

  /** Nobody wants the rest. */
  void discard() {
    state = State.DISCARDING;
  }

  /** Lets everything go that is held or queued. Whether the body has been read to its end. */
  boolean release() {
    state = State.DISCARDING;
    HttpContent piece;
    while ((piece = early.poll()) != null) {
      read |= piece instanceof LastHttpContent;
      piece.release();
    }
    if (held != null) {
      held.release();
    }
    if (streamed != null) {
      streamed.release();
    }
    return read;
  }
}
