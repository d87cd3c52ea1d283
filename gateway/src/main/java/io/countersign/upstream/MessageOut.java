package io.countersign.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes one HTTP/1.1 message after another to a connection, with the framing of its body (RFC 9112
 * section 6). What is small is gathered, so that a head and a short body are one buffer and one
 * write.
 *
 * <p>Nothing leaves before {@link #write} or {@link #end} is called, and the connection flushed.
 * Used on the connection's event loop.
 */
public final class MessageOut {
  /** How a body is told from what follows it. */
  public enum Framing {
    /** By its length, which the head says. */
    LENGTH,
    /** By chunks. */
    CHUNKED,
    /** There is none, whatever the head says: what comes of it is dropped. */
    NONE
  }

  /** A piece up to this size is cheaper to copy behind the head than to send as one of its own. */
  private static final int COPY_BYTES = 4 * 1024;

  private static final byte[] END_LINE = {'\r', '\n'};
  private static final byte[] LAST_CHUNK = {'0', '\r', '\n'};
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  /** Stands in the list of {@link Flushes}. */
  boolean waits;

  private final ChannelHandlerContext context;
  private Framing framing = Framing.NONE;
  private @Nullable ByteBuf gathered;

  /** Writes to {@code context}. */
  public MessageOut(ChannelHandlerContext context) {
    this.context = context;
  }

  /**
   * Begins a message.
   *
   * @param head with the empty line at its end
   * @param bodyBytes to be expected soon, or 0: room for them is made where it is not too much
   */
  public void begin(byte[] head, Framing of, long bodyBytes) {
    framing = of;
    int room = bodyBytes > COPY_BYTES ? 0 : (int) Math.max(0, bodyBytes);
    gather(head.length + room).writeBytes(head);
  }

  /** Adds a piece of the body and takes ownership of it. */
  public void piece(ByteBuf piece) {
    int bytes = piece.readableBytes();
    if (bytes == 0 || framing == Framing.NONE) {
      // An empty chunk would end the body.
      piece.release();
      return;
    }
    if (framing == Framing.CHUNKED) {
      chunkSize(bytes);
    }
    ByteBuf before = gathered;
    if (before != null && bytes <= COPY_BYTES) {
      before.writeBytes(piece);
      piece.release();
    } else {
      write();
      context.write(piece, context.voidPromise());
    }
    if (framing == Framing.CHUNKED) {
      gather(END_LINE.length).writeBytes(END_LINE);
    }
  }

  private void chunkSize(int bytes) {
    ByteBuf out = gather(10);
    int shift = 28;
    while (shift > 0 && bytes >>> shift == 0) {
      shift -= 4;
    }
    for (; shift >= 0; shift -= 4) {
      out.writeByte(HEX[bytes >>> shift & 0xf]);
    }
    out.writeBytes(END_LINE);
  }

  /** Hands what was gathered to the connection, which sends it at its next flush. */
  public void write() {
    ByteBuf out = gathered;
    if (out != null) {
      gathered = null;
      context.write(out, context.voidPromise());
    }
  }

  /** Sends all that was written. */
  public void flush() {
    write();
    context.flush();
  }

  /**
   * Ends the message.
   *
   * @param trailers sent where the body is chunked; null for none
   */
  public void end(@Nullable HttpHeaders trailers) {
    endChunks(trailers);
    write();
  }

  /** As {@link #end}, and tells when the last byte has left. */
  public ChannelFuture endAndTell(@Nullable HttpHeaders trailers) {
    endChunks(trailers);
    ByteBuf out = gathered;
    gathered = null;
    return context.write(out == null ? Unpooled.EMPTY_BUFFER : out);
  }

  private void endChunks(@Nullable HttpHeaders trailers) {
    if (framing == Framing.CHUNKED) {
      ByteBuf out = gather(LAST_CHUNK.length + END_LINE.length);
      out.writeBytes(LAST_CHUNK);
      if (trailers != null && !trailers.isEmpty()) {
        HeadBytes lines = new HeadBytes();
        var all = trailers.iteratorCharSequence();
        while (all.hasNext()) {
          Map.Entry<CharSequence, CharSequence> trailer = all.next();
          lines.header(trailer.getKey(), trailer.getValue());
        }
        out.writeBytes(lines.toBytes());
      }
      out.writeBytes(END_LINE);
    }
    framing = Framing.NONE;
  }

  /** Forgets what was gathered: the connection is of no use any more. */
  public void release() {
    ByteBuf out = gathered;
    if (out != null) {
      gathered = null;
      out.release();
    }
    framing = Framing.NONE;
  }

  private ByteBuf gather(int room) {
    ByteBuf out = gathered;
    if (out == null) {
      out = context.alloc().directBuffer(room);
      gathered = out;
    }
    return out;
  }
}
