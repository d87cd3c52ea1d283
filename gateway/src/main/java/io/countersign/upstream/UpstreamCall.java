package io.countersign.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
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
  private final UpstreamRequest request;
  private final UpstreamListener listener;
  private final Deadlines deadlines;
  private final Flushes flushes;
  private final UpstreamTimeouts timeouts;

  private @Nullable UpstreamConnection connection;
  private @Nullable ByteBuf early;
  private boolean reused;
  private boolean requestEnded;
  private boolean responseBegun;
  private boolean over;

  UpstreamCall(
      Target target,
      UpstreamRequest request,
      UpstreamListener listener,
      Deadlines deadlines,
      Flushes flushes,
      UpstreamTimeouts timeouts) {
    this.target = target;
    this.request = request;
    this.listener = listener;
    this.deadlines = deadlines;
    this.flushes = flushes;
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
    ready.out().piece(piece);
  }

  /** Sends what was written so far. */
  public void flush() {
    if (!over && connection != null) {
      connection.out().flush();
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

  /**
   * Gives the call a connection that was idle. Nothing is flushed: whoever sent the call goes on
   * with its body at once, so that head and body leave in one write.
   */
  void attachIdle(UpstreamConnection ready) {
    reused = true;
    attach(ready);
  }

  /** Gives the call a connection that was made for it, and sends what has come together. */
  void attachNew(UpstreamConnection ready) {
    attach(ready);
    if (requestEnded) {
      finishRequest(ready);
    } else {
      flush();
      listener.writable();
    }
  }

  private void attach(UpstreamConnection ready) {
    connection = ready;
    ready.serve(this, request.toHead());
    request.begin(ready.out());
    ByteBuf waiting = early;
    early = null;
    if (waiting != null) {
      ready.out().piece(waiting);
    }
  }

  private void finishRequest(UpstreamConnection ready) {
    ready.out().end(null);
    flushes.later(ready.out());
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
    if (early != null) {
      early.release();
      early = null;
    }
  }
}
