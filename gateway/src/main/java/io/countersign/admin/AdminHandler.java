package io.countersign.admin;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection on the admin port. It takes one request, has its page made elsewhere, answers, and
 * only then takes the next; meanwhile nothing more is read than what had arrived. A deadline runs
 * the whole time, so that neither a trickling request nor a reader that never reads keeps a
 * connection.
 *
 * <p>The futures of closes, writes and timers are not looked at: Netty closes the channel when one
 * fails, and then nothing is left to do.
 */
@SuppressWarnings("FutureReturnValueIgnored")
final class AdminHandler extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(AdminHandler.class);

  /** From the end of one answer to the end of the next request: above a slow scrape interval. */
  private static final long REQUEST_SECONDS = 150;

  /** From the end of a request to the last byte of its answer. */
  private static final long ANSWER_SECONDS = 60;

  private final AdminPages pages;
  private final Executor executor;

  /** Decoded with the request that is being answered: bounded by what one read brings. */
  private final Queue<HttpObject> waiting = new ArrayDeque<>();

  /** The request whose end has not come, or that is being answered. */
  private @Nullable HttpRequest request;

  private boolean answering;
  private @Nullable Future<?> deadline;

  AdminHandler(AdminPages pages, Executor executor) {
    this.pages = pages;
    this.executor = executor;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    closeAfter(ctx, REQUEST_SECONDS);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (deadline != null) {
      deadline.cancel(false);
    }
    waiting.forEach(ReferenceCountUtil::release);
    waiting.clear();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    waiting.add((HttpObject) message);
    takeWaiting(ctx);
  }

  private void takeWaiting(ChannelHandlerContext ctx) {
    while (!answering) {
      HttpObject next = waiting.poll();
      if (next == null) {
        ctx.channel().config().setAutoRead(true);
        return;
      }
      try {
        take(ctx, next);
      } finally {
        ReferenceCountUtil.release(next);
      }
    }
  }

  private void take(ChannelHandlerContext ctx, HttpObject message) {
    if (message instanceof HttpRequest head) {
      request = head;
      Answer refusal = refusal(head);
      if (refusal != null) {
        begin(ctx);
        answer(ctx, head, refusal, false);
      }
    } else if (message instanceof LastHttpContent end && request != null) {
      if (end.decoderResult().isFailure()) {
        ctx.close();
      } else {
        begin(ctx);
        serve(ctx, request);
      }
    }
  }

  private void begin(ChannelHandlerContext ctx) {
    answering = true;
    ctx.channel().config().setAutoRead(false);
    closeAfter(ctx, ANSWER_SECONDS);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof IOException)) {
      LOG.error("A connection on the admin port failed", cause);
    }
    ctx.close();
  }

  /** Why the connection cannot go on after this request; null when it is sound. */
  private static @Nullable Answer refusal(HttpRequest head) {
    if (head.decoderResult().isFailure()) {
      return malformed(head.decoderResult().cause());
    }
    HttpHeaders headers = head.headers();
    if (head.protocolVersion().majorVersion() != 1) {
      return Answer.problem(
          HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED, "The admin port speaks HTTP/1.1");
    }
    if (headers.getAll(HttpHeaderNames.HOST).size() != 1
        && head.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
      return Answer.problem(
          HttpResponseStatus.BAD_REQUEST, "A request names its Host exactly once");
    }
    if (headers.contains(HttpHeaderNames.TRANSFER_ENCODING)
        || !"0".equals(headers.get(HttpHeaderNames.CONTENT_LENGTH, "0"))) {
      return Answer.problem(
          HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, "The admin port takes no body");
    }
    return null;
  }

  private static Answer malformed(Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      return Answer.problem(
          HttpResponseStatus.REQUEST_URI_TOO_LONG,
          "The request line is longer than " + AdminServer.MAX_LINE + " bytes");
    }
    if (cause instanceof TooLongHttpHeaderException || cause instanceof TooLongFrameException) {
      return Answer.problem(
          HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
          "The headers are larger than " + AdminServer.MAX_HEADERS + " bytes");
    }
    return Answer.problem(HttpResponseStatus.BAD_REQUEST, "This is not a well-formed request");
  }

  private void serve(ChannelHandlerContext ctx, HttpRequest asked) {
    boolean keepAlive = HttpUtil.isKeepAlive(asked);
    Answer refused = refusedMethod(asked);
    if (refused != null) {
      answer(ctx, asked, refused, keepAlive);
      return;
    }
    try {
      executor.execute(
          () -> {
            Answer made = make(asked);
            ctx.executor().execute(() -> answer(ctx, asked, made, keepAlive));
          });
    } catch (RejectedExecutionException closing) {
      ctx.close();
    }
  }

  private static String path(HttpRequest asked) {
    int query = asked.uri().indexOf('?');
    return query < 0 ? asked.uri() : asked.uri().substring(0, query);
  }

  /** Why the method is not taken; null when it is. */
  private static @Nullable Answer refusedMethod(HttpRequest asked) {
    boolean orders = AdminPages.takesOrders(path(asked));
    HttpMethod method = asked.method();
    if (orders ? !method.equals(HttpMethod.POST) : !reads(method)) {
      return Answer.problem(
          HttpResponseStatus.METHOD_NOT_ALLOWED,
          orders ? "An order to a slot is a POST" : "The admin port can only be read here");
    }
    // A browser says where a page comes from; no operator's tool does.
    if (orders
        && (asked.headers().contains(HttpHeaderNames.ORIGIN)
            || asked.headers().contains("sec-fetch-site"))) {
      return Answer.problem(
          HttpResponseStatus.FORBIDDEN, "The admin port takes no orders from a web page");
    }
    return null;
  }

  private static boolean reads(HttpMethod method) {
    return method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
  }

  private Answer make(HttpRequest asked) {
    String path = path(asked);
    HttpHeaders headers = asked.headers();
    try {
      if (asked.method().equals(HttpMethod.POST)) {
        return pages.post(path);
      }
      return pages.get(
          path,
          String.join(",", headers.getAll(HttpHeaderNames.ACCEPT)),
          String.join(",", headers.getAll(HttpHeaderNames.ACCEPT_ENCODING)));
    } catch (IOException | RuntimeException e) {
      LOG.error("The page {} of the admin port failed", path, e);
      return Answer.problem(
          HttpResponseStatus.INTERNAL_SERVER_ERROR, "The page failed; the gateway's log says why");
    }
  }

  private void answer(
      ChannelHandlerContext ctx, HttpRequest asked, Answer answer, boolean keepAlive) {
    boolean head = asked.method().equals(HttpMethod.HEAD);
    ByteBuf body = head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(answer.body);
    var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, answer.status, body);
    HttpHeaders headers = response.headers();
    headers.set(HttpHeaderNames.CONTENT_TYPE, answer.contentType);
    headers.set(HttpHeaderNames.CONTENT_LENGTH, answer.body.length);
    headers.set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
    headers.set("x-content-type-options", "nosniff");
    if (answer.gzip) {
      headers.set(HttpHeaderNames.CONTENT_ENCODING, HttpHeaderValues.GZIP);
    }
    if (answer.status.equals(HttpResponseStatus.METHOD_NOT_ALLOWED)) {
      headers.set(
          HttpHeaderNames.ALLOW, AdminPages.takesOrders(path(asked)) ? "POST" : "GET, HEAD");
    }
    request = null;
    HttpUtil.setKeepAlive(headers, asked.protocolVersion(), keepAlive);
    ctx.writeAndFlush(response)
        .addListener(
            (ChannelFutureListener)
                sent -> {
                  if (keepAlive && sent.isSuccess()) {
                    answering = false;
                    closeAfter(ctx, REQUEST_SECONDS);
                    takeWaiting(ctx);
                  } else {
                    ctx.close();
                  }
                });
  }

  private void closeAfter(ChannelHandlerContext ctx, long seconds) {
    if (deadline != null) {
      deadline.cancel(false);
    }
    deadline = ctx.executor().schedule(() -> ctx.close(), seconds, TimeUnit.SECONDS);
  }
}
