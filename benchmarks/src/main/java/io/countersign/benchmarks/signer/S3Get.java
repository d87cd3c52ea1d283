package io.countersign.benchmarks.signer;

import io.countersign.signer.MalformedRequestException;
import io.countersign.signer.SigningKeys;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;
import software.amazon.awssdk.crt.http.HttpRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;

/** A GET of S3 with four query parameters and an unsigned payload, the key warm. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class S3Get {
  /** How the calls resemble each other. */
  @Param({"repeated", "distinct"})
  public Form form = Form.repeated;

  private final Ours ours = new Ours(new SigningKeys());
  private final Sdk sdk = new Sdk();
  private final Crt crt = new Crt();
  private Pool pool = Pool.s3Gets(form);
  private Sdk.Prepared[] forSdk = {};
  private HttpRequest[] forCrt = {};

  /** Makes the requests. */
  @Setup
  public void prepare() {
    pool = Pool.s3Gets(form);
    forSdk = Sdk.prepare(pool);
    forCrt = Crt.prepare(pool);
  }

  /** Countersign. */
  @Benchmark
  public void ours(Blackhole to) throws MalformedRequestException {
    Call call = pool.next();
    ours.s3Get(call, pool.now())
        .forEachHeader(
            (name, value) -> {
              to.consume(name);
              to.consume(value);
            });
  }

  /** AWS SDK for Java v2. */
  @Benchmark
  public SignedRequest sdk() {
    Sdk.Prepared call = forSdk[pool.advance()];
    return sdk.s3Get(call, pool.now());
  }

  /** AWS CRT. */
  @Benchmark
  public HttpRequest crt() {
    HttpRequest call = forCrt[pool.advance()];
    return crt.s3Get(call, pool.now());
  }
}
