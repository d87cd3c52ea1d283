package io.countersign.http;

import io.countersign.door.Head;
import io.countersign.door.Outgoing;
import io.countersign.signer.SignedHeaders;
import io.countersign.upstream.HeadBytes;
import io.countersign.upstream.UpstreamRequest;
import java.nio.charset.StandardCharsets;

/** The head of a signed request as it goes on the wire. */
final class WireHead {
  private static final byte[] SPACE = ascii(" ");
  private static final byte[] QUESTION_MARK = ascii("?");
  private static final byte[] HTTP_1_1 = ascii(" HTTP/1.1\r\n");
  private static final byte[] CONTENT_LENGTH = ascii("content-length: ");
  private static final byte[] CHUNKED = ascii("transfer-encoding: chunked\r\n");

  private WireHead() {}

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Each value came through the checking decoder of a listener, or was made by the gateway.
   *
   * @param wire is begun anew
   */
  static UpstreamRequest of(HeadBytes wire, Outgoing outgoing, SignedHeaders signed) {
    Head head = outgoing.head();
    wire.reset().text(head.method()).text(SPACE).text(head.path());
    if (!head.query().isEmpty()) {
      wire.text(QUESTION_MARK).text(head.query());
    }
    wire.text(HTTP_1_1);
    for (int i = 0; i < head.headerCount(); i++) {
      wire.header(head.headerName(i), head.headerValue(i));
    }
    signed.forEachHeader(wire::header);
    long length = outgoing.contentLength();
    boolean chunked = length == Outgoing.CHUNKED;
    if (length >= 0) {
      wire.text(CONTENT_LENGTH).number(length).endLine();
    } else if (chunked) {
      wire.text(CHUNKED);
    }
    wire.endLine();
    return new UpstreamRequest(
        wire.toBytes(), chunked, head.method().equals("HEAD"), Math.max(0, length));
  }
}
