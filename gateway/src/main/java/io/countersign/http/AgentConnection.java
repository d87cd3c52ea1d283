package io.countersign.http;

import io.countersign.config.Limits;
import io.countersign.identity.PeerCertificate;
import io.countersign.observe.ConnectionMetrics;
import io.countersign.upstream.Deadlines;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * One connection of an agent. It gives its requests to exchanges, one after the other, and reads no
 * further than the exchange can take. Lives on one event loop.
 */
final class AgentConnection extends ChannelInboundHandlerAdapter {
  /**
   * How long and how much is still read from a client that was refused, so that it gets to see why.
   */
  private static final Duration LINGER = Duration.ofSeconds(5);

  private static final long LINGER_BYTES = 16 * 1024 * 1024;

  private final Worker worker;
  private final Front front;
  private final Duration idleTime;
  private final Runnable onClosed;
  private final ArrayDeque<HttpObject> queued = new ArrayDeque<>();
  private final Deadlines.Timed idle =
      new Deadlines.Timed() {
        @Override
        protected void expired() {
          idleTooLong();
        }
      };

  private @Nullable ChannelHandlerContext context;
  private @Nullable AnswerWriter answers;
  private @Nullable String peer;
  private @Nullable PeerCertificate certificate;
  private @Nullable Exchange exchange;
  private @Nullable ChannelFuture lastAnswer;
  private boolean draining;
  private boolean lingering;
  private long lingered;

  AgentConnection(Worker worker, Front front, Duration idleTime, Runnable onClosed) {
    this.worker = worker;
    this.front = front;
    this.idleTime = idleTime;
    this.onClosed = onClosed;
  }

  /** The pipeline of a connection, after TLS where there is any. */
  static AgentConnection create(
      Channel channel,
      Worker worker,
      Front front,
      Limits limits,
      Duration idleTime,
      Runnable onClosed) {
    AgentConnection connection = new AgentConnection(worker, front, idleTime, onClosed);
    channel
        .pipeline()
        .addLast("decoder", new StrictRequestDecoder(limits.headerBytes()))
        .addLast("agent", connection);
    return connection;
  }

  ChannelHandlerContext context() {
    return Objects.requireNonNull(context, "not yet in a pipeline");
  }

  /** The address of the other end, as the socket knows it; null where it has none. */
  @Nullable String peer() {
    if (peer == null && context().channel().remoteAddress() instanceof InetSocketAddress address) {
      peer = address.getAddress().getHostAddress();
    }
    return peer;
  }

  /** The certificate that the client has shown and TLS has verified; null for none. */
  @Nullable PeerCertificate certificate() {
    return certificate;
  }

  private static @Nullable PeerCertificate verified(SslHandler tls) {
    try {
      return tls.engine().getSession().getPeerCertificates()[0] instanceof X509Certificate first
          ? PeerCertificate.of(first)
          : null;
    } catch (SSLPeerUnverifiedException e) {
      return null; // it has shown none
    }
  }

