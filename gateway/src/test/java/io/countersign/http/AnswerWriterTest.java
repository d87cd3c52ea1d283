package io.countersign.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.upstream.Flushes;
import io.countersign.upstream.HeadBytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerWriterTest {
  private final ChannelInboundHandlerAdapter handler = new ChannelInboundHandlerAdapter();
  private final EmbeddedChannel channel = new EmbeddedChannel(handler);
  private final ChannelHandlerContext context = channel.pipeline().context(handler);
  private final AnswerWriter answers =
      new AnswerWriter(context, new HeadBytes(), new Flushes(channel.eventLoop()));

  @AfterEach
  void leavesNothingBehind() {
    answers.release();
    channel.finishAndReleaseAll();
  }

  @Test
  void sendsHeadAndShortBodyAsOneBuffer() {
    answers.begin(answer(200, "Content-Length", "5", "X-Amz-Id-2", "abc"), "r1", true);
    answers.end(last("hello"));
    channel.runPendingTasks();
    assertThat(channel.outboundMessages()).hasSize(1);
    assertThat(sent())
        .isEqualTo(
            "HTTP/1.1 200 OK\r\nX-Amz-Id-2: abc\r\ncontent-length: 5\r\n"
                + "x-countersign-request-id: r1\r\n\r\nhello");
  }

  @Test
  void sendsNothingBeforeTheTurnOfTheLoopEnds() {
    answers.begin(answer(200, "Content-Length", "5"), "r1", true);
    assertThat(channel.outboundMessages()).isEmpty();
    channel.runPendingTasks();
    assertThat(sent()).endsWith("\r\n\r\n");
  }

  @Test
  void sendsALongBodyWithoutCopyingIt() {
    ByteBuf piece = Unpooled.buffer().writeZero(10_000);
    answers.begin(answer(200, "Content-Length", "10000"), "r1", true);
    answers.piece(new DefaultHttpContent(piece));
    assertThat(channel.outboundMessages()).hasSize(2).last().isSameAs(piece);
    answers.end(LastHttpContent.EMPTY_LAST_CONTENT);
  }

  @Test
  void tellsWhenTheLastByteHasLeft() {
    answers.begin(answer(200, "Content-Length", "2"), "r1", true);
    var written = answers.end(last("ok"));
    channel.runPendingTasks();
    assertThat(written.isSuccess()).isTrue();
  }

  @Test
  void keepsChunksAndTrailersOfTheUpstream() {
    answers.begin(answer(200, "Transfer-Encoding", "chunked"), "r1", true);
    answers.piece(content("x".repeat(26)));
    answers.piece(content(""));
    DefaultLastHttpContent end = new DefaultLastHttpContent(buffer("!"));
    end.trailingHeaders().add("x-amz-checksum-crc32", "AAAAAA==");
    answers.end(end);
    channel.runPendingTasks();
    assertThat(sent())
        .endsWith(
            "\r\n\r\n1a\r\n"
                + "x".repeat(26)
                + "\r\n1\r\n!\r\n0\r\nx-amz-checksum-crc32: AAAAAA==\r\n\r\n")
        .contains("transfer-encoding: chunked\r\n")
        .doesNotContain("content-length");
  }

  @Test
  void framesByChunksWhatLastsUntilTheEndOfTheUpstreamsConnection() {
    answers.begin(answer(200), "r1", true);
    answers.piece(content("hello"));
    answers.end(LastHttpContent.EMPTY_LAST_CONTENT);
    channel.runPendingTasks();
    assertThat(sent())
        .contains("transfer-encoding: chunked\r\n")
        .endsWith("\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Connection",
        "Keep-Alive",
        "proxy-authenticate",
        "TRAILER",
        "upgrade",
        "X-Private",
        "x-countersign-request-id"
      })
  void endsTheHop(String name) {
    HttpResponse answer = answer(200, "Content-Length", "0", "Connection", "X-Private, close");
    answer.headers().add(name, "of this hop");
    answers.begin(answer, "r1", true);
    answers.end(LastHttpContent.EMPTY_LAST_CONTENT);
    channel.runPendingTasks();
    assertThat(sent())
        .isEqualTo("HTTP/1.1 200 OK\r\ncontent-length: 0\r\nx-countersign-request-id: r1\r\n\r\n");
  }

  @Test
  void keepsTheFramingThatConnectionNames() {
    answers.begin(answer(200, "Content-Length", "1", "Connection", "content-length"), "r1", true);
    answers.end(last("x"));
    channel.runPendingTasks();
    assertThat(sent()).contains("content-length: 1\r\n").endsWith("\r\n\r\nx");
  }

  @Test
  void saysThatTheConnectionCloses() {
    answers.begin(answer(200, "Content-Length", "0"), "r1", false);
    answers.end(LastHttpContent.EMPTY_LAST_CONTENT);
    channel.runPendingTasks();
    assertThat(sent()).contains("\r\nconnection: close\r\n");
  }

  @ParameterizedTest
  @CsvSource({
    "204, Content-Length, 0, ''",
    "204, Transfer-Encoding, chunked, ''",
    "205, Transfer-Encoding, chunked, 'content-length: 0\r\n'",
    "304, Content-Length, 77, 'content-length: 77\r\n'",
    "304, X-Other, 1, 'X-Other: 1\r\n'"
  })
  void writesNoBodyWhereTheStatusHasNone(int status, String name, String value, String kept) {
    answers.begin(answer(status, name, value), "r1", true);
    answers.end(last("body"));
    channel.runPendingTasks();
    assertThat(sent())
        .isEqualTo(
            "HTTP/1.1 "
                + HttpResponseStatus.valueOf(status)
                + "\r\n"
                + kept
                + "x-countersign-request-id: r1\r\n\r\n");
  }

  @ParameterizedTest
  @CsvSource({
    "Content-Length, 5, 'content-length: 5'",
    "Transfer-Encoding, chunked, 'transfer-encoding: chunked'",
    "X-Other, 1, 'transfer-encoding: chunked'"
  })
  void writesNoBodyToHead(String name, String value, String framing) {
    answers.answersHead(true);
    answers.begin(answer(200, name, value), "r1", true);
    answers.end(last("hello"));
    channel.runPendingTasks();
    assertThat(sent()).contains(framing).endsWith("r1\r\n\r\n");

    answers.whole(ofTheGateway("{}"));
    channel.runPendingTasks();
    assertThat(sent()).isEqualTo("HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\n");
  }

  @Test
  void keepsTheOctetsOfAHeaderValue() {
    answers.begin(answer(200, "Content-Length", "0", "x-amz-meta-name", "Zürich"), "r1", true);
    answers.end(LastHttpContent.EMPTY_LAST_CONTENT);
    channel.runPendingTasks();
    assertThat(sent()).contains("x-amz-meta-name: Zürich\r\n");
  }

  @Test
  void writesAnswersOfTheGatewayWhole() {
    answers.whole(ofTheGateway("{}"));
    answers.goOn();
    channel.runPendingTasks();
    assertThat(sent())
        .isEqualTo(
            "HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\n{}HTTP/1.1 100 Continue\r\n\r\n");
  }

  private static FullHttpResponse ofTheGateway(String body) {
    FullHttpResponse answer =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.FORBIDDEN, buffer(body));
    answer.headers().set("content-length", body.length());
    return answer;
  }

  private static HttpResponse answer(int status, String... headers) {
    HttpResponse answer =
        new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
    for (int i = 0; i < headers.length; i += 2) {
      answer.headers().add(headers[i], headers[i + 1]);
    }
    return answer;
  }

  private static HttpContent content(String text) {
    return new DefaultHttpContent(buffer(text));
  }

  private static LastHttpContent last(String text) {
    return new DefaultLastHttpContent(buffer(text));
  }

  private static ByteBuf buffer(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
  }

  private String sent() {
    StringBuilder all = new StringBuilder();
    ByteBuf piece;
    while ((piece = channel.readOutbound()) != null) {
      all.append(piece.toString(StandardCharsets.ISO_8859_1));
      piece.release();
    }
    return all.toString();
  }
}
