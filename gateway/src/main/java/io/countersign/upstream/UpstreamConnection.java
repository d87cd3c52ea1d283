package io.countersign.upstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One connection: it hands what arrives to the call that it serves, and knows whether it can serve
 * another.
 */
final class UpstreamConnection extends ChannelInboundHandlerAdapter {
  final Target target;
  final Deadlines.Timed idleDeadline =
      new Deadlines.Timed() {
        @Override
        protected void expired() {
          close(UpstreamEvents.CloseReason.IDLE);
        }
      };

  /** Whether the pool has reported it as opened, so that its end is reported too. */
  boolean counted;

  private final UpstreamPool pool;
  private final AnswerDecoder decoder = new AnswerDecoder();
  private @Nullable ChannelHandlerContext context;
  private @Nullable MessageOut out;
  private @Nullable UpstreamCall call;
  private UpstreamEvents.CloseReason closeReason = UpstreamEvents.CloseReason.REMOTE;

  // The answer that is being read.
  private boolean headSeen;
  private boolean informational;
  private boolean keepAlive;

  UpstreamConnection(UpstreamPool pool, Target target) {
    this.pool = pool;
    this.target = target;
  }

  Channel channel() {
    return Objects.requireNonNull(context, "not yet in a pipeline").channel();
  }

  /** To be put before this into the pipeline. */
  ChannelHandler decoder() {
    return decoder;
  }

  MessageOut out() {
    return Objects.requireNonNull(out, "not yet in a pipeline");
  }

  ChannelHandlerContext context() {
    return Objects.requireNonNull(context, "not yet in a pipeline");
  }

  boolean active() {
    return channel().isActive();
  }

  void serve(UpstreamCall next, boolean toHead) {
    call = next;
    decoder.toHead = toHead;
    headSeen = false;
    informational = false;
    keepAlive = false;
  }

  /** Ends the connection; a call that it still serves has been told before. */
  void close(UpstreamEvents.CloseReason reason) {
    if (closeReason == UpstreamEvents.CloseReason.REMOTE) {
      closeReason = reason;
    }
    channel().close();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    out = new MessageOut(ctx);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    UpstreamCall current = call;
    if (current == null) {
      // An answer that nobody asked for: the connection cannot be trusted for the next request.
      ReferenceCountUtil.release(message);
      close(UpstreamEvents.CloseReason.ABORTED);
      return;
    }
    if (message instanceof HttpObject object && object.decoderResult().isFailure()) {
      ReferenceCountUtil.release(message);
      current.garbage(object.decoderResult().cause());
      return;
    }
    if (message instanceof HttpResponse response) {
      informational = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
      if (informational && response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
        ReferenceCountUtil.release(message);
        current.garbage(new IllegalStateException("101 Switching Protocols was not asked for"));
        return;
      }
      if (!informational) {
        headSeen = true;
        // An answer without a length lasts until the connection ends, and so does the connection.
        keepAlive = HttpUtil.isKeepAlive(response);
        current.head(response);
      }
      if (!(message instanceof HttpContent)) {
        return;
      }
    }
    HttpContent content = (HttpContent) message;
    if (informational) {
      content.release();
      return;
    }
    if (content instanceof LastHttpContent) {
      call = null;
      boolean reusable = keepAlive && current.requestEnded() && active();
      if (reusable) {
        pool.release(this);
      } else {
        close(UpstreamEvents.CloseReason.NOT_REUSABLE);
      }
    }
    current.content(content);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (call != null && ctx.channel().isWritable()) {
      call.writableAgain();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    out().release();
    UpstreamCall current = call;
    call = null;
    if (counted) {
      pool.closed(this, closeReason);
    }
    if (current != null) {
      current.disconnected(headSeen, null);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    UpstreamCall current = call;
    call = null;
    close(UpstreamEvents.CloseReason.ABORTED);
    if (current != null) {
      current.disconnected(headSeen, cause);
    }
  }

  /** The call has failed or was given up: it hears no more, and the connection is of no use. */
  void abandon() {
    call = null;
    close(UpstreamEvents.CloseReason.ABORTED);
  }

  /** Reads answers; it must be told which of them are to HEAD, since those have no body. */
  private static final class AnswerDecoder extends HttpResponseDecoder {
    private static final int MAX_STATUS_LINE_BYTES = 8 * 1024;
    private static final int MAX_HEADER_BYTES = 64 * 1024;

    private final SeenNames names = new SeenNames();
    boolean toHead;

    AnswerDecoder() {
      super(
          new HttpDecoderConfig()
              .setMaxInitialLineLength(MAX_STATUS_LINE_BYTES)
              .setMaxHeaderSize(MAX_HEADER_BYTES));
    }

    @Override
    protected AsciiString splitHeaderName(byte[] line, int start, int length) {
      return names.of(line, start, length);
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
      return (toHead
              && message instanceof HttpResponse response
              && response.status().codeClass() != HttpStatusClass.INFORMATIONAL)
          || super.isContentAlwaysEmpty(message);
    }
  }
}
