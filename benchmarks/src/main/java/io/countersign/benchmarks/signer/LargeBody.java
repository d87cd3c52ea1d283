package io.countersign.benchmarks.signer;

import io.countersign.signer.MalformedRequestException;
import io.countersign.signer.PayloadHash;
import io.countersign.signer.SignedRequest;
import io.countersign.signer.SigningKeys;
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

/** A PUT of S3 with a signed body of 1 MiB, beside SHA-256 over the same bytes and nothing else. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LargeBody {
  private static final int SIZE = 1 << 20;

  private final Ours ours = new Ours(new SigningKeys());
  private final byte[] body = new byte[SIZE];
  private final Call call =
      new Call(
          "PUT",
          "/reports/2026/upload.bin",
          "",
          new byte[0],
          "Host",
          "s3.eu-west-1.amazonaws.com",
          "Content-Type",
          "application/octet-stream");

  /** Fills the body. */
  @Setup
  public void prepare() {
    new Random(1).nextBytes(body);
  }

  /** Countersign. */
  @Benchmark
  public SignedRequest ours() throws MalformedRequestException {
    return ours.sign("s3", call, PayloadHash.ofBody(body), Pool.TIME);
  }

  /** SHA-256 alone. */
  @Benchmark
  public byte[] sha256() throws NoSuchAlgorithmException {
    return MessageDigest.getInstance("SHA-256").digest(body);
  }
}
