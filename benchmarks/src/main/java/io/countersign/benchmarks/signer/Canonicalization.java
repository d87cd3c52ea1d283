package io.countersign.benchmarks.signer;

import io.countersign.signer.CanonicalPath;
import io.countersign.signer.CanonicalQuery;
import io.countersign.signer.MalformedRequestException;
import io.countersign.signer.PathRule;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The path and the query of the S3 GET, brought into the form that is signed and sent. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Canonicalization {
  private final Pool pool = Pool.s3Gets(Form.distinct);

  /** A path of S3: encoded once, not normalized. */
  @Benchmark
  public String pathOfS3() throws MalformedRequestException {
    return CanonicalPath.wire(pool.next().path(), PathRule.forService("s3"));
  }

  /** The same path under the rule of the other services: normalized. */
  @Benchmark
  public String pathOfOthers() throws MalformedRequestException {
    return CanonicalPath.wire(pool.next().path(), PathRule.forService("execute-api"));
  }

  /** A query of four parameters. */
  @Benchmark
  public String query() throws MalformedRequestException {
    return CanonicalQuery.wire(pool.next().query());
  }
}
