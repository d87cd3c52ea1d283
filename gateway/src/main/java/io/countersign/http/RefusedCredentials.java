package io.countersign.http;

import io.countersign.protocol.AwsErrors;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An answer that may say that AWS does not take the credentials any more. It is held until its code
 * is known, and given on where it says something else. Such answers are short: one that is not is
 * given on at once.
 */
final class RefusedCredentials {
  /** Longer than any error of AWS, and far below what would count in memory. */
  private static final int MOST_BYTES = 16 * 1024;

  /**
   * What services answer to a session that is over or unknown. S3 says {@code InvalidAccessKeyId},
   * the others {@code InvalidClientTokenId} or {@code UnrecognizedClientException}.
   *
   * @see <a href="https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html">Common
   *     errors</a>
   */
  private static final Set<String> CODES =
      Set.of(
          "ExpiredToken",
          "ExpiredTokenException",
          "InvalidClientTokenId",
          "UnrecognizedClientException",
          "InvalidAccessKeyId");

  private final HttpResponse head;
  private final List<HttpContent> pieces = new ArrayList<>(2);
  private int bytes;
  private boolean whole;

  RefusedCredentials(HttpResponse head) {
    this.head = head;
  }

  /** Whether an answer with this head may be one. */
  static boolean possible(HttpResponse head) {
    int status = head.status().code();
    return (status == 400 || status == 401 || status == 403)
        && HttpUtil.getContentLength(head, 0L) <= MOST_BYTES;
  }

  /**
   * Takes a piece and owns it.
   *
   * @return whether enough is known: the answer is whole, or too long for an error of AWS
   */
  boolean add(HttpContent piece) {
    pieces.add(piece);
    bytes += piece.content().readableBytes();
    whole = piece instanceof LastHttpContent;
    return whole || bytes > MOST_BYTES;
  }

  /** Whether the answer is whole. */
  boolean whole() {
    return whole;
  }

  /** The code of the error; empty when the answer is not whole or too long. */
  String code() {
    if (!whole || bytes > MOST_BYTES) {
      return "";
    }
    byte[] body = new byte[bytes];
    int at = 0;
    for (HttpContent piece : pieces) {
      int length = piece.content().readableBytes();
      piece.content().getBytes(piece.content().readerIndex(), body, at, length);
      at += length;
    }
    return AwsErrors.read(head.status().code(), head.headers()::get, body).code();
  }

  /** Whether the code says that the credentials are not taken any more. */
  static boolean refused(String code) {
    return CODES.contains(code);
  }

  /**
   * Whether the answer to a HEAD may say so. It has no body, and so no code: S3 answers 400 to a
   * session that is over and 403 to an unknown key. But 403 is also what it answers to whoever may
   * not see an object, and that is common, so that 403 says nothing here.
   */
  boolean silent() {
    return head.status().code() == 400 && bytes == 0 && code().equals("Http400");
  }

  /** AWS's request id; null when there is none. */
  @Nullable String requestId() {
    String id = head.headers().get("x-amzn-requestid");
    return id != null ? id : head.headers().get("x-amz-request-id");
  }

  /** Gives on what was held. */
  void passTo(SignedCall.Answer answer) {
    answer.head(head);
    pieces.forEach(answer::content);
    pieces.clear();
  }

  void release() {
    pieces.forEach(HttpContent::release);
    pieces.clear();
  }
}
