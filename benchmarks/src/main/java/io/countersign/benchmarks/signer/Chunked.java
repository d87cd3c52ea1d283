package io.countersign.benchmarks.signer;

import io.countersign.signer.ChunkReader;
import io.countersign.signer.ChunkSeed;
import io.countersign.signer.ChunkTrailers;
import io.countersign.signer.ChunkWriter;
import io.countersign.signer.MalformedRequestException;
import io.countersign.signer.PayloadHash;
import io.countersign.signer.SigningKeys;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * An {@code aws-chunked} body of 64 MiB in chunks of 64 KiB: written and signed, read and verified,
 * and SHA-256 over the same bytes and nothing else. The allocation is that of a whole body.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Chunked {
  /** The length of the body in bytes. */
  public static final int BODY = 64 << 20;

  /** The length of a chunk in bytes. */
  public static final int CHUNK = 64 << 10;

  /** As pieces of a body come from the network: cut where no chunk ends. */
  private static final int PIECE = 60_000;

  private final byte[] body = new byte[BODY];
  private ByteBuffer encoded = ByteBuffer.allocate(0);
  private ChunkSeed seed = seed();

  private static ChunkSeed seed() {
    try {
      return new Ours(new SigningKeys())
          .sign(
              "s3",
              new Call(
                  "PUT",
                  "/reports/2026/upload.bin",
                  "",
                  new byte[0],
                  "Host",
                  "s3.eu-west-1.amazonaws.com",
                  "x-amz-decoded-content-length",
                  Integer.toString(BODY)),
              PayloadHash.STREAMING_SIGNED,
              Pool.TIME)
          .chunkSeed();
    } catch (MalformedRequestException e) {
      throw new IllegalStateException("the request of this benchmark is well-formed", e);
    }
  }

  /** Fills the body and encodes it for the reader. */
  @Setup
  public void prepare() {
    new Random(1).nextBytes(body);
    seed = seed();
    ByteArrayOutputStream out = new ByteArrayOutputStream(BODY + BODY / 64);
    write(
        piece -> {
          byte[] bytes = new byte[piece.remaining()];
          piece.get(bytes);
          out.writeBytes(bytes);
        });
    encoded = ByteBuffer.wrap(out.toByteArray());
  }

  /** Countersign, writing. */
  @Benchmark
  public void write(Blackhole to) {
    write(piece -> to.consume(piece.limit()));
  }

  private void write(ChunkWriter.Output out) {
    ChunkWriter writer = ChunkWriter.signed(seed);
    for (int at = 0; at < BODY; at += CHUNK) {
      writer.chunk(ByteBuffer.wrap(body, at, CHUNK), out);
    }
    writer.end(ChunkTrailers.NONE, out);
  }

  /** Countersign, reading. */
  @Benchmark
  public void read(Blackhole to) throws MalformedRequestException {
    ChunkReader reader = ChunkReader.signed(seed, BODY, CHUNK);
    Counted counted = new Counted();
    for (int at = 0; at < encoded.capacity(); at += PIECE) {
      reader.feed(encoded.slice(at, Math.min(PIECE, encoded.capacity() - at)), counted);
    }
    if (!counted.ended || counted.bytes != BODY) {
      throw new IllegalStateException("read " + counted.bytes + " of " + BODY + " bytes");
    }
    to.consume(counted.bytes);
  }

  /** SHA-256 alone. */
  @Benchmark
  public byte[] sha256() throws NoSuchAlgorithmException {
    return MessageDigest.getInstance("SHA-256").digest(body);
  }

  private static final class Counted implements ChunkReader.Sink {
    private long bytes;
    private boolean ended;

    @Override
    public void data(ByteBuffer data) {
      bytes += data.remaining();
    }

    @Override
    public void end(ChunkTrailers trailers) {
      ended = true;
    }
  }
}
