package io.countersign.upstream;

import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;

/**
 * What becomes of one request. All methods are called on the event loop of the call. After {@link
 * #failed}, and after the last content, nothing more is called.
 */
public interface UpstreamListener {
  /**
   * The final head of the answer; informational ones (1xx) are not shown. Not called when {@link
   * #failed} comes first.
   */
  void head(HttpResponse response);

  /** A piece of the answer, which the listener must release; a {@code LastHttpContent} ends it. */
  void content(HttpContent content);

  /** The end without a whole answer. */
  void failed(UpstreamFailure failure);

  /** More of the body can be written, after {@link UpstreamCall#writable} was false. */
  void writable();
}
