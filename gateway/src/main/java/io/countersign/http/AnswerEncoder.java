package io.countersign.http;

import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;

/**
 * Netty's encoder, told whether the answer is one to a HEAD request and so has no body. Used on one
 * event loop.
 */
final class AnswerEncoder extends HttpResponseEncoder {
  private boolean answersHead;

  void answersHead(boolean yes) {
    answersHead = yes;
  }

  @Override
  protected boolean isContentAlwaysEmpty(HttpResponse response) {
    return super.isContentAlwaysEmpty(response) || (answersHead && response.status().code() >= 200);
  }
}
