package io.countersign.signer;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Keeps what a {@link ChunkReader} gives out. */
final class Collected implements ChunkReader.Sink {

  final List<Integer> sizes = new ArrayList<>();
  private final Bytes bytes = new Bytes(1024);
  private @Nullable ChunkTrailers trailers;

  @Override
  public void data(ByteBuffer data) {
    sizes.add(data.remaining());
    byte[] copy = new byte[data.remaining()];
    data.get(copy);
    bytes.put(copy);
  }

  @Override
  public void end(ChunkTrailers ended) {
    if (trailers != null) {
      throw new AssertionError("ended twice");
    }
    trailers = ended;
  }

  boolean ended() {
    return trailers != null;
  }

  ChunkTrailers trailers() {
    return Objects.requireNonNull(trailers, "the body has not ended");
  }

  String text() {
    return bytes.toString();
  }
}
