package io.countersign.upstream;

/**
 * The head of a request as it goes on the wire, and what must be known of it to send the body and
 * to read the answer. Kept until the answer begins, since it may have to be sent once more.
 */
public final class UpstreamRequest {
  private final byte[] head;
  private final boolean chunked;
  private final boolean toHead;
  private final long bodyBytes;

  /**
   * @param head request line, headers with Host and the framing, and the empty line; not copied
   * @param chunked whether the head says that the body is chunked
   * @param toHead whether the method is HEAD, to which every answer is without a body
   * @param bodyBytes the length of the body where it is known, else 0
   */
  public UpstreamRequest(byte[] head, boolean chunked, boolean toHead, long bodyBytes) {
    this.head = head;
    this.chunked = chunked;
    this.toHead = toHead;
    this.bodyBytes = bodyBytes;
  }

  void begin(MessageOut out) {
    out.begin(head, chunked ? MessageOut.Framing.CHUNKED : MessageOut.Framing.LENGTH, bodyBytes);
  }

  boolean toHead() {
    return toHead;
  }

  /** Its length only: the head holds a signature and a session token. */
  @Override
  public String toString() {
    return "UpstreamRequest[" + head.length + " bytes]";
  }
}
