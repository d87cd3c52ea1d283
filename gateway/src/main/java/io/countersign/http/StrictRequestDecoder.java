package io.countersign.http;

import io.countersign.upstream.SeenNames;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.AsciiString;

/**
 * Netty's decoder, less what it forgives. It refuses by itself a bare line feed, white space before
 * a colon, several Content-Length values, a Transfer-Encoding that does not end in {@code chunked},
 * and control characters; a folded header line becomes one line (RFC 9112 section 5.2).
 */
final class StrictRequestDecoder extends HttpRequestDecoder {
  private static final int MAX_REQUEST_LINE_BYTES = 16 * 1024;
  private static final int MAX_PIECE_BYTES = 64 * 1024;

  private final SeenNames names = new SeenNames();

  StrictRequestDecoder(int headerBytes) {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(Math.min(MAX_REQUEST_LINE_BYTES, headerBytes))
            .setMaxHeaderSize(headerBytes)
            .setMaxChunkSize(MAX_PIECE_BYTES)
            .setAllowDuplicateContentLengths(false)
            .setStrictLineParsing(true)
            .setUseRfc9112TransferEncoding(true));
  }

  @Override
  protected AsciiString splitHeaderName(byte[] line, int start, int length) {
    return names.of(line, start, length);
  }

  /** Two lengths for one body are how requests are smuggled (RFC 9112 section 6.3, rule 3). */
  @Override
  protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
    throw new IllegalArgumentException("Content-Length and Transfer-Encoding exclude each other");
  }
}
