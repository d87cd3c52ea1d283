package io.countersign.http;

import io.countersign.observe.BodyMetrics;
import io.netty.buffer.ByteBuf;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A body in a file that has no name: the system frees it when the gateway closes it or dies. Its
 * methods are called on one event loop; the disk is touched on virtual threads only, by one at a
 * time.
 */
final class Spool {
  /** What may wait for the disk before the reader is told to pause. */
  private static final int WAITING_BYTES = 1024 * 1024;

  /** How much is read at once when the body is sent. */
  private static final int BLOCK_BYTES = 256 * 1024;

  private final Worker worker;
  private final Path directory;
  private final BodyMetrics metrics;
  private final Runnable onDrained;
  private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>();

  private @Nullable FileChannel file;
  private long waitingBytes;
  private long written;
  private boolean busy;
  private boolean paused;
  private boolean closed;
  private @Nullable IOException failure;
  private @Nullable Runnable onWritten;
  private @Nullable Consumer<IOException> onFailed;

  Spool(Worker worker, Path directory, BodyMetrics metrics, Runnable onDrained) {
    this.worker = worker;
    this.directory = directory;
    this.metrics = metrics;
    this.onDrained = onDrained;
    metrics.spoolOpened();
  }

  /** Takes ownership of the piece; false asks the caller to pause until {@code onDrained}. */
  boolean write(ByteBuf piece) {
    if (closed || failure != null || !piece.isReadable()) {
      piece.release();
      return true;
    }
    waiting.add(piece);
    waitingBytes += piece.readableBytes();
    if (!busy) {
      writeNext();
    }
    paused = waitingBytes > WAITING_BYTES;
    return !paused;
  }

  /** Runs one of the two on the event loop when nothing waits for the disk any more. */
  void whenWritten(Runnable then, Consumer<IOException> failed) {
    onWritten = then;
    onFailed = failed;
    settle();
  }

  private void writeNext() {
    ByteBuf piece = waiting.poll();
    if (piece == null) {
      return;
    }
    busy = true;
    worker.offLoop(
        () -> {
          try {
            FileChannel channel = file == null ? open() : file;
            int bytes = piece.readableBytes();
            for (var part : piece.nioBuffers()) {
              while (part.hasRemaining()) {
                channel.write(part);
              }
            }
            worker.loop().execute(() -> stored(channel, bytes));
          } catch (IOException e) {
            worker.loop().execute(() -> broken(e));
          } finally {
            piece.release();
          }
        });
  }

  private FileChannel open() throws IOException {
    Path path = Files.createTempFile(directory, "countersign-", ".body");
    try {
      return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } finally {
      Files.delete(path);
    }
  }

  private void stored(FileChannel channel, int bytes) {
    file = channel;
    busy = false;
    waitingBytes -= bytes;
    written += bytes;
    metrics.spooled(bytes);
    if (closed) {
      dispose();
      return;
    }
    writeNext();
    if (paused && waitingBytes <= WAITING_BYTES / 2) {
      paused = false;
      onDrained.run();
    }
    settle();
  }

  private void broken(IOException e) {
    busy = false;
    failure = e;
    metrics.refused(BodyMetrics.Refusal.SPOOL_FAILED);
    waiting.forEach(ByteBuf::release);
    waiting.clear();
    waitingBytes = 0;
    if (closed) {
      dispose();
      return;
    }
    if (paused) {
      paused = false;
      onDrained.run();
    }
    settle();
  }

  private void settle() {
    Runnable then = onWritten;
    Consumer<IOException> failed = onFailed;
    if (then == null || failed == null || busy || !waiting.isEmpty()) {
      return;
    }
    onWritten = null;
    onFailed = null;
    if (failure != null) {
      failed.accept(failure);
    } else {
      then.run();
    }
  }

  /** Reads the block at {@code offset} and hands it, or what went wrong, to the event loop. */
  void read(long offset, Consumer<ByteBuf> then, Consumer<IOException> failed) {
    FileChannel channel = file;
    if (channel == null || closed || busy) {
      failed.accept(new IOException("the spooled body is not there"));
      return;
    }
    int bytes = (int) Math.min(BLOCK_BYTES, written - offset);
    ByteBuf block = worker.alloc().directBuffer(bytes);
    busy = true;
    worker.offLoop(
        () -> {
          try {
            while (block.readableBytes() < bytes) {
              int read =
                  block.writeBytes(
                      channel, offset + block.readableBytes(), bytes - block.readableBytes());
              if (read < 0) {
                throw new EOFException("the spooled body is shorter than what was written");
              }
            }
            worker.loop().execute(() -> finishRead(() -> then.accept(block), block));
          } catch (IOException e) {
            block.release();
            worker.loop().execute(() -> finishRead(() -> failed.accept(e), null));
          }
        });
  }

  private void finishRead(Runnable then, @Nullable ByteBuf block) {
    busy = false;
    if (closed) {
      if (block != null) {
        block.release();
      }
      dispose();
    } else {
      then.run();
    }
  }

  /** Frees the file, after the disk is done with it. Idempotent. */
  void close() {
    if (closed) {
      return;
    }
    closed = true;
    waiting.forEach(ByteBuf::release);
    waiting.clear();
    if (!busy) {
      dispose();
    }
  }

  private void dispose() {
    metrics.spooled(-written);
    written = 0;
    FileChannel channel = file;
    file = null;
    if (channel != null) {
      worker.offLoop(
          () -> {
            try {
              channel.close();
            } catch (IOException e) {
              worker.log().warn("A spooled body could not be closed", e);
            }
          });
    }
  }
}
