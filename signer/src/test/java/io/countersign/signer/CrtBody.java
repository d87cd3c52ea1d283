package io.countersign.signer;

import java.nio.ByteBuffer;
import software.amazon.awssdk.crt.http.HttpRequestBodyStream;

/** A body for the signer of the CRT. */
public final class CrtBody implements HttpRequestBodyStream {
  private final ByteBuffer left;

  public CrtBody(byte[] body) {
    left = ByteBuffer.wrap(body);
  }

  @Override
  public boolean sendRequestBody(ByteBuffer out) {
    while (left.hasRemaining() && out.hasRemaining()) {
      out.put(left.get());
    }
    return !left.hasRemaining();
  }

  @Override
  public boolean resetPosition() {
    left.rewind();
    return true;
  }

  @Override
  public long getLength() {
    return left.capacity();
  }
}
