package io.countersign.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/** A body that is there to its last byte before it is sent, so that it can be sent again. */
sealed interface WholeBody permits HeldBody, WholeBody.Bytes {
  /** In bytes. */
  long length();

  /** The body as one piece of memory, still owned by this; null when it is in a file. */
  @Nullable ByteBuf inMemory();

  /** The file that holds the body; null when it is in memory. */
  @Nullable Spool spool();

  /** A body that the gateway itself wrote. */
  final class Bytes implements WholeBody {
    private final byte[] bytes;

    Bytes(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public long length() {
      return bytes.length;
    }

    @Override
    public ByteBuf inMemory() {
      return Unpooled.wrappedBuffer(bytes);
    }

    @Override
    public @Nullable Spool spool() {
      return null;
    }
  }
}
