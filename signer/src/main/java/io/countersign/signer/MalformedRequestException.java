package io.countersign.signer;

/**
 * A request, or a part of one, that does not parse. The message names what and where, holds no
 * secret, and is fit for a client to read. There is no stack trace: bad input is expected.
 */
public sealed class MalformedRequestException extends Exception permits ChunkSignatureException {

  private static final long serialVersionUID = 1L;

  private final int offset;

  /** A problem of the request as a whole. */
  public MalformedRequestException(String message) {
    this(message, -1);
  }

  /** A problem at the given offset, counted in octets from 0 in the part that the message names. */
  public MalformedRequestException(String message, int offset) {
    super(message, null, false, false);
    this.offset = offset;
  }

  /** The offset in octets within the part that the message names, or -1 where there is none. */
  public int offset() {
    return offset;
  }
}
