package io.countersign.http;

import io.countersign.door.Head;
import io.countersign.door.Refusal;
import io.countersign.door.Refused;
import io.countersign.signer.ChunkReader;
import io.countersign.signer.ChunkSeed;
import io.countersign.signer.ChunkTrailers;
import io.countersign.signer.ChunkWriter;
import io.countersign.signer.MalformedRequestException;
import io.countersign.signer.PayloadHash;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A signed {@code aws-chunked} body: each chunk is verified under the virtual credentials, and only
 * then signed anew under the role's and passed on. The chunks keep their sizes, so the body keeps
 * its length.
 */
final class ResignedChunks implements StreamedBody {
  /** The largest chunk that is held; the SDKs use 64 KiB to 1 MiB. */
  private static final int MAX_CHUNK_BYTES = 16 * 1024 * 1024;

  private final ByteBufAllocator alloc;
  private final ChunkReader reader;
  private final ChunkWriter writer;
  private final long expectedBytes;
  private long passedBytes;
  private @Nullable ByteBuf out;

  private final ChunkReader.Sink sink =
      new ChunkReader.Sink() {
        @Override
        public void data(ByteBuffer chunk) {
          writer.chunk(chunk, ResignedChunks.this::append);
        }

        @Override
        public void end(ChunkTrailers trailers) {
          writer.end(trailers, ResignedChunks.this::append);
        }
      };

  private ResignedChunks(
      ByteBufAllocator alloc, ChunkReader reader, ChunkWriter writer, long expectedBytes) {
    this.alloc = alloc;
    this.reader = reader;
    this.writer = writer;
    this.expectedBytes = expectedBytes;
  }

  /**
   * @param contentLength of the encoded body; negative when it is not known
   */
  static ResignedChunks of(
      ByteBufAllocator alloc,
      PayloadHash payload,
      Head head,
      ChunkSeed from,
      ChunkSeed to,
      long contentLength)
      throws Refused {
    long decoded = decodedLength(head);
    boolean trailer = payload.equals(PayloadHash.STREAMING_SIGNED_TRAILER);
    return new ResignedChunks(
        alloc,
        trailer
            ? ChunkReader.signedWithTrailer(from, decoded, MAX_CHUNK_BYTES, trailers(head))
            : ChunkReader.signed(from, decoded, MAX_CHUNK_BYTES),
        trailer ? ChunkWriter.signedWithTrailer(to) : ChunkWriter.signed(to),
        contentLength);
  }

  private static long decodedLength(Head head) throws Refused {
    String value = head.get("x-amz-decoded-content-length");
    if (value != null && value.matches("[0-9]{1,18}")) {
      return Long.parseLong(value);
    }
    throw new Refused(
        bad("x-amz-decoded-content-length is not a number of bytes", "send it with aws-chunked"));
  }

  private static List<String> trailers(Head head) {
    List<String> names = new ArrayList<>();
    String listed = head.get("x-amz-trailer");
    for (String name : listed == null ? new String[0] : listed.split(",", -1)) {
      if (!name.isBlank()) {
        names.add(name.strip().toLowerCase(Locale.ROOT));
      }
    }
    return names;
  }

  @Override
  public void piece(ByteBuf piece, Consumer<ByteBuf> onward) throws Refused {
    try {
      reader.feed(piece.nioBuffer(), sink);
    } catch (MalformedRequestException e) {
      throw new Refused(bad(String.valueOf(e.getMessage()), "send the chunks as they were signed"));
    } finally {
      piece.release();
    }
    ByteBuf ready = out;
    out = null;
    if (ready == null) {
      return;
    }
    passedBytes += ready.readableBytes();
    if (expectedBytes >= 0 && passedBytes > expectedBytes) {
      ready.release();
      throw new Refused(
          bad(
              "the chunks signed anew are longer than Content-Length",
              "write chunk sizes plainly"));
    }
    onward.accept(ready);
  }

  @Override
  public void end(Consumer<ByteBuf> onward) throws Refused {
    try {
      reader.finish();
    } catch (MalformedRequestException e) {
      throw new Refused(bad(String.valueOf(e.getMessage()), "send the body to its end"));
    }
    if (expectedBytes >= 0 && passedBytes != expectedBytes) {
      throw new Refused(
          bad(
              "the chunks signed anew are shorter than Content-Length",
              "write chunk sizes without leading zeros"));
    }
  }

  private void append(ByteBuffer encoded) {
    if (out == null) {
      out = alloc.buffer(encoded.remaining() + 256);
    }
    out.writeBytes(encoded);
  }

  private static Refusal bad(String detail, String hint) {
    return new Refusal(Refusal.Kind.BAD_SIGNATURE, "bad-chunk", detail, hint);
  }

  @Override
  public void release() {
    if (out != null) {
      out.release();
      out = null;
    }
  }
}
