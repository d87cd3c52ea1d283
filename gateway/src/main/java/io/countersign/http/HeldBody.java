package io.countersign.http;

import io.countersign.config.Limits;
import io.countersign.observe.BodyMetrics;
import io.countersign.signer.PayloadHash;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A body that must be known whole before anything is sent, because its hash is signed and the
 * client names none. It stays in memory up to a limit and within the budget of all such bodies;
 * past that it goes to an unlinked file.
 *
 * <p>Used on the event loop of its exchange; the file is written and read on virtual threads.
 */
final class HeldBody implements WholeBody {
  /** What became of a piece. */
  enum Appended {
    MORE,
    /** The file is behind: stop reading until {@code onDrained} runs. */
    WAIT,
    TOO_LARGE
  }

  private final Worker worker;
  private final Limits limits;
  private final HoldBudget budget;
  private final BodyMetrics metrics;
  private final MessageDigest digest;
  private final Runnable onDrained;

  private ByteBuf memory = Unpooled.EMPTY_BUFFER;
  private long length;
  private long budgeted;
  private @Nullable Spool spool;
  private boolean joined;
  private boolean released;

  /**
   * @param onDrained called on the event loop when the file has caught up after {@link
   *     Appended#WAIT}
   */
  HeldBody(
      Worker worker, Limits limits, HoldBudget budget, BodyMetrics metrics, Runnable onDrained) {
    this.worker = worker;
    this.limits = limits;
    this.budget = budget;
    this.metrics = metrics;
    this.onDrained = onDrained;
    this.digest = worker.takeSha256();
  }

  /** Adds a piece and takes ownership of it. */
  Appended append(ByteBuf piece) {
    int bytes = piece.readableBytes();
    if (bytes == 0) {
      piece.release();
      return Appended.MORE;
    }
    if (released || length + bytes > limits.spoolBytes()) {
      piece.release();
      metrics.refused(BodyMetrics.Refusal.TOO_LARGE);
      return Appended.TOO_LARGE;
    }
    length += bytes;
    update(piece);
    if (spool == null && length <= limits.holdBytes() && budget.take(bytes)) {
      budgeted += bytes;
      metrics.held(bytes);
      memory = memory.isReadable() ? join(piece) : piece;
      return Appended.MORE;
    }
    if (spool == null) {
      spool = new Spool(worker, limits.spoolDirectory(), metrics, onDrained);
      ByteBuf soFar = memory;
      memory = Unpooled.EMPTY_BUFFER;
      spool.write(soFar);
      returnBudget();
    }
    return spool.write(piece) ? Appended.MORE : Appended.WAIT;
  }

  /**
   * A body of one piece stays where it is; more are copied together, for a piece of a few bytes can
   * keep a whole receive buffer alive, which the budget would not see.
   */
  private ByteBuf join(ByteBuf piece) {
    try {
      if (!joined) {
        ByteBuf first = memory;
        memory = worker.alloc().directBuffer((int) Math.min(limits.holdBytes(), 2 * length));
        memory.writeBytes(first);
        first.release();
        joined = true;
      }
      return memory.writeBytes(piece);
    } finally {
      piece.release();
    }
  }

  private void update(ByteBuf piece) {
    if (piece.nioBufferCount() == 1) {
      digest.update(piece.nioBuffer());
    } else {
      for (var part : piece.nioBuffers()) {
        digest.update(part);
      }
    }
  }

  /** The hash of all that was appended. Call it once, after the last piece. */
  PayloadHash hash() {
    return length == 0 ? PayloadHash.EMPTY : PayloadHash.ofDigest(digest.digest());
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public @Nullable ByteBuf inMemory() {
    return spool == null ? memory : null;
  }

  /**
   * Runs {@code then} on the event loop when everything is stored, or {@code failed} when it could
   * not be.
   */
  void whenStored(Runnable then, Consumer<IOException> failed) {
    if (spool == null) {
      then.run();
    } else {
      spool.whenWritten(then, failed);
    }
  }

  /**
   * Hands the body over as bytes, on the event loop, wherever it is stored. For bodies that another
   * limit keeps small; call it when everything is stored. Calls nothing after {@link #release}.
   */
  void whole(Consumer<byte[]> then, Consumer<IOException> failed) {
    byte[] all = new byte[Math.toIntExact(length)];
    Spool file = spool;
    if (file != null) {
      readOn(file, all, 0, then, failed);
    } else {
      memory.getBytes(memory.readerIndex(), all);
      then.accept(all);
    }
  }

  private static void readOn(
      Spool file, byte[] all, int offset, Consumer<byte[]> then, Consumer<IOException> failed) {
    if (offset == all.length) {
      then.accept(all);
      return;
    }
    file.read(
        offset,
        block -> {
          int bytes = block.readableBytes();
          block.readBytes(all, offset, bytes).release();
          readOn(file, all, offset + bytes, then, failed);
        },
        failed);
  }

  @Override
  public @Nullable Spool spool() {
    return spool;
  }

  /** Lets memory, budget and file go. Idempotent. */
  void release() {
    if (released) {
      return;
    }
    released = true;
    worker.giveBackSha256(digest);
    if (memory.refCnt() > 0) {
      memory.release();
    }
    memory = Unpooled.EMPTY_BUFFER;
    returnBudget();
    if (spool != null) {
      spool.close();
    }
  }

  private void returnBudget() {
    budget.giveBack(budgeted);
    metrics.held(-budgeted);
    budgeted = 0;
  }
}
