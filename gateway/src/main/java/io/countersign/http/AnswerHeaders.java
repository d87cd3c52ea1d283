package io.countersign.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;

/**
 * Makes an upstream's head one of the gateway's: hop-by-hop headers end here (RFC 9110 section
 * 7.6.1).
 */
final class AnswerHeaders {
  private AnswerHeaders() {}

  static void endHop(HttpResponse response) {
    HttpHeaders headers = response.headers();
    List<String> named = headers.getAll(HttpHeaderNames.CONNECTION);
    for (String list : named) {
      for (String name : list.split(",", -1)) {
        String header = name.strip();
        if (!header.isEmpty()
            && !header.equalsIgnoreCase("content-length")
            && !header.equalsIgnoreCase("transfer-encoding")) {
          headers.remove(header);
        }
      }
    }
    headers
        .remove(HttpHeaderNames.CONNECTION)
        .remove("Keep-Alive")
        .remove(HttpHeaderNames.PROXY_AUTHENTICATE)
        .remove(HttpHeaderNames.TRAILER)
        .remove(HttpHeaderNames.UPGRADE);
    response.setProtocolVersion(HttpVersion.HTTP_1_1);
    int status = response.status().code();
    boolean bodiless = status == 204 || status == 304;
    if (!bodiless
        && !HttpUtil.isContentLengthSet(response)
        && !HttpUtil.isTransferEncodingChunked(response)) {
      // The upstream frames by the end of its connection; ours goes on.
      headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
  }
}
