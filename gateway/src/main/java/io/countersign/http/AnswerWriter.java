package io.countersign.http;

import io.countersign.upstream.Flushes;
import io.countersign.upstream.HeadBytes;
import io.countersign.upstream.MessageOut;
import io.countersign.upstream.MessageOut.Framing;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the answers of one agent's connection, those of AWS and the gateway's own. An upstream's
 * head becomes one of the gateway's: hop-by-hop headers end here (RFC 9110 section 7.6.1), and the
 * body is framed anew where it was framed by the end of the upstream's connection.
 *
 * <p>Used on the connection's event loop.
 */
final class AnswerWriter {
  /** Pieces up to this size wait for the end of the event loop's turn, for others to join them. */
  private static final int SMALL_BYTES = 4 * 1024;

  private static final byte[] GO_ON = ascii("HTTP/1.1 100 Continue\r\n\r\n");
  private static final byte[] HTTP_1_1 = ascii("HTTP/1.1 ");
  private static final byte[] SPACE = ascii(" ");
  private static final byte[] CONTENT_LENGTH = ascii("content-length");
  private static final byte[] TRANSFER_ENCODING = ascii("transfer-encoding");
  private static final byte[] REQUEST_ID = ascii(Reply.REQUEST_ID);
  private static final byte[] CLOSE = ascii("connection: close\r\n");

  private final HeadBytes heads;
  private final Flushes flushes;
  private final MessageOut out;
  private boolean toHead;

  AnswerWriter(ChannelHandlerContext context, HeadBytes heads, Flushes flushes) {
    this.heads = heads;
    this.flushes = flushes;
    this.out = new MessageOut(context);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Whether the answers from now on are to HEAD, and so have no body. */
  void answersHead(boolean yes) {
    toHead = yes;
  }

  /** Tells the client to send its body. */
  void goOn() {
    out.begin(GO_ON, Framing.NONE, 0);
    out.end(null);
    out.flush();
  }

  /** Writes a whole answer of the gateway, with the length in its headers; takes ownership. */
  ChannelFuture whole(FullHttpResponse answer) {
    HeadBytes head = statusLine(answer.status());
    var headers = answer.headers().iteratorCharSequence();
    while (headers.hasNext()) {
      Map.Entry<CharSequence, CharSequence> header = headers.next();
      head.header(header.getKey(), header.getValue());
    }
    int bytes = answer.content().readableBytes();
    out.begin(head.endLine().toBytes(), toHead ? Framing.NONE : Framing.LENGTH, bytes);
    out.piece(answer.content());
    ChannelFuture written = out.endAndTell(null);
    flushes.later(out);
    return written;
  }

  /** Begins an answer of AWS. */
  void begin(HttpResponse answer, String requestId, boolean keepAlive) {
    int status = answer.status().code();
    HttpHeaders received = answer.headers();
    List<String> ofItsConnection = namedByConnection(received);
    HeadBytes head = statusLine(answer.status());
    CharSequence length = null;
    CharSequence encoding = null;
    var headers = received.iteratorCharSequence();
    while (headers.hasNext()) {
      Map.Entry<CharSequence, CharSequence> header = headers.next();
      CharSequence name = header.getKey();
      if (is(name, HttpHeaderNames.CONTENT_LENGTH)) {
        length = length == null ? header.getValue() : length;
      } else if (is(name, HttpHeaderNames.TRANSFER_ENCODING)) {
        encoding = encoding == null ? header.getValue() : encoding + ", " + header.getValue();
      } else if (!endsHere(name, ofItsConnection)) {
        head.header(name, header.getValue());
      }
    }
    Framing framing = frame(head, status, length, encoding);
    head.header(REQUEST_ID, requestId);
    if (!keepAlive) {
      head.text(CLOSE);
    }
    out.begin(head.endLine().toBytes(), framing, framing == Framing.LENGTH ? SMALL_BYTES : 0);
    flushes.later(out);
  }

  /**
   * Writes the headers that say where the body ends.
   *
   * @param encoding {@code Transfer-Encoding} as it came; without {@code chunked} at its end the
   *     decoder has taken the body by its length, or until the end of the connection
   */
  private Framing frame(
      HeadBytes head, int status, @Nullable CharSequence length, @Nullable CharSequence encoding) {
    switch (status) {
      case 204 -> {
        // RFC 9110 section 8.6, RFC 9112 section 6.1: neither header may be there.
        return Framing.NONE;
      }
      case 205 -> {
        head.header(CONTENT_LENGTH, "0");
        return Framing.NONE;
      }
      case 304 -> {
        if (length != null) {
          head.header(CONTENT_LENGTH, length.toString());
        }
        return Framing.NONE;
      }
      default -> {}
    }
    boolean chunked =
        encoding != null && encoding.toString().toLowerCase(Locale.ROOT).contains("chunked");
    Framing framing;
    if (!chunked && length != null) {
      head.header(CONTENT_LENGTH, length.toString());
      framing = Framing.LENGTH;
    } else {
      head.header(TRANSFER_ENCODING, chunked && encoding != null ? encoding.toString() : "chunked");
      framing = Framing.CHUNKED;
    }
    return toHead ? Framing.NONE : framing;
  }

  /** Writes a piece of the body that is not the last, and takes ownership of it. */
  void piece(HttpContent content) {
    int bytes = content.content().readableBytes();
    out.piece(content.content());
    if (bytes <= SMALL_BYTES) {
      flushes.later(out);
    } else {
      out.flush();
    }
  }

  /** Writes the last piece and takes ownership of it; done when it has left. */
  ChannelFuture end(LastHttpContent last) {
    out.piece(last.content());
    ChannelFuture written = out.endAndTell(last.trailingHeaders());
    flushes.later(out);
    return written;
  }

  /** Sends what was written, without waiting for the turn to end. */
  void flush() {
    out.flush();
  }

  /** The connection has ended. */
  void release() {
    out.release();
  }

  private HeadBytes statusLine(HttpResponseStatus status) {
    return heads
        .reset()
        .text(HTTP_1_1)
        .text(status.codeAsText())
        .text(SPACE)
        .text(status.reasonPhrase())
        .endLine();
  }

  private static boolean endsHere(CharSequence name, List<String> ofItsConnection) {
    for (int i = 0; i < ofItsConnection.size(); i++) {
      if (is(name, ofItsConnection.get(i))) {
        return true;
      }
    }
    return switch (name.length()) {
      case 7 -> is(name, HttpHeaderNames.TRAILER) || is(name, HttpHeaderNames.UPGRADE);
      case 10 -> is(name, HttpHeaderNames.CONNECTION) || is(name, "keep-alive");
      case 18 -> is(name, HttpHeaderNames.PROXY_AUTHENTICATE);
      case 24 -> is(name, Reply.REQUEST_ID);
      default -> false;
    };
  }

  private static boolean is(CharSequence name, CharSequence header) {
    return name.length() == header.length() && AsciiString.contentEqualsIgnoreCase(name, header);
  }

  /** The headers that {@code Connection} names beside {@code close} and {@code keep-alive}. */
  private static List<String> namedByConnection(HttpHeaders headers) {
    String only = headers.get(HttpHeaderNames.CONNECTION);
    if (only == null) {
      return List.of();
    }
    List<String> names = new ArrayList<>(1);
    for (String list : headers.getAll(HttpHeaderNames.CONNECTION)) {
      for (String name : list.split(",", -1)) {
        String header = name.strip();
        if (!header.isEmpty()
            && !header.equalsIgnoreCase("keep-alive")
            && !header.equalsIgnoreCase("close")) {
          names.add(header);
        }
      }
    }
    return names;
  }
}