  AnswerWriter answers() {
    return Objects.requireNonNull(answers, "not yet in a pipeline");
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    answers = new AnswerWriter(ctx, worker.headBytes(), worker.flushes());
    worker.opened(this);
    worker.deadlines().set(idle, idleTime.toNanos());
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof HttpObject object)) {
      ReferenceCountUtil.release(message);
      return;
    }
    if (lingering) {
      drop(object);
      return;
    }
    boolean next = object instanceof HttpRequest && exchange != null;
    if (next || !queued.isEmpty()) {
      // A pipelined request waits for the answer of the one before it.
      queued.add(object);
      ctx.channel().config().setAutoRead(false);
      return;
    }
    dispatch(object);
  }

  private void dispatch(HttpObject object) {
    if (object instanceof HttpRequest request) {
      answers().answersHead(request.method().equals(HttpMethod.HEAD));
      worker.deadlines().set(idle, idleTime.toNanos());
      Exchange started = new Exchange(this, worker, front, request);
      exchange = started;
      started.begin();
    }
    if (object instanceof HttpContent content) {
      Exchange current = exchange;
      if (current == null) {
        content.release();
        return;
      }
      if (content instanceof LastHttpContent) {
        worker.deadlines().clear(idle);
      } else {
        worker.deadlines().set(idle, idleTime.toNanos());
      }
      current.body(content);
    }
  }

  /** Stops or goes on with reading the body of the current request. */
  void read(boolean on) {
    context().channel().config().setAutoRead(on && queued.isEmpty());
  }

  /**
   * The exchange has written its last byte.
   *
   * @param written done when that byte has left
   * @param keepAlive whether the connection serves another request
   * @param bodyRead whether the request has been read to its end
   */
  void finished(ChannelFuture written, boolean keepAlive, boolean bodyRead) {
    exchange = null;
    lastAnswer = written;
    if (!keepAlive || draining) {
      if (bodyRead) {
        written.addListener(ChannelFutureListener.CLOSE);
      } else {
        linger(written);
      }
      return;
    }
    worker.deadlines().set(idle, idleTime.toNanos());
    while (!queued.isEmpty() && context().channel().isActive()) {
      if (queued.peek() instanceof HttpRequest && exchange != null) {
        break;
      }
      dispatch(queued.remove());
    }
    if (queued.isEmpty() && exchange == null) {
      context().channel().config().setAutoRead(true);
    }
  }

  /**
   * Closing at once would reset the connection under a client that still writes, and it would not
   * see its answer. So only the gateway's half is closed, and the rest is read for a while (RFC
   * 9112 section 9.6).
   */
  private void linger(ChannelFuture written) {
    lingering = true;
    written.addListener(_ -> endOutput());
    queued.forEach(ReferenceCountUtil::release);
    queued.clear();
    worker.deadlines().set(idle, LINGER.toNanos());
    context().channel().config().setAutoRead(true);
  }

  private void endOutput() {
    Channel channel = context().channel();
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls != null) {
      tls.closeOutbound();
    } else if (channel instanceof DuplexChannel plain) {
      plain.shutdownOutput();
    }
  }

  private void drop(HttpObject object) {
    boolean last = object instanceof LastHttpContent;
    if (object instanceof HttpContent content) {
      lingered += content.content().readableBytes();
    }
    ReferenceCountUtil.release(object);
    if (last || lingered > LINGER_BYTES) {
      close();
    }
  }

  private void idleTooLong() {
    Exchange current = exchange;
    if (current == null || lingering) {
      close();
    } else {
      current.clientTooSlow();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      if (handshake.isSuccess()) {
        certificate = verified(ctx.pipeline().get(SslHandler.class));
      } else {
        front.connections().refused(ConnectionMetrics.Refusal.TLS);
      }
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    boolean writable = ctx.channel().isWritable();
    if (exchange != null) {
      exchange.clientWritable(writable);
      if (writable) {
        worker.deadlines().clear(idle);
      } else {
        worker.deadlines().set(idle, idleTime.toNanos());
      }
    }
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    worker.deadlines().clear(idle);
    worker.closed(this);
    answers().release();
    queued.forEach(ReferenceCountUtil::release);
    queued.clear();
    Exchange current = exchange;
    exchange = null;
    if (current != null) {
      current.clientGone();
    }
    onClosed.run();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException || cause.getCause() instanceof SSLException) {
      worker.log().debug("An agent's connection broke: {}", cause.getMessage());
    } else {
      worker.log().error("An exchange failed unexpectedly; its connection is closed", cause);
      if (exchange != null) {
        exchange.broke();
      }
    }
    close();
  }

  /** What was written in this turn of the event loop leaves before the connection does. */
  private void close() {
    answers().flush();
    context().close();
  }

  /** Ends the connection after the current exchange, or now when there is none. */
  void drain() {
    draining = true;
    if (exchange == null) {
      ChannelFuture answer = lastAnswer;
      if (answer == null || answer.isDone()) {
        close();
      } else {
        answer.addListener(ChannelFutureListener.CLOSE);
      }
    }
  }

  boolean draining() {
    return draining;
  }

  void cut() {
    close();
  }
}
