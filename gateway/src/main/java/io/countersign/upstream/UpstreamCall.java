package io.countersign.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way, and its answer on the way back. Used on its event loop only.
 *
 * <p>The body may be written before the connection is ready; what is written then waits, so a
 * writer asks {@link #writable} first.
 */
public final class UpstreamCall extends Deadlines.Timed {
  /** Pieces that may wait for a connection before {@link #writable} says no. */
  private static final int EARLY_BYTES = 64 * 1024;

  final Target target;
  private final HttpRequest head;
  private final UpstreamListener listener;
  private final Deadlines deadlines;
  private final UpstreamTimeouts timeouts;

  private @Nullable UpstreamConnection connection;
  private @Nullable ByteBuf early;
  private boolean reused;
  private boolean requestEnded;
  private boolean responseBegun;
  private boolean over;

  UpstreamCall(
      Target target,
      HttpRequest head,
      UpstreamListener listener,
      Deadlines deadlines,
      UpstreamTimeouts timeouts) {
    this.target = target;
    this.head = head;
    this.listener = listener;
    this.deadlines = deadlines;
    this.timeouts = timeouts;
  }

  /** Writes a piece of the body and takes ownership of it. */
  public void write(ByteBuf piece) {
    if (over) {
      piece.release();
      return;
    }
    UpstreamConnection ready = connection;
    if (ready == null) {
      early =
          early == null ? piece : piece.alloc().compositeBuffer().addComponents(true, early, piece);
      return;
    }
    ready.context().write(new DefaultHttpContent(piece), ready.context().voidPromise());
  }

  /** Sends what was written so far. */
  public void flush() {
    if (!over && connection != null) {
      connection.context().flush();
    }
  }

  /** Ends the request and sends it. */
  public void end() {
    if (over || requestEnded) {
      return;
    }
    requestEnded = true;
    if (connection != null) {
      finishRequest(connection);
    }
  }

  /**
   * Whether more of the body should be written now; {@link UpstreamListener#writable} tells when it
   * may again.
   */
  public boolean writable() {
    if (over) {
      return false;
    }
    if (connection == null) {
      return early == null || early.readableBytes() < EARLY_BYTES;
    }
    return connection.channel().isWritable();
  }

  /** Stops or goes on with reading the answer. */
  public void read(boolean on) {
    if (!over && connection != null) {
      connection.channel().config().setAutoRead(on);
      if (on && responseBegun) {
        deadlines.set(this, timeouts.idle().toNanos());
      } else if (!on) {
        // The reader is slow, not the upstream.
        deadlines.clear(this);
      }
    }
  }

  /**
   * Gives the exchange up: the listener hears no more, and the upstream sees the connection end.
   */
  public void abort() {
    if (!over) {
      finish();
      if (connection != null) {
        connection.abandon();
      }
    }
  }

  boolean over() {
    return over;
  }

  boolean requestEnded() {
    return requestEnded;
  }

  void attach(UpstreamConnection ready, boolean used) {
    connection = ready;
    reused = used;
    ready.serve(this);
    ChannelHandlerContext context = ready.context();
    context.write(head, context.voidPromise());
    ByteBuf waiting = early;
    early = null;
    if (waiting != null) {
      context.write(new DefaultHttpContent(waiting), context.voidPromise());
    }
    if (requestEnded) {
      finishRequest(ready);
    } else {
      context.flush();
      listener.writable();
    }
  }

  private void finishRequest(UpstreamConnection ready) {
    ChannelHandlerContext context = ready.context();
    context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT, context.voidPromise());
    if (!responseBegun) {
      deadlines.set(this, timeouts.firstByte().toNanos());
    }
  }

  void head(HttpResponse response) {
    responseBegun = true;
    deadlines.set(this, timeouts.idle().toNanos());
    listener.head(response);
  }

  void content(HttpContent content) {
    if (over) {
      content.release();
      return;
    }
    if (content instanceof LastHttpContent) {
      finish();
    } else {
      deadlines.set(this, timeouts.idle().toNanos());
    }
    listener.content(content);
  }

  void writableAgain() {
    if (!over && !requestEnded) {
      listener.writable();
    }
  }

  void garbage(Throwable cause) {
    fail(
        UpstreamFailure.Kind.GARBAGE,
        target + " answered with something that is not HTTP (" + cause.getMessage() + ")");
  }

  void disconnected(boolean headSeen, @Nullable Throwable cause) {
    String how = cause == null ? "the connection was closed" : String.valueOf(cause.getMessage());
    if (headSeen) {
      fail(UpstreamFailure.Kind.TRUNCATED, target + " broke off within its answer: " + how);
    } else {
      fail(UpstreamFailure.Kind.RESET, target + " gave no answer: " + how);
    }
  }

  @Override
  protected void expired() {
    if (responseBegun) {
      fail(UpstreamFailure.Kind.IDLE_TIMEOUT, target + " stood still within its answer");
    } else {
      fail(UpstreamFailure.Kind.FIRST_BYTE_TIMEOUT, target + " did not answer in time");
    }
  }

  private void fail(UpstreamFailure.Kind kind, String detail) {
    fail(new UpstreamFailure(kind, false, reused, detail));
  }

  void fail(UpstreamFailure failure) {
    if (over) {
      return;
    }
    finish();
    if (connection != null) {
      connection.abandon();
    }
    listener.failed(failure);
  }

  private void finish() {
    over = true;
    deadlines.clear(this);
    if (connection == null) {
      ReferenceCountUtil.release(head);
    }
    if (early != null) {
      early.release();
      early = null;
    }
  }
}
