package io.countersign.signer;

/**
 * A chunk or the trailer of an {@code aws-chunked} body, or an event of a signed stream, whose
 * framing is right and whose signature is not: its bytes were changed, dropped, repeated or put in
 * another order, or another secret signed them.
 */
public final class ChunkSignatureException extends MalformedRequestException {

  private static final long serialVersionUID = 1L;

  ChunkSignatureException(String message) {
    super(message);
  }
}
