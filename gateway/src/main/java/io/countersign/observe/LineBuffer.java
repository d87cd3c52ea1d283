package io.countersign.observe;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes of whole lines on their way to a sink. It is reused, so that a line allocates none. */
final class LineBuffer extends OutputStream {
  private byte[] bytes = new byte[8192];
  private int length;

  @Override
  public void write(int b) {
    reserve(1);
    bytes[length++] = (byte) b;
  }

  @Override
  public void write(byte[] source, int offset, int count) {
    reserve(count);
    System.arraycopy(source, offset, bytes, length, count);
    length += count;
  }

  int length() {
    return length;
  }

  /** Forgets what was written after that length, or everything with 0. */
  void truncate(int newLength) {
    length = newLength;
  }

  void writeTo(OutputStream out) throws IOException {
    out.write(bytes, 0, length);
  }

  /** A view of what was written; valid until the next change. */
  ByteBuffer asByteBuffer() {
    return ByteBuffer.wrap(bytes, 0, length);
  }

  private void reserve(int count) {
    if (bytes.length - length < count) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
    }
  }
}
