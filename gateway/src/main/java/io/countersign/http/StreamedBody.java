package io.countersign.http;

import io.countersign.door.Head;
import io.countersign.door.Refused;
import io.countersign.door.SdkDoor;
import io.countersign.signer.ChunkSeed;
import io.countersign.signer.PayloadHash;
import io.netty.buffer.ByteBuf;
import java.security.MessageDigest;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A body on its way through, and what it must pass before it goes on. Whatever is wrong with it
 * shows before its last byte is sent, so that AWS never takes a broken body for a whole one. Used
 * on one event loop.
 */
interface StreamedBody {
  /**
   * Passes on what may go; takes ownership of the piece.
   *
   * @throws Refused when the body is not what was signed
   */
  void piece(ByteBuf piece, Consumer<ByteBuf> onward) throws Refused;

  /**
   * Passes on what was held back, after the last piece.
   *
   * @throws Refused when the body is not what was signed
   */
  void end(Consumer<ByteBuf> onward) throws Refused;

  /** Lets go of what was held back. Idempotent. */
  void release();

  /**
   * What stands between client and AWS for this payload.
   *
   * @param payload what the client has signed of its body
   * @param from what the client's chunks are chained to
   * @param to what the gateway's chunks are chained to
   * @param contentLength of the body as sent; negative when it is not known
   * @throws Refused when the headers do not say what the payload needs
   */
  static StreamedBody of(
      Worker worker,
      PayloadHash payload,
      Head head,
      ChunkSeed from,
      ChunkSeed to,
      long contentLength)
      throws Refused {
    if (payload.isHash()) {
      return new Hashed(worker, payload);
    }
    return payload.equals(PayloadHash.STREAMING_SIGNED)
            || payload.equals(PayloadHash.STREAMING_SIGNED_TRAILER)
        ? ResignedChunks.of(worker.alloc(), payload, head, from, to, contentLength)
        : new Plain();
  }

  /** A body that the signature says nothing of, or whose checksum AWS verifies. */
  final class Plain implements StreamedBody {
    @Override
    public void piece(ByteBuf piece, Consumer<ByteBuf> onward) {
      onward.accept(piece);
    }

    @Override
    public void end(Consumer<ByteBuf> onward) {}

    @Override
    public void release() {}
  }

  /**
   * A body whose SHA-256 the client has signed: its last piece waits until the hash is known to be
   * right.
   */
  final class Hashed implements StreamedBody {
    private final Worker worker;
    private final PayloadHash signed;
    private final MessageDigest digest;
    private @Nullable ByteBuf last;
    private boolean released;

    Hashed(Worker worker, PayloadHash signed) {
      this.worker = worker;
      this.signed = signed;
      this.digest = worker.takeSha256();
    }

    @Override
    public void piece(ByteBuf piece, Consumer<ByteBuf> onward) {
      if (!piece.isReadable()) {
        piece.release();
        return;
      }
      digest.update(piece.nioBuffer());
      if (last != null) {
        onward.accept(last);
      }
      last = piece;
    }

    @Override
    public void end(Consumer<ByteBuf> onward) throws Refused {
      PayloadHash actual = PayloadHash.ofDigest(digest.digest());
      if (!actual.equals(signed)) {
        throw new Refused(SdkDoor.wrongHash(actual));
      }
      if (last != null) {
        onward.accept(last);
        last = null;
      }
    }

    @Override
    public void release() {
      if (!released) {
        released = true;
        worker.giveBackSha256(digest);
        if (last != null) {
          last.release();
          last = null;
        }
      }
    }
  }
}
